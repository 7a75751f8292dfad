"""Texts whose places are counted in code units of UTF-16, as old Office files and PDFium count them."""

from __future__ import annotations

import re
import struct
from typing import Final

_HALF: Final = re.compile("[\ud800-\udfff]")
_FIRST, _SECOND = "[\ud800-\udbff]", "[\udc00-\udfff]"
_PAIR: Final = re.compile(f"{_FIRST}{_SECOND}|{_SECOND}{_FIRST}")


def units(raw: bytes | memoryview) -> str:
    """The text in these bytes, a character for each code unit: some are halves."""
    count = len(raw) // 2
    text = str(raw[: 2 * count], "utf-16-le", "surrogatepass")
    return text if len(text) == count else "".join(map(chr, struct.unpack_from(f"<{count}H", raw)))


def paired(raw: bytes | memoryview) -> str:
    """Likewise, where halves of a character may have changed places, as those do in leftward text of PDFs."""
    try:
        text = str(raw, "utf-16-le")
    except UnicodeDecodeError:
        text = ""
    if 2 * len(text) == len(raw):
        return text
    return _PAIR.sub(lambda pair: "".join(sorted(pair[0])), units(raw))


def whole(text: str) -> str:
    """The text with halves joined; one without its other half becomes U+FFFD."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
