"""Makes one line of the rows of a table, unless its cells hold whole sections: then rules only part a page.

Its text has a line for each row and a tab between cells. Rows that no rule parts are told by their heights.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.joining import Line, joined
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_columns import Stretch
from papermesh_services.documents.pdf_layout import PlacedLine

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

_LEAST: Final = 2
"""Rows and columns that a table has."""
_LONG_CELL: Final = 500
_LONGEST_CELL: Final = 2_000
_MOST_LONG: Final = 1 / 3
_ROW: Final = 0.5
"""Of a letter's size: lines whose places differ by less in height stand in one row."""
_UNEVEN: Final = 1.15
"""Times the least distance of lines: what the greatest is where some of them are wrapped."""
_BESIDE: Final = 1.0
"""Of a letter's size: lines less far apart stand beside each other, each in the middle of its cell."""
_GOING_ON: Final = 0.25
_NEXT: Final = 1.4
"""Of a letter's size: lines less far apart follow each other."""
_MOST_RULED: Final = 3
"""Rows that rules part; where there are more, each row has its own."""
_MOST_WRAPPED: Final = 2.5
"""Lines of a row that has rules of its own, as many at most on the average."""

Row = dict[int, list[Stretch]]
"""What stands in the cells of a row, by their columns."""


def table(
    rows: list[Row], read: Callable[[Stretch], str], words: Container[str], number: int, *, ruled: bool
) -> PlacedLine | None:
    """The table as a line of the page with this number, or None where it is none.

    ruled: whether a row that has several lines is one of wrapped text rather than several.
    read: the text of a stretch, its characters clean. words: those of the page, to tell hyphens by.
    """
    if ruled and _is_layout(rows):
        return None
    if len(rows) <= _MOST_RULED or sum(len(by_height(row)) for row in rows) > _MOST_WRAPPED * len(rows):
        rows = [part for row in rows for part in (_parted(row) if not ruled or _recurs(row) else [row])]
    columns = sorted({column for row in rows for column in row})
    if len(rows) < _LEAST or len(columns) < _LEAST or not any(len(row) > 1 for row in rows):
        return None
    texts = [{column: _text(cell, read, words) for column, cell in row.items()} for row in rows]
    stretches = [stretch for row in rows for cell in row.values() for stretch in cell]
    left = min([stretch.x for stretch in stretches])
    return PlacedLine(
        "\n".join(["\t".join([row.get(column, "") for column in columns]) for row in texts]),
        number,
        left,
        max([stretch.y for stretch in stretches]),
        median([stretch.size for stretch in stretches]),
        bold=False,
        turn=stretches[0].turn,
        width=max([stretch.x + stretch.width for stretch in stretches]) - left,
        kind=BlockKind.TABLE,
        pitch=stretches[0].pitch,
        tag=stretches[0].tag,
    )


def _recurs(row: Row) -> bool:
    """Whether several lines have something in all columns of a row, and do not go on as wrapped text does."""
    lines = by_height(row)
    if len(row) == 1 or sum(len(line) == len(row) for line in lines) <= _LEAST:
        return False
    further = [cell[0].text for line in lines[1:] for cell in line.values()]
    return sum(text[0].islower() for text in further) < _GOING_ON * len(further)


def _parted(row: Row) -> list[Row]:
    """A row as several, each with the lines that its wrapped text takes."""
    lines = by_height(row)
    if len(lines) < _LEAST:
        return [row]
    falls = [_height(before) - _height(line) for before, line in pairwise(lines)]
    close = (min(falls) + max(falls)) / 2 if max(falls) > _UNEVEN * min(falls) else 0.0
    parts = lines[:1]
    for fall, line in zip(falls, lines[1:], strict=True):
        before = parts[-1]
        few = len(line) == 1 and min(before) not in line and fall < _NEXT * _size(line)
        within = set(line) < set(before) and (fall < close or few)
        within = within or (set(before) < set(line) and fall < close)
        if within or (fall < _BESIDE * _size(line) and not set(line) & set(before)):
            for column, cell in line.items():
                before.setdefault(column, []).extend(cell)
        else:
            parts.append(line)
    return parts


def _height(line: Row) -> float:
    return max(stretch.y for cell in line.values() for stretch in cell)


def _size(line: Row) -> float:
    return next(iter(line.values()))[0].size


def by_height(row: Row) -> list[Row]:
    """The lines of a row, from the top down."""
    if len({stretch.y for cell in row.values() for stretch in cell}) == 1:
        return [row]
    lines: list[Row] = []
    height = 0.0
    cells = ((stretch, column) for column, cell in row.items() for stretch in cell)
    for stretch, column in sorted(cells, key=lambda pair: -pair[0].y):
        if not lines or height - stretch.y >= _ROW * stretch.size:
            lines.append({})
            height = stretch.y
        lines[-1].setdefault(column, []).append(stretch)
    return lines


def _text(cell: Sequence[Stretch], read: Callable[[Stretch], str], words: Container[str]) -> str:
    """What stands in a cell, from the top down."""
    if len(cell) == 1:
        return read(cell[0]).replace("\t", " ")
    lines = sorted(cell, key=lambda line: (-round(line.y), line.x))
    texts = [text.replace("\t", " ") for text in map(read, lines) if text]
    return joined(BlockKind.TABLE, list(map(Line, texts)), 0, words).text if len(texts) > 1 else "".join(texts)


def _is_layout(rows: Sequence[Row]) -> bool:
    lengths = [sum([len(stretch.text) for stretch in cell]) for row in rows for cell in row.values()]
    if not lengths:
        return False
    return max(lengths) > _LONGEST_CELL or sum(length > _LONG_CELL for length in lengths) >= _MOST_LONG * len(lengths)
