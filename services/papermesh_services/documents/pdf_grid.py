"""Tells which rules on a page make grids: rows and columns, with cells that take several of them.

Works on rules that others have found, and knows nothing of text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from operator import neg
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.pdf_rules import Rule, Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SNAP: Final = 3.0
"""Points: rules that are no further apart are one, and rules that end no further from another touch it."""
_OPEN: Final = 8.0
"""By how much rules must stand out over the outermost that cross them for a row or column to be there."""
_MOST_RULES: Final = 500
_MOST_CELLS: Final = 10_000
_MOST_RAGGED: Final = 0.1


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid, with the places of its lines: xs from left to right, ys from the top down.

    cells: for each place of the grid, row after row, the first place of the cell it belongs to.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[int, ...]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.xs) - 1

    def row(self, y: float) -> int:
        """The row at a height, or -1."""
        if not self.ys[-1] <= y <= self.ys[0]:
            return -1
        return max(0, bisect_left(self.ys, -y, key=neg) - 1)


def grids(rules: Rules) -> list[Grid]:
    """The grids of at least two columns and two rows that merged rules make, the largest first."""
    level, upright = rules
    if not level or not upright or len(level) > _MOST_RULES or len(upright) > _MOST_RULES:
        return []
    found = (_grid(*part) for part in _touching(level, upright))
    return sorted((grid for grid in found if grid is not None), key=_area, reverse=True)


def merged(rules: Rules) -> Rules:
    """The rules, with those that lie on each other or go on where others end made one, by their places."""
    return Rules(tuple(_merged(rules.level)), tuple(_merged(rules.upright)))


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    found: list[Rule] = []
    for cluster in _clusters(sorted(rules)):
        if len(cluster) == 1:
            found += cluster
            continue
        at = sum(rule.at for rule in cluster) / len(cluster)
        start, end = None, 0.0
        for rule in sorted(cluster, key=lambda rule: rule.start):
            if start is not None and rule.start > end + SNAP:
                found.append(Rule(at, start, end))
                start = None
            start, end = (rule.start, rule.end) if start is None else (start, max(end, rule.end))
        if start is not None:
            found.append(Rule(at, start, end))
    return found


def _clusters(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    cluster: list[Rule] = []
    for rule in rules:
        if cluster and (rule.at > cluster[-1].at + SNAP or rule.at > cluster[0].at + 2 * SNAP):
            yield cluster
            cluster = []
        cluster.append(rule)
    if cluster:
        yield cluster


def _touching(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """The rules in parts that do not touch each other."""
    heights = [rule.at for rule in level]
    reaches = [(rule.start - SNAP, rule.end + SNAP) for rule in level]
    sets = _Sets(len(level) + len(upright))
    for number, (x, low, high) in enumerate(upright, len(level)):
        first, last = bisect_left(heights, low - SNAP), bisect_right(heights, high + SNAP)
        touched = [at for at, (start, end) in enumerate(reaches[first:last], first) if start <= x <= end]
        if touched:
            sets.join(touched, number)
    parts: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, (part, rule) in enumerate(zip(sets.least(), [*level, *upright], strict=True)):
        parts.setdefault(part, ([], []))[number >= len(level)].append(rule)
    yield from parts.values()


def _grid(level: Sequence[Rule], upright: Sequence[Rule]) -> Grid | None:
    if len(level) < 2 or len(upright) < 2:
        return None
    xs = _lines([rule.at for rule in upright], level)
    ys = _lines([rule.at for rule in level], upright)[::-1]
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 2 or columns * rows > _MOST_CELLS:
        return None
    sets = _Sets(columns * rows)
    for column, open_rows in enumerate(_open(upright, xs[1:-1], ys), start=1):
        for row in open_rows:
            sets.join([row * columns + column - 1], row * columns + column)
    for row, open_columns in enumerate(_open(level, ys[1:-1], xs), start=1):
        for column in open_columns:
            sets.join([(row - 1) * columns + column], row * columns + column)
    cells = tuple(sets.least())
    return None if _ragged(cells, columns) > _MOST_RAGGED * len(cells) else Grid(tuple(xs), tuple(ys), cells)


def _ragged(cells: Sequence[int], columns: int) -> int:
    """How many places belong to cells that are no rectangles, as the ground of a drawing is none."""
    sizes = Counter(cells)
    if len(sizes) == len(cells):
        return 0
    last: dict[int, int] = {}
    widest: dict[int, int] = {}
    least: dict[int, int] = {}
    for place, cell in enumerate(cells):
        last[cell] = place // columns
        column = place % columns
        widest[cell] = max(widest.get(cell, 0), column)
        least[cell] = min(least.get(cell, columns), column)
    return sum(
        size
        for cell, size in sizes.items()
        if size < (last[cell] - cell // columns + 1) * (widest[cell] - least[cell] + 1)
    )


def _lines(places: Sequence[float], across: Sequence[Rule]) -> list[float]:
    """The places of lines, ascending, with those that nobody has drawn at the ends of the rules across them."""
    found = sorted(set(places))
    first, last = min(rule.start for rule in across), max(rule.end for rule in across)
    before = [first] if first < found[0] - _OPEN else []
    after = [last] if last > found[-1] + _OPEN else []
    return [*before, *found, *after]


def _open(rules: Iterable[Rule], places: Iterable[float], across: Sequence[float]) -> Iterator[Sequence[int]]:
    """For each place, between which of the lines across it no rule there covers the middle."""
    there: dict[float, list[Rule]] = {}
    for rule in rules:
        there.setdefault(rule.at, []).append(rule)
    middles = [(one + other) / 2 for one, other in pairwise(across)]
    least, most = min(middles), max(middles)
    for at in places:
        reaches = [(rule.start, rule.end) for rule in there.get(at, ())]
        if any(start <= least and most <= end for start, end in reaches):
            yield ()
            continue
        yield [
            number for number, middle in enumerate(middles) if not any(start <= middle <= end for start, end in reaches)
        ]


class _Sets:
    """Sets of numbers below count, each with one at first."""

    def __init__(self, count: int) -> None:
        self._lower = list(range(count))

    def join(self, numbers: Iterable[int], other: int) -> None:
        """Makes one of the sets of these numbers and of another."""
        for number in {self._lower[number] for number in numbers}:
            one, last = self._least(number), self._least(other)
            self._lower[max(one, last)] = min(one, last)

    def least(self) -> list[int]:
        """For each number the least of its set."""
        lower = self._lower
        for number, below in enumerate(lower):
            lower[number] = lower[below]
        return lower

    def _least(self, number: int) -> int:
        lower = self._lower
        while lower[number] != number:
            lower[number] = lower[lower[number]]
            number = lower[number]
        return number


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[0] - grid.ys[-1])
