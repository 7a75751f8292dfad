"""One sheet of an OpenDocument spreadsheet while it comes in. Repeated cells and rows are not spread out for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft
from papermesh_services.documents.grid import Grid
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.cells import CellBudget

_MOST_REPEATED = 1_000
_FAR = 1 << 24
_VALUES = ("office:string-value", "office:date-value", "office:time-value", "office:boolean-value", "office:value")


class Sheet:
    """Told the rows and cells of a sheet.

    cut: whether the same cells were to stand there so many times that the rest was left out. written: whether it is
    said how the value of the cell that is open is shown, if as nothing.
    """

    def __init__(self, name: str, budget: CellBudget) -> None:
        self._name = name
        self.cut = False
        self._grid = Grid(budget)
        self._row = 0
        self._rows = 0
        self._column = 0
        self._columns = 1
        self._value = ""
        self.written = False
        self._cells: list[tuple[int, Passage]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row or cell begins."""
        if name == "table:table-row":
            self.end_row()
            self._rows = _count(attributes.get("table:number-rows-repeated", "1"))
        elif name == "table:table-cell":
            self.written = False
            self._columns = _count(attributes.get("table:number-columns-repeated", "1"))
            self._value = next((attributes[key] for key in _VALUES if attributes.get(key)), "")
        elif name == "table:covered-table-cell":
            self._column = min(_FAR, self._column + _count(attributes.get("table:number-columns-repeated", "1")))

    def end_cell(self, passage: Passage) -> None:
        """A cell ends, with what it shows."""
        if not passage.text.strip() and not self.written:
            passage = Passage(self._value)
        if passage.text:
            shown = self._shown(self._columns)
            self._cells.extend((self._column + at, passage) for at in range(shown))
        self._column = min(_FAR, self._column + self._columns)
        self._value = ""

    def end_row(self) -> None:
        """A row ends."""
        if self._cells:
            for at in range(self._shown(self._rows)):
                self._grid.add(self._row + at, self._cells)
        self._row = min(_FAR, self._row + self._rows)
        self._rows = 0
        self._column = 0
        self._cells = []

    def drafts(self, watch: Watch = UNWATCHED) -> Iterator[Draft]:
        """The blocks of the sheet, as far as there is time: its name and its tables. None where it is empty."""
        for number, made in enumerate(self._grid.drafts(watch)):
            if not number:
                yield Draft(BlockKind.HEADING, self._name, 1)
            yield made

    def _shown(self, times: int) -> int:
        self.cut = self.cut or times > _MOST_REPEATED
        return min(times, _MOST_REPEATED)


def _count(text: str) -> int:
    return min(int(text), _FAR) if text.isdecimal() and len(text) < 12 else 1
