"""The little of protobuf's wire format that is written without messages: heads of fields that have a length.

Pure. What may hold a whole document is put together by these, and copied no more often than it must be.
"""

from __future__ import annotations

from typing import Final

_LENGTH_DELIMITED: Final = 2


def field_head(number: int, size: int) -> bytes:
    """Writes what stands before the bytes of a message, a string or bytes: the number of the field and its length."""
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(size)


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)
