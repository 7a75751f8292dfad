r"""Goes over RTF token by token, and knows the encodings its fonts and code pages stand for.

Knows nothing of what a control word does, but for \bin, whose bytes are no tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_CHARSETS: Final = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 255: "cp850",
}  # fmt: skip
_CODEPAGES: Final = {10000: "mac_roman", 65001: "utf-8", 936: "gb18030"}


class Token(NamedTuple):
    """One of: a control word or sign, with its number; a brace, and where it ends; bytes of text."""

    word: str = ""
    number: int | None = None
    brace: str = ""
    text: bytes = b""
    end: int = 0


def tokens(data: bytes) -> Iterator[Token]:
    """What is in it, in order."""
    at = 0
    while match := _TOKEN.match(data, at):
        at = match.end()
        word, number, byte, sign, brace, text = match.groups()
        if word == b"bin":
            at += max(0, int(number or 0))
        elif word:
            yield Token(word.decode("ascii"), None if number is None else int(number))
        elif byte:
            yield Token(word="'", text=bytes.fromhex(byte.decode("ascii")))
        elif sign:
            yield Token(word=sign.decode("latin-1"))
        elif brace:
            yield Token(brace=brace.decode("ascii"), end=at)
        elif text:
            yield Token(text=text)


def charset_codec(number: int) -> str:
    """The encoding of a font's charset; empty for one that leaves it to the document."""
    return _CHARSETS.get(number, "")


def codepage_codec(number: int) -> str:
    """The encoding of a Windows code page; empty for one we do not know."""
    return _CODEPAGES.get(number) or encoding.known(f"cp{number}")
