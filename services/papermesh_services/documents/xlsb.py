"""Looks through the records of an XLSB, to tell what calamine would allocate for a sheet before it does."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from papermesh_services.documents.extent import Extent
from papermesh_services.documents.rowformats import RowFormats, formatters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from papermesh_services.documents.archive import Archive
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.numberformat import Formatter
    from papermesh_services.documents.opc import Relation
    from papermesh_services.documents.sheet_errors import SheetErrors

_ROW = 0
_CELLS = range(1, 12)
_SHARED_CELL = 7
_ERRORS = (3, 11)
_STRING = 19
_SHEET = 156
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618


def sheet_ids(workbook: bytes) -> list[str]:
    """The ids of the relations of the sheets, in the order of the workbook."""
    found: list[str] = []
    for kind, at, size in _records(workbook):
        if kind == _SHEET and size >= 12:
            length = min(int.from_bytes(workbook[at + 8 : at + 12], "little"), size)
            found.append(workbook[at + 12 : at + 12 + 2 * length].decode("utf-16-le", "replace"))
    return found


def string_lengths(archive: Archive, relations: Mapping[str, Relation]) -> array[int]:
    """How many characters each shared string has."""
    lengths = array("I")
    for relation in relations.values():
        if relation.kind == "sharedStrings" and not relation.external:
            data = archive.read(relation.target)
            for kind, at, size in _records(data):
                if kind == _STRING:
                    lengths.append(min(int.from_bytes(data[at + 1 : at + 5], "little"), size))
    return lengths


def formats(styles: bytes) -> dict[int, Formatter]:
    """What writes the numbers of each style that says more than they do."""
    codes: dict[int, str] = {}
    found: list[int] = []
    in_cells = False
    for kind, at, size in _records(styles):
        if kind in (_BEGIN_STYLES, _END_STYLES):
            in_cells = kind == _BEGIN_STYLES
        elif kind == _STYLE and in_cells:
            found.append(int.from_bytes(styles[at + 2 : at + 4], "little"))
        elif kind == _FORMAT and size >= 6:
            length = min(int.from_bytes(styles[at + 2 : at + 6], "little"), size)
            code = styles[at + 6 : at + 6 + 2 * length].decode("utf-16-le", "replace")
            codes[int.from_bytes(styles[at : at + 2], "little")] = code
    return formatters(codes, found)


def checked(
    sheet: bytes, lengths: array[int], limits: Limits, numbers: RowFormats, errors: SheetErrors
) -> bytes | None:
    """The sheet where calamine may read it, None where it would take too much.

    numbers is told the styles of cells, errors those that show one.
    """
    extent = Extent(limits)
    row = 0
    styles: list[tuple[int, int]] = []
    for kind, at, size in _records(sheet):
        if kind == _ROW:
            numbers.add(row, styles)
            styles = []
            row = int.from_bytes(sheet[at : at + 4], "little")
        elif kind in _CELLS:
            column = int.from_bytes(sheet[at : at + 4], "little")
            extent.cell(row, column)
            styles.append((column, int.from_bytes(sheet[at + 4 : at + 7], "little")))
            if kind == _SHARED_CELL:
                number = int.from_bytes(sheet[at + 8 : at + 12], "little")
                extent.text(lengths[number] if number < len(lengths) else 0)
            elif kind in _ERRORS and size >= 9:
                errors.add(row, column, sheet[at + 8])
            if extent.too_large:
                return None
    numbers.add(row, styles)
    return sheet


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The records: kind, where the content starts, and its size. Both numbers are given seven bits a byte."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80 and at < len(data):
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < len(data) and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, at, size
        at += size
