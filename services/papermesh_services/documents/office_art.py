"""The records that old Office files are built of, and the properties of shapes ([MS-ODRAW], [MS-PPT] 2.3.1).

Bodies are views into the bytes of the file, so that what is nested deeply is there once.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPE, GROUP, PROPERTIES, MORE_PROPERTIES = 0xF004, 0xF003, 0xF00B, 0xF122
PICTURE, DESCRIPTION, TABLE = 0x0104, 0x0381, 0x039F

_HEAD: Final = struct.Struct("<HHI")
_PROPERTY: Final = struct.Struct("<HI")
_COMPLEX: Final = 0x8000
_NAME: Final = 0x3FFF
_MOST_RECORDS: Final = 100_000
_MOST_BYTES: Final = 8_192


class Record(NamedTuple):
    """A record: its kind, what its instance says, and its body."""

    kind: int
    instance: int
    body: memoryview

    def number(self, at: int) -> int:
        """The number of four bytes at a place of its body; 0 outside it."""
        return int.from_bytes(self.body[at : at + 4], "little") if at + 4 <= len(self.body) else 0

    def text(self) -> str:
        """Its body as text."""
        return str(self.body, "utf-16-le", "replace")


def record_at(data: bytes | memoryview, at: int) -> Record | None:
    """The record at a place, cut where the data ends; None outside it."""
    if not 0 <= at <= len(data) - _HEAD.size:
        return None
    version, kind, size = _HEAD.unpack_from(data, at)
    return Record(kind, version >> 4, memoryview(data)[at + _HEAD.size : at + _HEAD.size + size])


def records(data: bytes | memoryview) -> Iterator[Record]:
    """The records that stand in these bytes one after the other; not those inside them."""
    at = 0
    for _ in range(_MOST_RECORDS):
        found = record_at(data, at)
        if found is None:
            return
        yield found
        at += _HEAD.size + int.from_bytes(data[at + 4 : at + 8], "little")


def properties(record: Record) -> dict[int, int | str]:
    """The properties of a shape by their numbers: those that have a text as that, others as numbers."""
    found: dict[int, int | str] = {}
    body = record.body
    count = min(record.instance, len(body) // _PROPERTY.size)
    at = _PROPERTY.size * record.instance
    for index in range(count):
        name, number = _PROPERTY.unpack_from(body, _PROPERTY.size * index)
        if name & _COMPLEX:
            found[name & _NAME] = str(body[at : at + min(number, _MOST_BYTES)], "utf-16-le", "replace").strip("\0 ")
            at += number
        else:
            found[name & _NAME] = number
    return found
