"""Whether a text stands for a picture of an old Word file ([MS-DOC] 2.9.190, the PICF, with a shape in it)."""

from __future__ import annotations

from typing import Final

from papermesh_services.documents.office_art import DESCRIPTION, PROPERTIES, SHAPE, properties, records

_NAMED_FILE: Final = 0x66


def is_described(data: bytes, at: int) -> bool:
    """Whether the picture at this place of the stream Data has a description."""
    size, head, kind = (int.from_bytes(data[at + x : at + y], "little") for x, y in ((0, 4), (4, 6), (6, 8)))
    start = at + head
    if kind == _NAMED_FILE and start < len(data):
        start += 1 + data[start]
    shapes = (one.body for one in records(data[start : at + size]) if one.kind == SHAPE)
    parts = (one for shape in shapes for one in records(shape) if one.kind == PROPERTIES)
    return any(properties(one).get(DESCRIPTION) for one in parts)
