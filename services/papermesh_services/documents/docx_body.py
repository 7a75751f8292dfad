"""Makes blocks of the body of a DOCX: paragraphs, headings, lists, tables, notes and text boxes.

A machine that is fed the elements of one part as they begin and end; it opens nothing and keeps no tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.docx_styles import BODY_LEVEL, Role
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.xmlparts import Element, local_name, value

if TYPE_CHECKING:
    from collections.abc import Callable

# What is struck out by a tracked change, was so before one, or stands there a second time for old programs.
_SKIPPED = frozenset(
    {"del", "moveFrom", "pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "Fallback", "sdtPr"}
)
_LAYOUT_CELL_BLOCKS = 3
_LAYOUT_CELL_CHARACTERS = 500
_OFF = ("0", "false", "off", "none")


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    style: str = ""
    outline: int = -1
    listed: bool | None = None
    level: int = 0


@dataclass(slots=True)
class _Table:
    rows: list[list[list[Draft]]] = field(default_factory=list)


class Body:
    """Takes elements, gives blocks: `out` receives each one that is complete."""

    def __init__(self, roles: dict[str, Role], out: Callable[[Draft], None]) -> None:
        self._roles = roles
        self._out = out
        self._skipping = 0
        self._hidden = False
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []

    def feed(self, begins: bool, element: Element) -> None:
        """Takes an element that begins or ends."""
        name = local_name(element)
        if name in _SKIPPED or self._is_separator(name, element):
            self._skipping += 1 if begins else -1
        elif self._skipping:
            return
        elif begins:
            self._begin(name, element)
        else:
            self._end(name, element)

    def _is_separator(self, name: str, element: Element) -> bool:
        return name in ("footnote", "endnote") and "eparator" in value(element, "type")

    def _begin(self, name: str, element: Element) -> None:
        match name:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "tbl":
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._tables[-1].rows.append([])
            case "tc" if self._tables and self._tables[-1].rows:
                self._tables[-1].rows[-1].append([])
            case "r":
                self._hidden = False
            case "vanish":
                self._hidden = value(element) not in _OFF
            case _ if self._paragraphs:
                self._note(name, element, self._paragraphs[-1])

    def _note(self, name: str, element: Element, paragraph: _Paragraph) -> None:
        """Takes what a paragraph says of itself."""
        match name:
            case "pStyle":
                paragraph.style = value(element)
            case "outlineLvl":
                paragraph.outline = int(value(element)) if value(element).isdecimal() else -1
            case "ilvl":
                paragraph.level = int(value(element)) if value(element).isdecimal() else 0
            case "numId":
                paragraph.listed = value(element) != "0"

    def _end(self, name: str, element: Element) -> None:
        match name:
            case "p" if self._paragraphs:
                self._emit(self._draft(self._paragraphs.pop()))
            case "tbl" if self._tables:
                for draft in _table_drafts(self._tables.pop()):
                    self._emit(draft)
            case _ if self._paragraphs and not self._hidden:
                self._paragraphs[-1].pieces.append(_characters(name, element))

    def _draft(self, paragraph: _Paragraph) -> Draft:
        text = "".join(paragraph.pieces)
        role = self._roles.get(paragraph.style, Role())
        if 0 <= paragraph.outline < BODY_LEVEL:
            role = Role(BlockKind.HEADING, min(6, paragraph.outline + 1))
        elif role.kind is not BlockKind.HEADING and paragraph.listed:
            role = Role(BlockKind.LIST_ITEM, 1)
        elif role.kind is BlockKind.LIST_ITEM and paragraph.listed is False:
            role = Role()
        level = paragraph.level + 1 if role.kind is BlockKind.LIST_ITEM else role.level
        return Draft(role.kind, text if role.kind is BlockKind.CODE else text.strip(), level)

    def _emit(self, draft: Draft) -> None:
        if not draft.text.strip():
            return
        # A text box ends inside the paragraph it is anchored in, so it comes out before it.
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            self._tables[-1].rows[-1][-1].append(draft)
        else:
            self._out(draft)


def _characters(name: str, element: Element) -> str:
    match name:
        case "t":
            return element.text or ""
        case "tab" | "ptab":
            # The same name stands for the tab stops of a paragraph, which are no characters.
            parent = element.getparent()
            return "\t" if parent is not None and local_name(parent) == "r" else ""
        case "br" | "cr":
            return "\n" if value(element, "type") in ("", "textWrapping") else " "
        case "noBreakHyphen":
            return "-"
    return ""


def _table_drafts(found: _Table) -> list[Draft]:
    cells = [cell for row in found.rows for cell in row]
    if _is_layout(found, cells):
        return [draft for cell in cells for draft in cell]
    rows = ([" ".join(draft.text for draft in cell) for cell in row] for row in found.rows)
    made = table(rows)
    return [made] if made.text else []


def _is_layout(found: _Table, cells: list[list[Draft]]) -> bool:
    """Whether the table only puts text side by side: a single cell, or cells that hold whole sections."""
    if len(cells) <= 1 or all(len(row) <= 1 for row in found.rows):
        return True
    full = [cell for cell in cells if cell]
    if any(draft.kind is BlockKind.HEADING for cell in full for draft in cell):
        return True
    long = sum(
        len(cell) >= _LAYOUT_CELL_BLOCKS and sum(len(draft.text) for draft in cell) > _LAYOUT_CELL_CHARACTERS
        for cell in full
    )
    return bool(full) and 3 * long >= len(full)
