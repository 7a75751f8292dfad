"""Makes blocks of a slide of an old PowerPoint file, or of a page of notes: its title, then its shapes in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import office_art
from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.inline import draft, joined
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.office_art import properties, records
from papermesh_services.documents.ppt_text import kind_of, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papermesh_services.documents.cells import CellBudget
    from papermesh_services.documents.found import Found
    from papermesh_services.documents.office_art import Record
    from papermesh_services.documents.watch import Watch

_DRAWING, _DRAWN = 0x040C, 0xF002
_TEXT_BOX, _OUTLINE, _CELL_PLACE, _CLIENT_DATA, _PLACEHOLDER = 0xF00D, 0x0F9E, 0xF00F, 0xF011, 0x0BC3
_TITLES, _BODIES, _NOTES = (0, 6), (1, 5, 7, 8), 2
_DATE, _NUMBER, _FOOTER, _HEADER = 7, 8, 9, 10
_DEEPEST: Final = 50
_IS_TABLE: Final = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """What the texts of a slide stand among. links: targets by their numbers."""

    found: Found
    budget: CellBudget
    links: Mapping[int, str]
    watch: Watch


class Slide:
    """One slide, or a page of notes. texts: those of its outline, which its shapes refer to."""

    def __init__(self, scene: Scene, slide: Record, texts: Sequence[Sequence[Record]]) -> None:
        self._scene = scene
        self._texts = texts
        self._used: set[int] = set()
        self._titles: list[Draft] = []
        self._others: list[Draft] = []
        self._footers: list[Draft] = []
        self._notes: list[Draft] = []
        for part in _inside(slide, _DRAWING, _DRAWN, office_art.GROUP):
            self._group(part, 0)
        for number, text in enumerate(texts):
            if number not in self._used:
                self._take(text, None)

    def drafts(self) -> list[Draft]:
        """The blocks of a slide, in reading order."""
        return [*self._titles, *self._others, *self._footers]

    def notes(self) -> Passage:
        """What a page of notes has for the speaker."""
        return joined(self._notes, "\n")

    def _group(self, group: Record, depth: int) -> None:
        parts = list(records(group.body))
        first = next((_said(part) for part in parts if part.kind == office_art.SHAPE), {})
        flags = first.get(office_art.TABLE, 0)
        if isinstance(flags, int) and flags & _IS_TABLE:
            self._table([part for part in parts if part.kind == office_art.SHAPE][1:])
            return
        for part in parts:
            self._scene.watch.check()
            if part.kind == office_art.SHAPE:
                self._shape(part)
            elif part.kind == office_art.GROUP and depth < _DEEPEST:
                self._group(part, depth + 1)

    def _shape(self, shape: Record) -> None:
        said = _said(shape)
        if said.get(office_art.PICTURE):
            self._scene.found.image(described=bool(said.get(office_art.DESCRIPTION)))
        text = self._text(shape)
        if text:
            self._take(text, _place(shape))

    def _text(self, shape: Record) -> Sequence[Record]:
        """The text of a shape, which may stand in the outline."""
        parts = [part for box in records(shape.body) if box.kind == _TEXT_BOX for part in records(box.body)]
        for part in parts:
            if part.kind == _OUTLINE and part.number(0) < len(self._texts):
                self._used.add(part.number(0))
                return self._texts[part.number(0)]
        return parts

    def _take(self, text: Sequence[Record], place: int | None) -> None:
        kind = kind_of(text)
        full = [one for one in paragraphs(text, self._scene.links) if one.passage.text.strip()]
        if place in (_DATE, _FOOTER, _HEADER):
            self._footers.extend(draft(BlockKind.FOOTER, one.passage) for one in full)
        elif kind == _NOTES:
            self._notes.extend(draft(BlockKind.PARAGRAPH, one.passage) for one in full)
        elif kind in _TITLES and full:
            title = joined((draft(BlockKind.HEADING, one.passage) for one in full), " ")
            self._titles.append(draft(BlockKind.HEADING, Passage(title.text.replace("\n", " "), title.links), 1))
        elif place != _NUMBER:
            # What a body looks like is up to its master; several paragraphs are nearly always bullets.
            listed = kind in _BODIES and len(full) > 1
            for one in full:
                item = one.bullet if one.bullet is not None else listed or one.level > 0
                kind_, level = (BlockKind.LIST_ITEM, one.level + 1) if item else (BlockKind.PARAGRAPH, 0)
                self._others.append(draft(kind_, one.passage, level))

    def _table(self, cells: list[Record]) -> None:
        """A table, whose cells are shapes that stand where they stand."""
        placed = [(_cell_place(cell), cell) for cell in cells]
        texts = {place: self._cell(cell) for place, cell in placed if place is not None}
        rows = sorted({top for top, _ in texts})
        columns = sorted({left for _, left in texts})
        self._scene.budget.take(len(rows) * len(columns))
        lines = ([texts.get((top, left), Passage("")) for left in columns] for top in rows)
        self._others.append(table(lines))

    def _cell(self, cell: Record) -> Passage:
        found = paragraphs(self._text(cell), self._scene.links)
        return joined((draft(BlockKind.PARAGRAPH, one.passage) for one in found), " ")


def _inside(record: Record, *kinds: int) -> Iterator[Record]:
    """What lies in a record at the end of a path of kinds."""
    for part in records(record.body):
        if part.kind != kinds[0]:
            continue
        if len(kinds) == 1:
            yield part
        else:
            yield from _inside(part, *kinds[1:])


def _said(shape: Record) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
    for part in records(shape.body):
        if part.kind in (office_art.PROPERTIES, office_art.MORE_PROPERTIES):
            found.update(properties(part))
    return found


def _place(shape: Record) -> int | None:
    """What a shape is a placeholder for; None for a shape of its own."""
    return next((part.body[4] for part in _inside(shape, _CLIENT_DATA, _PLACEHOLDER) if len(part.body) > 4), None)


def _cell_place(shape: Record) -> tuple[int, int] | None:
    """Where a cell stands: its top and its left; None for the lines around cells."""
    parts = list(records(shape.body))
    if not any(part.kind == _TEXT_BOX for part in parts):
        return None
    at = next((part.body for part in parts if part.kind == _CELL_PLACE), b"")
    left, top = (int.from_bytes(at[start : start + 4], "little", signed=True) for start in (0, 4))
    return (top, left) if len(at) >= 16 else None
