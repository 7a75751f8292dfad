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
    from collections.abc import Iterable, Iterator, Sequence

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
    places = replaced([(link.span.start, link.span.end) for link in links], before, after)
    return tuple(Link(link.target, Span(*place)) for link, place in zip(links, places, strict=True))


def replaced(places: Sequence[tuple[int, int]], before: str, after: str) -> list[tuple[int, int]]:
    """The same for the starts and ends of links alone."""
    flat = [at for place in places for at in place]
    if flat[0] >= 0 and flat[-1] <= len(before) and flat == sorted(flat):
        # One after the other, as they nearly always are, and there may be very many.
        ends = _ends(flat, before, after)
        starts = _visible_from(after, ends[0::2])
        return [(start, max(start, end)) for start, end in zip(starts, ends[1::2], strict=True)]
    offsets = sorted({min(max(0, at), len(before)) for at in flat})
    passed = dict(zip(offsets, _ends(offsets, before, after), strict=True))
    begun = dict(zip(offsets, _visible_from(after, passed.values()), strict=True))
    found = []
    for left, right in places:
        start = begun[min(max(0, left), len(before))]
        found.append((start, max(start, passed[min(max(0, right), len(before))])))
    return found


def _ends(offsets: Sequence[int], before: str, after: str) -> list[int]:
    """Where in the text after it the last visible character before each offset ends; ascending."""
    if before != after:
        return list(_passed(after, _counts(before, offsets)))
    ends: list[int] = []
    at = end = 0
    for offset in offsets:
        visible = len(after[at:offset].rstrip())
        at, end = offset, at + visible if visible else end
        ends.append(end)
    return ends


def shifted(links: Sequence[Link], by: int) -> tuple[Link, ...]:
    """The links, so many characters further on."""
    return tuple(Link(link.target, Span(link.span.start + by, link.span.end + by)) for link in links)


def target(text: str) -> str:
    """A link's target as it is listed: without white space around it, and not endless."""
    return clean(text).strip()[:_MAX_TARGET_CHARACTERS]


def _visible_from(text: str, offsets: Iterable[int]) -> Iterator[int]:
    """The place of the first visible character at or behind each offset; ascending."""
    at = -1
    for offset in offsets:
        if offset > at:
            match = _VISIBLE.search(text, offset)
            at = match.start() if match else len(text)
        yield at


def _counts(text: str, offsets: Sequence[int]) -> Iterator[int]:
    """How many visible characters stand before each offset; ascending."""
    seen = _visible(text[: offsets[0]])
    yield seen
    for left, right in pairwise(offsets):
        seen += _visible(text[left:right])
        yield seen


def _passed(text: str, counts: Iterable[int]) -> Iterator[int]:
    """Where so many of a text's visible characters have gone by, for each count; ascending."""
    at = seen = 0
    for count in counts:
        while seen < count and at < len(text):
            piece = text[at : at + count - seen]
            visible = sum(map(len, piece.split()))
            if visible:
                at, seen = at + len(piece), seen + visible
            else:
                further = _VISIBLE.search(text, at)
                at = further.start() if further else len(text)
        yield at


def _visible(text: str) -> int:
    if text.isascii() and text.isprintable():
        return len(text) - text.count(" ")  # there is nothing to clean
    return sum(map(len, clean(text).split()))
