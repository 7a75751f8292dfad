"""Makes text from documents and file names safe to print: what would steer a terminal is shown instead of obeyed."""

from __future__ import annotations

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but for tab and line feed; \x1b and \x9b begin terminal commands
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction of the text around
    "\u2028\u2029\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with every unsafe character written as an escape; tabs and line feeds stay."""
    return _UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    """The text as one safe line: every run of white space becomes one space."""
    return visible(" ".join(text.split()))


def file_name(name: str) -> str:
    """A file name as one safe line, its spaces as they are."""
    return visible(name).replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8, as Python carries it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
