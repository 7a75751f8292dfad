"""Puts right what PDFium leaves wrong in Hebrew and Arabic lines: brackets that face the other way, torn ligatures.

PDFium brings such a line into the order of its letters, but it takes brackets as they are drawn, and turns around the
letters that one glyph stands for. Works on one line at a time; every change keeps the line's length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LEFTWARD: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RIGHTWARD: Final = re.compile("[A-Za-z\u00c0-\u058f]")
_ALEF_LAM: Final = re.compile("[\u0622\u0623\u0625\u0627]\u0644")
_TURNED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_BRACKET: Final = re.compile(r"[][(){}<>«»]")
_INSIDE_OUT: Final = re.compile(r"\)[^()]*\(")
_RIGHT_WAY: Final = re.compile(r"\([^()]*\)")


def is_leftward(text: str) -> bool:
    """Whether a line has letters that are written from right to left."""
    return _LEFTWARD.search(text) is not None


def righted(text: str, one_glyph: Callable[[int, int], bool]) -> str:
    """The line as it is meant. one_glyph: whether the characters at two places of it are drawn as one."""
    text = _ALEF_LAM.sub(lambda pair: pair[0][::-1] if one_glyph(pair.start(), pair.start() + 1) else pair[0], text)
    if _RIGHT_WAY.search(text) and not _INSIDE_OUT.search(text):
        return text  # whoever made the file has seen to it
    return _BRACKET.sub(lambda match: _turned(text, match.start()), text)


def _turned(text: str, at: int) -> str:
    """The bracket at this place, turned where it stands among letters that run to the left."""
    before, after = _direction(text[:at][::-1]), _direction(text[at + 1 :])
    return text[at] if before == after == "right" else text[at].translate(_TURNED)


def _direction(text: str) -> str:
    """Where the nearest letter runs to; the line's own direction where there is none."""
    left, right = _LEFTWARD.search(text), _RIGHTWARD.search(text)
    if right is None:
        return "left"
    return "right" if left is None or right.start() < left.start() else "left"
