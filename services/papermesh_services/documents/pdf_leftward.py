"""Hebrew and Arabic in PDFs: the rows of a page that has some, in the order in which they are read.

PDFium turns runs of such letters around, but leaves numbers, Latin words, marks and the cells of tables between them as
they are drawn. So letters are put from left to right again by their places (pdf_drawn), it is told which rows run to
the left (pdf_direction), and those are turned around as a whole (visual_order). Rows without such letters that run to
the right stay what PDFium has made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import pdf_direction, visual_order
from papermesh_services.documents.pdf_drawn import DrawnRow
from papermesh_services.documents.pdf_glyphs import LEFTWARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle

_MOST_CHARACTERS: Final = 50_000
"""On a page; a longer one, which nobody can read, stays as PDFium gives it."""
_ROW: Final = 0.7
"""Of a letter's size: lines whose places differ by less in height are pieces of one row."""


class Row(NamedTuple):
    """A row of a page. drawn: as it is drawn, which is all there is to say where nothing was told.

    text: as it is read; left and right: from where to where it reaches; leftward: whether it runs from right to left.
    """

    drawn: DrawnRow
    text: str = ""
    left: float = 0.0
    right: float = 0.0
    leftward: bool = False

    @property
    def pieces(self) -> Sequence[Stretch]:
        """The lines that PDFium made of it."""
        return self.drawn.pieces


def is_leftward(text: str) -> bool:
    """Whether a text has letters that are written from right to left."""
    return not text.isascii() and LEFTWARD.search(text) is not None


def is_among(raw: str) -> bool:
    """Whether rows of a page are to be put right. raw is its text as PDFium gives it."""
    return is_leftward(raw) and len(raw) <= _MOST_CHARACTERS


def rows(page: PageHandle, raw: str, placed: Sequence[Stretch]) -> Iterator[Row]:
    """The rows of a page. raw is its text as PDFium gives it, placed the lines of that."""
    drawn: list[DrawnRow] = []
    for pieces in _rows(placed):
        row = DrawnRow(page, raw, pieces)
        drawn += row.parts() if is_leftward(row.text) else [row]
    for row, leftward in zip(drawn, pdf_direction.told(drawn), strict=True):
        if leftward is None:
            yield Row(row)
        else:
            cells = [visual_order.logical(cell, leftward=leftward) for cell in row.cells]
            yield Row(row, "\t".join(reversed(cells) if leftward else cells), *row.ends, leftward)


def _rows(placed: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Lines that follow each other at one height, together."""
    row: list[Stretch] = []
    for line in placed:
        if row and (row[-1].turn != line.turn or abs(row[0].y - line.y) >= _ROW * max(row[0].size, line.size)):
            yield row
            row = []
        row.append(line)
    if row:
        yield row
