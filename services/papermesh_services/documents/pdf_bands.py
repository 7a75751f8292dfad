"""Finds tables that have rules above and below their rows, but none between their columns.

The columns are told by the white space that runs down between them. Takes nothing for a table that has the look of
running text, a list or a table of contents between rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import headings
from papermesh_services.documents.pdf_grid import SNAP
from papermesh_services.documents.pdf_rivers import cut, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_rivers import Cut
    from papermesh_services.documents.pdf_rows import Row
    from papermesh_services.documents.pdf_rules import Rule, Rules

_LEAST_RULES: Final = 3
_MOST_RULES: Final = 500
_MOST_LINES: Final = 300
_MIDDLE: Final = 0.3
_MOST_ACROSS: Final = 0.15
"""Of the lines, how many may stand across a river: heads of several columns do."""
_SHIFT: Final = 0.5
_HIGH: Final = 6.0
_EMPTY: Final = 20.0
"""Points between rules with nothing there, from which on they are not those of one table."""
_TALL: Final = 2.2
"""Times the size of its letters: how high a row is at most."""
_HEAD: Final = 1.7
"""Times the size of its letters: how far above the first rule the head of a table is at most."""
_LEFT: Final = 0.05
_MOST_ALONE: Final = 0.6
"""Of the width between rules, where a line of text begins at most, and how much it takes at least."""


class Band(NamedTuple):
    """Where rules of the same length lie one above the other. heights: theirs, from the top down."""

    left: float
    right: float
    heights: tuple[float, ...]

    def holds(self, line: Stretch) -> bool:
        """Whether a line lies between the rules, or close above, where the head of a table may be."""
        height = line.y + _MIDDLE * line.size
        if line.turn or line.x >= self.right or line.x + line.width <= self.left:
            return False
        return self.heights[-1] <= height <= self.heights[0] + _HEAD * line.size

    def row(self, line: Stretch) -> int:
        """Between which of the rules a line that is held lies: 0 is above the first."""
        return bisect_right([-height for height in self.heights], -line.y - _MIDDLE * line.size)


def bands(rules: Rules) -> list[Band]:
    """Where at least three merged rules of the same length lie one above the other."""
    level, upright = rules
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
    between: dict[int, list[Cut]] = {}
    for line in lines:
        between.setdefault(band.row(line), []).append(cut(page, line))
    head = between.get(0, [])
    between[0] = [each for each in head if each.line.y < min(other.line.y for other in head) + _SHIFT * each.line.size]
    part: list[list[Cut]] = []
    for number in range(len(band.heights)):
        row = between.get(number, [])
        height = band.heights[number - 1] - band.heights[number] if number else 0.0
        if _is_break(row, height, band):
            yield rows(part, _MOST_ACROSS)
            part = []
        elif row:
            part.append(row)
    yield rows(part, _MOST_ACROSS)


def _is_break(row: Sequence[Cut], height: float, band: Band) -> bool:
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


def _is_no_cell(line: Stretch, band: Band) -> bool:
    outside = line.x < band.left - SNAP or line.x + line.width > band.right + SNAP
    return outside or headings.is_contents_entry(line.text)
