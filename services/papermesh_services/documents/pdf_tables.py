"""Puts what stands between the rules of a page into tables, cell by cell, and takes it out of the lines.

A table becomes one line of its own, whose text has a line for each row and tabs between cells. What has too little in
it, or whole sections in its cells, is no table but a frame, and stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents import pdf_aligned, pdf_bands, pdf_cells, pdf_grid, pdf_rows
from papermesh_services.documents.lines import Whole
from papermesh_services.documents.pdf_columns import Stretch
from papermesh_services.documents.pdf_filled import MARKER, Filled, is_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_grid import Grid
    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_rows import Row
    from papermesh_services.documents.pdf_rules import Rules

_MOST_TABLES: Final = 50
"""On one page."""


def told(
    page: PageHandle,
    placed: Sequence[Stretch],
    gaps: Mapping[int, Sequence[int]],
    rules: Rules,
    read: Callable[[Stretch], str],
    number: int,
) -> list[Stretch | PlacedLine]:
    """The lines of the page with this number, with each table among them as one.

    gaps: the wide ones in lines, by where the line starts. read: the text of a stretch, its characters clean.
    """
    result: list[Stretch | PlacedLine] = list(placed)
    words = Whole(lambda: (line.text for line in placed))
    rules = pdf_grid.merged(rules)
    for grid in pdf_grid.grids(rules)[:_MOST_TABLES]:
        inside = {at: line for at, line in enumerate(result) if isinstance(line, Stretch) and is_inside(line, grid)}
        cut = _Cut(page, grid, list(inside.values()), gaps)
        table = pdf_rows.table(cut.rows(), read, words, number, ruled=True)
        if table is not None:
            result = _replaced(result, inside, [*cut.outside, table])
    for band in pdf_bands.bands(rules)[:_MOST_TABLES]:
        held = [line for line in result if isinstance(line, Stretch) and band.holds(line)]
        for rows in pdf_bands.tables(page, band, held):
            result = _with_table(result, rows, pdf_rows.table(rows, read, words, number, ruled=False))
    for rows in list(pdf_aligned.tables(page, result, gaps)):
        result = _with_table(result, rows, pdf_rows.table([_one(rows)], read, words, number, ruled=False))
    return result


def _one(rows: Sequence[Row]) -> Row:
    """The rows as one, to be parted by what is wrapped in them."""
    found: Row = {}
    for row in rows:
        for column, cell in row.items():
            found.setdefault(column, []).extend(cell)
    return found


def _with_table(
    placed: list[Stretch | PlacedLine], rows: Sequence[Row], table: PlacedLine | None
) -> list[Stretch | PlacedLine]:
    """The lines with a table, if it is one, in the place of those whose words are in its rows."""
    if table is None:
        return placed
    starts = {stretch.start for row in rows for cell in row.values() for stretch in cell}
    taken = {at for at, line in enumerate(placed) if isinstance(line, Stretch) and line.start in starts}
    return _replaced(placed, taken, [table])


def _replaced(
    placed: list[Stretch | PlacedLine], inside: Collection[int], by: list[Stretch | PlacedLine]
) -> list[Stretch | PlacedLine]:
    """The lines with others in the place of the first of these."""
    first = min(inside)
    return [*placed[:first], *by, *(line for at, line in enumerate(placed[first:], first) if at not in inside)]


class _Cut(Filled):
    """The lines in a grid, cut up into what stands in its cells.

    outside: what stands beside it in the same lines.
    """

    def __init__(
        self, page: PageHandle, grid: Grid, lines: Sequence[Stretch], gaps: Mapping[int, Sequence[int]]
    ) -> None:
        super().__init__(grid)
        self.outside: list[Stretch] = []
        for line in lines:
            self._add(page, line, gaps.get(line.start, ()))

    def _add(self, page: PageHandle, line: Stretch, gaps: Sequence[int]) -> None:
        cells = self.row(line)
        whole = self.whole(cells, line)
        if whole >= 0:
            self.add(whole, line)
            if any(gap > MARKER for gap in gaps):
                self.parted.add(line.start)
            return
        words = pdf_cells.words(page, line)
        places = list(self.places(cells, words))
        self.parted.update([line.start + gap - MARKER for gap in gaps if 0 <= gap - MARKER < len(line.text)])
        for cell, piece in pdf_cells.pieces(line, words, places):
            if cell < 0:
                self.outside.append(piece)
            else:
                self.add(cell, piece)
