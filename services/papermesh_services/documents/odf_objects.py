"""Objects embedded in OpenDocument files: a formula on one line, a chart as its titles and the table behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.mathml import Formula
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from papermesh_services.documents.cells import CellBudget

_CHART: Final = "office:chart"
_MOST_TITLES: Final = 100


class Embedded:
    """Told the elements of an object. Of one that is neither formula nor chart there is nothing."""

    def __init__(self, budget: CellBudget) -> None:
        self._formula = Formula()
        self._budget = budget
        self._in_chart = False
        self._pieces: list[str] | None = None
        self._in_table = False
        self._titles: list[str] = []
        self._rows: list[list[str]] = []

    @property
    def formula(self) -> str:
        """The formula, on one line."""
        return self._formula.text

    def drafts(self) -> list[Draft]:
        """The blocks of a chart: a paragraph for each title, then its table."""
        titles = [Draft(BlockKind.PARAGRAPH, title) for title in self._titles]
        made = table(self._rows)
        return [*titles, made] if made.text else titles

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._formula.start(name, attributes)
        if not self._in_chart:
            self._in_chart = name == _CHART
        elif name == "table:table":
            self._in_table = True
        elif name == "table:table-row":
            self._rows.append([])
        elif name == "table:table-cell" and self._rows:
            self._budget.take(1)
            self._rows[-1].append("")
        elif name == "text:p":
            self._pieces = []

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        self._formula.data(text)
        if self._pieces is not None:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self._formula.end(name)
        if name == "table:table":
            self._in_table = False
        elif name == "text:p" and self._pieces is not None:
            self._take("".join(self._pieces))
            self._pieces = None

    def _take(self, text: str) -> None:
        if not self._in_table and text.strip() and len(self._titles) < _MOST_TITLES:
            self._titles.append(text)
        elif self._in_table and self._rows and self._rows[-1]:
            self._budget.take(0, len(text))
            self._rows[-1][-1] += text
