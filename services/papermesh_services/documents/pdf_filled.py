"""What stands in the cells of a grid, and whether that is a table.

What has too little in it, or tables of its own in its cells, is a frame or a drawing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.pdf_cells import Word
    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_grid import Grid
    from papermesh_services.documents.pdf_rows import Row

MARKER: Final = 4
"""Characters that the mark of a list item has at most."""
_MIDDLE: Final = 0.3
"""Of a letter's size: how high the middle of small letters is above their foot."""
_LEAST: Final = 2
_LEAST_FILLED: Final = 0.2
_MOST_WIDE: Final = 0.2
"""Of the places in a grid, how many may be those of empty cells that take several."""
_ACROSS: Final = 1.5
"""Points by which a word must reach over a rule to stand across it: more than a slanted letter does."""
_MOST_ACROSS: Final = 0.1


class Filled:
    """A grid, and the lines or pieces of lines that were put into its cells.

    parted: places in their text at which there is a gap, looked at where a cell has several lines.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.parted: set[int] = set()
        self._cells: dict[int, list[Stretch]] = {}
        self._words = self._across = 0

    def row(self, line: Stretch) -> Sequence[int]:
        """The cells of the row that a line stands in."""
        columns = self._grid.columns
        row = self._grid.row(line.y + _MIDDLE * line.size)
        return self._grid.cells[row * columns : (row + 1) * columns]

    def whole(self, cells: Sequence[int], line: Stretch) -> int:
        """The cell of a row in which all of a line stands, or -1."""
        one, other = self._at(cells, line.x + _ACROSS), self._at(cells, line.x + line.width - _ACROSS)
        return one if one == other else -1

    def add(self, cell: int, piece: Stretch) -> None:
        """Puts a line or a piece of one into a cell."""
        self._cells.setdefault(cell, []).append(piece)

    def places(self, cells: Sequence[int], words: Iterable[Word]) -> Iterator[int]:
        """The cells of a row in which words stand; -1 beside the grid."""
        xs = self._grid.xs
        for _, _, start, end in words:
            self._words += 1
            left, right = start + _ACROSS, end - _ACROSS
            column = bisect_right(xs, left)
            inside = left < right and 0 < column < len(xs) and right < xs[column]
            yield cells[column - 1] if inside else self._place(cells, left, right)

    def _place(self, cells: Sequence[int], left: float, right: float) -> int:
        """Likewise of a word, going by its middle where it stands across a rule."""
        one = self._at(cells, left)
        if left < right and one != self._at(cells, right):
            self._across += 1
            return self._at(cells, (left + right) / 2)
        return one if left < right else self._at(cells, (left + right) / 2)

    def _at(self, cells: Sequence[int], x: float) -> int:
        """The cell of a row at a place, -1 outside of the grid."""
        column = bisect_right(self._grid.xs, x) - 1
        return cells[column] if 0 <= column < len(cells) else -1

    def rows(self, *, leftward: bool = False) -> list[Row]:
        """What stands in the rows of the table; none where it is no table. leftward: whether its rows run that way."""
        if len(self._cells) <= _LEAST or (self._across > 1 and self._across > _MOST_ACROSS * self._words):
            return []
        many = [cell for cell, lines in self._cells.items() if len(lines) >= _LEAST]
        if not self._is_full or any(map(self._has_columns, many)):
            return []
        columns = self._grid.columns
        first = {cell: place % columns for place, cell in enumerate(self._grid.cells)} if leftward else {}
        rows: dict[int, Row] = {}
        for cell in sorted(self._cells):
            row, column = divmod(cell, columns)
            rows.setdefault(row, {})[columns - 1 - first[cell] if leftward else column] = self._cells[cell]
        return list(rows.values())

    @property
    def _is_full(self) -> bool:
        """Whether enough of the cells have text: those of a chart have none, and a drawing has wide empty ones."""
        sizes = Counter(self._grid.cells)
        wide = sum(size for cell, size in sizes.items() if size > 1 and cell not in self._cells)
        return len(self._cells) >= _LEAST_FILLED * len(sizes) and wide <= _MOST_WIDE * len(self._grid.cells)

    def _has_columns(self, cell: int) -> bool:
        """Whether several lines of a cell have parts that stand apart: then it is no cell, but has some in it."""
        heights: dict[int, list[Stretch]] = {}
        within = 0
        for stretch in self._cells[cell]:
            heights.setdefault(round(stretch.y), []).append(stretch)
            within += not self.parted.isdisjoint(range(stretch.start, stretch.start + len(stretch.text)))
        beside = (len(row) > 1 and len(row[0].text) > MARKER for row in heights.values())
        return sum(beside) + within >= _LEAST


def is_inside(line: Stretch, grid: Grid) -> bool:
    """Whether the most of a line stands in a grid."""
    if line.turn or not grid.ys[-1] <= line.y + _MIDDLE * line.size <= grid.ys[0]:
        return False
    left, right = max(line.x, grid.xs[0]), min(line.x + line.width, grid.xs[-1])
    return right - left > 0.5 * line.width
