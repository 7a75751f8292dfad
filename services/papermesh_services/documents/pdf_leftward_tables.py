"""Puts what stands between the rules of a page with Hebrew or Arabic into tables, as pdf_tables does on other pages.

Works on rows that pdf_leftward has made: which of them run to the left is known, and the words of a cell are put in the
order in which they are read after the rules have parted them.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import pdf_filled, pdf_grid, pdf_leftward, pdf_rows, visual_order
from papermesh_services.documents.lines import Whole
from papermesh_services.documents.pdf_cells import Word
from papermesh_services.documents.pdf_drawn import in_cells
from papermesh_services.documents.pdf_filled import MARKER, Filled
from papermesh_services.documents.pdf_glyphs import SPACE
from papermesh_services.documents.pdf_layout import PlacedLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_drawn import DrawnWord
    from papermesh_services.documents.pdf_grid import Grid
    from papermesh_services.documents.pdf_leftward import Row
    from papermesh_services.documents.pdf_rules import Rules

_MOST_TABLES: Final = 50
"""On one page."""


def told(rows: Sequence[Row], rules: Rules, read: Callable[[str], str], number: int) -> list[Row | PlacedLine]:
    """The rows of the page with this number, with each table among them as one line.

    read: cleans a text whose words are in the order in which they are read.
    """
    result: list[Row | PlacedLine] = list(rows)
    words = Whole(lambda: (row.text for row in rows))
    for grid in pdf_grid.grids(pdf_grid.merged(rules))[:_MOST_TABLES]:
        inside = {at: row for at, row in enumerate(result) if not isinstance(row, PlacedLine) and _is_inside(row, grid)}
        cut = _Cut(grid, list(inside.values()))
        leftward = 2 * sum(row.leftward for row in inside.values()) > len(inside)
        found = cut.rows(leftward=leftward)
        table = pdf_rows.table(found, lambda piece: read(piece.text), words, number, ruled=True)
        if table is not None:
            outside = [_line(piece, read, number) for piece in cut.outside]
            first = min(inside)
            rest = [row for at, row in enumerate(result[first:], first) if at not in inside]
            result = [*result[:first], *outside, table._replace(leftward=leftward), *rest]
    return result


class _Cut(Filled):
    """The rows in a grid, cut up into what stands in its cells.

    outside: what stands beside it in the same rows.
    """

    def __init__(self, grid: Grid, rows: Sequence[Row]) -> None:
        super().__init__(grid)
        self.outside: list[Stretch] = []
        self._length = 0
        for row in rows:
            drawn = row.drawn.words
            places = self.places(self.row(row.drawn.main), [Word(0, 0, word.left, word.right) for word in drawn])
            for cell, words in groupby(zip(places, drawn, strict=True), key=itemgetter(0)):
                self._add(cell, row, [word for _, word in words])

    def _add(self, cell: int, row: Row, words: Sequence[DrawnWord]) -> None:
        parts = in_cells(words, row.drawn.main.size)
        piece = _piece(row, words, parts, self._length)
        self._length += len(piece.text)
        if not piece.text:
            return  # nothing but strokes that have no name
        if cell < 0:
            self.outside.append(piece)
            return
        self.add(cell, piece)
        if len(parts) > 1 and len(parts[-1] if row.leftward else parts[0]) > MARKER:
            self.parted.add(piece.start)


def _piece(row: Row, words: Sequence[DrawnWord], parts: Sequence[Sequence[str]], start: int) -> Stretch:
    """What a row has of these words, which follow each other, in the order in which it is read.

    start: its place in the text of all pieces.
    """
    drawn = [letter for part in parts for letter in (SPACE, *part)][1:]
    text = visual_order.logical(drawn, leftward=row.leftward)
    left, right = words[0].left, words[-1].right
    return row.drawn.main._replace(start=start, text=text, hyphen="", x=left, width=right - left, tag=0)


def _line(piece: Stretch, read: Callable[[str], str], number: int) -> PlacedLine:
    text, place = read(piece.text), (piece.x, piece.y, piece.size)
    return PlacedLine(text, number, *place, piece.bold, piece.turn, piece.width, pdf_leftward.is_leftward(text))


def _is_inside(row: Row, grid: Grid) -> bool:
    left, right = row.drawn.ends
    return pdf_filled.is_inside(row.drawn.main._replace(x=left, width=right - left), grid)
