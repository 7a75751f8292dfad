"""The tables of texts and slides: rows and cells while they come in, and the blocks they make.

A table that only puts text side by side makes the blocks of its cells, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.errors import DocumentTooLarge
from papermesh_services.documents.inline import joined
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.watch import TO_FINISH, UNWATCHED, OutOfTimeError, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.cells import CellBudget
    from papermesh_services.documents.links import Passage

_LAYOUT_CELL_BLOCKS = 3
_LAYOUT_CELL_CHARACTERS = 500
_MOST_COLUMNS = 1_000
_LOOK_EVERY = 64


@dataclass(slots=True)
class Cell:
    """The blocks of a cell, and the first of the columns it takes."""

    column: int
    drafts: list[Draft] = field(default_factory=list)


class Table:
    """A table while it comes in."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self._next = 0
        self._row_dropped = False
        self._cell_dropped = False

    def start_row(self) -> None:
        """A row begins."""
        self.rows.append([])
        self._next = 0
        self._row_dropped = False

    def start_cell(self) -> None:
        """A cell begins."""
        if self.rows:
            self.rows[-1].append(Cell(self._next))
            self._next += 1

    def drop_cell(self) -> None:
        """The cell that is open is deleted."""
        self._cell_dropped = True

    def end_cell(self) -> None:
        """A cell ends."""
        if self._cell_dropped and self.rows and self.rows[-1]:
            self._next = self.rows[-1].pop().column
        self._cell_dropped = False

    def drop_row(self) -> None:
        """The row that is open is deleted."""
        self._row_dropped = True

    def end_row(self) -> None:
        """A row ends."""
        if self._row_dropped and self.rows:
            self.rows.pop()
        self._row_dropped = False

    def span(self, columns: str) -> None:
        """The cell takes so many columns."""
        self._next += max(0, _number(columns) - 1)

    def skip(self, columns: str) -> None:
        """The row begins so many columns further on."""
        self._next += _number(columns)

    def put(self, draft: Draft) -> bool:
        """Puts a block into the cell that is open. Whether there is one."""
        if not self.rows or not self.rows[-1]:
            return False
        self.rows[-1][-1].drafts.append(draft)
        return True


def drafts_of(found: Table, budget: CellBudget, watch: Watch = UNWATCHED) -> Iterator[Draft]:
    """The blocks a table makes. Where the budget or the time ends in it, the rows within it come before the error."""
    cells = [cell for row in found.rows for cell in row]
    if _is_layout(found, cells):
        yield from (draft for cell in cells for draft in cell.drafts)
        return
    rows: list[list[str | Passage]] = []
    fault: DocumentTooLarge | OutOfTimeError | None = None
    watch = watch.overtime(TO_FINISH)
    for row in watch.limited(found.rows, _LOOK_EVERY):
        try:
            budget.take(min(row[-1].column, _MOST_COLUMNS) + 1 if row else 0)
        except DocumentTooLarge as reached:
            fault = reached
            break
        rows.append(_row(row))
    if fault is None and len(rows) < len(found.rows):
        fault = OutOfTimeError()
    made = table(rows)
    if made.text:
        yield made
    if fault is not None:
        raise fault


def _row(cells: list[Cell]) -> list[str | Passage]:
    row: list[str | Passage] = []
    for cell in cells:
        row.extend([""] * (min(cell.column, _MOST_COLUMNS) - len(row)))
        row.append(joined(cell.drafts, " "))
    return row


def _number(text: str) -> int:
    return min(int(text), _MOST_COLUMNS) if text.isdecimal() and len(text) < 9 else 0


def _is_layout(found: Table, cells: list[Cell]) -> bool:
    """Whether the table only puts text side by side: a single cell, or cells that hold whole sections."""
    if len(cells) <= 1 or all(len(row) <= 1 for row in found.rows):
        return True
    full = [cell.drafts for cell in cells if cell.drafts]
    if any(draft.kind is BlockKind.HEADING for drafts in full for draft in drafts):
        return True
    long = sum(
        len(drafts) >= _LAYOUT_CELL_BLOCKS and sum(len(draft.text) for draft in drafts) > _LAYOUT_CELL_CHARACTERS
        for drafts in full
    )
    return bool(full) and 3 * long >= len(full)
