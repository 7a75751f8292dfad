"""The cells of a sheet that show an error, as "#N/A": calamine gives nothing of them. One number for each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_UNKNOWN: Final = "#ERROR!"
_ROW: Final = 32
_COLUMN: Final = 8
_LAST_COLUMN: Final = (1 << (_ROW - _COLUMN)) - 1


class SheetErrors:
    """Told the cells and the numbers of their errors; rows and columns count from 0."""

    def __init__(self) -> None:
        self._cells = array("Q")
        self._sorted = True

    def add(self, row: int, column: int, code: int) -> None:
        """A cell shows an error of this number."""
        cell = row << _ROW | min(column, _LAST_COLUMN) << _COLUMN | code
        self._sorted = self._sorted and (not self._cells or cell >= self._cells[-1])
        self._cells.append(cell)

    def of(self, row: int) -> Mapping[int, str]:
        """What the cells of a row show that have an error, by columns."""
        if not self._sorted:
            self._cells, self._sorted = array("Q", sorted(self._cells)), True
        first, last = (bisect_left(self._cells, number << _ROW) for number in (row, row + 1))
        return {cell >> _COLUMN & _LAST_COLUMN: _TEXTS.get(cell & 0xFF, _UNKNOWN) for cell in self._cells[first:last]}
