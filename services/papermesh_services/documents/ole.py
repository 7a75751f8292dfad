"""Tells what an OLE container holds by the names at the top of its directory. Reads the directory and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNATURE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
ENTRY_BYTES: Final = 128
_MAX_ENTRIES: Final = 100_000
LAST_SECTOR: Final = 0xFFFFFFF0
HEADER_TABLES: Final = 109
_NAME: Final = re.compile(rb"(?:[ -~\x01-\x06]\0){4,31}")
_STREWN_WITHIN: Final = 16 * 1024 * 1024


def is_ole(data: bytes) -> bool:
    """Whether this is an OLE container: an old Office file, an Outlook message, or an encrypted new Office file."""
    return data.startswith(_SIGNATURE)


def names(data: bytes) -> frozenset[str]:
    """The names of the streams and storages at its top, not of those of documents inside it.

    Where its directory cannot be followed, whatever looks like a name anywhere in the bytes.
    """
    return frozenset(map(name_of, top(_entries(data)))) or frozenset(_strewn(data))


def top(entries: Sequence[bytes]) -> list[bytes]:
    """Those of a directory's entries that hang below its root: its child and all that are sisters of that."""
    found: list[bytes] = []
    waiting = [number(entries[0], 76)] if entries else []
    seen: set[int] = set()
    while waiting:
        which = waiting.pop()
        if which < len(entries) and which not in seen:
            seen.add(which)
            found.append(entries[which])
            waiting += (number(entries[which], 68), number(entries[which], 72))
    return found


def name_of(entry: bytes) -> str:
    """The name in an entry of a directory."""
    length = max(2, min(64, int.from_bytes(entry[64:66], "little")))
    return entry[: length - 2].decode("utf-16-le", "replace")


def number(data: bytes, at: int) -> int:
    """The number of four bytes at a place; that of no sector and no entry outside of the data."""
    return int.from_bytes(data[at : at + 4], "little") if len(data) >= at + 4 else LAST_SECTOR


def _entries(data: bytes) -> list[bytes]:
    """The entries of the directory, along its own chain of sectors."""
    size = 1 << min(16, int.from_bytes(data[30:32], "little"))
    sector = int.from_bytes(data[48:52], "little")
    found: list[bytes] = []
    seen: set[int] = set()
    while size >= ENTRY_BYTES and sector < LAST_SECTOR and sector not in seen and len(found) < _MAX_ENTRIES:
        seen.add(sector)
        at = (sector + 1) * size
        found.extend(data[i : i + ENTRY_BYTES] for i in range(at, min(at + size, len(data)), ENTRY_BYTES))
        sector = _next(data, sector, size)
    return found


def _next(data: bytes, sector: int, size: int) -> int:
    """The sector after this one in its chain, as far as the header says where the chains are."""
    table, index = divmod(sector, size // 4)
    if table >= HEADER_TABLES:
        return LAST_SECTOR
    where = int.from_bytes(data[76 + 4 * table : 80 + 4 * table], "little")
    at = (where + 1) * size + 4 * index
    return int.from_bytes(data[at : at + 4], "little") if at + 4 <= len(data) else LAST_SECTOR


def _strewn(data: bytes) -> list[str]:
    return [match.group().decode("utf-16-le") for match in _NAME.finditer(data[:_STREWN_WITHIN])]
