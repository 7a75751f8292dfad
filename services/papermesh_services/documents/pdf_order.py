"""Puts the lines of a PDF's page into the order in which one reads them, where the file's own order is not that.

A file's order is right more often than any that could be guessed from places, so it is kept as far as can be: a line
goes before another only where it stands above it in the same column. Works on lines that others have read.
"""

from __future__ import annotations

import re
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import headings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papermesh_services.documents.pdf_layout import PlacedLine

_ROW: Final = 0.7
"""Of a letter's size: lines whose places differ by less in height stand in one row."""
_STRIPE: Final = 12.0
"""Points; lines that share less than such a vertical stripe of the page do not stand one above the other."""
_STRIPES: Final = 200
_MOST_LINES: Final = 1_000
"""Pairs of lines are compared, so a page of more is left as it is."""
_MARKER_GAP: Final = 3.0
_MARKER_CHARACTERS: Final = 7
_MARKER: Final = re.compile(r"\(?(?:\d{1,3}|[a-zא-תأ-ي]|[ivx]{2,5})[.)]", re.IGNORECASE)


def ordered(lines: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """The lines of one page, top down within a column, each bullet or number with the line it was drawn for."""
    if len(lines) > _MOST_LINES:
        return tuple(lines)
    lines = _with_markers(lines)
    return tuple(_sorted(lines) if _goes_up(lines) else lines)


def _goes_up(lines: Sequence[PlacedLine]) -> bool:
    """Whether a line comes after one that stands below it in the same column.

    The page is cut into upright stripes, each with the height of the lowest line that has come in it.
    """
    if _falls(lines):
        return False
    lowest = [float("inf")] * _STRIPES
    for line in lines:
        if not line.turn:
            first, last = _stripes(line)
            if line.y > min(lowest[first:last]) + _ROW * line.size:
                return True
            lowest[first:last] = [line.y] * (last - first)
    return False


def _falls(lines: Sequence[PlacedLine]) -> bool:
    """Whether no line stands above one that comes before it, in whatever column."""
    lowest = float("inf")
    for line in lines:
        if not line.turn:
            if line.y > lowest + _ROW * line.size:
                return False
            if line.y < lowest:
                lowest = line.y
    return True


def _stripes(line: PlacedLine) -> tuple[int, int]:
    """The first stripe that a line covers, and the one after the last. Half covered ones at its ends do not count."""
    first = min(_STRIPES - 1, max(0, round(line.x / _STRIPE)))
    return first, min(_STRIPES, max(first + 1, round((line.x + line.width) / _STRIPE)))


def _with_markers(lines: Sequence[PlacedLine]) -> Sequence[PlacedLine]:
    """The lines, with bullets and numbers that were drawn apart from their items put before them."""
    markers = {at for at, line in enumerate(lines) if len(line.text) <= _MARKER_CHARACTERS and _is_marker(line)}
    if not markers:
        return lines
    items = {at: line for at, line in enumerate(lines) if at not in markers and not line.turn}
    result = dict(enumerate(lines))
    for at in markers:
        beside = _beside(lines[at], items)
        if beside is not None:
            item, marker = items.pop(beside), result.pop(at)
            x, end = min(item.x, marker.x), max(item.x + item.width, marker.x + marker.width)
            result[beside] = item._replace(text=f"{marker.text} {item.text}", x=x, width=end - x)
    return list(result.values())


def _is_marker(line: PlacedLine) -> bool:
    return not line.turn and (headings.is_bullet(line.text) or _MARKER.fullmatch(line.text) is not None)


def _beside(marker: PlacedLine, items: Mapping[int, PlacedLine]) -> int | None:
    """The place of the nearest line that begins right of the marker, or left where it runs there, and in its row."""
    near = [
        (gap, at)
        for at, line in items.items()
        if abs(line.y - marker.y) < 0.5 * line.size and -0.1 <= (gap := _gap(marker, line)) / line.size <= _MARKER_GAP
    ]
    return min(near)[1] if near else None


def _gap(marker: PlacedLine, line: PlacedLine) -> float:
    """How far from a marker a line begins."""
    if line.leftward or marker.leftward:
        return marker.x - (line.x + line.width)
    return line.x - (marker.x + marker.width)


def _sorted(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """The lines such that each comes after those above it, and otherwise as early as it came before.

    A topological sort over "stands above in the same column" (Breuel, High Performance Document Layout Analysis, 2003,
    his first rule; his second, that columns go from left to right, is left to the file).
    """
    places = [
        (at, line.y, line.y + _ROW * line.size, *_stripes(line)) for at, line in enumerate(lines) if not line.turn
    ]
    after: dict[int, list[int]] = {}
    waits = [0] * len(lines)
    for one, height, _, left, right in places:
        after[one] = [at for at, _, top, first, last in places if top < height and first < right and left < last]
        for other in after[one]:
            waits[other] += 1
    ready = [at for at, count in enumerate(waits) if not count]
    heapify(ready)
    result = []
    while ready:
        at = heappop(ready)
        result.append(lines[at])
        for other in after.get(at, ()):
            waits[other] -= 1
            if not waits[other]:
                heappush(ready, other)
    return result
