"""Which words were read: counted alike for all readers, and held against the truth or against what most of them found.

Some readers write Markdown, HTML and LaTeX, with the addresses of links, and others text alone. That is a matter of
taste, so for nobody count: punctuation, tags, addresses, commands of LaTeX, hyphens in words and at the ends of lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_HYPHEN: Final = re.compile("(?<=\\w)[-\u00ad\u2010\u2011\u0002\ufffe]+[ \t]*(?:\r?\n[ \t]*)?(?=\\w)")
_MARKUP: Final = re.compile(
    '\\]\\([^()\\s]*(?:\\([^()\\s]*\\)[^()\\s]*)*(?:\\s+"[^"]*")?\\)'  # the target of a link, perhaps with a title
    "|<[/!?A-Za-z][^<>]{0,2000}>|\\b(?:https?|ftp|file|mailto|data):\\S+|\\\\[A-Za-z]+"
)
_WORD: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff]|[^\\W_\u2e80-\u9fff\uf900-\ufaff]+")


def words_of(text: str) -> Counter[str]:
    """The words of a text; in Chinese and Japanese its characters."""
    plain = _MARKUP.sub(" ", unicodedata.normalize("NFKC", text))
    return Counter(_WORD.findall(_HYPHEN.sub("", plain)))


def agreed(voices: Sequence[Counter[str]]) -> Counter[str]:
    """Each word as often as at least two of the voices have it; the words of the one that there is, if it is alone."""
    if len(voices) == 1:
        return voices[0]
    every = set().union(*voices)
    found = {word: sorted(voice[word] for voice in voices)[-2] for word in every}
    return Counter({word: count for word, count in found.items() if count})


class Score:
    """How a reader's words compare to those that are there, over any number of files."""

    def __init__(self) -> None:
        self._right = self._there = self.told = 0

    def add(self, told: Counter[str], there: Counter[str]) -> None:
        """Counts one file."""
        self._right += (told & there).total()
        self._there += there.total()
        self.told += told.total()

    @property
    def recall(self) -> float:
        """The share of the words that are there which the reader told."""
        return self._right / max(1, self._there)

    @property
    def precision(self) -> float:
        """The share of the words told which are there."""
        return self._right / max(1, self.told)
