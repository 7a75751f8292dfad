"""Makes blocks of the content of an OpenDocument file: text, slides and sheets.

A machine that is told the elements of one part as they begin and end; it opens nothing and keeps no tree.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from papermesh_services.documents import odf_names as names
from papermesh_services.documents import symbols
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.inline import draft, joined
from papermesh_services.documents.model import BlockKind, Format
from papermesh_services.documents.odf_changes import TOLD, Changes
from papermesh_services.documents.odf_indents import indent, with_items
from papermesh_services.documents.odf_objects import Embedded
from papermesh_services.documents.odf_places import Paragraph, Place
from papermesh_services.documents.odf_sheet import Sheet
from papermesh_services.documents.texttable import Table, drafts_of
from papermesh_services.documents.watch import TO_FINISH, OutOfTimeError

if TYPE_CHECKING:
    from papermesh_services.documents.cells import CellBudget
    from papermesh_services.documents.inline import Inline
    from papermesh_services.documents.odf_styles import Styles
    from papermesh_services.documents.tally import Tally
    from papermesh_services.documents.watch import Watch


class Out(Protocol):
    """What receives blocks and pages."""

    def add(self, made: Draft) -> None:
        """A block of the text itself."""

    def aside(self, made: Draft) -> None:
        """A block that stands beside the text: a note, a comment, a header or footer."""

    def embedded(self, path: str) -> Embedded:
        """The object that is embedded at this place in the file; nothing is in it where there is none."""

    def start_page(self, *, hidden: bool) -> None:
        """A slide or sheet begins."""

    def end_page(self) -> None:
        """A slide or sheet ends."""


class Body:
    """Told elements, gives blocks."""

    def __init__(self, styles: Styles, tally: Tally, budget: CellBudget, out: Out, watch: Watch, kind: Format) -> None:
        self._styles = styles
        self._tally = tally
        self._budget = budget
        self._out = out
        self._watch = watch
        self._kind = kind
        self._skipping = 0
        self._open: list[Paragraph | Place] = [Place("")]
        self._tables: list[Table] = []
        self._sheet: Sheet | None = None
        self._spans: list[str] = []
        self._charts: list[Draft] = []
        self._object: Embedded | None = None
        self._object_depth = 0
        self._changes = Changes()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._object is not None:
            self._object_depth += 1
            self._object.start(name, attributes)
            return
        if name in names.TOLD:
            self._note(name, attributes)
        if self._skipping or name in names.SKIPPED or self._is_unseen(name, attributes):
            self._skipping += 1
            return
        # A sheet has millions of elements: each is given only to what takes its kind.
        if name.startswith("style:"):
            self._styles.start(name, attributes)
        top = self._open[-1]
        if isinstance(top, Paragraph) and not self._changes.is_deleted:
            self._inside(name, attributes, top.inline)
        if name in names.TEXTS:
            self._text(name, attributes)
        elif name == "text:span":
            self._spans.append(attributes.get("text:style-name", ""))
        elif name.startswith("table:"):
            self._table(name, attributes)
        if name in names.PLACES:
            self._place(name, attributes)

    def _note(self, name: str, attributes: dict[str, str]) -> None:
        self._tally.tracked_changes = self._tally.tracked_changes or name in names.CHANGES
        self._tally.forms = self._tally.forms or name == "form:form"
        if name in TOLD:
            self._changes.start(name, attributes)

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        if self._object is not None:
            self._object.data(text)
            return
        if self._skipping or self._changes.is_deleted:
            return
        top = self._open[-1]
        if isinstance(top, Paragraph):
            top.inline.add(self._signs(" ".join(text.split("\n"))))
        elif top.describing:
            top.alternative += text[:1000]

    def _signs(self, text: str) -> str:
        """A text with the signs of a font of symbols as what they mean."""
        if not self._spans or text.isascii() or not any(map(symbols.is_private, text)):
            return text
        return symbols.of_private(text, self._styles.font(self._spans[-1]))

    def end(self, name: str) -> None:
        """An element ends."""
        if self._object is not None and self._object_depth:
            self._object_depth -= 1
            self._object.end(name)
            return
        if self._skipping:
            self._skipping -= 1
            return
        if name.startswith("style:"):
            self._styles.end(name)
        if name in names.PARAGRAPHS:
            self._end_paragraph()
        elif name == "text:span" and self._spans:
            self._spans.pop()
        self._end_structure(name)
        self._end_table(name)

    def _end_structure(self, name: str) -> None:
        """Ends what stands in paragraphs, and what holds them."""
        top = self._open[-1]
        match name:
            case "text:a" | "draw:a" if isinstance(top, Paragraph):
                top.inline.close_link()
            case "text:list":
                self._holder().lists -= 1
            case "svg-compatible:title" | "svg-compatible:desc" if isinstance(top, Place):
                top.describing = False
            case "draw:object" if self._object is not None:
                found, self._object = self._object, None
                self._drawn(found)
            case _ if isinstance(top, Place) and top.name == name:
                self._give_left(top)
                self._open.pop()
                self._end_place(top)

    def _end_paragraph(self) -> None:
        paragraph = self._open.pop()
        if not isinstance(paragraph, Paragraph):
            self._open.append(paragraph)
            return
        holder = self._holder()
        if paragraph.style and holder.drafts is not None:
            holder.indents[len(holder.drafts)] = indent(self._styles.indent(paragraph.style))
        if self._changes.is_deleted:
            self._give_left()
            self._changes.leave(paragraph, holder)
        else:
            self._emit(draft(paragraph.kind, paragraph.inline.passage(), paragraph.level))

    def _begin_paragraph(self, made: Paragraph) -> None:
        """A paragraph begins, or goes on where the end of the one before it is deleted."""
        holder = self._holder()
        if self._sheet is not None and holder.name == "table:table-cell":
            self._sheet.written = True
        self._open.append(self._changes.take(holder) or made)

    def _give_left(self, place: Place | None = None) -> None:
        """Gives the paragraph whose end is deleted, in this place if one is given: no other goes on with it."""
        left = self._changes.take(place)
        if left is not None:
            self._emit(draft(left.kind, left.inline.passage(), left.level))

    def close(self) -> None:
        """Gives what is still open, where a part breaks off."""
        self._give_left()
        while len(self._open) > 1:
            top = self._open.pop()
            if isinstance(top, Paragraph):
                self._emit(draft(top.kind, top.inline.passage(), top.level))
            else:
                self._end_place(top)
        while self._tables:
            with suppress(OutOfTimeError):
                self._end_table("table:table")
        self._end_table("table:table")

    def _is_unseen(self, name: str, attributes: dict[str, str]) -> bool:
        """Whether what is in an element is deleted, with all that stands in it, or hidden."""
        if self._changes.is_deleted and name in names.ANCHORED:
            return True
        return name in names.HIDEABLE and self._is_hidden(name, attributes)

    def _is_hidden(self, name: str, attributes: dict[str, str]) -> bool:
        match name:
            case "text:span":
                hidden = self._styles.hides("text", attributes.get("text:style-name", ""))
            case "text:p" | "text:h":
                hidden = self._styles.hides("paragraph", attributes.get("text:style-name", ""))
            case "draw:frame":
                return attributes.get("presentation:class", "") == "page-number"
            case "text:section":
                hidden = attributes.get("text:display", "") == "none"
            case "text:hidden-text" | "text:hidden-paragraph":
                hidden = attributes.get("text:is-hidden", "") == "true"
            case _:
                return False
        self._tally.hidden_text = self._tally.hidden_text or hidden
        return hidden

    def _inside(self, name: str, attributes: dict[str, str], inline: Inline) -> None:
        """Takes what stands in the text of a paragraph."""
        match name:
            case "text:s":
                inline.spaces(attributes.get("text:c", "1"))
            case "text:tab":
                inline.add("\t")
            case "text:line-break":
                inline.add("\n")
            case "text:a" | "draw:a":
                inline.open_link(attributes.get("xlink:href", ""))

    def _text(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of paragraphs and lists."""
        match name:
            case "text:h":
                level = attributes.get("text:outline-level", "1")
                number = int(level) if level in tuple("123456789") else 6
                self._begin_paragraph(Paragraph(BlockKind.HEADING, min(6, number)))
            case "text:p":
                self._begin_paragraph(self._paragraph(attributes.get("text:style-name", "")))
            case "text:list":
                self._holder().lists += 1
            case "text:list-item":
                self._holder().fresh = True

    def _paragraph(self, style: str) -> Paragraph:
        holder = self._holder()
        kind = self._styles.kind(style)
        if self._role() == "title" or kind is BlockKind.HEADING:
            return Paragraph(BlockKind.HEADING, 1)
        if holder.lists > 0 and holder.fresh:
            holder.fresh = False
            return Paragraph(BlockKind.LIST_ITEM, min(max(holder.lists, self._styles.depth(style)), names.DEEPEST))
        return Paragraph(kind, 0, style if holder.name == names.TEXT_BOX else "")

    def _place(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of what holds paragraphs."""
        if name in names.ASIDE or name in names.CELLS:
            self._open.append(Place(name, drafts=[]))
            if name in names.DECLARED:
                self._open.append(Paragraph(BlockKind.PARAGRAPH, 0))
        elif name == names.TEXT_BOX and self._kind is Format.ODP:
            self._open.append(Place(name, drafts=[], role=self._role()))
        elif name == "draw:frame":
            role = attributes.get("presentation:class", "")
            self._open.append(Place(name, drafts=[] if role in names.RUNNING else None, role=role))
        elif name == "draw:page":
            self._open.append(Place(name))
            self._out.start_page(hidden=self._styles.hides("drawing-page", attributes.get("draw:style-name", "")))
        else:
            self._picture(name, attributes)

    def _picture(self, name: str, attributes: dict[str, str]) -> None:
        """Takes what is drawn, and what stands for it."""
        top = self._open[-1]
        if isinstance(top, Place):
            top.describing = top.describing or name in names.DESCRIPTIONS
            top.images += name == "draw:image"
        if name == "draw:object":
            if attributes.get("xlink:href"):
                self._drawn(self._out.embedded(attributes["xlink:href"]))
            else:
                self._object = Embedded(self._budget)

    def _drawn(self, found: Embedded) -> None:
        """Puts a formula into the paragraph that it stands in, or makes it one of its own; a chart comes before it."""
        text, drafts = found.formula, found.drafts()
        self._holder().instead = bool(text or drafts)
        for made in drafts:
            if self._sheet is None:
                self._emit(made)
            elif made.kind is not BlockKind.TABLE:  # its numbers stand in cells
                self._charts.append(made)
        around = next(one for one in reversed(self._open) if isinstance(one, Paragraph) or one.name != "draw:frame")
        if isinstance(around, Paragraph):
            around.inline.add(text)
        elif text:
            self._emit(Draft(BlockKind.PARAGRAPH, text))

    def _end_place(self, place: Place) -> None:
        if place.images and not place.instead:
            self._tally.image(described=bool(place.alternative.strip()))
        if place.name == "draw:page":
            self._out.end_page()
        elif place.name == names.TEXT_BOX:
            for made in with_items(place.drafts or [], place.indents):
                self._emit(made)
        elif place.drafts and (place.name in names.ASIDE or place.name == "draw:frame"):
            self._end_aside(place, place.drafts)
        elif place.name in names.CELLS and self._tables:
            for made in place.drafts or ():
                self._tables[-1].put(made)
        elif place.name == "table:table-cell" and self._sheet is not None:
            self._sheet.end_cell(joined(place.drafts or (), " "))

    def _end_aside(self, place: Place, drafts: list[Draft]) -> None:
        self._tally.comments += place.name == "office:annotation"
        # The notes of a slide repeat what their own master says, for print.
        if place.role and any(isinstance(one, Place) and one.name == "presentation:notes" for one in self._open):
            return
        self._out.aside(draft(names.ASIDE.get(place.name) or names.RUNNING[place.role], joined(drafts, "\n")))

    def _table(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of tables, rows and cells."""
        if name == "table:table":
            self._start_table(attributes)
        elif self._tables:
            self._nested(name, attributes, self._tables[-1])
        elif self._sheet is not None:
            self._sheet.start(name, attributes)

    def _start_table(self, attributes: dict[str, str]) -> None:
        if self._kind is Format.ODS and self._sheet is None:
            self._out.start_page(hidden=self._styles.hides("table", attributes.get("table:style-name", "")))
            self._sheet = Sheet(attributes.get("table:name", ""), self._budget)
        else:
            self._give_left(self._holder())
            self._holder().instead = True
            self._tables.append(Table())

    def _nested(self, name: str, attributes: dict[str, str], table: Table) -> None:
        match name:
            case "table:table-row":
                table.start_row()
            case "table:table-cell":
                table.start_cell()
                table.span(attributes.get("table:number-columns-repeated", "1"))
            case "table:covered-table-cell":
                table.skip(attributes.get("table:number-columns-repeated", "1"))

    def _end_table(self, name: str) -> None:
        if name == "table:table" and self._tables:
            for made in drafts_of(self._tables.pop(), self._budget, self._watch):
                self._emit(made)
        elif self._tables or self._sheet is None:
            return
        elif name == "table:table-row":
            self._sheet.end_row()
        elif name == "table:table":
            sheet, self._sheet = self._sheet, None
            sheet.end_row()
            self._tally.repeated = self._tally.repeated or sheet.cut
            try:
                for made in sheet.drafts(self._watch.overtime(TO_FINISH)):
                    self._out.add(made)
                for made in self._charts:
                    self._out.add(made)
            finally:
                self._charts = []
                self._out.end_page()

    def _holder(self) -> Place:
        """The innermost place that is open."""
        top = self._open[-1]
        if isinstance(top, Place):
            return top
        return next(one for one in reversed(self._open) if isinstance(one, Place))

    def _role(self) -> str:
        return self._holder().role

    def _emit(self, made: Draft) -> None:
        """Gives a block to the innermost place that keeps its own, or out."""
        if not made.text.strip() and not made.links:
            return
        for one in reversed(self._open):
            if isinstance(one, Place) and one.drafts is not None:
                one.drafts.append(made)
                return
        self._out.add(made)
