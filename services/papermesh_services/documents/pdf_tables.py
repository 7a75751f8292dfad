"""Puts what stands between the rules of a page into tables, cell by cell, and takes it out of the lines.

A table becomes one line of its own, whose text has a line for each row and tabs between cells. What has too little in
it, or whole sections in its cells, is no table but a frame, and stays as it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import pdf_aligned, pdf_bands, pdf_cells, pdf_grid, pdf_rows
from papermesh_services.documents.lines import Whole
from papermesh_services.documents.pdf_columns import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from papermesh_services.documents.pdf_cells import Word
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_grid import Grid
    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_rows import Row
    from papermesh_services.documents.pdf_rules import Rules

_MIDDLE: Final = 0.3
"""Of a letter's size: how high the middle of small letters is above their foot."""
_LEAST: Final = 2
_MARKER: Final = 4
"""Characters that the mark of a list item has at most."""
_LEAST_FILLED: Final = 0.2
_MOST_WIDE: Final = 0.2
"""Of the places in a grid, how many may be those of empty cells that take several."""
_ACROSS: Final = 1.5
"""Points by which a word must reach over a rule to stand across it: more than a slanted letter does."""
_MOST_ACROSS: Final = 0.1
_MOST_TABLES: Final = 50
"""On one page."""


def told(
    page: PageHandle,
    placed: Sequence[Stretch],
    gaps: Mapping[int, Sequence[int]],
    rules: Rules,
    read: Callable[[Stretch], str],
    number: int,
) -> list[Stretch | PlacedLine]:
    """The lines of the page with this number, with each table among them as one.

    gaps: the wide ones in lines, by where the line starts. read: the text of a stretch, its characters clean.
    """
    result: list[Stretch | PlacedLine] = list(placed)
    words = Whole(lambda: (line.text for line in placed))
    rules = pdf_grid.merged(rules)
    for grid in pdf_grid.grids(rules)[:_MOST_TABLES]:
        inside = {at: line for at, line in enumerate(result) if isinstance(line, Stretch) and _is_inside(line, grid)}
        cut = _Cut(page, grid, list(inside.values()), gaps)
        table = pdf_rows.table(cut.rows, read, words, number, ruled=True)
        if table is not None:
            result = _replaced(result, inside, [*cut.outside, table])
    for band in pdf_bands.bands(rules)[:_MOST_TABLES]:
        held = [line for line in result if isinstance(line, Stretch) and band.holds(line)]
        for rows in pdf_bands.tables(page, band, held):
            result = _with_table(result, rows, pdf_rows.table(rows, read, words, number, ruled=False))
    for rows in list(pdf_aligned.tables(page, result, gaps)):
        result = _with_table(result, rows, pdf_rows.table([_one(rows)], read, words, number, ruled=False))
    return result


def _one(rows: Sequence[Row]) -> Row:
    """The rows as one, to be parted by what is wrapped in them."""
    found: Row = {}
    for row in rows:
        for column, cell in row.items():
            found.setdefault(column, []).extend(cell)
    return found


def _with_table(
    placed: list[Stretch | PlacedLine], rows: Sequence[Row], table: PlacedLine | None
) -> list[Stretch | PlacedLine]:
    """The lines with a table, if it is one, in the place of those whose words are in its rows."""
    if table is None:
        return placed
    starts = {stretch.start for row in rows for cell in row.values() for stretch in cell}
    taken = {at for at, line in enumerate(placed) if isinstance(line, Stretch) and line.start in starts}
    return _replaced(placed, taken, [table])


def _replaced(
    placed: list[Stretch | PlacedLine], inside: Collection[int], by: list[Stretch | PlacedLine]
) -> list[Stretch | PlacedLine]:
    """The lines with others in the place of the first of these."""
    first = min(inside)
    return [*placed[:first], *by, *(line for at, line in enumerate(placed[first:], first) if at not in inside)]


class _Cut:
    """The lines in a grid, cut up into what stands in its cells.

    outside: what stands beside it in the same lines.
    """

    def __init__(
        self, page: PageHandle, grid: Grid, lines: Sequence[Stretch], gaps: Mapping[int, Sequence[int]]
    ) -> None:
        self._grid = grid
        self._parted: set[int] = set()  # places in the page's text, looked at where a cell has several lines
        self._cells: dict[int, list[Stretch]] = {}
        self._words = self._across = 0
        self.outside: list[Stretch] = []
        for line in lines:
            self._add(page, line, gaps.get(line.start, ()))

    def _add(self, page: PageHandle, line: Stretch, gaps: Sequence[int]) -> None:
        columns = self._grid.columns
        row = self._grid.row(line.y + _MIDDLE * line.size)
        cells = self._grid.cells[row * columns : (row + 1) * columns]
        one, other = self._at(cells, line.x + _ACROSS), self._at(cells, line.x + line.width - _ACROSS)
        if one == other and one >= 0:
            self._cells.setdefault(one, []).append(line)
            if any(gap > _MARKER for gap in gaps):
                self._parted.add(line.start)
            return
        words = pdf_cells.words(page, line)
        places = list(self._places(cells, words))
        self._words += len(words)
        self._parted.update([line.start + gap - _MARKER for gap in gaps if 0 <= gap - _MARKER < len(line.text)])
        for cell, piece in pdf_cells.pieces(line, words, places):
            if cell < 0:
                self.outside.append(piece)
            else:
                self._cells.setdefault(cell, []).append(piece)

    def _places(self, cells: Sequence[int], words: Iterable[Word]) -> Iterator[int]:
        """The cells of a row in which words stand."""
        xs = self._grid.xs
        for _, _, start, end in words:
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

    @property
    def rows(self) -> list[Row]:
        """What stands in the rows of the table; none where it is no table."""
        if len(self._cells) <= _LEAST or (self._across > 1 and self._across > _MOST_ACROSS * self._words):
            return []
        many = [cell for cell, lines in self._cells.items() if len(lines) >= _LEAST]
        if not self._is_full or any(map(self._has_columns, many)):
            return []
        rows: dict[int, Row] = {}
        for cell in sorted(self._cells):
            row, column = divmod(cell, self._grid.columns)
            rows.setdefault(row, {})[column] = self._cells[cell]
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
            within += not self._parted.isdisjoint(range(stretch.start, stretch.start + len(stretch.text)))
        beside = (len(row) > 1 and len(row[0].text) > _MARKER for row in heights.values())
        return sum(beside) + within >= _LEAST


def _is_inside(line: Stretch, grid: Grid) -> bool:
    """Whether the most of a line stands in a grid."""
    if line.turn or not grid.ys[-1] <= line.y + _MIDDLE * line.size <= grid.ys[0]:
        return False
    left, right = max(line.x, grid.xs[0]), min(line.x + line.width, grid.xs[-1])
    return right - left > 0.5 * line.width
