"""Tells in which columns of their table the cells of a row stand, by the edges that old Word files and RTF give.

Knows of numbers alone: a row with fewer cells than the widest spans columns of it where its cells begin at those.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Edges = tuple[int, ...]
"""Where the first cell of a row begins and where each one ends, in twentieths of a point; empty if it is not said."""

MOST_EDGES: Final = 65
"""Those of a row: Word has no more than 63 cells in one, and what has more is read without them."""
_SAME: Final = 30


def columns(rows: Sequence[tuple[int, Edges]]) -> list[Sequence[int]]:
    """The columns of the cells of each row, from how many it has and their edges.

    Cells of which that cannot be told stand in one column after the other.
    """
    told = {edges for cells, edges in rows if cells + 1 == len(edges) <= MOST_EDGES}
    grid = max((_starts(edges) for edges in sorted(told)), key=len, default=())
    found = {edges: _placed(edges[:-1], grid) for edges in told}
    return [found[edges] if cells + 1 == len(edges) and edges in found else range(cells) for cells, edges in rows]


def _starts(edges: Edges) -> Edges:
    return edges[:-1] if all(after - before > _SAME for before, after in pairwise(edges)) else ()


def _placed(starts: Edges, grid: Edges) -> Sequence[int]:
    """The columns that begin where these cells do, if each does so with one of its own."""
    found: list[int] = []
    for start in starts:
        column = bisect_left(grid, start - _SAME)
        if column == len(grid) or grid[column] > start + _SAME or (found and column <= found[-1]):
            return range(len(starts))
        found.append(column)
    return found
