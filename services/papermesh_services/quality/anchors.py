"""Tells quickly that a text has none of some phrases, so that patterns are tried only where they may match.

A pattern that is tried at every character costs hundreds of times what it costs to look for a word in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# The letters that patterns without case take for these, and lower() does not.
_FOLDED = (("ı", "i"), ("İ", "i"), ("ſ", "s"))


def folded(text: str) -> str:
    """The text in lower case, as patterns without case see it. It may have another length."""
    if not text.isascii():
        for letter, plain in _FOLDED:
            text = text.replace(letter, plain)
    return text.lower()


class Anchors:
    """The words of some phrases in lower case."""

    def __init__(self, phrases: Iterable[str]) -> None:
        # The longest word of a phrase is the one that is least likely to be there.
        words = (sorted(phrase.split(), key=len, reverse=True) for phrase in phrases)
        self._phrases = [(first, rest) for first, *rest in words]

    def may_be_in(self, text: str) -> bool:
        """Whether all words of a phrase are in this text, which is folded: as words or within others."""
        return any(first in text and all(word in text for word in rest) for first, rest in self._phrases)
