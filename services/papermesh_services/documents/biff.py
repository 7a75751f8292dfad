"""Looks through the records of an XLS before calamine does: what it would allocate, and whether there is a password."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.extent import Extent
from papermesh_services.documents.rowformats import Looks, RowFormats, formatters
from papermesh_services.documents.sheet_errors import SheetErrors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_PASSWORD, _SST, _CONTINUE, _DIMENSIONS, _SHARED_CELL = 0x2F, 0xFC, 0x3C, 0x200, 0xFD
_FORMAT, _STYLE, _SHEET = 0x41E, 0xE0, 0x85
_BEGINS = (0x809, 0x409, 0x209, 0x009)
_MANY = (0xBD, 0xBE)
_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x27E, 0x406})
_ERROR, _FORMULAS, _IS_ERROR, _NO_NUMBER = 0x205, (0x06, 0x206, 0x406), 2, b"\xff\xff"
_CHECKED_EVERY = 1 << 16
_MOST_NOTED = 65_536
_LONGEST_CODE = 1_000
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08


@dataclass(slots=True)
class Survey:
    """What the records say.

    dimensions: where the contents of those records start, and their sizes. codes, styles: the formats of numbers.
    starts: where each sheet begins. numbers: what writes those of a sheet, by where it begins. errors: likewise, its
    cells that show one.
    """

    encrypted: bool = False
    too_large: bool = False
    dimensions: list[tuple[int, int]] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    numbers: dict[int, RowFormats] = field(default_factory=dict)
    errors: dict[int, SheetErrors] = field(default_factory=dict)

    def numbers_of(self, index: int) -> RowFormats | None:
        """What writes the numbers of a sheet."""
        return self.numbers.get(self.starts[index]) if index < len(self.starts) else None

    def errors_of(self, index: int) -> SheetErrors | None:
        """The cells of a sheet that show an error."""
        return self.errors.get(self.starts[index]) if index < len(self.starts) else None


def survey(stream: bytes, limits: Limits, watch: Watch) -> Survey:
    """Goes through the records of a workbook stream. Raises OutOfTimeError."""
    found = Survey()
    lengths = array("I")
    extent = Extent(limits)
    cells = _Cells(found, limits)
    for count, (kind, at, size) in enumerate(_records(stream)):
        if count % _CHECKED_EVERY == 0:
            watch.check()
        if kind in _CELLS and size >= 4:
            _note_cell(stream, kind, at, size, extent, lengths)
            cells.take(stream, kind, at, size)
            if extent.too_large:
                found.too_large = True
                break
        elif kind in _BEGINS:
            extent = extent.next_sheet()
            cells.next_sheet(at - 4)
        elif kind == _PASSWORD:
            found.encrypted = True
            break
        elif kind == _SST:
            lengths = _string_lengths(_segments(stream, at, size))
        elif kind == _DIMENSIONS:
            found.dimensions.append((at, size))
        else:
            _note_style(stream, kind, at, size, found)
    cells.next_sheet(-1)
    return found


def _note_style(stream: bytes, kind: int, at: int, size: int, found: Survey) -> None:
    """Notes what a record says of formats, or where a sheet begins."""
    if kind == _FORMAT and size >= 5:
        _note_format(stream[at : at + size], found)
    elif kind == _STYLE and size >= 4 and len(found.styles) < _MOST_NOTED:
        found.styles.append(int.from_bytes(stream[at + 2 : at + 4], "little"))
    elif kind == _SHEET and size >= 4 and len(found.starts) < _MOST_NOTED:
        found.starts.append(int.from_bytes(stream[at : at + 4], "little"))


def _note_format(record: bytes, found: Survey) -> None:
    """Notes a format code of the newer files; older ones have theirs in the code page of a country."""
    number, length, flags = struct.unpack_from("<HHB", record)
    wide = flags & _WIDE
    code = record[5 : 5 + min(length, _LONGEST_CODE) * (2 if wide else 1)].decode(
        "utf-16-le" if wide else "latin-1", "replace"
    )
    found.codes[number] = code


class _Cells:
    """Collects the styles of the cells of each sheet, row by row."""

    def __init__(self, found: Survey, limits: Limits) -> None:
        self._found = found
        self._limits = limits
        self._looks: Looks | None = None
        self._start = 0
        self._numbers: RowFormats | None = None
        self._row = -1
        self._styles: list[tuple[int, int]] = []

    def next_sheet(self, start: int) -> None:
        """A part of the workbook begins here; the first is none that has cells."""
        self._end_row()
        self._numbers = None
        self._start = start

    def take(self, stream: bytes, kind: int, at: int, size: int) -> None:
        """Takes a record of one cell or several."""
        self._note_error(stream, kind, at, size)
        if self._numbers is None:
            self._numbers = self._begun()
        if self._numbers is None or size < 6:
            return
        row, column, style = struct.unpack_from("<HHH", stream, at)
        if row != self._row:
            self._end_row()
            self._row = row
        self._styles.append((column, style))
        if kind == _MANY[0]:
            last = at + size - 6
            more = (struct.unpack_from("<H", stream, place)[0] for place in range(at + 10, last, 6))
            self._styles.extend(enumerate(more, start=column + 1))

    def _note_error(self, stream: bytes, kind: int, at: int, size: int) -> None:
        if kind == _ERROR and size >= 8 and stream[at + 7]:
            code = stream[at + 6]
        elif (
            kind in _FORMULAS and size >= 14 and stream[at + 6] == _IS_ERROR and stream[at + 12 : at + 14] == _NO_NUMBER
        ):
            code = stream[at + 8]
        else:
            return
        row, column = struct.unpack_from("<HH", stream, at)
        self._found.errors.setdefault(self._start, SheetErrors()).add(row, column, code)

    def _begun(self) -> RowFormats | None:
        """What is to be told of the sheet whose first cell has come, unless there is nothing to tell."""
        if self._looks is None:
            self._looks = Looks(formatters(self._found.codes, self._found.styles))
        if self._start <= 0 or not self._looks.formats or len(self._found.numbers) >= self._limits.max_pages:
            return None
        return self._found.numbers.setdefault(self._start, RowFormats(self._looks))

    def _end_row(self) -> None:
        if self._numbers is not None and self._styles:
            self._numbers.add(self._row, self._styles)
        self._styles = []
        self._row = -1


def _note_cell(stream: bytes, kind: int, at: int, size: int, extent: Extent, lengths: array[int]) -> None:
    row, column = struct.unpack_from("<HH", stream, at)
    last = struct.unpack_from("<H", stream, at + size - 2)[0] if kind in _MANY and size >= 6 else -1
    extent.cell(row, column, last)
    if kind == _SHARED_CELL and size >= 10:
        number = struct.unpack_from("<I", stream, at + 6)[0]
        extent.text(lengths[number] if number < len(lengths) else 0)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """The records: kind, where the content starts, its size."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        size = min(size, len(stream) - at - 4)
        yield kind, at + 4, size
        at += 4 + size


def _segments(stream: bytes, at: int, size: int) -> list[bytes]:
    """The content of a record and of those that continue it."""
    found = [stream[at : at + size]]
    at += size
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind != _CONTINUE:
            break
        found.append(stream[at + 4 : at + 4 + size])
        at += 4 + size
    return found


class _Segments:
    """A place in a record that goes on in others."""

    def __init__(self, segments: list[bytes]) -> None:
        self._segments = segments
        self._which = 0
        self._at = 0

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        while self._which < len(self._segments) and self._at >= len(self._segments[self._which]):
            self._which, self._at = self._which + 1, 0
        return self._which >= len(self._segments)

    def number(self, size: int) -> int:
        """A number of so many bytes."""
        return int.from_bytes(bytes(self._byte() for _ in range(size)), "little")

    def skip(self, size: int) -> None:
        """Goes on so many bytes."""
        while size > 0 and not self.over:
            step = min(size, len(self._segments[self._which]) - self._at)
            self._at += step
            size -= step

    def skip_characters(self, count: int, *, wide: bool) -> None:
        """Goes on so many characters. Where a string goes on in another record, its width is given anew."""
        while count > 0 and not self.over:
            width = 2 if wide else 1
            step = min(count, max(1, (len(self._segments[self._which]) - self._at) // width))
            self._at += step * width
            count -= step
            if count > 0 and not self.over:
                wide = bool(self._byte() & _WIDE)

    def _byte(self) -> int:
        if self.over:
            return 0
        self._at += 1
        return self._segments[self._which][self._at - 1]


def _string_lengths(segments: list[bytes]) -> array[int]:
    """How many characters each of the shared strings has."""
    place = _Segments(segments)
    place.skip(8)
    lengths = array("I")
    while not place.over:
        count = place.number(2)
        flags = place.number(1)
        runs = place.number(2) if flags & _RICH else 0
        extension = place.number(4) if flags & _EXTENDED else 0
        place.skip_characters(count, wide=bool(flags & _WIDE))
        place.skip(4 * runs + extension)
        lengths.append(count)
    return lengths
