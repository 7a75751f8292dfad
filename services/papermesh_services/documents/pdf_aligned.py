"""Finds tables that nobody has ruled: rows with wide gaps, and those next to them whose words stand under each other.

Where all rows have as many gaps and nothing fits above and below, there is nothing to add, and no letter is asked for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import headings
from papermesh_services.documents.pdf_columns import COLUMN_GAP, Stretch
from papermesh_services.documents.pdf_rivers import cut, fits, rivers, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_rivers import Cut
    from papermesh_services.documents.pdf_rows import Row

_ROW: Final = 0.5
"""Of a letter's size: lines whose places differ by less in height stand in one row."""
_NEXT: Final = 2.4
"""Of a letter's size: how far the next row is away at most."""
_SAME_SIZE: Final = 0.06
_LEAST_ROWS: Final = 3
_MOST_BESIDE: Final = 2
"""Rows without a wide gap that are looked at on either side of those that have one."""
_MOST_ROWS: Final = 200
_LONGEST: Final = 120
_LONG_TEXT: Final = 40

_Line = list[Stretch]


def tables(
    page: PageHandle, placed: Sequence[Stretch | PlacedLine], gaps: Mapping[int, Sequence[int]]
) -> Iterator[list[Row]]:
    """The rows of each table. gaps: the wide ones in lines, by where the line starts."""
    for run in _runs(placed):
        counts = [_columns(line, gaps) for line in run]
        for first, last in _seeds(counts):
            made = _table(page, run, range(first, last), counts)
            if made:
                yield made


def _runs(placed: Sequence[Stretch | PlacedLine]) -> Iterator[list[_Line]]:
    """The rows that follow each other closely, in letters of one size."""
    run: list[_Line] = []
    for line in placed:
        following: list[_Line] = []
        if isinstance(line, Stretch) and not _is_apart(line):
            if run and _is_near(run[-1][-1], line):
                if abs(run[-1][-1].y - line.y) < _ROW * line.size:
                    run[-1].append(line)
                else:
                    run.append([line])
                continue
            following = [[line]]
        if len(run) > 1:
            yield run
        run = following
    if len(run) > 1:
        yield run


def _is_apart(line: Stretch) -> bool:
    """Whether a line is turned, or in letters of one width: then spaces put it under others, in tables and programs."""
    return line.turn != 0 or line.pitch > 0


def _is_near(before: Stretch, line: Stretch) -> bool:
    if abs(before.size - line.size) > _SAME_SIZE * line.size:
        return False
    beside = abs(before.y - line.y) < _ROW * line.size and line.x > before.x
    return beside or _ROW * line.size < before.y - line.y < _NEXT * line.size


def _columns(line: _Line, gaps: Mapping[int, Sequence[int]]) -> int:
    """How many columns the wide gaps in a row make of it."""
    if len(line) == 1 and line[0].start not in gaps:
        return 1
    apart = sum(after.x - before.x - before.width > COLUMN_GAP * after.size for before, after in pairwise(line))
    return 1 + apart + sum(not _is_marker(part.text[:gap]) for part in line for gap in gaps.get(part.start, ()))


def _is_marker(text: str) -> bool:
    return headings.is_bullet(text) or headings.is_ordered(f"{text} x")


def _seeds(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From where to where rows have gaps, but for single ones among them."""
    wide = [at for at, count in enumerate(counts) if count > 1]
    start = 0
    for at in range(1, len(wide) + 1):
        if at == len(wide) or wide[at] - wide[at - 1] > _MOST_BESIDE:
            yield wide[start], wide[at - 1] + 1
            start = at


def _table(page: PageHandle, run: Sequence[_Line], core: range, counts: Sequence[int]) -> list[Row]:
    before = [at for at in range(core.start - 1, max(-1, core.start - 1 - _MOST_BESIDE), -1) if _may_fit(run[at])]
    after = [at for at in range(core.stop, min(len(run), core.stop + _MOST_BESIDE)) if _may_fit(run[at])]
    if len(core) > _MOST_ROWS or (len({counts[at] for at in core}) == 1 and not before and not after):
        return []
    if any(headings.is_contents_entry(part.text) for at in core for part in run[at]):
        return []
    found = [[cut(page, part) for part in run[at]] for at in core]
    between = rivers([part for line in found for part in line])
    above = _fitting(page, [run[at] for at in before], between)
    below = _fitting(page, [run[at] for at in after], between)
    found = [*above[::-1], *found, *below]
    if len(found) < min(_LEAST_ROWS, 1 + sum(counts[at] > 1 for at in core)):
        return []
    made = rows(found)
    if len({column for row in made for column in row}) < max(counts[at] for at in core):
        return []
    texts = [len(piece.text) for row in made for cell in row.values() for piece in cell]
    return made if 2 * sum(length > _LONG_TEXT for length in texts) < len(texts) else []


def _may_fit(line: _Line) -> bool:
    return sum(len(part.text) for part in line) <= _LONGEST and (len(line) > 1 or " " in line[0].text)


def _fitting(page: PageHandle, lines: Sequence[_Line], between: Sequence[float]) -> list[list[Cut]]:
    """The first of the lines, as far as each has its words in several columns and none across."""
    found: list[list[Cut]] = []
    for line in lines:
        cuts = [cut(page, part) for part in line]
        if not fits(cuts, between):
            break
        found.append(cuts)
    return found
