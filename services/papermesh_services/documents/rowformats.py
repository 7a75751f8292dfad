"""Which cells of a sheet show their numbers by a format of their own: for each row, what writes those of its columns.

Rows that look the same share one entry, so that a sheet of a million cells costs a number for each row.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.numberformat import BUILT_IN, formatter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.numberformat import Formatter

_MOST_ROWS: Final = 1 << 20
_NONE: Final[Mapping[int, Formatter]] = {}

Columns = Mapping[int, "Formatter"]


def formatters(codes: Mapping[int, str], styles: Sequence[int]) -> dict[int, Formatter]:
    """What writes the numbers of each style that says more than they do, by its index.

    codes: those that the file has of its own, by their numbers. styles: the number of the format of each.
    """
    known = {number: formatter(codes.get(number) or BUILT_IN.get(number, "")) for number in set(styles)}
    made = ((index, known[number]) for index, number in enumerate(styles))
    return {index: write for index, write in made if write is not None}


class RowFormats:
    """The formats of one sheet. Past a million cells in rows of different looks, numbers are left as they are."""

    def __init__(self, formats: Mapping[int, Formatter], limits: Limits) -> None:
        self._formats = formats
        self._left = limits.max_cells
        self._known: dict[Hashable, int] = {}
        self._looks: list[Columns] = [_NONE]
        self._rows = array("I")

    def add(self, row: int, cells: Iterable[tuple[int, int]]) -> None:
        """The columns and styles of the cells of a row; both count from 0."""
        found = tuple((column, style) for column, style in cells if style in self._formats)
        if found and not self.again(row, found):
            self.learn(row, found, found)

    def again(self, row: int, look: Hashable) -> bool:
        """Whether an earlier row looked the same, so that this one is known."""
        which = self._known.get(look)
        if which is not None:
            self._put(row, which)
        return which is not None

    def learn(self, row: int, look: Hashable, cells: Iterable[tuple[int, int]]) -> None:
        """A row that looks like none before it."""
        columns = {column: self._formats[style] for column, style in cells}
        self._left -= len(columns)
        if self._left >= 0:
            self._known[look] = len(self._looks)
            self._looks.append(columns)
            self._put(row, self._known[look])

    def of(self, row: int) -> Columns:
        """What writes the numbers of a row, by columns."""
        return self._looks[self._rows[row]] if row < len(self._rows) else _NONE

    def _put(self, row: int, which: int) -> None:
        if row < _MOST_ROWS:
            missing = row + 1 - len(self._rows)
            if missing > 0:
                self._rows.extend(array("I", bytes(4 * missing)))
            self._rows[row] = which
