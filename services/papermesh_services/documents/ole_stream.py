"""Finds where a stream of an OLE container lies in the file, piece by piece. Follows no chain of sectors in circles."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from papermesh_services.documents import ole
from papermesh_services.documents.ole import ENTRY_BYTES, HEADER_TABLES, LAST_SECTOR, number

_MINI_BYTES = 64
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: where its pieces start in the file, how long each is, and how many bytes it has in all."""

    offsets: list[int]
    piece: int
    size: int

    def read(self, data: bytes) -> bytes:
        """Its bytes."""
        return b"".join(data[at : at + self.piece] for at in self.offsets)[: self.size]

    def place(self, at: int) -> int:
        """Where a byte of it lies in the file."""
        return self.offsets[at // self.piece] + at % self.piece


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Container:
    """The streams of an OLE container."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._sector = 1 << min(16, max(7, int.from_bytes(data[30:32], "little")))
        self._cutoff = number(data, 56)
        self._table = self._sectors_table()
        directory = b"".join(self._piece(one) for one in self._chain(self._table, number(data, 48)))
        entries = [directory[at : at + ENTRY_BYTES] for at in range(0, len(directory), ENTRY_BYTES)]
        self._entries = [_entry(one) for one in entries]
        self._streams: dict[str, _Entry] = {}
        for entry in (*map(_entry, ole.top(entries)), *self._entries):
            if entry.kind == _STREAM:
                self._streams.setdefault(entry.name, entry)

    def find(self, *names: str) -> Stream | None:
        """The stream with one of these names, the first that is there; None where there is none.

        One at the top goes before those of documents inside this one.
        """
        entry = next((self._streams[name] for name in names if name in self._streams), None)
        if entry is None:
            return None
        return self._small(entry) if entry.size < self._cutoff else self._large(entry)

    def _large(self, entry: _Entry) -> Stream:
        sectors = self._chain(self._table, entry.start)
        return Stream([(one + 1) * self._sector for one in sectors], self._sector, entry.size)

    def _small(self, entry: _Entry) -> Stream:
        """A stream of small pieces, which lie in the stream of the root."""
        root = next((one for one in self._entries if one.kind == _ROOT), None)
        if root is None:
            return Stream([], _MINI_BYTES, 0)
        around = self._large(root)
        table = array("I")
        for sector in self._chain(self._table, number(self._data, 60)):
            table.frombytes(self._whole(sector))
        per = self._sector // _MINI_BYTES
        pieces = (one for one in self._chain(table, entry.start) if one // per < len(around.offsets))
        return Stream([around.place(one * _MINI_BYTES) for one in pieces], _MINI_BYTES, entry.size)

    def _sectors_table(self) -> array[int]:
        """The table that names the sector after each sector."""
        data = self._data
        named = [number(data, 76 + 4 * index) for index in range(HEADER_TABLES)]
        more, seen = number(data, 68), set()
        while more < LAST_SECTOR and more not in seen and (more + 1) * self._sector < len(data):
            seen.add(more)
            block = array("I", self._whole(more))
            named.extend(block[:-1])
            more = block[-1]
        table = array("I")
        for sector in named:
            if sector >= LAST_SECTOR or (sector + 1) * self._sector >= len(data):
                break
            table.frombytes(self._whole(sector))
        return table

    def _chain(self, table: array[int], sector: int) -> list[int]:
        found: list[int] = []
        seen = bytearray(len(table))
        while sector < len(table) and not seen[sector]:
            seen[sector] = 1
            found.append(sector)
            sector = table[sector]
        return found

    def _piece(self, sector: int) -> bytes:
        at = (sector + 1) * self._sector
        return self._data[at : at + self._sector]

    def _whole(self, sector: int) -> bytes:
        return self._piece(sector).ljust(self._sector, b"\xff")


def _entry(data: bytes) -> _Entry:
    return _Entry(ole.name_of(data), data[66] if len(data) > 66 else 0, number(data, 116), number(data, 120))
