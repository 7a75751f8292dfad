"""Cuts lines of a page up where words stand in different columns.

Asks PDFium where words begin and end, so it is called for lines alone that stand in a table, or may.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents.pdf_columns import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_engine import PageHandle

_WORD: Final = re.compile(r"\S+")


class Word(NamedTuple):
    """A word of a line: where it begins and ends in the line's text, and on the page."""

    start: int
    end: int
    left: float
    right: float


def words(page: PageHandle, line: Stretch) -> list[Word]:
    """The words of a line."""
    found, box, at = [], page.box, line.start
    for match in _WORD.finditer(line.text):
        start, end = match.span()
        left, _, right, _ = box(at + start)
        other_left, _, other_right, _ = box(at + end - 1)
        left = left if left < other_left else other_left
        found.append(Word(start, end, left, right if right > other_right else other_right))
    return found


def pieces(line: Stretch, words: Sequence[Word], places: Sequence[int]) -> Iterator[tuple[int, Stretch]]:
    """The line in pieces, each of words that follow each other in one place; with the places."""
    first = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or places[at] != places[first]:
            yield places[first], _piece(line, words[first], words[at - 1], ends=at == len(words))
            first = at


def _piece(line: Stretch, first: Word, last: Word, *, ends: bool) -> Stretch:
    """What a line has from one word to another. ends: whether the line ends with them."""
    start, _, left, other_right = first
    _, end, other_left, right = last
    if right < left:
        left, right = other_left, other_right
    _, text, hyphen, _, y, _, size, bold, turn, weight, pitch, tag = line
    weight *= (end - start) / len(text)
    place = (left, y, right - left, size, bold, turn, weight, pitch, tag)
    return Stretch(line.start + start, text[start:end], hyphen if ends else "", *place)
