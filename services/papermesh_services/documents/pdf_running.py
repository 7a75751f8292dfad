"""Finds what stands on top and at the foot of every page: running heads, running feet, page numbers.

They are taken out of the flow, so that a paragraph can go on from one page to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.pdf_layout import PageText, PlacedLine

if TYPE_CHECKING:
    from collections.abc import Sequence

_EDGE_LINES: Final = 2
_LEAST_PAGES: Final = 3
_LEAST_SHARE: Final = 0.2
"""Of the pages: heads of left and right pages differ, and so do those of chapters."""
_MOST_CHARACTERS: Final = 120
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
    edges = [_edges(page) for page in pages]
    counts = Counter(mark for edge in edges for mark in set(edge.values()))
    least = max(_LEAST_PAGES, _LEAST_SHARE * len(pages))
    running = {mark for mark, count in counts.items() if count >= least}
    return [_sorted(page, edge, running) for page, edge in zip(pages, edges, strict=True)]


def _edges(page: PageText) -> dict[PlacedLine, _Mark]:
    """The first and last lines by height, each with what it would have in common with those of other pages."""
    upright = sorted((line for line in page.lines if not line.turn), key=_by_height, reverse=True)
    if len(upright) <= 2 * _EDGE_LINES:
        upper, lower = upright[:1], upright[1:][-1:]
    else:
        upper, lower = upright[:_EDGE_LINES], upright[-_EDGE_LINES:]
    found = {line: _mark(line, top=True) for line in upper if len(line.text) <= _MOST_CHARACTERS}
    found.update((line, _mark(line, top=False)) for line in lower if len(line.text) <= _MOST_CHARACTERS)
    return found


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
