"""The cells of one sheet while they come in, and the tables they make: one of each range between empty rows.

Holds only cells that have something in them, so that a sheet costs what it holds and not what it spans.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.errors import DocumentTooLarge
from papermesh_services.documents.inline import draft
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.cells import CellBudget

    Cell = str | Passage
    Row = tuple[int, Sequence[tuple[int, Cell]]]


_LOOK_EVERY = 64


class Grid:
    """The cells of one sheet."""

    def __init__(self, budget: CellBudget) -> None:
        self._budget = budget
        self._rows: list[Row] = []

    def add(self, row: int, cells: Sequence[tuple[int, Cell]]) -> None:
        """Adds the cells of a row that have text, by columns. Rows come in order; both count from 0."""
        if cells:
            self._budget.take(0, sum(len(_text(cell)) for _, cell in cells))
            self._rows.append((row, cells))

    def drafts(self, watch: Watch = UNWATCHED) -> Iterator[Draft]:
        """The blocks, as far as there is time.

        Where the budget ends within a range, what lies within it comes before the error.
        """
        for _, rows in groupby(enumerate(self._rows), key=lambda one: one[1][0] - one[0]):
            yield from self._range([row for _, row in rows], watch)

    def _range(self, rows: list[Row], watch: Watch) -> Iterator[Draft]:
        left = min(cells[0][0] for _, cells in rows)
        lines: list[list[Cell]] = []
        fault: DocumentTooLarge | None = None
        for _, cells in watch.limited(rows, _LOOK_EVERY):
            try:
                self._budget.take(cells[-1][0] - left + 1)
            except DocumentTooLarge as reached:
                fault = reached
                break
            lines.append(_line(cells, left))
        if len(lines) == 1 and len(lines[0]) == 1:
            only = rows[0][1][0][1]
            yield draft(BlockKind.PARAGRAPH, Passage(only) if isinstance(only, str) else only)
        elif lines:
            yield table(watch.limited(lines, _LOOK_EVERY))
        if fault is not None:
            raise fault


def _line(cells: Sequence[tuple[int, Cell]], left: int) -> list[Cell]:
    line: list[Cell] = []
    for column, cell in cells:
        line.extend([""] * (column - left - len(line)))
        line.append(cell)
    return line


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text
