"""Finds what stands on top and at the foot of every page: running heads, running feet, page numbers.

They are taken out of the flow, so that a paragraph can go on from one page to the next. Nothing is taken that does not
stand outermost on its page and apart from the text: titles, first lines and heads of tables recur as well.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents import headings, pdf_numbering
from papermesh_services.documents.pdf_layout import PageText, PlacedLine, body_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EDGE_ROWS: Final = 2
_MOST_LINES: Final = 8
"""Looked at on each edge of a page."""
_MANY_PAGES: Final = 3
_LEAST_SHARE: Final = 0.2
"""Of the pages: heads of left and right pages differ, and so do those of chapters."""
_MOST_CHARACTERS: Final = 120
_LARGE: Final = 1.2
_GRID: Final = 4.0
_ROW: Final = 0.5
"""Of a letter's size: lines whose places differ by less in height stand in one row."""
_APART: Final = 1.3
_WELL_APART: Final = 1.7
"""Times the usual distance of lines: how far what runs stands from the text, on many pages and on few."""
_USUAL_LEADING: Final = 1.2
_LINES_FOR_LEADING: Final = 2_000
# Begins with every character it can begin with, so that the search leaps to them.
_NUMBER = re.compile(r"[\divxlcIVXLC](?:(?<=\d)\d*|(?<!\w.)[ivxlcIVXLC]{0,6}(?!\w))")
_by_height = attrgetter("y")

_Mark = tuple[bool, str, int]
_Row = list[PlacedLine]


@dataclass(frozen=True, slots=True)
class Sorted:
    """A page's lines: those that run through the text, and those that stand on every page."""

    flow: PageText
    heads: tuple[PlacedLine, ...] = ()
    feet: tuple[PlacedLine, ...] = ()


class _Edge(NamedTuple):
    """A line at the edge of a page.

    mark: what it would have in common with those of other pages. inner: the marks of the next row towards the middle.
    fall: how far away that row is; 0 where there is none.
    """

    line: PlacedLine
    mark: _Mark
    inner: frozenset[_Mark]
    fall: float


def sort(pages: Sequence[PageText]) -> list[Sorted]:
    """The pages' lines, with those that stand at the same place on many pages told from the rest.

    Of two pages, only what stands well apart on both; of one, its number.
    """
    placed = [line for page in pages for line in page.lines]
    if not placed:
        return [Sorted(page) for page in pages]
    body = body_size(placed)
    leading = _leading(placed) or _USUAL_LEADING * body
    edges = [list(_edges(page, _LARGE * body)) for page in pages]
    running = _on_many(edges, _APART * leading) if len(pages) >= _MANY_PAGES else _on_few(edges, _WELL_APART * leading)
    return [_sorted(page, edge, running) for page, edge in zip(pages, edges, strict=True)]


def _leading(placed: Sequence[PlacedLine]) -> float:
    """The usual distance of lines, 0 where none follow each other."""
    falls = Counter(
        round(2 * (before.y - line.y)) / 2
        for before, line in pairwise(placed[:_LINES_FOR_LEADING])
        if before.size == line.size and 0.9 * line.size < before.y - line.y < 3 * line.size
    )
    return falls.most_common(1)[0][0] if falls else 0.0


def _edges(page: PageText, largest: float) -> Iterator[_Edge]:
    """The lines at both edges of a page, from the middle outwards.

    Nothing runs beyond letters larger than that, which are titles: chapters may begin on every page.
    """
    upright = sorted((line for line in page.lines if not line.turn), key=_by_height, reverse=True)
    most = 1 if len(upright) <= 2 * _EDGE_ROWS else _EDGE_ROWS
    yield from _edge(_rows(upright[:_MOST_LINES], most), largest, top=True)
    if len(upright) > 1:
        yield from _edge(_rows(upright[: -_MOST_LINES - 1 : -1], most), largest, top=False)


def _rows(lines: Sequence[PlacedLine], most: int) -> list[_Row]:
    """The first rows that the lines make, and the one after them."""
    rows: list[_Row] = []
    for line in lines:
        if rows and abs(rows[-1][0].y - line.y) < _ROW * line.size:
            rows[-1].append(line)
        elif len(rows) > most:
            break
        else:
            rows.append([line])
    return rows


def _edge(rows: list[_Row], largest: float, *, top: bool) -> Iterator[_Edge]:
    outer = list(takewhile(lambda row: all(_may_run(line, largest) for line in row), rows[: max(1, len(rows) - 1)]))
    inner: frozenset[_Mark] = frozenset()
    for at in range(len(outer) - 1, -1, -1):
        fall = abs(rows[at][0].y - rows[at + 1][0].y) if at + 1 < len(rows) else 0.0
        found = [_Edge(line, _mark(line, top=top), inner, fall) for line in outer[at]]
        inner = frozenset(edge.mark for edge in found)
        yield from found


def _may_run(line: PlacedLine, largest: float) -> bool:
    if len(line.text) > _MOST_CHARACTERS or line.size > largest:
        return False
    return not headings.is_ordered(line.text) or headings.is_initial(line.text)  # a list may end on every page


def _mark(line: PlacedLine, *, top: bool) -> _Mark:
    return (top, _NUMBER.sub("#", line.text), round(line.y / _GRID))


def _on_many(edges: Sequence[Sequence[_Edge]], least: float) -> set[_Mark]:
    """The marks that enough of the pages have, and that stand apart on most of those."""
    counts = Counter(mark for page in edges for mark in {edge.mark for edge in page})
    enough = max(_MANY_PAGES, _LEAST_SHARE * len(edges))
    common = {mark for mark, count in counts.items() if count >= enough}
    apart = Counter(mark for page in edges for mark in _apart(page, common, least))
    running = {mark for mark in common if 2 * apart[mark] >= counts[mark]}
    texts: dict[_Mark, list[str]] = {mark: [] for mark in running if mark[0]}
    for edge in (edge for page in edges for edge in page if edge.mark in texts):
        texts[edge.mark].append(edge.line.text)
    return running - {mark for mark, found in texts.items() if pdf_numbering.are_chapters(found)}


def _apart(page: Sequence[_Edge], common: set[_Mark], least: float) -> set[_Mark]:
    """Those of the marks on a page that stand apart from the text, with others that do between them and it or not."""
    found: set[_Mark] = set()
    for edge in page:
        if edge.mark in common and (not edge.fall or edge.fall >= least or not found.isdisjoint(edge.inner)):
            found.add(edge.mark)
    return found


def _on_few(edges: Sequence[Sequence[_Edge]], least: float) -> set[_Mark]:
    """The marks of what stands apart on both of two pages, alike but for their numbers, and of numbers of pages."""
    texts = [{edge.mark: edge.line.text for edge in page if edge.fall} for page in edges]
    common = {
        mark
        for mark, text in texts[0].items()
        if len(texts) > 1 and mark in texts[1] and pdf_numbering.is_one_further(text, texts[1][mark], foot=not mark[0])
    }
    running = set.intersection(*(_apart(page, common, least) for page in edges))
    for number, page in enumerate(edges, start=1):
        for edge in [edge for edge in page if not edge.mark[0]][-1:]:
            known = number if len(edges) > 1 else None
            if edge.fall >= least and pdf_numbering.is_lone(edge.line.text, known):
                running.add(edge.mark)
    return running


def _sorted(page: PageText, edges: Sequence[_Edge], running: set[_Mark]) -> Sorted:
    top = {edge.line for edge in edges if edge.mark in running and edge.mark[0]}
    foot = {edge.line for edge in edges if edge.mark in running and not edge.mark[0]}
    if not top and not foot:
        return Sorted(page)
    return Sorted(
        PageText(tuple(line for line in page.lines if line not in top and line not in foot)),
        tuple(line for line in page.lines if line in top),
        tuple(line for line in page.lines if line in foot),
    )
