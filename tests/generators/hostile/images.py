"""Hostile pictures: huge by their head, huge by their content, broken, and none at all."""

from __future__ import annotations

import struct
import zlib
from functools import partial

from hostile.damage import MIB, cut, zlibbed
from hostile.model import BLANK, BROKEN, LARGE, READ, SLOW, UNREAD, Hostile, add

_ANY = BROKEN | BLANK | UNREAD
_HUGE = LARGE | _ANY


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    """A grey PNG whose head says these sizes, with this packed data and further chunks before it."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _white() -> bytes:
    return png(200, 100, zlib.compress((b"\0" + b"\xff" * 200) * 100))


def _png_bomb() -> bytes:
    return png(45_000, 45_000, zlibbed(bytes(MIB), 2000))


def _png_text_bomb() -> bytes:
    text = _chunk(b"zTXt", b"Comment\0\0" + zlibbed(b"a" * MIB, 1000))
    return png(200, 100, zlib.compress((b"\0" + b"\xff" * 200) * 100), text * 20)


def _tiff(width: int, height: int, following: int = 0) -> bytes:
    tags = ((256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 64))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", following) + bytes(64)


def _jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0"
        + struct.pack(">H", 2 + len(frame))
        + frame
        + b"\xff\xd9"
    )


def _gif(width: int, height: int, frames: int) -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * frames + b";"


def _bmp(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<IHHI", 54, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    )


def _webp() -> bytes:
    return b"RIFF\xff\xff\xff\x7fWEBPVP8X" + struct.pack("<IIHBHB", 10, 0, 0xFFFF, 0xFF, 0xFFFF, 0xFF)


def _cut_png() -> bytes:
    return cut(_white(), 0.6)


for _name, _make, _allowed, _quick in (
    ("white.png", _white, _ANY | READ, True),
    ("giant.png", partial(png, 2_000_000_000, 2_000_000_000, b"x"), _HUGE, True),
    ("wide.png", partial(png, 2_147_483_647, 1, b"x"), _HUGE, True),
    ("of-no-size.png", partial(png, 0, 0, b"x"), _HUGE, True),
    ("bomb.png", _png_bomb, _HUGE, False),
    ("text-bomb.png", _png_text_bomb, _HUGE | READ | SLOW, False),
    ("cut.png", _cut_png, _HUGE | READ, True),
    ("just-under-the-limit.png", partial(png, 9_900, 9_900, zlibbed(bytes(MIB), 100)), _HUGE | SLOW | READ, False),
    ("giant.tiff", partial(_tiff, 4_000_000_000, 4_000_000_000), _HUGE, True),
    ("pages-in-a-ring.tiff", partial(_tiff, 8, 8, 8), _HUGE | SLOW | READ, True),
    ("giant.jpg", partial(_jpeg, 65_535, 65_535), _HUGE, True),
    ("nothing-drawn.jpg", partial(_jpeg, 100, 100), _HUGE, True),
    ("giant.gif", partial(_gif, 65_535, 65_535, 1), _HUGE, True),
    ("frames.gif", partial(_gif, 4_000, 4_000, 50_000), _HUGE | SLOW | READ, False),
    ("giant.bmp", partial(_bmp, 2_147_483_647, -2_147_483_648), _HUGE, True),
    ("giant.webp", _webp, _HUGE, True),
):
    add(Hostile(_name, _make, _allowed, quick=_quick))
