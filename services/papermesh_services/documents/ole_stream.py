"""Finds where a stream of an OLE container lies in the file, piece by piece. Follows no chain of sectors in circles."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

_LAST = 0xFFFFFFF0
_HEADER_TABLES = 109
_ENTRY_BYTES = 128
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
    sisters: tuple[int, int]
    child: int


class Container:
    """The streams of an OLE container."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._sector = 1 << min(16, max(7, int.from_bytes(data[30:32], "little")))
        self._cutoff = _number(data, 56)
        self._table = self._sectors_table()
        directory = b"".join(self._piece(one) for one in self._chain(self._table, _number(data, 48)))
        self._entries = [_entry(directory[at : at + _ENTRY_BYTES]) for at in range(0, len(directory), _ENTRY_BYTES)]

    def find(self, *names: str) -> Stream | None:
        """The stream with one of these names, the first that is there; None where there is none.

        One at the top goes before those of documents inside this one.
        """
        top = self._top()
        for name in names:
            for entry in (*top, *self._entries):
                if entry.kind == _STREAM and entry.name == name:
                    return self._small(entry) if entry.size < self._cutoff else self._large(entry)
        return None

    def _top(self) -> list[_Entry]:
        """The entries below the root: its child and all that hang on that as sisters."""
        found: list[_Entry] = []
        waiting = [self._entries[0].child] if self._entries else []
        seen: set[int] = set()
        while waiting:
            which = waiting.pop()
            if which < len(self._entries) and which not in seen:
                seen.add(which)
                found.append(self._entries[which])
                waiting += self._entries[which].sisters
        return found

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
        for sector in self._chain(self._table, _number(self._data, 60)):
            table.frombytes(self._whole(sector))
        per = self._sector // _MINI_BYTES
        pieces = (one for one in self._chain(table, entry.start) if one // per < len(around.offsets))
        return Stream([around.place(one * _MINI_BYTES) for one in pieces], _MINI_BYTES, entry.size)

    def _sectors_table(self) -> array[int]:
        """The table that names the sector after each sector."""
        data = self._data
        named = [_number(data, 76 + 4 * index) for index in range(_HEADER_TABLES)]
        more, seen = _number(data, 68), set()
        while more < _LAST and more not in seen and (more + 1) * self._sector < len(data):
            seen.add(more)
            block = array("I", self._whole(more))
            named.extend(block[:-1])
            more = block[-1]
        table = array("I")
        for sector in named:
            if sector >= _LAST or (sector + 1) * self._sector >= len(data):
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
    length = max(2, min(64, int.from_bytes(data[64:66], "little")))
    kind = data[66] if len(data) > 66 else 0
    name = data[: length - 2].decode("utf-16-le", "replace")
    sisters = (_number(data, 68), _number(data, 72))
    return _Entry(name, kind, _number(data, 116), _number(data, 120), sisters, _number(data, 76))


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little") if len(data) >= at + 4 else _LAST
