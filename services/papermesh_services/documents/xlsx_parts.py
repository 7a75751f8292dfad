"""Checks the parts of an XLSX or XLSB that calamine is to read, and packs those alone into a new container.

So calamine sees the very bytes that were checked, whatever else the container says. An XLSX gets short stand-ins for
its shared strings, because calamine copies one for each cell that shows it.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from papermesh_services.documents.clean import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.limits import Limits

STAND_IN = "\ue000"
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]+)([0-9]+)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*/>")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"']\s*([0-9]+)")
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*\s)?t\s*=\s*["'])e(?=["'])""")
_HIDDEN = b" hidden="
_SAYS_HIDDEN = rb"""(?=[^<>]*\shidden=["'](?:1|true)["'])"""
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row(?=\s)" + _SAYS_HIDDEN + rb"[^<>]*(?<!/)>")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col(?=\s)" + _SAYS_HIDDEN + rb"([^<>]*)>")
_BOUND = re.compile(rb"""\s(min|max)=["']([0-9]{1,9})["']""")
_FULL_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r=["']([A-Z]{1,3})[0-9]{1,9}["'][^<>]*(?<!/)><""")
_FAR = 1 << 32
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


class SharedStrings:
    """Collects the shared strings of an XLSX, without the readings of Japanese characters."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._writing = False
        self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - every handler has the same form
        """An element begins."""
        self._writing = name == "t" and not self._reading
        self._reading = self._reading or name == "rPh"

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        if self._writing:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self._writing = False
        if name == "rPh":
            self._reading = False
        elif name == "si":
            self.texts.append(one_line("".join(self._pieces)))
            self._pieces.clear()

    def stand_ins(self) -> bytes:
        """A part with a short string in place of each."""
        items = "".join(f"<si><t>{STAND_IN}{number}</t></si>" for number in range(len(self.texts)))
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{space}">{items}</sst>'.encode()

    def text(self, value: str) -> str:
        """The string that a stand-in stands for, or else itself; on one line."""
        if value.startswith(STAND_IN) and value[1:].isdecimal() and len(value) < 12:
            number = int(value[1:])
            return self.texts[number] if number < len(self.texts) else ""
        return one_line(value)


def in_utf_8(part: bytes) -> bytes:
    """A part as it is, or in UTF-8 where it is in UTF-16, in which calamine and the patterns here see nothing."""
    if not part.startswith(_UTF_16):
        return part
    return _DECLARED.sub("", part.decode("utf-16", "replace"), count=1).encode("utf-8", "replace")


def with_errors_as_texts(sheet: bytes) -> bytes:
    """The sheet with errors as texts, because calamine gives nothing of a cell that shows one."""
    return _ERROR_CELL.sub(rb"\1str", sheet) if b'"e"' in sheet or b"'e'" in sheet else sheet


def hides_cells(sheet: bytes) -> bool:
    """Whether there is something in a row or column that is hidden."""
    if _HIDDEN not in sheet:
        return False
    if any(_FULL_CELL.search(sheet, row.end(), _end_of_row(sheet, row.end())) for row in _HIDDEN_ROW.finditer(sheet)):
        return True
    hidden = [(int(first), int(last)) for first, last in map(_bounds, _HIDDEN_COLUMNS.findall(sheet)) if first and last]
    used = {cell[1] for cell in _FULL_CELL.finditer(sheet)} if hidden else set()
    return any(first <= column <= last for first, last in hidden for column in map(column_of, used))


def _end_of_row(sheet: bytes, at: int) -> int:
    following = _ROW.search(sheet, at)
    return following.start() if following else len(sheet)


def _bounds(attributes: bytes) -> tuple[bytes, bytes]:
    found = dict(_BOUND.findall(attributes))
    return found.get(b"min", b""), found.get(b"max", b"")


def without_empty_cells(sheet: bytes, limits: Limits, most: int) -> bytes | None:
    """The sheet as calamine may read it, or None where it spans too many cells.

    Cells that only carry a format may stand very far out; they are taken away where that helps.
    """
    if span(sheet) <= most * limits.max_cells:
        return sheet
    if len(_CELL.findall(sheet)) > len(_REFERENCE.findall(sheet)):
        return None  # cells without a place of their own would move
    sheet = _EMPTY_CELL.sub(b"", sheet)
    return sheet if span(sheet) <= most * limits.max_cells else None


def span(sheet: bytes) -> int:
    """At most how many cells the rectangle around all cells of a sheet has, whatever its dimension element says."""
    found = _REFERENCE.findall(sheet)
    columns = {column_of(letters) for letters in {letters for letters, _ in found}}
    rows = {min(_FAR, int(digits[:12])) for digits in {digits for _, digits in found}}
    if len(_CELL.findall(sheet)) > len(found):
        # A cell without a place comes after the one before it, a row without a number likewise.
        rows |= {min(_FAR, int(digits[:12])) for digits in _ROW_NUMBER.findall(sheet)} | {1}
        rows.add(max(rows) + len(_ROW.findall(sheet)))
        columns |= {1, max(columns, default=0) + max(len(_CELL.findall(row)) for row in _ROW.split(sheet))}
    if not rows:
        return 0
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A container of these parts alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return buffer.getvalue()


def column_of(letters: bytes) -> int:
    """The number of a column, from 1, of its letters."""
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return min(_FAR, number)
