"""Tables as the tags of a page have them: where each cell stands, and what rows the texts of cells make.

Tags do not tell of an empty cell how many columns it takes. So the texts of a row that is too short for its table are
put into columns by where they stand on the page, and the table is left to the layout where that cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from papermesh_services.documents.pdf_tags import Place, Rows

_MOST_COLUMNS: Final = 1_000
_MOST_CELLS: Final = 20_000
"""Of one table, the empty ones included."""
_MOST_PLACES: Final = 20
"""For each cell with text, so that cells which claim to span many others cost no more than text does."""
_MOST_CELL_CHARACTERS: Final = 600
_MOST_NESTED: Final = 1.5
"""Times a table's own text: where tables in its cells have more, it only puts those in their places."""

Cell = tuple[int, int]
"""The row and column of a cell."""
Reach = tuple[float, float]
"""From where to where on the page a text stands."""


@dataclass(slots=True)
class Grid:
    """A table: how far its cells reach, and whether it only puts things side by side.

    ends: for each row, the column before which it ends. wide: the cells that take several columns.
    has_blanks: whether there are cells of which no more is known than that they are there.
    within: the cell of another table that it stands in, below a text: then it may be no more than a part of that.
    """

    columns: int = 0
    is_layout: bool = False
    has_blanks: bool = False
    within: Place | None = None
    ends: list[int] = field(default_factory=list)
    wide: set[Cell] = field(default_factory=set)
    taken: dict[int, int] = field(default_factory=dict)
    """The columns of cells that reach down, and the row before which they end."""

    @property
    def is_doubtful(self) -> bool:
        """Whether an empty cell may take more than one column, or hide one that reaches down."""
        return self.has_blanks and min(self.ends) < self.columns

    def cell(self, wide: int = 1, high: int = 1) -> Cell:
        """Where the next cell of the last row stands; takes the room for it."""
        column, row = self.ends[-1], len(self.ends) - 1
        while self.taken.get(column, 0) > row and column < _MOST_COLUMNS:
            column += 1
        if high > 1:
            self.taken.update(dict.fromkeys(range(column, column + wide), row + high))
        if wide > 1:
            self.wide.add((row, column))
        self.ends[-1] = column + wide
        self.columns = max(self.columns, column + wide)
        return row, column

    def blank(self) -> None:
        """Leaves room for a cell that is empty, or has nothing on this page."""
        self.has_blanks = True
        self.cell()


@dataclass(slots=True)
class Texts:
    """The texts of a table's cells, and where they stand as far as that is needed.

    own, nested: how long those are that stand in the table itself, and those of tables in its cells.
    """

    lines: dict[Cell, list[str]] = field(default_factory=dict)
    reaches: dict[Cell, Reach] = field(default_factory=dict)
    own: int = 0
    nested: int = 0

    def add(self, cell: Cell, text: str, reach: Reach | None = None, *, is_nested: bool = False) -> None:
        """Adds a line of a cell."""
        if is_nested:
            self.nested += len(text)
        else:
            self.own += len(text)
        self.lines.setdefault(cell, []).append(text)
        if reach is not None:
            left, right = self.reaches.get(cell, reach)
            self.reaches[cell] = min(left, reach[0]), max(right, reach[1])


def rows(grid: Grid, texts: Texts) -> Rows:
    """The rows that have text; none where they are no table."""
    cells = _placed(grid, texts) if grid.is_doubtful else texts.lines
    if not cells or texts.nested > _MOST_NESTED * texts.own:
        return ()
    numbers, columns = sorted({row for row, _ in cells}), 1 + max(column for _, column in cells)
    joined = {cell: "\n".join(filter(None, lines)) for cell, lines in cells.items()}
    if len(numbers) < 2 or len({column for _, column in cells}) < 2:
        return ()
    if len(numbers) * columns > min(_MOST_CELLS, _MOST_PLACES * len(cells)):
        return ()
    if max(map(len, joined.values())) > _MOST_CELL_CHARACTERS:
        return ()  # things are put side by side
    return tuple(tuple(joined.get((row, column), "") for column in range(columns)) for row in numbers)


def _placed(grid: Grid, texts: Texts) -> dict[Cell, list[str]]:
    """The cells, those of short rows in the columns in which whole rows have text; none where that cannot be told."""
    columns = _columns(grid, texts)
    placed: dict[Cell, list[str]] = {}
    last = (-1, -1)
    for cell in sorted(texts.lines):
        row, column = cell
        if grid.ends[row] < grid.columns:
            if not columns or cell not in texts.reaches:
                return {}
            column = _nearest(texts.reaches[cell], columns)
        if (row, column) <= last:
            return {}
        last = (row, column)
        placed[last] = texts.lines[cell]
    return placed


def _columns(grid: Grid, texts: Texts) -> dict[int, Reach]:
    """From where to where the texts of whole rows stand in each column."""
    found = Texts()
    for cell, reach in texts.reaches.items():
        row, column = cell
        if grid.ends[row] == grid.columns and cell not in grid.wide:
            found.add((0, column), "", reach)
    return {column: reach for (_, column), reach in found.reaches.items()}


def _nearest(reach: Reach, columns: dict[int, Reach]) -> int:
    """The column that has the most of a text, or comes nearest to it."""
    return max(columns, key=lambda column: min(reach[1], columns[column][1]) - max(reach[0], columns[column][0]))
