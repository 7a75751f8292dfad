"""Finds what stands on top and at the foot of every page: running heads, running feet, page numbers.

They are taken out of the flow, so that a paragraph can go on from one page to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.pdf_layout import PageText, PlacedLine, body_size

if TYPE_CHECKING:
    from collections.abc import Sequence

_EDGE_LINES: Final = 2
_LEAST_PAGES: Final = 3
_LEAST_SHARE: Final = 0.2
"""Of the pages: heads of left and right pages differ, and so do those of chapters."""
_MOST_CHARACTERS: Final = 120
_LARGE: Final = 1.2
_GRID: Final = 4.0
# Begins with every character it can begin with, so that the search leaps to them.
_NUMBER = re.compile(r"[\divxlcIVXLC](?:(?<=\d)\d*|(?<!\w.)[ivxlcIVXLC]{0,6}(?!\w))")
_by_height = attrgetter("y")

_Mark = tuple[bool, str, int]


@dataclass(frozen=True, slots=True)
class Sorted:
    """A page's lines: those that run through the text, and those that stand on every page."""

    flow: PageText
    heads: tuple[PlacedLine, ...] = ()
    feet: tuple[PlacedLine, ...] = ()


def sort(pages: Sequence[PageText]) -> list[Sorted]:
    """The pages' lines, with those that stand at the same place on many pages told from the rest."""
    if len(pages) < _LEAST_PAGES:
        return [Sorted(page) for page in pages]
    placed = [line for page in pages for line in page.lines]
    largest = _LARGE * body_size(placed) if placed else 0.0
    edges = [_edges(page, largest) for page in pages]
    counts = Counter(mark for edge in edges for mark in set(edge.values()))
    least = max(_LEAST_PAGES, _LEAST_SHARE * len(pages))
    running = {mark for mark, count in counts.items() if count >= least}
    return [_sorted(page, edge, running) for page, edge in zip(pages, edges, strict=True)]


def _edges(page: PageText, largest: float) -> dict[PlacedLine, _Mark]:
    """The first and last lines by height, each with what it would have in common with those of other pages.

    Lines in larger letters than that are titles: chapters may begin on every page.
    """
    upright = sorted((line for line in page.lines if not line.turn), key=_by_height, reverse=True)
    if len(upright) <= 2 * _EDGE_LINES:
        upper, lower = upright[:1], upright[1:][-1:]
    else:
        upper, lower = upright[:_EDGE_LINES], upright[-_EDGE_LINES:]
    found = {line: _mark(line, top=True) for line in upper if _may_run(line, largest)}
    found.update((line, _mark(line, top=False)) for line in lower if _may_run(line, largest))
    return found


def _may_run(line: PlacedLine, largest: float) -> bool:
    return len(line.text) <= _MOST_CHARACTERS and line.size <= largest


def _mark(line: PlacedLine, *, top: bool) -> _Mark:
    return (top, _NUMBER.sub("#", line.text), round(line.y / _GRID))


def _sorted(page: PageText, edge: dict[PlacedLine, _Mark], running: set[_Mark]) -> Sorted:
    out = {line: mark for line, mark in edge.items() if mark in running}
    if not out:
        return Sorted(page)
    flow = tuple(line for line in page.lines if line not in out)
    return Sorted(
        PageText(flow),
        tuple(line for line, (top, _, _) in out.items() if top),
        tuple(line for line, (top, _, _) in out.items() if not top),
    )
