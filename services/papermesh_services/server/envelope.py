"""Where the document is in a serialised request, without reading it all. Pure; knows the wire, and no message.

All requests for a document have their id in field 1, their sources in 2 to 4 and the filename in 5; a test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REQUEST_ID: Final = 1
FILE_PATH: Final = 2
CONTENT: Final = 3
TEXT: Final = 4
FILENAME: Final = 5

MAX_FIELDS: Final = 1_000
"""Fields on the way of which a request is looked through; an honest one has about ten."""

_VARINT, _EIGHT_BYTES, _DELIMITED, _FOUR_BYTES = 0, 1, 2, 5
_MAX_VARINT_BYTES: Final = 10


class NotSeen(Exception):
    """The request is no message, or has more fields than are looked through."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request seen from outside.

    source: the field number of the source that counts, 0 if none is set. document: what that field holds.
    named: whether there is a filename.
    """

    request_id: memoryview

    source: int
    document: memoryview
    named: bool


def look(request: bytes) -> Envelope:
    """Finds the source of a request. As in any message, the last of those that are set counts. Raises NotSeen."""
    data = memoryview(request)
    source, document, request_id, named, at = 0, data[:0], data[:0], False, 0
    for _ in range(MAX_FIELDS):
        if at == len(data):
            return Envelope(request_id, source, document, named)
        tag, at = _varint(data, at)
        kind = tag & 7
        start, at = _value(data, at, kind)
        if kind == _DELIMITED and tag >> 3 in (FILE_PATH, CONTENT, TEXT):
            source, document = tag >> 3, data[start:at]
        elif kind == _DELIMITED and tag >> 3 == REQUEST_ID:
            request_id = data[start:at]
        elif kind == _DELIMITED and tag >> 3 == FILENAME:
            named = at > start
    raise NotSeen


def request_id(request: bytes) -> str:
    """The id of a request; empty where it has none that can be read."""
    try:
        return str(look(request).request_id, "utf-8")
    except (NotSeen, UnicodeDecodeError):
        return ""


def with_filename(request: bytes, filename: str) -> bytes:
    """The request with another filename: of a field that is there twice, the last counts."""
    name = filename.encode("utf-8", "replace")
    return request + bytes((FILENAME << 3 | _DELIMITED,)) + _as_varint(len(name)) + name


def _value(data: memoryview, at: int, kind: int) -> tuple[int, int]:
    """Where the value of a field starts and ends."""
    if kind == _VARINT:
        return at, _varint(data, at)[1]
    if kind == _DELIMITED:
        size, at = _varint(data, at)
    elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
        size = 8 if kind == _EIGHT_BYTES else 4
    else:
        raise NotSeen
    if at + size > len(data):
        raise NotSeen
    return at, at + size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(data[at : at + _MAX_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, at + shift + 1
    raise NotSeen


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
