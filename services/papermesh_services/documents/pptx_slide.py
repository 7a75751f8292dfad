"""Makes blocks of a slide of a PPTX, or of the notes under one: its title first, then its shapes in their order.

The order of the shapes is the one in which screen readers read them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.equations import Equation
from papermesh_services.documents.inline import Inline, draft, joined
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papermesh_services.documents.cells import CellBudget
    from papermesh_services.documents.tally import Tally

_TITLES = ("title", "ctrTitle")
_LISTED = ("body", "obj", "half", "quarter")
_OFF = ("0", "false", "off")
_FRAMES = frozenset({"sp", "pic", "graphicFrame", "cxnSp"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What the texts of a slide stand among.

    targets: where its links lead, by the ids of their relations.
    drawn: gives the text of a chart or diagram by the id of its relation.
    """

    found: Tally
    budget: CellBudget
    targets: Mapping[str, str]
    drawn: Callable[[str], list[Draft]]


@dataclass(slots=True)
class _Paragraph:
    inline: Inline = field(default_factory=Inline)
    level: int = 0
    bullet: bool | None = None


@dataclass(slots=True)
class _Shape:
    """A shape while it comes in. place: what it is a placeholder for; none for a shape of its own."""

    name: str
    place: str | None = None
    hidden: bool = False
    alternative: str = ""
    decorative: bool = False
    link: str = ""
    paragraphs: list[_Paragraph] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


class Slide:
    """Told the elements of a slide, keeps its blocks."""

    def __init__(self, scene: Scene, *, notes: bool = False) -> None:
        self.hidden = False
        self._scene = scene
        self._notes = notes
        self._shapes: list[_Shape] = []
        self._paragraph: _Paragraph | None = None
        self._rows: list[list[str | Passage]] = []
        self._cell: list[Draft] | None = None
        self._merged = False
        self._skipping = 0
        self._writing = False
        self._linked = False
        self._language = ""
        self._equation = Equation()
        self._titles: list[Draft] = []
        self._others: list[Draft] = []
        self._footers: list[Draft] = []

    def drafts(self) -> list[Draft]:
        """The blocks, in reading order. What is still open ends here."""
        while self._shapes:
            self._end_shape(self._shapes.pop())
        return [*self._titles, *self._others, *self._footers]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._skipping or name == "Fallback":
            self._skipping += 1
        elif name in _FRAMES:
            self._shapes.append(_Shape(name))
        elif name == "sld":
            self.hidden = attributes.get("show", "1") in _OFF
        elif self._shapes:
            self._describe(name, attributes, self._shapes[-1])
            self._text(name, attributes, self._shapes[-1])

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        if self._writing and not self._skipping and self._paragraph is not None:
            self._paragraph.inline.add(self._equation.text() + text)
            self._scene.found.wrote(self._language, len(text))

    def end(self, name: str) -> None:
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
            return
        match name:
            case _ if name in _FRAMES and self._shapes:
                self._end_shape(self._shapes.pop())
            case "t":
                self._writing = False
            case _ if name.startswith("m:"):
                self._writing = False
                if self._paragraph is not None:
                    self._paragraph.inline.add(self._equation.end(name))
            case "r" | "fld" if self._linked and self._paragraph is not None:
                self._paragraph.inline.close_link()
                self._linked = False
            case "p" if self._paragraph is not None and self._shapes:
                self._end_paragraph(self._paragraph, self._shapes[-1])
            case "tc" if self._cell is not None and self._rows:
                self._rows[-1].append("" if self._merged else joined(self._cell, " "))
                self._cell = None
            case "tbl" if self._shapes:
                self._shapes[-1].drafts.append(table(self._rows))
                self._rows = []

    def _describe(self, name: str, attributes: dict[str, str], shape: _Shape) -> None:
        """Takes what a shape says of itself."""
        match name:
            case "ph":
                shape.place = attributes.get("type", "obj")
            case "cNvPr":
                shape.hidden = attributes.get("hidden", "0") not in _OFF
                shape.alternative = attributes.get("descr", "") or attributes.get("title", "")
            case "decorative":
                shape.decorative = attributes.get("val", "1") not in _OFF
            case "chart" | "relIds":
                shape.drafts.extend(self._scene.drawn(attributes.get("r:id") or attributes.get("r:dm", "")))
            case "hlinkClick" if self._paragraph is None:
                shape.link = self._scene.targets.get(attributes.get("r:id", ""), "")

    def _text(self, name: str, attributes: dict[str, str], shape: _Shape) -> None:
        """Takes what text is built of."""
        match name:
            case "p":
                self._paragraph = _Paragraph()
                if shape.link:
                    self._paragraph.inline.open_link(shape.link)
            case "tr":
                self._rows.append([])
            case "tc" if self._rows:
                self._scene.budget.take(1)
                self._cell = []
                self._merged = any(attributes.get(merge, "0") not in _OFF for merge in ("hMerge", "vMerge"))
            case _ if self._paragraph is not None:
                self._run(name, attributes, self._paragraph)

    def _run(self, name: str, attributes: dict[str, str], paragraph: _Paragraph) -> None:
        match name:
            case "pPr":
                level = attributes.get("lvl", "0")
                paragraph.level = int(level) if level in tuple("012345678") else 0
            case "buNone":
                paragraph.bullet = False
            case "buChar" | "buAutoNum" | "buBlip":
                paragraph.bullet = True
            case "rPr":
                self._language = attributes.get("lang", "")
            case "hlinkClick" if not self._linked:
                paragraph.inline.open_link(self._scene.targets.get(attributes.get("r:id", ""), ""))
                self._linked = True
            case "t":
                self._writing = True
            case _ if name.startswith("m:"):
                self._writing = name == "m:t"
                paragraph.inline.add(self._equation.start(name, attributes))
            case "br":
                paragraph.inline.add("\n")

    def _end_paragraph(self, paragraph: _Paragraph, shape: _Shape) -> None:
        self._paragraph = None
        if self._cell is not None:
            self._cell.append(draft(BlockKind.PARAGRAPH, paragraph.inline.passage()))
        else:
            shape.paragraphs.append(paragraph)

    def _end_shape(self, shape: _Shape) -> None:
        if shape.name == "pic":
            self._scene.found.image(described=shape.decorative or bool(shape.alternative.strip()))
        made = [*_drafts(shape), *shape.drafts]
        if shape.hidden:
            self._scene.found.hidden_text = self._scene.found.hidden_text or any(one.text.strip() for one in made)
        elif self._notes:
            self._others.extend(made if shape.place == "body" else ())
        elif shape.place in _TITLES:
            self._titles.extend(made)
        elif shape.place in ("ftr", "dt"):
            self._footers.extend(made)
        elif shape.place != "sldNum":
            self._others.extend(made)


def _drafts(shape: _Shape) -> list[Draft]:
    paragraphs = [(one, one.inline.passage()) for one in shape.paragraphs]
    full = [(one, passage) for one, passage in paragraphs if passage.text.strip()]
    if shape.place in _TITLES:
        whole = joined((draft(BlockKind.HEADING, passage) for _, passage in full), " ")
        return [draft(BlockKind.HEADING, Passage(whole.text.replace("\n", " "), whole.links), 1)] if whole.text else []
    if shape.place in ("ftr", "dt"):
        return [draft(BlockKind.FOOTER, passage) for _, passage in full]
    # What a placeholder's text looks like is up to the layout; several paragraphs are nearly always bullets.
    listed = shape.place in _LISTED and len(full) > 1
    return [_draft(one, passage, listed=listed) for one, passage in full]


def _draft(paragraph: _Paragraph, passage: Passage, *, listed: bool) -> Draft:
    item = paragraph.bullet if paragraph.bullet is not None else (listed or paragraph.level > 0)
    return draft(BlockKind.LIST_ITEM, passage, paragraph.level + 1) if item else draft(BlockKind.PARAGRAPH, passage)
