"""The texts of charts and diagrams: the title of a chart and the table behind it, the paragraphs of a diagram."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.errors import DocumentCorrupt
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from papermesh_services.documents.cells import CellBudget
    from papermesh_services.documents.opc import Package, Relation

_MOST_SERIES = 255


def diagram(package: Package, relation: Relation | None, budget: CellBudget) -> list[Draft]:
    """The blocks of a chart or diagram; none where it is broken or of an unknown kind."""
    if relation is None or relation.external:
        return []
    try:
        if relation.kind == "chart":
            chart = _Chart(budget)
            package.parse(relation.target, chart)
            return chart.drafts()
        if relation.kind == "diagramData":
            texts = _Paragraphs()
            package.parse(relation.target, texts)
            return [Draft(BlockKind.PARAGRAPH, text) for text in texts.found]
    except DocumentCorrupt:
        pass  # a picture that cannot be read leaves the text around it
    return []


class _Paragraphs:
    """Collects the paragraphs of drawings."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._writing = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - every handler has the same form
        self._writing = name == "t"

    def data(self, text: str) -> None:
        if self._writing:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        self._writing = False
        if name == "p":
            text = "".join(self._pieces)
            self._pieces.clear()
            if text.strip():
                self.found.append(text)


@dataclass(slots=True)
class _Series:
    name: str = ""
    categories: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


class _Chart:
    """Collects the title and the series of a chart."""

    def __init__(self, budget: CellBudget) -> None:
        self._budget = budget
        self._title = _Paragraphs()
        self._in_title = 0
        self._series: list[_Series] = []
        self._place = ""
        self._value: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "title":
            self._in_title += 1
        elif name == "ser" and len(self._series) < _MOST_SERIES:
            self._series.append(_Series())
        elif name in ("tx", "cat", "val", "xVal", "yVal"):
            self._place = name
        elif name == "v":
            self._value = []
        if self._in_title:
            self._title.start(name, attributes)

    def data(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        elif self._in_title:
            self._title.data(text)

    def end(self, name: str) -> None:
        if self._in_title:
            self._title.end(name)
        if name == "title":
            self._in_title -= 1
        elif name == "v" and self._value is not None:
            self._take(one_line("".join(self._value)))
            self._value = None
        elif name in ("tx", "cat", "val", "xVal", "yVal"):
            self._place = ""

    def _take(self, text: str) -> None:
        if not self._series or self._in_title:
            return
        self._budget.take(1, len(text))
        series = self._series[-1]
        match self._place:
            case "tx":
                series.name = text
            case "cat" | "xVal":
                series.categories.append(text)
            case "val" | "yVal":
                series.values.append(_number(text))

    def drafts(self) -> list[Draft]:
        """The blocks: a paragraph for each title, then the table."""
        titles = [Draft(BlockKind.PARAGRAPH, text) for text in self._title.found]
        if not any(series.values for series in self._series):
            return titles
        categories = max((series.categories for series in self._series), key=len)
        self._budget.take((len(self._series) + 1) * max(len(series.values) for series in self._series))
        names = ["", *(series.name for series in self._series)]
        rows = zip_longest(categories, *(series.values for series in self._series), fillvalue="")
        return [*titles, table([names, *rows])]


def _number(text: str) -> str:
    """A number as people write it: the file has seventeen digits of it."""
    try:
        return f"{float(text):.10g}"
    except ValueError:
        return text
