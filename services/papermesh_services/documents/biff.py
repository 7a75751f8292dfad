"""Looks through the records of an XLS before calamine does: what it would allocate, and whether there is a password."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.extent import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_PASSWORD, _SST, _CONTINUE, _DIMENSIONS, _SHARED_CELL = 0x2F, 0xFC, 0x3C, 0x200, 0xFD
_BEGINS = (0x809, 0x409, 0x209, 0x009)
_MANY = (0xBD, 0xBE)
_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x27E, 0x406})
_CHECKED_EVERY = 1 << 16
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08


@dataclass(slots=True)
class Survey:
    """What the records say. dimensions: where the contents of those records start, and their sizes."""

    encrypted: bool = False
    too_large: bool = False
    dimensions: list[tuple[int, int]] = field(default_factory=list)


def survey(stream: bytes, limits: Limits, watch: Watch) -> Survey:
    """Goes through the records of a workbook stream. Raises OutOfTimeError."""
    found = Survey()
    lengths = array("I")
    extent = Extent(limits)
    for count, (kind, at, size) in enumerate(_records(stream)):
        if count % _CHECKED_EVERY == 0:
            watch.check()
        if kind in _CELLS and size >= 4:
            _note_cell(stream, kind, at, size, extent, lengths)
            if extent.too_large:
                found.too_large = True
                break
        elif kind in _BEGINS:
            extent = extent.next_sheet()
        elif kind == _PASSWORD:
            found.encrypted = True
            break
        elif kind == _SST:
            lengths = _string_lengths(_segments(stream, at, size))
        elif kind == _DIMENSIONS:
            found.dimensions.append((at, size))
    return found


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
