"""Counts the words of a long text: runs of letters, with marks between them that belong to a word.

A pattern that looks at every character takes several times as long as cutting the text up, so that a pattern is used
only for parts that are not all letters.
"""

from __future__ import annotations

import re
from collections import Counter


class WordCounter:
    """Counts words. marks: those of ASCII that may stand between the letters of a word."""

    def __init__(self, marks: str) -> None:
        self.pattern = re.compile(rf"[^\W\d_]+(?:[{re.escape(marks)}][^\W\d_]+)*")
        apart = bytes(code for code in range(128) if not chr(code).isalpha() and chr(code) not in marks)
        self._apart = bytes.maketrans(apart, b" " * len(apart))

    def counted(self, text: str) -> Counter[str]:
        """How often each word occurs in the text."""
        words = Counter(text.encode("utf-8", "replace").translate(self._apart).decode("utf-8").split())
        for part in [part for part in words if not part.isalpha()]:
            count = words.pop(part)
            for word in self.pattern.findall(part):
                words[word] += count
        return words
