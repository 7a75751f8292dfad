"""Packs one stream into an OLE container of its own, for a library that cannot be trusted with the one it came in."""

from __future__ import annotations

import struct
from typing import Final

_SECTOR: Final = 4096
_PER_TABLE: Final = _SECTOR // 4
_HEADER_TABLES: Final = 109
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")


def packed(name: str, content: bytes) -> bytes:
    """The container: a head, the table of sectors, the directory, the small sectors and the stream, each in one piece.

    Raises ValueError for a stream of more than the 440 MB that a head alone can hold the tables of.
    """
    # Smaller streams would have to lie in a stream of small sectors.
    content = content.ljust(_SECTOR, b"\0")
    count = -(-len(content) // _SECTOR)
    tables = -(-(count + 2) // (_PER_TABLE - 1))
    if tables > _HEADER_TABLES:
        raise ValueError("the stream is too large for a container without tables of tables")
    # calamine wants small sectors to be there; there is one, which nothing lies in.
    first = tables + 2
    chain = [*[_TABLE] * tables, _END, _END, *range(first + 1, first + count), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, 1, tables + 1, 0) + _entry(name, 2, _FREE, first, len(content))
    parts = (_head(tables), table, directory.ljust(_SECTOR, b"\0"), bytes(_SECTOR), content)
    return b"".join((*parts, bytes(-len(content) % _SECTOR)))


def _head(tables: int) -> bytes:
    kind = struct.pack("<5H6x", 0x3E, 4, 0xFFFE, 12, 6)
    places = struct.pack("<9I", 1, tables, tables, 0, _SECTOR, _END, 0, _END, 0)
    named = struct.pack(f"<{_HEADER_TABLES}I", *range(tables), *[_FREE] * (_HEADER_TABLES - tables))
    return (_SIGNATURE + bytes(16) + kind + places + named).ljust(_SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    spelt = name.encode("utf-16-le")
    head = spelt.ljust(64, b"\0") + struct.pack("<HBB3I", len(spelt) + 2, kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
