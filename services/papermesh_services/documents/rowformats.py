"""Which cells of a sheet show their numbers by a format of their own: for each row, what writes those of its columns.

Rows that look the same share one entry, so that a sheet of a million cells costs two numbers for each row.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.numberformat import BUILT_IN, formatter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.numberformat import Formatter

_MOST_CELLS: Final = 250_000
_NONE: Final[Mapping[int, Formatter]] = {}

Columns = Mapping[int, "Formatter"]


def formatters(codes: Mapping[int, str], styles: Sequence[int]) -> dict[int, Formatter]:
    """What writes the numbers of each style that says more than they do, by its index.

    codes: those that the file has of its own, by their numbers. styles: the number of the format of each.
    """
    known = {number: formatter(codes.get(number) or BUILT_IN.get(number, "")) for number in set(styles)}
    made = ((index, known[number]) for index, number in enumerate(styles))
    return {index: write for index, write in made if write is not None}


class Looks:
    """The formats of a workbook, and the looks that rows of its sheets have; past a limit, new ones are not kept."""

    def __init__(self, formats: Mapping[int, Formatter]) -> None:
        self.formats: Final = formats
        self._left = _MOST_CELLS
        self._known: dict[Hashable, int] = {}
        self._columns: list[Columns] = [_NONE]

    def which(self, look: Hashable) -> int | None:
        """The number of a look; None for a new one."""
        return self._known.get(look)

    def learn(self, look: Hashable, cells: Iterable[tuple[int, int]]) -> int:
        """The number of a new look of these columns and styles; 0, that of none, where there is no room for it."""
        columns = {column: self.formats[style] for column, style in cells}
        if len(columns) > self._left:
            return 0
        self._left -= len(columns)
        self._known[look] = len(self._columns)
        self._columns.append(columns)
        return self._known[look]

    def columns(self, which: int) -> Columns:
        """What writes the numbers of a row of this look, by columns."""
        return self._columns[which]


class RowFormats:
    """The looks of the rows of one sheet. Rows come in order; one that does not is left as it is."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._rows = array("q")
        self._which = array("I")

    def add(self, row: int, cells: Iterable[tuple[int, int]]) -> None:
        """The columns and styles of the cells of a row; both count from 0."""
        found = tuple((column, style) for column, style in cells if style in self._looks.formats)
        if found:
            which = self._looks.which(found)
            self.put(row, self._looks.learn(found, found) if which is None else which)

    def put(self, row: int, which: int) -> None:
        """A row has this look."""
        if which and (not self._rows or row > self._rows[-1]):
            self._rows.append(row)
            self._which.append(which)

    def of(self, row: int) -> Columns:
        """What writes the numbers of a row, by columns."""
        at = bisect_left(self._rows, row)
        return self._looks.columns(self._which[at]) if at < len(self._rows) and self._rows[at] == row else _NONE
