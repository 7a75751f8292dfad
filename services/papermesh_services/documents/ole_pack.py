"""Packs one stream into a new OLE container, in order, so that its reader sees no chain of sectors but a sound one."""

from __future__ import annotations

import struct
from array import array

_SECTOR = 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_HEADER_TABLES = 109
_PER_TABLE = _SECTOR // 4
_SMALLEST = 4096
"""A shorter stream would have to be kept among small pieces."""


def packed(name: str, stream: bytes) -> bytes:
    """The container. The stream is made longer with zeros where it is very short; at most 400 MiB fit."""
    size = max(len(stream), _SMALLEST)
    sectors = -(-size // _SECTOR)
    # The directory, a sector for the small pieces that there are none of, the stream, then the tables.
    tables = -(-(2 + sectors) // (_PER_TABLE - 1))
    chains = array("I", [_END, _END, *range(3, 2 + sectors), _END, *([_TABLE] * tables)])
    chains.extend([_FREE] * (tables * _PER_TABLE - len(chains)))
    directory = _entry("Root Entry", 5, 1, _SECTOR, child=1) + _entry(name, 2, 2, size)
    return b"".join(
        (
            _header(2 + sectors, tables).ljust(_SECTOR, b"\0"),
            directory.ljust(_SECTOR, b"\0"),
            bytes(_SECTOR),
            stream.ljust(sectors * _SECTOR, b"\0"),
            chains.tobytes(),
        )
    )


def _header(first_table: int, tables: int) -> bytes:
    named = [*range(first_table, first_table + tables)]
    named += [_FREE] * (_HEADER_TABLES - tables)
    fixed = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x3E, 4, 0xFFFE, 12, 6, bytes(6),
        1, tables, 0, 0, _SMALLEST, _END, 0, _END, 0, named[0],
    )  # fmt: skip
    return fixed + struct.pack("<108I", *named[1:])


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI16sIQ",
        text, len(text) + 2, kind, 1, _FREE, _FREE, child, bytes(16), 0, bytes(16), start, size,
    )  # fmt: skip
