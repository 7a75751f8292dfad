"""Makes blocks of a part of a DOCX: paragraphs, headings, lists, tables, and what text boxes and equations hold.

A machine that is told the elements of one part as they begin and end; it opens nothing and keeps no tree.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from papermesh_services.documents import symbols
from papermesh_services.documents.docx_styles import BODY_LEVEL, Role
from papermesh_services.documents.equations import Equation
from papermesh_services.documents.fields import hyperlink
from papermesh_services.documents.inline import Inline, draft
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.texttable import Table, drafts_of
from papermesh_services.documents.watch import OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.cells import CellBudget
    from papermesh_services.documents.tally import Tally
    from papermesh_services.documents.watch import Watch

_STRUCK = frozenset({"del", "moveFrom"})
_CHANGED = frozenset({"ins", "moveTo", "cellIns", "cellDel", "cellMerge"})
_FORMER = frozenset({"pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange"})
# What stands there a second time for old programs, is a reading aid above characters, or describes a control.
_SKIPPED = frozenset({"Fallback", "rt", "sdtPr"}) | _STRUCK | _FORMER
_TRACKED = _STRUCK | _CHANGED | _FORMER
_GONE = frozenset({"del", "moveFrom", "cellDel"})
_CONTROLS = frozenset({"checkbox", "dropDownList", "comboBox", "date"})
_OFF = ("0", "false", "off", "none")
_MOST_FIELDS = 100
_MOST_INSTRUCTION = 1_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the text of a part stands among.

    targets: where its links lead, by the ids of their relations.
    drawn: gives the text of a chart or diagram by the id of its relation.
    """

    roles: Mapping[str, Role]
    found: Tally
    budget: CellBudget
    targets: Mapping[str, str]
    drawn: Callable[[str], list[Draft]]
    watch: Watch


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it comes in.

    joined: whether its mark is deleted, so that the next one goes on with it.
    before, start: the one whose mark was, and how many pieces of text that had left.
    """

    inline: Inline = field(default_factory=Inline)
    joined: bool = False
    before: _Paragraph | None = None
    start: int = 0
    style: str = ""
    outline: int = -1
    listed: bool | None = None
    level: int = -1


@dataclass(slots=True)
class _Field:
    """A field that is open. separated: whether its instruction is over, and its result has begun."""

    instruction: str = ""
    separated: bool = False
    linked: Inline | None = None

    def take(self, text: str) -> None:
        if len(self.instruction) < _MOST_INSTRUCTION:
            self.instruction += text[:_MOST_INSTRUCTION]


class Body:
    """Told elements, gives blocks: `out` receives each one that is complete."""

    def __init__(self, around: Surroundings, out: Callable[[Draft], None]) -> None:
        self._around = around
        self._found = around.found
        self._out = out
        self._skipping = 0
        self._hidden = False
        self._in_run = 0
        self._writing = ""
        self._language = ""
        self._in_properties = ""
        self._paragraphs: list[_Paragraph] = []
        self._left: _Paragraph | None = None
        self._tables: list[Table] = []
        self._fields: list[_Field] = []
        self._equation = Equation()
        self._picture = ("", False)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name in _TRACKED:
            self._found.tracked_changes = True
        if not self._skipping and self._in_properties and name in _GONE:
            self._take_away()
        if self._skipping or name in _SKIPPED or _is_separator(name, attributes):
            self._skipping += 1
            self._found.forms = self._found.forms or name in _CONTROLS
        elif not self._structure(name, attributes):
            self._look(name, attributes)
            if self._paragraphs:
                self._property(name, attributes, self._paragraphs[-1])
                self._content(name, attributes, self._paragraphs[-1].inline)

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        if self._skipping or not self._writing or not self._paragraphs:
            return
        if self._writing == "instrText":
            if self._fields:
                self._fields[-1].take(text)
        elif (around := self._instructs) is not None:
            around.take(text)
        elif self._hidden:
            self._found.hidden_text = self._found.hidden_text or bool(text.strip())
        else:
            inline = self._paragraphs[-1].inline
            inline.add((self._equation.text() if self._writing == "m:t" else "") + text)
            self._found.wrote(self._language, len(text))

    def end(self, name: str) -> None:
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
            return
        match name:
            case "t" | "instrText":
                self._writing = ""
            case "r":
                self._hidden = False
                self._in_run -= 1
            case "hyperlink" | "fldSimple" if self._paragraphs:
                self._paragraphs[-1].inline.close_link()
            case _ if name.startswith("m:"):
                self._writing = ""
                self._write(self._equation.end(name))
            case _:
                self._end_structure(name)

    def _end_structure(self, name: str) -> None:
        """Ends what paragraphs and tables are built of."""
        match name:
            case "p" if self._paragraphs:
                self._end_paragraph(self._paragraphs.pop())
            case "pPr" | "trPr" | "tcPr":
                self._in_properties = ""
            case "txbxContent":
                self._end_left()
            case "footnote" | "endnote" | "comment":
                self._end_left()
                self._fields.clear()
            case "tc" if self._tables:
                self._end_left()
                self._tables[-1].end_cell()
            case "tr" if self._tables:
                self._tables[-1].end_row()
            case "tbl" if self._tables:
                self._end_table()

    def close(self) -> None:
        """Gives what is still open, where a part breaks off."""
        self._end_left()
        while self._paragraphs:
            self._emit(self._draft(self._paragraphs.pop()))
        while self._tables:
            with suppress(OutOfTimeError):
                self._end_table()

    def _end_table(self) -> None:
        for made in drafts_of(self._tables.pop(), self._around.budget, self._around.watch):
            self._emit(made)

    def _structure(self, name: str, attributes: dict[str, str]) -> bool:
        """Takes what paragraphs and tables are built of. Whether it was such a thing."""
        match name:
            case "p":
                self._paragraphs.append(self._new_paragraph())
            case "tbl":
                self._end_left()
                self._tables.append(Table())
            case "pPr" | "trPr" | "tcPr":
                self._in_properties = name
            case "tr" if self._tables:
                self._tables[-1].start_row()
            case "tc" if self._tables:
                self._tables[-1].start_cell()
            case "gridSpan" if self._tables:
                self._tables[-1].span(attributes.get("val", ""))
            case "gridBefore" if self._tables:
                self._tables[-1].skip(attributes.get("val", ""))
            case "r":
                self._hidden = False
                self._language = ""
                self._in_run += 1
            case _:
                return False
        return True

    def _look(self, name: str, attributes: dict[str, str]) -> None:
        """Takes what is no text: pictures, drawings, hiding, the language of a run."""
        match name:
            case "vanish":
                self._hidden = attributes.get("val", "") not in _OFF
            case "lang":
                self._language = attributes.get("val", "")
            case "docPr" | "shape":
                self._picture = (_alternative(attributes), False)
            case "cNvPr" if _alternative(attributes):
                self._picture = (_alternative(attributes), False)
            case "decorative":
                self._picture = (self._picture[0], attributes.get("val", "") not in _OFF)
            case "blip" | "imagedata":
                alternative, decorative = self._picture
                self._found.image(described=decorative or bool(alternative.strip()))
            case "ffData":
                self._found.forms = True
            case "chart" | "relIds":
                for made in self._around.drawn(attributes.get("r:id") or attributes.get("r:dm", "")):
                    self._emit(made)

    def _property(self, name: str, attributes: dict[str, str], paragraph: _Paragraph) -> None:
        """Takes what a paragraph says of itself."""
        text = attributes.get("val", "")
        number = int(text) if text.isdecimal() and len(text) < 9 else -1
        match name:
            case "pStyle":
                paragraph.style = text
            case "outlineLvl":
                paragraph.outline = number
            case "ilvl":
                paragraph.level = number
            case "numId":
                paragraph.listed = text != "0"

    def _content(self, name: str, attributes: dict[str, str], inline: Inline) -> None:
        """Takes what stands in the text of a paragraph."""
        match name:
            case "t" | "instrText" | "m:t":
                self._writing = name
            case "hyperlink":
                target = self._around.targets.get(attributes.get("r:id", ""), "")
                anchor = attributes.get("anchor", "")
                inline.open_link(target + (f"#{anchor}" if anchor else ""))
            case "fldSimple":
                inline.open_link(hyperlink(attributes.get("instr", "")))
            case "fldChar":
                self._field(attributes.get("fldCharType", ""), inline)
            case "noBreakHyphen" | "sym" | "br" | "cr":
                self._write(_character(name, attributes))
            case "tab" | "ptab" if self._in_run:
                self._write("\t")  # outside a run the same name stands for the tab stops of a paragraph
            case _ if name.startswith("m:"):
                self._write(self._equation.start(name, attributes))
        if name == "m:t":
            self._equation.start(name, attributes)

    def _write(self, text: str) -> None:
        if text and not self._hidden and self._paragraphs and self._instructs is None:
            self._paragraphs[-1].inline.add(text)

    @property
    def _instructs(self) -> _Field | None:
        """The field around others in whose instruction the text stands, if any: the result of those is part of it."""
        if len(self._fields) < 2:
            return None
        return next((one for one in reversed(self._fields[:-1]) if not one.separated), None)

    def _field(self, kind: str, inline: Inline) -> None:
        """Takes the beginning, middle or end of a field: an instruction and the text it gave."""
        if kind == "begin" and len(self._fields) < _MOST_FIELDS:
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].separated = True
            target = hyperlink(self._fields[-1].instruction)
            if target and self._instructs is None:
                inline.open_link(target)
                self._fields[-1].linked = inline
        elif kind == "end" and self._fields:
            linked = self._fields.pop().linked
            if linked is inline:
                inline.close_link()

    def _take_away(self) -> None:
        """The mark of a paragraph, a row or a cell is deleted or moved away."""
        if self._in_properties == "pPr" and self._paragraphs:
            self._paragraphs[-1].joined = True
        elif self._in_properties == "trPr" and self._tables:
            self._tables[-1].drop_row()
        elif self._in_properties == "tcPr" and self._tables:
            self._tables[-1].drop_cell()

    def _new_paragraph(self) -> _Paragraph:
        before, self._left = self._left, None
        return _Paragraph(before.inline, before=before, start=before.inline.pieces) if before else _Paragraph()

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        # Of paragraphs that are joined, the last with a text of its own says what they are.
        if paragraph.before is not None and not paragraph.inline.has_text_from(paragraph.start):
            paragraph = replace(paragraph.before, joined=paragraph.joined)
        if paragraph.joined:
            self._left = replace(paragraph, before=None)
        else:
            self._emit(self._draft(paragraph))

    def _end_left(self) -> None:
        """Gives a paragraph whose mark is deleted, where no other follows that it could be joined with."""
        if self._left is not None:
            left, self._left = self._left, None
            self._emit(self._draft(left))

    def _draft(self, paragraph: _Paragraph) -> Draft:
        passage = paragraph.inline.passage()
        role = self._around.roles.get(paragraph.style, Role())
        if 0 <= paragraph.outline < BODY_LEVEL:
            role = Role(BlockKind.HEADING, min(6, paragraph.outline + 1))
        elif role.kind is not BlockKind.HEADING and paragraph.listed:
            role = Role(BlockKind.LIST_ITEM, role.level or 1)
        elif role.kind is BlockKind.LIST_ITEM and paragraph.listed is False:
            role = Role()
        level = role.level
        if role.kind is BlockKind.LIST_ITEM and paragraph.level >= 0:
            level = min(paragraph.level, BODY_LEVEL) + 1
        return draft(role.kind, passage, level)

    def _emit(self, made: Draft) -> None:
        if not made.text.strip() and not made.links:
            return
        # A text box ends inside the paragraph it is anchored in, so it comes out before it.
        if not (self._tables and self._tables[-1].put(made)):
            self._out(made)


def _character(name: str, attributes: dict[str, str]) -> str:
    """What an element stands for that is one character."""
    if name == "noBreakHyphen":
        return "-"
    if name == "sym":
        return symbols.drawn(attributes.get("char", ""), attributes.get("font", ""))
    return "\n" if attributes.get("type", "") in ("", "textWrapping") else " "


def _is_separator(name: str, attributes: dict[str, str]) -> bool:
    return name in ("footnote", "endnote") and "eparator" in attributes.get("type", "")


def _alternative(attributes: dict[str, str]) -> str:
    return attributes.get("descr", "") or attributes.get("title", "") or attributes.get("alt", "")
