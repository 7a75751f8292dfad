"""The characters of an old Word file, which lie in pieces of its stream ([MS-DOC] 2.4.1, the piece table)."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents.doc_file import numbers
from papermesh_services.documents.errors import DocumentCorrupt
from papermesh_services.documents.utf16 import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.doc_file import DocFile

_CLX: Final = 33
_FORMATTING, _TABLE = 1, 2
_PIECE: Final = struct.Struct("<HIH")
_ONE_BYTE: Final = 0x40000000
_PLACE: Final = 0x3FFFFFFF
_MOST_PIECES: Final = 500_000
_NOTHING: Final = "\0" * 16
_FILLED: Final = re.compile("\uffff+|\xff{16,}")
"""What stands in sectors that were overwritten or never written; a few such characters may be meant."""


class Piece(NamedTuple):
    """A run of characters: cp is the number of the first, at its place in the stream, width its bytes for each."""

    cp: int
    length: int
    at: int
    width: int

    def cut(self, start: int, stop: int) -> Piece:
        """The part of it with the characters from start to stop, by their numbers."""
        start, stop = max(self.cp, start), min(self.cp + self.length, stop)
        return Piece(start, max(0, stop - start), self.at + (start - self.cp) * self.width, self.width)


class Pieces:
    """The pieces of a file, in the order of the text. Raises DocumentCorrupt where there are none that can be.

    lost: whether some that were read have nothing where their characters were.
    """

    def __init__(self, file: DocFile) -> None:
        self.lost = False
        self._stream = file.stream
        self._pieces = list(_pieces(file.table(_CLX)))
        self._starts = [piece.cp for piece in self._pieces]
        # Pieces never share characters, so a file cannot have more of those than bytes: else a few make gigabytes.
        if not self._pieces or sum(piece.length for piece in self._pieces) > len(self._stream):
            raise DocumentCorrupt("The Word document is broken: its table of pieces is damaged. Save it again.")

    def of(self, story: range) -> Iterator[Piece]:
        """The pieces of a story, cut to it."""
        first = max(0, bisect_right(self._starts, story.start) - 1)
        last = bisect_left(self._starts, story.stop)
        for index in range(first, last):
            part = self._pieces[index].cut(story.start, story.stop)
            if part.length:
                yield part

    def text(self, piece: Piece) -> str:
        """Its characters, exactly as many as it says if the stream has them. NUL stands for those that are lost."""
        raw = self._stream[piece.at : piece.at + piece.length * piece.width]
        text = raw.decode("cp1252", "replace") if piece.width == 1 else units(raw)
        text = _FILLED.sub(lambda found: "\0" * len(found.group()), text)
        self.lost |= _NOTHING in text or len(text) < piece.length
        return text


def _pieces(clx: bytes) -> Iterator[Piece]:
    at = 0
    while at + 3 <= len(clx) and clx[at] == _FORMATTING:
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if at + 5 > len(clx) or clx[at] != _TABLE:
        return
    size = int.from_bytes(clx[at + 1 : at + 5], "little")
    table = clx[at + 5 : at + 5 + size]
    count = max(0, (len(table) - 4) // 12)
    bounds = numbers(table, count + 1)
    for index in range(min(count, _MOST_PIECES)):
        start, stop = bounds[index : index + 2]
        _, place, _ = _PIECE.unpack_from(table, 4 * (count + 1) + 8 * index)
        if stop <= start:
            continue
        narrow = bool(place & _ONE_BYTE)
        place &= _PLACE
        yield Piece(start, stop - start, place // 2 if narrow else place, 1 if narrow else 2)
