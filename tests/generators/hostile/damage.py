"""What can be done to the bytes of any file: cutting, flipping bits, and packing far too much into little."""

from __future__ import annotations

import random
import zlib

MIB = 1 << 20


def cut(data: bytes, share: float) -> bytes:
    """The first part of a file."""
    return data[: int(len(data) * share)]


def flipped(data: bytes, bits: int, seed: int) -> bytes:
    """A file with some of its bits turned over, always the same ones for a seed."""
    chosen = random.Random(seed)
    changed = bytearray(data)
    for _ in range(bits):
        changed[chosen.randrange(len(changed))] ^= 1 << chosen.randrange(8)
    return bytes(changed)


def deflated(before: bytes, mebibyte: bytes, times: int, after: bytes) -> tuple[bytes, int, int]:
    """A raw deflate stream of a head, a block many times over and a tail, with its CRC-32 and its length.

    The block is packed once only, so that gigabytes are made in a moment.
    """
    head, middle, tail = (_packed(part) for part in (before, mebibyte, after))
    checksum = zlib.crc32(before)
    for _ in range(times):
        checksum = zlib.crc32(mebibyte, checksum)
    checksum = zlib.crc32(after, checksum)
    end = zlib.compressobj(wbits=-15).flush()
    return head + middle * times + tail + end, checksum, len(before) + len(mebibyte) * times + len(after)


def zlibbed(mebibyte: bytes, times: int) -> bytes:
    """The same as a zlib stream, without the checksum that nobody looks at."""
    return b"\x78\x9c" + deflated(b"", mebibyte, times, b"")[0] + bytes(4)


def _packed(data: bytes) -> bytes:
    press = zlib.compressobj(9, wbits=-15)
    return press.compress(data) + press.flush(zlib.Z_FULL_FLUSH)
