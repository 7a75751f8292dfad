"""Finds the gaps between the columns of a page in its lines, where PDFium gives a space like any other.

Compares the room that a line takes with the room that its letters would take, and asks PDFium about letters only where
there is much too much of it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.documents.pdf_engine import PageHandle

COLUMN_GAP: Final = 1.2
"""The least width of a gap between two columns, in sizes of letters."""

_NARROW, _BROAD = b"i", b"m"
_WIDTHS: Final = bytes.maketrans(
    b" !'(),-./:;I[]fijlrt|" + b"ABCDEFGHKLMNOPQRSTUVWXYZ%&@mw",
    _NARROW * 21 + _BROAD * 29,
)
_WIDE: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_MAYBE_WIDE: Final = re.compile("[\u2e80-\ufffd]")
_SPACES: Final = re.compile(r"\s+")
_WIDEST_FONT: Final = 0.68
_USUAL_FONT: Final = 0.55
_LOOSE: Final = 0.8
_LOOSER: Final = 0.02
_LONG: Final = 25
_MANY_GAPS: Final = 5
_MANY_LENGTHS: Final = 4
_SAME_GAP: Final = 0.1
_SOME_GAPS: Final = 3
_SOME_LENGTHS: Final = 3
_EQUAL_GAP: Final = 0.05
_NEARLY_ALL: Final = 0.7
_LONGEST_PART: Final = 60
_MOST_CELLS: Final = 40
_ROW_GAP: Final = 0.6
_OVER_WORDS: Final = 1.8


class Stretch(NamedTuple):
    """A line with where it stands in the page's text, before its columns have been told.

    pitch: how wide each letter is where all are of one width, else 0.
    """

    start: int
    text: str
    hyphen: str
    x: float
    y: float
    width: float
    size: float
    bold: bool
    turn: int
    weight: float
    pitch: float = 0.0
    tag: int = 0


class Columns:
    """The columns of one page. raw is its text as PDFium gives it."""

    def __init__(self, page: PageHandle, raw: str) -> None:
        self._page = page
        self._raw = raw
        self._widths = raw.encode("latin-1", "replace").translate(_WIDTHS)
        self._maybe_wide = not raw.isascii() and _MAYBE_WIDE.search(raw) is not None

    def weight(self, start: int, end: int) -> float:
        """How much room the text between two places takes, in letters of middling width."""
        narrow, broad = self._widths.count(_NARROW, start, end), self._widths.count(_BROAD, start, end)
        wide = len(_WIDE.findall(self._raw, start, end)) if self._maybe_wide else 0
        return end - start - 0.45 * narrow + 0.35 * broad + wide

    def gaps(self, lines: Sequence[Stretch]) -> dict[int, list[int]]:
        """Where there are gaps in lines: by where the line starts, their places in it. A line without one is left out.

        Letters are taken to be as wide as they are in the page's running text.
        """
        ems = [line.width / (line.size * line.weight) for line in lines if len(line.text) >= _LONG]
        usual = min(median(ems), _WIDEST_FONT) if ems else _USUAL_FONT
        loose = [line for line in lines if _is_loose(line.width, line.weight, len(line.text), usual, line.size)]
        found = {line.start: self._gaps(line, usual) for line in loose if " " in line.text and not line.turn}
        for line in _parts_of_rows(lines):
            if not found.get(line.start):
                found[line.start] = self._of_row(line, [match.span() for match in _SPACES.finditer(line.text)])
        return {start: gaps for start, gaps in found.items() if gaps}

    def _gaps(self, line: Stretch, usual: float) -> list[int]:
        """Halves the line until the halves have no room for a gap: most loose lines are loose all over."""
        gaps = []
        spaces = [match.span() for match in _SPACES.finditer(line.text)]
        waiting = [(0, len(spaces), 0, len(line.text), line.x, line.x + line.width)]
        while waiting:
            low, high, start, end, left, right = waiting.pop()
            if low >= high:
                continue
            weight = self.weight(line.start + start, line.start + end)
            if not _is_loose(right - left, weight, end - start, usual, line.size):
                continue
            middle = (low + high) // 2
            before, after = spaces[middle]
            ends = self._page.box(line.start + before - 1)[2]
            begins = self._page.box(line.start + after)[0]
            if begins - ends > COLUMN_GAP * line.size:
                if len(spaces) <= _MOST_CELLS:
                    return self._of_row(line, spaces)  # which looks at all of them
                gaps.append(before)
            waiting.append((low, middle, start, before, left, ends))
            waiting.append((middle + 1, high, after, end, begins, right))
        return gaps

    def _of_row(self, line: Stretch, spaces: Sequence[tuple[int, int]]) -> list[int]:
        """The gaps of a line that has a wide one."""
        start, box = line.start, self._page.box
        widths = [box(start + after)[0] - box(start + before - 1)[2] for before, after in spaces]
        gaps = _gaps_of_row(widths, line.text, line.size, line.pitch)
        return [before for (before, _), gap in zip(spaces, gaps, strict=True) if gap]


def _parts_of_rows(lines: Sequence[Stretch]) -> set[Stretch]:
    """Short lines with spaces that PDFium has cut off from another in the same row, for the width of the gap."""
    found: set[Stretch] = set()
    for before, line in pairwise(lines):
        if before.y == line.y and before.size == line.size and not line.turn:
            found.update(part for part in (before, line) if " " in part.text and len(part.text) <= _LONGEST_PART)
    return found


def wide_gaps(widths: Sequence[float], text: str, size: float) -> list[bool]:
    """Which spaces of a line are gaps between columns. widths: those of its spaces; size: that of its letters."""
    if not widths or max(widths) <= COLUMN_GAP * size:
        return [False] * len(widths)
    return _gaps_of_row(widths, text, size)


def _gaps_of_row(widths: Sequence[float], text: str, size: float, pitch: float = 0.0) -> list[bool]:
    """Likewise of a line that has a wide one: others may be narrow, but are wider than spaces between words."""
    least, narrowest = _ROW_GAP * size, min(widths)
    spaced = 0 < narrowest < _OVER_WORDS * pitch  # by one letter's width between words
    if not spaced and _is_stretched(widths, text, size):
        return [False] * len(widths)
    least = max(least, _OVER_WORDS * pitch)
    if narrowest < least:  # or else each cell is one word
        least = max(least, _OVER_WORDS * narrowest)
    return [width > least for width in widths]


def _is_stretched(widths: Sequence[float], text: str, size: float) -> bool:
    """Whether words only stand far apart to fill their line: nearly all as far, although they are not as long."""
    usual = median(widths)
    if len(widths) < _SOME_GAPS or usual < _ROW_GAP * size:
        return False
    lengths = len(set(map(len, text.split())))
    if len(widths) < _MANY_GAPS:
        return lengths >= _SOME_LENGTHS and max(widths) - min(widths) <= _EQUAL_GAP * size
    alike = sum(abs(width - usual) <= _SAME_GAP * size for width in widths)
    return alike >= _NEARLY_ALL * len(widths) and lengths >= _MANY_LENGTHS


def _is_loose(width: float, weight: float, count: int, usual: float, size: float) -> bool:
    """Whether letters take so much room that there may be the gap between two columns among them."""
    return width - usual * size * weight > (_LOOSE + _LOOSER * count) * size
