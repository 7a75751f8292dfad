"""Says where a span of a text is: line, column, page; and shows it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from papermesh_services.quality.model import Place

if TYPE_CHECKING:
    from papermesh_services.documents.model import Document

MAX_SNIPPET = 200
"""The most characters of a snippet."""

_MAX_QUOTE = 60


class Locator:
    """Finds the places of one document, each in logarithmic time."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._lines = [0]
        at = document.text.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = document.text.find("\n", at + 1)
        self._page_starts = [page.span.start for page in document.pages]
        self._page_numbers = [page.number for page in document.pages]

    def place(self, start: int, end: int) -> Place:
        """Returns the place of the half-open span."""
        line = bisect_right(self._lines, start)
        return Place(start, end, line, start - self._lines[line - 1] + 1, self._page(start))

    def snippet(self, start: int, end: int) -> str:
        """Returns the text at the span, cut to MAX_SNIPPET characters."""
        if end - start <= MAX_SNIPPET:
            return self._text[start:end]
        return self._text[start : start + MAX_SNIPPET - 1] + "…"

    def _page(self, start: int) -> int:
        if not self._page_starts:
            return 0
        return self._page_numbers[max(0, bisect_right(self._page_starts, start) - 1)]


def quote(text: str) -> str:
    """Returns the text on one line and short, to stand in a message."""
    head = " ".join(text[: 4 * _MAX_QUOTE].split())
    if len(head) <= _MAX_QUOTE and len(text) <= 4 * _MAX_QUOTE:
        return head
    return head[: _MAX_QUOTE - 1].rstrip() + "…"
