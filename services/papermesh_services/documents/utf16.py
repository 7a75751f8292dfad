"""Texts whose places are counted in code units of UTF-16, as old Office files and PDFium count them."""

from __future__ import annotations

import re
import struct
from typing import Final

_HALF: Final = re.compile("[\ud800-\udfff]")


def units(raw: bytes | memoryview) -> str:
    """The text in these bytes, a character for each code unit: some are halves."""
    count = len(raw) // 2
    text = str(raw[: 2 * count], "utf-16-le", "surrogatepass")
    return text if len(text) == count else "".join(map(chr, struct.unpack_from(f"<{count}H", raw)))


def whole(text: str) -> str:
    """The text with halves joined; one without its other half becomes U+FFFD."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
