"""Finds tables that have rules above and below their rows, but none between their columns.

The columns are told by the white space that runs down between them. Takes nothing for a table that has the look of
running text, a list or a table of contents between rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import partial
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import headings, pdf_cells, pdf_rows
from papermesh_services.documents.pdf_grid import SNAP, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.pdf_cells import Word
    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_rows import Row
    from papermesh_services.documents.pdf_rules import Rule, Rules

_LEAST_RULES: Final = 3
_MOST_RULES: Final = 500
_MOST_LINES: Final = 300
_MIDDLE: Final = 0.3
_RIVER: Final = 0.4
"""Of a letter's size: the least width of the white space between two columns."""
_WORD_GAP: Final = 0.4
_MOST_ACROSS: Final = 0.15
"""Of the lines, how many may stand across a river: heads of several columns do."""
_LEAST_BESIDE: Final = 2
"""Lines that have text on both sides of a river."""
_LEAST_LINES: Final = 2
_HIGH: Final = 6.0
_EMPTY: Final = 20.0
"""Points between rules with nothing there, from which on they are not those of one table."""
_TALL: Final = 2.2
"""Times the size of its letters: how high a row is at most."""
_LEFT: Final = 0.05
_MOST_ALONE: Final = 0.6
"""Of the width between rules, where a line of text begins at most, and how much it takes at least."""
_MOST_LARGER: Final = 1.4
_LONG_TEXT: Final = 40
_SHORT_TEXT: Final = 20
_MANY_LINES: Final = 6
_MARKER: Final = re.compile(r"[•◦▪–*-]|\(?[\divxa-z]{1,4}[.):\]]{1,2}", re.IGNORECASE)


Chunk = tuple[float, float]
"""From where to where words stand together."""


class _Cut(NamedTuple):
    """A line and how its words stand."""

    line: Stretch
    words: list[Word]
    chunks: list[Chunk]


class Band(NamedTuple):
    """Where rules of the same length lie one above the other. heights: theirs, from the top down."""

    left: float
    right: float
    heights: tuple[float, ...]

    def holds(self, line: Stretch) -> bool:
        """Whether the middle of a line lies between the rules, or close above, where the head of a table may be."""
        middle = line.x + line.width / 2
        height = line.y + _MIDDLE * line.size
        if line.turn or not self.left <= middle <= self.right:
            return False
        return self.heights[-1] <= height <= self.heights[0] + _TALL * line.size

    def row(self, line: Stretch) -> int:
        """Between which of the rules a line that is held lies: 0 is above the first."""
        return bisect_right([-height for height in self.heights], -line.y - _MIDDLE * line.size)


def bands(rules: Rules) -> list[Band]:
    """Where at least three rules of the same length lie one above the other."""
    level = merged(rules.level)
    if not _LEAST_RULES <= len(level) <= _MOST_RULES:
        return []
    found: list[list[Rule]] = []
    for rule in level:
        same = next((part for part in found if _is_alike(part[0], rule)), None)
        if same is None:
            found.append([rule])
        else:
            same.append(rule)
    made = (_band(part) for part in found if len(part) >= _LEAST_RULES)
    upright = merged(rules.upright)
    return [band for band in made if not any(_parts(rule, band) for rule in upright)]


def _parts(rule: Rule, band: Band) -> bool:
    """Whether an upright rule stands between the ends of the level ones: then there is a frame, or a drawing."""
    high = min(rule.end, band.heights[0]) - max(rule.start, band.heights[-1])
    return high > _HIGH and band.left + 2 * SNAP < rule.at < band.right - 2 * SNAP


def _is_alike(one: Rule, other: Rule) -> bool:
    return abs(one.start - other.start) <= SNAP and abs(one.end - other.end) <= SNAP


def _band(rules: Sequence[Rule]) -> Band:
    return Band(rules[0].start, rules[0].end, tuple(rule.at for rule in reversed(rules)))


def tables(page: PageHandle, band: Band, lines: Sequence[Stretch]) -> Iterator[list[Row]]:
    """The rows of each table that these lines make, from the top down."""
    if len(lines) > _MOST_LINES:
        return
    rows: dict[int, list[_Cut]] = {}
    for line in lines:
        rows.setdefault(band.row(line), []).append(_cut(page, line))
    part: list[list[_Cut]] = []
    for number in range(len(band.heights)):
        row = rows.get(number, [])
        height = band.heights[number - 1] - band.heights[number] if number else 0.0
        if _is_break(row, height, band):
            yield _rows(part)
            part = []
        elif row:
            part.append(row)
    yield _rows(part)


def _cut(page: PageHandle, line: Stretch) -> _Cut:
    words = pdf_cells.words(page, line)
    return _Cut(line, words, list(_chunks(words, line.size)))


def _is_break(row: Sequence[_Cut], height: float, band: Band) -> bool:
    """Whether what stands between two rules is no row, but what stands between two tables."""
    if not row:
        return height > _EMPTY
    if any(_is_no_cell(cut.line, band) for cut in row):
        return True
    heights = Counter(round(cut.line.y) for cut in row)
    alone = [cut.line for cut in row if len(cut.chunks) == 1 and heights[round(cut.line.y)] == 1]
    if len(alone) < len(row):
        return any(not height or _is_prose(line, band) for line in alone)
    first, last = alone[0].text, alone[-1].text
    wide = height > _TALL * sum(line.size for line in alone)
    return not height or wide or headings.ends_sentence(last) or headings.strip_bullet(first) is not None


def _is_prose(line: Stretch, band: Band) -> bool:
    """Whether a line that stands alone runs from the left on over the most of what lies between the rules."""
    width = band.right - band.left
    return line.x < band.left + _LEFT * width and line.width > _MOST_ALONE * width


def _rows(part: Sequence[Sequence[_Cut]]) -> list[Row]:
    """What stands between rules as the rows of a table; none where it is no table."""
    cuts = [cut for row in part for cut in row]
    sizes = [cut.line.size for cut in cuts]
    if len(cuts) < _LEAST_LINES or max(sizes) > _MOST_LARGER * min(sizes):
        return []
    rivers = _rivers([cut.chunks for cut in cuts], median(sizes))
    crossing = sum(bisect_right(rivers, start) < bisect_right(rivers, end) for cut in cuts for start, end in cut.chunks)
    if not rivers or crossing > max(1, _MOST_ACROSS * len(cuts)):
        return []
    found = [_row(row, rivers) for row in part]
    return found if _is_table(found) else []


def _row(cuts: Sequence[_Cut], rivers: Sequence[float]) -> Row:
    row: Row = {}
    for cut in cuts:
        for column, piece in pdf_cells.pieces(cut.line, cut.words, partial(_column, cut, rivers)):
            row.setdefault(column, []).append(piece)
    return row


def _column(cut: _Cut, rivers: Sequence[float], word: Word) -> int:
    """The column that a word stands in, which is that of the first it stands together with."""
    return bisect_right(rivers, next((start for start, end in cut.chunks if start <= word.left <= end), word.left))


def _is_no_cell(line: Stretch, band: Band) -> bool:
    outside = line.x < band.left - SNAP or line.x + line.width > band.right + SNAP
    return outside or headings.is_contents_entry(line.text)


def _chunks(words: Iterable[Word], size: float) -> Iterator[Chunk]:
    """From where to where words stand together."""
    left = right = 0.0
    for word in words:
        if right and word.left - right > _WORD_GAP * size:
            yield left, right
            right = 0.0
        left, right = (left, max(right, word.right)) if right else (word.left, word.right)
    if right:
        yield left, right


def _rivers(lines: Sequence[Sequence[Chunk]], size: float) -> list[float]:
    """The middle of each stripe of white space that runs down between text."""
    ends = sorted([(left, 1) for line in lines for left, _ in line] + [(end, -1) for line in lines for _, end in line])
    most, over = int(_MOST_ACROSS * len(lines)), 0
    found = []
    for (at, change), (following, _) in pairwise(ends):
        over += change
        if over <= most and following - at >= _RIVER * size and _runs_between(lines, at, following):
            found.append((at + following) / 2)
    return found


def _runs_between(lines: Sequence[Sequence[Chunk]], left: float, right: float) -> bool:
    before = sum(any(end <= left for _, end in line) for line in lines)
    after = sum(any(start >= right for start, _ in line) for line in lines)
    return min(before, after) >= _LEAST_BESIDE


def _is_table(found: Sequence[Row]) -> bool:
    """Whether rows look like those of a table, and not like a list or two columns of text."""
    lines = [line for row in found for line in pdf_rows.by_height(row)]
    beside = sum(len(line) > 1 for line in lines)
    if beside < _LEAST_BESIDE or 2 * beside < len(lines):
        return False
    if all(_MARKER.fullmatch(piece.text) for line in lines for piece in line.get(0, ())):
        return False
    texts = [len(piece.text) for line in lines for cell in line.values() for piece in cell]
    if len(found) == 1:
        return len(lines) > _LEAST_LINES and beside == len(lines) and median(texts) <= _SHORT_TEXT
    return len(lines) < _MANY_LINES or len(found) >= len(lines) / 2 or median(texts) <= _LONG_TEXT
