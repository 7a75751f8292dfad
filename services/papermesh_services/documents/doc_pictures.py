"""Whether a text stands for a picture of an old Word file ([MS-DOC] 2.9.190, PICF, with an [MS-ODRAW] shape in it)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED_FILE: Final = 0x66
_RECORD: Final = struct.Struct("<HHI")
_PROPERTY: Final = struct.Struct("<HI")
_SHAPE, _PROPERTIES = 0xF004, 0xF00B
_DESCRIPTION: Final = 0x0381
_COMPLEX: Final = 0x8000
_MOST_RECORDS: Final = 100


def is_described(data: bytes, at: int) -> bool:
    """Whether the picture at this place of the stream Data has a description."""
    size, head, kind = (int.from_bytes(data[at + x : at + y], "little") for x, y in ((0, 4), (4, 6), (6, 8)))
    start = at + head
    if kind == _NAMED_FILE and start < len(data):
        start += 1 + data[start]
    shapes = (body for record, _, body in _records(data[start : at + size]) if record == _SHAPE)
    return any(
        _describes(properties, count)
        for shape in shapes
        for record, count, properties in _records(shape)
        if record == _PROPERTIES
    )


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    for _ in range(_MOST_RECORDS):
        if at + _RECORD.size > len(data):
            return
        version, kind, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        yield kind, version >> 4, data[at : at + size]
        at += size


def _describes(properties: bytes, count: int) -> bool:
    at = _PROPERTY.size * count
    for index in range(min(count, len(properties) // _PROPERTY.size)):
        name, size = _PROPERTY.unpack_from(properties, _PROPERTY.size * index)
        if not name & _COMPLEX:
            continue
        if name & 0x3FFF == _DESCRIPTION:
            return bool(properties[at : at + size].decode("utf-16-le", "replace").strip("\0 "))
        at += size
    return False
