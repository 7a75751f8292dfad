"""Unpacks the RTF body of an Outlook message ([MS-OXRTFCP]), up to a limit of bytes. Knows nothing of RTF itself.

What is damaged is unpacked as far as it goes, and says so.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from papermesh_services.documents.watch import Watch

_PACKED: Final = b"LZFu"
_PLAIN: Final = b"MELA"
_HEADER: Final = 16
_WINDOW: Final = 4096
_LOOK_EVERY: Final = 1 << 16
_ONES: Final = 0xFFFFFFFF
_KNOWN: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the window holds at first, so that what every document begins with takes no room."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An RTF document. damaged: whether it is not what was packed; cut: whether there is more than is unpacked."""

    data: bytes
    damaged: bool = False
    cut: bool = False


def unpack(data: bytes, most: int, watch: Watch) -> Unpacked:
    """The RTF, most bytes of it at most. Raises OutOfTimeError."""
    size = int.from_bytes(data[:4], "little")
    content = data[_HEADER : max(_HEADER, 4 + size)]
    missing = len(data) < 4 + size
    if data[8:12] == _PLAIN:
        return Unpacked(content[:most], missing, len(content) > most)
    if data[8:12] != _PACKED:
        return Unpacked(b"", damaged=True)
    wrong = int.from_bytes(data[12:16], "little") != zlib.crc32(content, _ONES) ^ _ONES
    made = bytearray(_KNOWN)
    ended = _follow(content, made, len(_KNOWN) + most, watch)
    cut = len(made) > len(_KNOWN) + most
    made = made[len(_KNOWN) : len(_KNOWN) + most]
    return Unpacked(bytes(made), missing or wrong or not (ended or cut), cut)


def _follow(content: bytes, made: bytearray, most: int, watch: Watch) -> bool:
    """Unpacks content to the end of what was made. Whether it came to the mark of its end."""
    at, size = 0, len(content)
    while at < size and len(made) <= most:
        if at % _LOOK_EVERY < _HEADER:
            watch.check()
        flags = content[at]
        at += 1
        if not flags and at + 8 <= size:
            made += content[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if not flags >> bit & 1:
                made += content[at : at + 1]
                at += 1
                continue
            if at + 2 > size:
                return False
            if not _repeat(made, content[at] << 4 | content[at + 1] >> 4, (content[at + 1] & 15) + 2):
                return True
            at += 2
    return False


def _repeat(made: bytearray, place: int, length: int) -> bool:
    """Repeats what stands at a place of the window; False where that is the end, which has not been written yet."""
    back = (len(made) - place) % _WINDOW
    if not back:
        return False
    start = len(made) - back
    piece = made[start : start + length] if start >= 0 else bytearray(length)
    made += (piece * (length // max(1, len(piece)) + 1))[:length]
    return True
