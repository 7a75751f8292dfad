"""The streams of an old Word file and the head that says where everything lies in them ([MS-DOC] 2.5, the Fib).

Word 97 to 2003 keep characters in pieces and their looks in tables; Word 6 and 95 keep plain text, which is all that is
read of those. Nothing is believed: whatever points outside a stream is empty.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted

if TYPE_CHECKING:
    from papermesh_services.documents.ole_stream import Container

_WORD: Final = frozenset((0xA5EC, 0xA5DC, 0xA697, 0xA699))
_WORD_97: Final = 193
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_TABLES_AT: Final = 154
_STORIES: Final = struct.Struct("<8I")
_STORIES_AT: Final = 76
_OLD_LENGTH_AT: Final = 52
_DEFAULT_PAGE: Final = "cp1252"
_PAGES: Final = {
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24), "cp1250"),
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), "cp1251"),
    0x01: "cp1256",
    0x08: "cp1253",
    0x0D: "cp1255",
    0x1E: "cp874",
    0x1F: "cp1254",
    0x29: "cp1256",
    0x2A: "cp1258",
    0x11: "cp932",
    0x12: "cp949",
    0x25: "cp1257",
    0x26: "cp1257",
    0x27: "cp1257",
}
"""The code pages of Windows by the primary language, which is the low ten bits of an LCID."""


@dataclass(frozen=True, slots=True)
class Stories:
    """The parts of the text, one after the other: half-open ranges of characters (CPs)."""

    main: range
    footnotes: range
    headers: range
    comments: range
    endnotes: range
    boxes: range


class DocFile:
    """An old Word file. Raises DocumentCorrupt where it is none, DocumentEncrypted where it is locked.

    stream: the stream WordDocument, which holds characters and pages of their looks.
    modern: whether it is of Word 97 or later.
    stories: where its texts are. plain: where those of an older one lie in the stream, in bytes.
    page: the code page that an older one is written in. data: the stream Data, which has pictures and long looks.
    """

    def __init__(self, data: bytes, container: Container) -> None:
        stream = container.find("WordDocument")
        self.stream = stream.read(data) if stream else b""
        if len(self.stream) < _TABLES_AT or self.number(0, 2) not in _WORD:
            raise DocumentCorrupt("The Word document is broken: its head is missing. Save it again.")
        flags = self.number(10, 2)
        if flags & _ENCRYPTED:
            raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
        self.modern = self.number(2, 2) >= _WORD_97
        self.page = _code_page(self.number(6, 2))
        start = self.number(24)
        self.plain = slice(start, min(self.number(28), start + self.number(_OLD_LENGTH_AT)))
        lengths = _STORIES.unpack_from(self.stream, _STORIES_AT) if self.modern else (0,) * 8
        self.stories = _stories(lengths)
        table = container.find("1Table" if flags & _SECOND_TABLE else "0Table") if self.modern else None
        self._table = table.read(data) if table else b""
        more = container.find("Data")
        self.data = more.read(data) if more else b""

    def number(self, at: int, size: int = 4) -> int:
        """A number of the stream; 0 outside it."""
        return int.from_bytes(self.stream[at : at + size], "little")

    def table(self, index: int) -> bytes:
        """What the head says lies in the table stream, by its place in FibRgFcLcb97; nothing for an older file."""
        at = _TABLES_AT + 8 * index
        start, size = self.number(at), self.number(at + 4)
        return self._table[start : start + size] if self.modern else b""


def numbers(data: bytes, count: int) -> tuple[int, ...]:
    """So many numbers of four bytes, or as many as there are."""
    count = max(0, min(count, len(data) // 4))
    return struct.unpack_from(f"<{count}I", data)


def _stories(lengths: tuple[int, ...]) -> Stories:
    bounds = accumulate(lengths, initial=0)
    main, footnotes, headers, _, comments, endnotes, boxes, _ = (range(*pair) for pair in pairwise(bounds))
    return Stories(main, footnotes, headers, comments, endnotes, boxes)


def _code_page(language: int) -> str:
    if language == 0x0404:
        return "cp950"
    return "gbk" if language & 0x3FF == 0x04 else _PAGES.get(language & 0x3FF, _DEFAULT_PAGE)
