"""Keeps the places of links right while the text around them is cleaned, trimmed and joined.

Places are told by the visible characters before them, because those are what cleaning and collapsing leave alone.
Knows nothing of formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from papermesh_services.documents.clean import clean
from papermesh_services.documents.model import Link, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_VISIBLE = re.compile(r"\S")
_MAX_TARGET_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with links in it; their spans count from its start."""

    text: str
    links: tuple[Link, ...] = ()


def relocated(links: Sequence[Link], before: str, after: str) -> tuple[Link, ...]:
    """The links of the text before, with spans of the text after it was cleaned and its white space changed.

    Spans shrink to their visible characters, and to nothing where there are none.
    """
    if not links:
        return ()
    if before.strip() == after:
        start = len(before) - len(before.lstrip())
        return tuple(_shrunk(link, after, link.span.start - start, link.span.end - start) for link in links)
    offsets = sorted({min(max(0, at), len(before)) for link in links for at in (link.span.start, link.span.end)})
    counts = {offsets[0]: _visible(before[: offsets[0]])}
    for left, right in pairwise(offsets):
        counts[right] = counts[left] + _visible(before[left:right])
    places = [match.start() for match in _VISIBLE.finditer(after)]
    return tuple(_placed(link, counts, places, len(before), len(after)) for link in links)


def shifted(links: Sequence[Link], by: int) -> tuple[Link, ...]:
    """The links, so many characters further on."""
    return tuple(Link(link.target, Span(link.span.start + by, link.span.end + by)) for link in links)


def target(text: str) -> str:
    """A link's target as it is listed: without white space around it, and not endless."""
    return clean(text).strip()[:_MAX_TARGET_CHARACTERS]


def _shrunk(link: Link, text: str, start: int, end: int) -> Link:
    """A link in a text that stayed as it was, without the white space at its ends."""
    start, end = min(max(0, start), len(text)), min(max(0, end), len(text))
    seen = text[start:end]
    if seen.strip() == seen and seen:
        return Link(link.target, Span(start, end))
    first = _VISIBLE.search(text, start)
    start = first.start() if first else len(text)
    return Link(link.target, Span(start, start + len(text[start:end].rstrip())))


def _placed(link: Link, counts: dict[int, int], places: list[int], most: int, length: int) -> Link:
    first = counts[min(max(0, link.span.start), most)]
    last = counts[min(max(0, link.span.end), most)]
    if last <= first or first >= len(places):
        at = places[first] if first < len(places) else length
        return Link(link.target, Span(at, at))
    return Link(link.target, Span(places[first], places[min(last, len(places)) - 1] + 1))


def _visible(text: str) -> int:
    if text.isascii() and text.isprintable():
        return len(text) - text.count(" ")  # there is nothing to clean
    return sum(map(len, clean(text).split()))
