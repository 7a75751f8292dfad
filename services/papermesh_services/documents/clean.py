"""Brings characters into the form a Document promises: line feeds, Unicode NFC, nothing invisible but joiners.

Works on characters alone: it knows nothing of blocks, and drops no visible one but marks piled up beyond all use.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ODD = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u200b\\u2028\\u2029\\u2060\\ufeff\\ud800-\\udfff]")
_LINE_ENDS = "\x0b\x0c\x85\u2028"
_MARKS = "".join(chr(code) for code in range(0x300, 0x1E94B) if unicodedata.combining(chr(code)))
_ASTRAL = "\U00010000"
# Unicode's Stream-Safe Text Format allows 30 in a row. Normalizing takes the square of their number.
_MOST_MARKS = 30
_PILED_MARKS = re.compile(f"([{_MARKS}]{{{_MOST_MARKS}}})[{_MARKS}]+")
# Where this finds nothing in every tenth character there is no pile. Marks beyond the first plane make a pattern slow.
_MAYBE_PILED = re.compile(f"[{''.join(mark for mark in _MARKS if mark < _ASTRAL)}\U00010000-\U0010ffff]{{3}}")
_SPACE = re.compile(r"\s")
_PIECE = 64 * 1024
_FIRST_MARK = "\u0300"
_FIRST_JAMO_TAIL, _LAST_JAMO_TAIL = "\u1161", "\u11c2"


def clean(text: str) -> str:
    """The text with line feeds for line ends, in NFC, without control characters, soft hyphens and lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD.search(text):
        text = _ODD.sub(_replacement, text)
    if text.isascii():
        return text
    if len(text) > _MOST_MARKS and _MAYBE_PILED.search(text[::10]):
        text = _PILED_MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """The text with every run of white space made one space."""
    if text.isascii() and text.isprintable():
        return folded(text) if " " in text else text  # there is nothing to clean
    return folded(clean(text))


def folded(text: str) -> str:
    """The text with every run of white space made one space, and its other characters as they are."""
    if len(text) <= _PIECE:
        return " ".join(text.split())
    return " ".join(filter(None, (" ".join(piece.split()) for piece in _pieces(text))))


def composes(after: str) -> bool:
    """Whether a text that starts like this may melt into the character before it under NFC."""
    first = after[:1]
    if first < _FIRST_MARK:
        return False
    return unicodedata.category(first).startswith("M") or _FIRST_JAMO_TAIL <= first <= _LAST_JAMO_TAIL


def _pieces(text: str) -> Iterator[str]:
    """A long text in pieces that end between words, since all words at once take many times its memory."""
    at = 0
    while at < len(text):
        space = _SPACE.search(text, at + _PIECE)
        end = space.start() if space else len(text)
        yield text[at:end]
        at = end


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    if character in _LINE_ENDS:
        return "\n"
    if character == "\u2029":
        return "\n\n"
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""
