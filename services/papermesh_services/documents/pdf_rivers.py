"""Tells columns by the white space that runs down between them, where nobody has drawn lines.

Takes nothing for a table that has the look of running text or of a list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import pdf_cells, pdf_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.pdf_cells import Word
    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_rows import Row

_RIVER: Final = 0.4
"""Of a letter's size: the least width of the white space between two columns."""
_LEAST_BESIDE: Final = 2
"""Lines that have text on both sides of a river."""
_LEAST_LINES: Final = 2
_MOST_LARGER: Final = 1.4
_SHORT_TEXT: Final = 20
_MANY_LINES: Final = 6
_MARKER: Final = re.compile(r"[•◦▪–*-]|\(?[\divxa-z]{1,4}[.):\]]{1,2}", re.IGNORECASE)

Chunk = tuple[float, float]
"""From where to where words stand together."""


class Cut(NamedTuple):
    """A line and how its words stand."""

    line: Stretch
    words: list[Word]
    chunks: list[Chunk]


def cut(page: PageHandle, line: Stretch) -> Cut:
    """The line with its words."""
    words = pdf_cells.words(page, line)
    return Cut(line, words, list(_chunks(words, line.size)))


def _chunks(words: Iterable[Word], size: float) -> Iterator[Chunk]:
    left = right = 0.0
    for word in words:
        if right and word.left - right > _RIVER * size:
            yield left, right
            right = 0.0
        left, right = (left, max(right, word.right)) if right else (word.left, word.right)
    if right:
        yield left, right


def rows(part: Sequence[Sequence[Cut]], most_across: float = 0.0) -> list[Row]:
    """The rows of the table that lines make; none where they make none.

    part: the lines of each row. most_across: which share of the lines may have words that stand together across the
    space between columns, as heads of several columns do.
    """
    cuts = [cut for row in part for cut in row]
    sizes = [cut.line.size for cut in cuts]
    if len(cuts) < _LEAST_LINES or max(sizes) > _MOST_LARGER * min(sizes):
        return []
    found = rivers(cuts, most_across)
    crossing = sum(crosses(chunk, found) for cut in cuts for chunk in cut.chunks)
    if not found or crossing > (max(1.0, most_across * len(cuts)) if most_across else 0):
        return []
    result = [_row(row, found) for row in part]
    return result if _is_table(result) else []


def rivers(cuts: Sequence[Cut], most_across: float = 0.0) -> list[float]:
    """The middle of each stripe of white space that runs down between text, from the left."""
    size = median(cut.line.size for cut in cuts)
    lines = [cut.chunks for cut in cuts]
    ends = sorted([(left, 1) for line in lines for left, _ in line] + [(end, -1) for line in lines for _, end in line])
    most, over = int(most_across * len(lines)), 0
    found = []
    for (at, change), (following, _) in pairwise(ends):
        over += change
        if over <= most and following - at >= _RIVER * size and _runs_between(lines, at, following):
            found.append((at + following) / 2)
    return found


def crosses(chunk: Chunk, found: Sequence[float]) -> bool:
    """Whether words that stand together stand across one of these."""
    return bisect_right(found, chunk[0]) < bisect_right(found, chunk[1])


def fits(cuts: Sequence[Cut], found: Sequence[float]) -> bool:
    """Whether the parts of a row stand in columns, each in one of its own, and in more than one."""
    chunks = [chunk for cut in cuts for chunk in cut.chunks]
    columns = [bisect_right(found, start) for start, _ in chunks]
    return len(chunks) > 1 and len(set(columns)) == len(chunks) and not any(crosses(chunk, found) for chunk in chunks)


def _runs_between(lines: Sequence[Sequence[Chunk]], left: float, right: float) -> bool:
    before = sum(any(end <= left for _, end in line) for line in lines)
    after = sum(any(start >= right for start, _ in line) for line in lines)
    return min(before, after) >= min(_LEAST_BESIDE, len(lines))


def _row(cuts: Sequence[Cut], found: Sequence[float]) -> Row:
    row: Row = {}
    for each in cuts:
        places = [_column(each, found, word) for word in each.words]
        for column, piece in pdf_cells.pieces(each.line, each.words, places):
            row.setdefault(column, []).append(piece)
    return row


def _column(each: Cut, found: Sequence[float], word: Word) -> int:
    """The column that a word stands in, which is that of the first it stands together with."""
    return bisect_right(found, next((start for start, end in each.chunks if start <= word.left <= end), word.left))


def _is_table(found: Sequence[Row]) -> bool:
    """Whether rows look like those of a table, and not like a list or two columns of text."""
    lines = [line for row in found for line in pdf_rows.by_height(row)]
    beside = sum(len(line) > 1 for line in lines)
    if beside < _LEAST_BESIDE or (2 * beside < len(lines) and 2 * sum(len(row) > 1 for row in found) < len(found)):
        return False
    if all(_MARKER.fullmatch(piece.text) for line in lines for piece in line.get(0, ())):
        return False
    texts: dict[int, list[int]] = {}
    for column, cell in (pair for line in lines for pair in line.items()):
        texts.setdefault(column, []).extend(len(piece.text) for piece in cell)
    if len(found) == 1:
        every = [length for column in texts.values() for length in column]
        return len(lines) > _LEAST_LINES and beside == len(lines) and median(every) <= _SHORT_TEXT
    if len(lines) < _MANY_LINES or 2 * len(found) >= len(lines):
        return True
    return min(median(column) for column in texts.values()) <= _SHORT_TEXT
