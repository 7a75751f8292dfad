"""Reads properties of an Outlook message from the OLE container it is, one stream at a time and only those asked for.

Knows what a property is ([MS-OXMSG] 2.1 and 2.4), not what it means for a reader.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import olefile  # type: ignore[import-untyped]

from papermesh_services.documents import encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNICODE, _BYTES, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_MOMENT: Final = 0x0040
_RECORD: Final = 16
_CODEPAGES: Final = (0x3FFD, 0x3FDE)
_CODECS: Final = {65001: "utf-8", 20127: "ascii", 20866: "koi8_r", 21866: "koi8_u", 50220: "iso2022_jp"}
_HEADERS: Final = {"message": 32, "embedded": 24, "attachment": 8}
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


class Storage:
    """A folder of properties: a message or an attachment."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...] = (), kind: str = "message") -> None:
        self._ole = ole
        self._path = path
        self._kind = kind
        self._fixed = self._records()

    def text(self, number: int) -> str:
        """A property of characters; empty where it is absent."""
        raw = self._stream(number, _UNICODE)
        if raw:
            return raw.decode("utf-16-le", "replace").rstrip("\0")
        raw = self._stream(number, _BYTES)
        return encoding.decode(raw, self.codec)[0].rstrip("\0") if raw else ""

    def data(self, number: int) -> bytes:
        """A property of bytes; none where it is absent."""
        return self._stream(number, _BINARY)

    def size(self, number: int) -> int:
        """How many bytes such a property has, without reading it."""
        path = self._place(number, _BINARY)
        return int(self._ole.get_size(path)) if self._ole.exists(path) else 0

    def moment(self, number: int) -> datetime | None:
        """A moment in time; None where it is absent or out of range."""
        raw = self._fixed.get((number, _MOMENT))
        try:
            return _EPOCH + timedelta(microseconds=raw // 10) if raw else None
        except OverflowError:
            return None

    @property
    def codec(self) -> str:
        """The encoding of characters that are no Unicode, as far as it says."""
        page = next((self._fixed[key] & 0xFFFFFFFF for number in _CODEPAGES if (key := (number, 3)) in self._fixed), 0)
        return _CODECS.get(page) or (f"iso8859-{page - 28590}" if 28590 < page < 28606 else f"cp{page}" if page else "")

    def attachments(self) -> Iterator[Storage]:
        """Those of a message, in order."""
        names = {tuple(path[: len(self._path) + 1]) for path in self._ole.listdir(streams=True, storages=True)}
        for path in sorted(names):
            if path[:-1] == self._path and path[-1].startswith("__attach_version1.0_"):
                yield Storage(self._ole, path, "attachment")

    def message(self) -> Storage | None:
        """The message that an attachment is; None where it is something else."""
        path = (*self._path, f"__substg1.0_3701{_OBJECT}")
        found = self._ole.exists([*path, "__properties_version1.0"])
        return Storage(self._ole, path, "embedded") if found else None

    def _place(self, number: int, kind: str) -> list[str]:
        return [*self._path, f"__substg1.0_{number:04X}{kind}"]

    def _stream(self, number: int, kind: str) -> bytes:
        return self._read(self._place(number, kind))

    def _read(self, path: list[str]) -> bytes:
        if not self._ole.exists(path) or self._ole.get_type(path) != olefile.STGTY_STREAM:
            return b""
        with self._ole.openstream(path) as stream:
            return bytes(stream.read())

    def _records(self) -> dict[tuple[int, int], int]:
        """The properties of fixed size, by number and type."""
        raw = self._read([*self._path, "__properties_version1.0"])
        start = _HEADERS[self._kind]
        records = (raw[at : at + _RECORD] for at in range(start, len(raw) - _RECORD + 1, _RECORD))
        return {(_number(r, 2), _number(r, 0)): int.from_bytes(r[8:], "little") for r in records}


def _number(record: bytes, at: int) -> int:
    return int.from_bytes(record[at : at + 2], "little")
