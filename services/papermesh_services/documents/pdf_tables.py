"""Puts what stands between the rules of a page into tables, cell by cell, and takes it out of the lines.

A table becomes one line of its own, whose text has a line for each row and tabs between cells. What has too little in
it, or whole sections in its cells, is no table but a frame, and stays as it is.
"""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import pdf_cells, pdf_grid
from papermesh_services.documents.joining import Line, joined
from papermesh_services.documents.lines import Whole
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_columns import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from papermesh_services.documents.pdf_cells import Word
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_grid import Grid
    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_rules import Rules

_MIDDLE: Final = 0.3
"""Of a letter's size: how high the middle of small letters is above their foot."""
_LEAST: Final = 2
"""Rows and columns with text in them."""
_LEAST_FILLED: Final = 0.2
_MOST_WIDE: Final = 0.2
"""Of the places in a grid, how many may be those of empty cells that take several."""
_LONG_CELL: Final = 500
_LONGEST_CELL: Final = 2_000
_MOST_LONG: Final = 1 / 3
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
    read: Callable[[Stretch], PlacedLine],
) -> list[Stretch | PlacedLine]:
    """The lines of a page, with each table among them as one.

    gaps: the wide ones in lines, by where the line starts. read: makes a line of a stretch, its characters clean.
    """
    result: list[Stretch | PlacedLine] = list(placed)
    words = Whole(lambda: (line.text for line in placed))
    for grid in pdf_grid.grids(rules)[:_MOST_TABLES]:
        inside = {at: line for at, line in enumerate(result) if isinstance(line, Stretch) and _is_inside(line, grid)}
        cut = _Cut(page, grid, list(inside.values()), gaps)
        table = cut.table(read, words)
        if table is not None:
            first = min(inside)
            rest = [line for at, line in enumerate(result[first:], first) if at not in inside]
            result = [*result[:first], *cut.outside, table, *rest]
    return result


class _Cut:
    """The lines in a grid, cut up into what stands in its cells.

    outside: what stands beside it in the same lines.
    """

    def __init__(
        self, page: PageHandle, grid: Grid, lines: Sequence[Stretch], gaps: Mapping[int, Sequence[int]]
    ) -> None:
        self._grid = grid
        self._parted: Counter[int] = Counter()
        self._lines = lines
        self._cells: dict[int, list[Stretch]] = {}
        self._words = self._across = 0
        self.outside: list[Stretch] = []
        for line in lines:
            self._add(page, line, gaps.get(line.start, ()))

    def _add(self, page: PageHandle, line: Stretch, gaps: Sequence[int]) -> None:
        row = self._grid.row(line.y + _MIDDLE * line.size)
        cell = self._cell(row, line.x, line.x + line.width)
        if cell is not None:
            self._cells.setdefault(cell, []).append(line)
            self._parted[cell] += bool(gaps)
            return
        words = pdf_cells.words(page, line)
        self._words += len(words)
        self._across += sum(self._cell(row, word.left, word.right) is None for word in words)
        for cell, piece in pdf_cells.pieces(line, words, lambda word: self._middle(row, word)):
            if cell < 0:
                self.outside.append(piece)
            else:
                self._cells.setdefault(cell, []).append(piece)
                here = range(piece.start, piece.start + len(piece.text))
                self._parted[cell] += any(line.start + gap in here for gap in gaps)

    def _cell(self, row: int, left: float, right: float) -> int | None:
        """The cell in which all of this stands; None where it does not stand in one, -1 for outside of the grid."""
        one, other = self._at(row, left + _ACROSS), self._at(row, right - _ACROSS)
        return one if one == other or right - left < 2 * _ACROSS else None

    def _middle(self, row: int, word: Word) -> int:
        return self._at(row, (word.left + word.right) / 2)

    def _at(self, row: int, x: float) -> int:
        column = self._grid.column(x)
        return self._grid.cells[row * self._grid.columns + column] if 0 <= column < self._grid.columns else -1

    def table(self, read: Callable[[Stretch], PlacedLine], words: Container[str]) -> PlacedLine | None:
        """The table as a line, or None where it is none."""
        if len(self._cells) <= _LEAST or (self._across > 1 and self._across > _MOST_ACROSS * self._words):
            return None
        columns = self._grid.columns
        rows = sorted({cell // columns for cell in self._cells})
        filled = sorted({cell % columns for cell in self._cells})
        if len(rows) < _LEAST or len(filled) < _LEAST or not self._is_full or self._has_columns_in_cells:
            return None
        texts = {cell: _text(map(read, stretches), words) for cell, stretches in self._cells.items()}
        if _is_layout(list(texts.values())):
            return None
        text = "\n".join("\t".join(texts.get(row * columns + column, "") for column in filled) for row in rows)
        first = self._lines[0]
        size = median(line.size for line in self._lines)
        return read(first)._replace(
            text=text,
            x=self._grid.xs[0],
            y=max(line.y for line in self._lines),
            size=size,
            bold=False,
            width=self._grid.xs[-1] - self._grid.xs[0],
            kind=BlockKind.TABLE,
        )

    @property
    def _is_full(self) -> bool:
        """Whether enough of the cells have text: those of a chart have none, and a drawing has wide empty ones."""
        sizes = Counter(self._grid.cells)
        wide = sum(size for cell, size in sizes.items() if size > 1 and cell not in self._cells)
        return len(self._cells) >= _LEAST_FILLED * len(sizes) and wide <= _MOST_WIDE * len(self._grid.cells)

    @property
    def _has_columns_in_cells(self) -> bool:
        """Whether several lines of a cell have parts that stand apart: then it is no cell, but has some in it."""
        for cell, stretches in self._cells.items():
            heights = Counter(round(stretch.y) for stretch in stretches)
            if sum(count > 1 for count in heights.values()) + self._parted[cell] >= _LEAST:
                return True
        return False


def _is_inside(line: Stretch, grid: Grid) -> bool:
    """Whether the most of a line stands in a grid."""
    left, right = max(line.x, grid.xs[0]), min(line.x + line.width, grid.xs[-1])
    return not line.turn and right - left > 0.5 * line.width and grid.row(line.y + _MIDDLE * line.size) >= 0


def _text(lines: Iterable[PlacedLine], words: Container[str]) -> str:
    """What stands in a cell, from the top down. words: those of the page, to tell hyphens by."""
    found = [Line(line.text.replace("\t", " ")) for line in sorted(lines, key=lambda line: (-round(line.y), line.x))]
    return joined(BlockKind.TABLE, found, 0, words).text


def _is_layout(texts: Sequence[str]) -> bool:
    """Whether cells hold whole sections: then rules only part a page."""
    lengths = [len(text) for text in texts]
    return max(lengths) > _LONGEST_CELL or sum(length > _LONG_CELL for length in lengths) >= _MOST_LONG * len(lengths)
