"""Rows of a table that can be printed one at a time, because the widths are fixed before the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from papermesh.cli.screen import fitted, fitted_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh.cli.screen import Screen

GAP: Final = "  "
FILE_SHARE: Final = 0.4
"""How much of a terminal's width the names of files may take beside a last cell."""
NARROWEST_FILE: Final = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and its width; right-aligned for numbers."""

    title: str
    width: int
    right: bool = False


class Rows:
    """Prints rows under a header: the file, columns of fixed width, and a last cell that takes what room is left.

    last: the title of the last cell; "" where there is none.
    """

    def __init__(self, screen: Screen, names: Sequence[str], columns: Sequence[Column], last: str) -> None:
        self._screen = screen
        self._columns = columns
        self._last = last
        self._file_width = max(cell_len("FILE"), *(cell_len(name) for name in names))
        if screen.width:
            fixed = sum(column.width + len(GAP) for column in columns)
            most = int(screen.width * FILE_SHARE) if last else screen.width
            self._file_width = min(self._file_width, most, max(screen.width - fixed, NARROWEST_FILE))
        self._started = False

    def add(self, name: str, cells: Sequence[Text], last: str = "") -> None:
        """Prints one row, the header before the first."""
        if not self._started:
            self._started = True
            self._print("FILE", [Text(column.title) for column in self._columns], self._last, "bold")
        self._print(name, cells, last, "")

    def _print(self, name: str, cells: Sequence[Text], last: str, style: str) -> None:
        row = Text(fitted_path(name, self._file_width), style=style)
        for column, cell in zip(self._columns, cells, strict=True):
            row.append(GAP)
            row.append_text(_aligned(cell, column))
        row.append(GAP + self._cut(last, row.cell_len + len(GAP)))
        row.rstrip()
        self._screen.line(row)

    def _cut(self, last: str, used: int) -> str:
        if not self._screen.width:
            return last
        return fitted(last, max(self._screen.width - used, 1)).rstrip()


def _aligned(cell: Text, column: Column) -> Text:
    plain = cell.plain
    if cell_len(plain) > column.width:
        return Text(fitted(plain, column.width), style=cell.style)
    fill = " " * (column.width - cell_len(plain))
    return Text(fill + plain if column.right else plain + fill, style=cell.style)
