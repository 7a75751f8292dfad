"""Makes blocks of what stands in the body of an RTF document: paragraphs, headings, list items, tables and notes.

Takes characters and the ends of paragraphs, cells and rows; knows nothing of control words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents import headings
from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind, Link, Span
from papermesh_services.documents.table_edges import columns
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.table_edges import Edges

_LOOK_EVERY = 1_000
_TO_FINISH = 0.3
"""Seconds for a table whose cells are read, beyond the end of the time."""
_BULLETED = ("•\t", "▪\t", "◦\t", "–\t")
"""How a list item begins that is one by its look alone."""


@dataclass(slots=True)
class _Writing:
    """Characters until the end of their paragraph, with the links in them."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    links: list[Link] = field(default_factory=list)
    number: int = 0

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def take(self) -> Passage:
        passage = Passage("".join(self.pieces), tuple(self.links))
        self.pieces, self.length, self.links = [], 0, []
        self.number += 1
        return passage


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph is, by what was said before its end.

    hangs: how deep it is set in, from 1, where its first line sticks out; otherwise 0.
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    in_table: bool = False
    nested: bool = False
    hangs: int = 0


_Part = Passage | Draft
"""What a cell has in it: a paragraph, or a table."""


class Body:
    """Takes the parts of one flow of text: the body itself, or a note."""

    def __init__(self, watch: Watch = UNWATCHED) -> None:
        self._watch = watch
        self._writing = _Writing()
        self._cell: list[_Part] = []
        self._row: list[list[_Part]] = []
        self._rows: list[list[list[_Part]]] = []
        self._edges: list[Edges] = []
        self._inner_row: list[Passage] = []
        self._inner_rows: list[list[Passage]] = []
        self._after: list[Draft] = []
        self.kept: list[Draft] = []
        """The blocks of a note that was ended in part, until it is known where it belongs."""

    @property
    def place(self) -> tuple[int, int]:
        """Where the next character comes to stand: the number of the paragraph, and the place in it."""
        return self._writing.number, self._writing.length

    def put(self, text: str) -> None:
        """Takes characters."""
        self._writing.put(text)

    def link(self, href: str, start: tuple[int, int]) -> None:
        """A link from a former place to here; one that began in another paragraph begins with this one."""
        number, length = self.place
        self._writing.links.append(Link(href, Span(start[1] if start[0] == number else 0, length)))

    def note(self, drafts: list[Draft]) -> None:
        """Takes what is to stand after the paragraph, such as a footnote to it."""
        self._after.extend(drafts)

    def end_paragraph(self, look: Look) -> Iterator[Draft]:
        """Ends a paragraph."""
        if look.in_table and (look.nested or self._inner_row):
            self._writing.put(" ")  # a further paragraph of a cell of a table in this one
            return
        passage = self._writing.take()
        if look.in_table:
            self._end_inner()
            self._cell.append(passage)
            return
        yield from self._table()
        if look.kind is BlockKind.PARAGRAPH and _is_item(passage.text, look):
            look = Look(BlockKind.LIST_ITEM, look.hangs or 1)
        yield Draft(look.kind, passage.text, look.level, links=passage.links)
        yield from self._notes()

    def end(self, what: str, edges: Edges = ()) -> None:
        """Ends a "cell" or "row" of a table, or a "nestcell" or "nestrow" of one inside a cell.

        edges: those of the cells of a row that ends, where they are known.
        """
        match what:
            case "cell":
                self._end_cell()
            case "row":
                self._end_row(edges)
            case "nestcell":
                self._inner_row.append(self._writing.take())
            case "nestrow" if self._inner_row:
                self._inner_rows.append(self._inner_row)
                self._inner_row = []

    def close(self, look: Look) -> Iterator[Draft]:
        """Ends whatever is still open."""
        if self._cell or self._row or self._inner_row or self._inner_rows:
            self._end_cell()
            self._end_row()
        yield from self.end_paragraph(Look(look.kind, look.level))

    def _end_cell(self) -> None:
        self._end_inner()
        self._cell.append(self._writing.take())
        self._row.append(self._cell)
        self._cell = []

    def _end_row(self, edges: Edges = ()) -> None:
        if self._row:
            self._rows.append(self._row)
            self._edges.append(edges)
        self._row = []

    def _end_inner(self) -> None:
        """Ends a table inside the cell."""
        rows = [*self._inner_rows, self._inner_row] if self._inner_row else self._inner_rows
        self._inner_row, self._inner_rows = [], []
        if rows:
            self._cell.append(table(rows))

    def _table(self) -> Iterator[Draft]:
        if self._row:
            self._end_row()
        rows, self._rows = self._rows, []
        edges, self._edges = self._edges, []
        if rows and all(len(row) == 1 for row in rows):
            # A frame around paragraphs.
            for part in (part for row in rows for cell in row for part in cell):
                yield part if isinstance(part, Draft) else Draft(BlockKind.PARAGRAPH, part.text, links=part.links)
        elif rows:
            within = self._watch.overtime(_TO_FINISH)
            places = columns([(len(row), told) for row, told in zip(rows, edges, strict=True)])
            placed = within.limited(list(zip(rows, places, strict=True)), _LOOK_EVERY)
            yield table(_spread(within.limited(row, _LOOK_EVERY), place) for row, place in placed)
        if rows:
            yield from self._notes()

    def _notes(self) -> Iterator[Draft]:
        after, self._after = self._after, []
        yield from after


def _is_item(text: str, look: Look) -> bool:
    """Whether a paragraph is a list item by its look alone."""
    return text.startswith(_BULLETED) or (look.hangs > 0 and "\t" in text[:8] and headings.is_ordered(text))


def _spread(cells: Iterable[list[_Part]], places: Sequence[int]) -> Iterator[str | Passage]:
    """The cells of a row, each in its column."""
    column = 0
    for cell, place in zip(cells, places, strict=False):
        yield from ("",) * (place - column)
        yield _joined(cell)
        column = place + 1


def _joined(parts: list[_Part]) -> Passage:
    if len(parts) == 1 and isinstance(parts[0], Passage):
        return parts[0]
    writing = _Writing()
    for passage in parts:
        at = writing.length
        writing.put(passage.text + " ")
        writing.links.extend(Link(x.target, Span(x.span.start + at, x.span.end + at)) for x in passage.links)
    return writing.take()
