"""The text of the block of HTML that is being read, with its links, until the block ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import clean, folded
from papermesh_services.documents.links import replaced
from papermesh_services.documents.model import Link, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.html_kinds import Anchor, Context

LINE_BREAK = "\v"
"""A line break that the page asks for, where other white space does not count."""


class Buffer:
    """Collects the pieces of a block, with so many of its links."""

    def __init__(self, most_links: int) -> None:
        self._most_links = most_links
        self._pieces: list[str] = []
        self._length = 0
        self._links: list[tuple[Anchor, int, int]] = []
        self._visible = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was put into it yet, not even white space."""
        return not self._length

    @property
    def is_blank(self) -> bool:
        """Whether nothing was put into it yet that can be seen."""
        return not self._visible

    def put(self, text: str, context: Context) -> None:
        """Takes the next piece."""
        self._pieces.append(text)
        self._visible = self._visible or not (text.isspace() or not text)
        start, self._length = self._length, self._length + len(text)
        if context.anchor is None:
            return
        if self._links and self._links[-1][0] is context.anchor:
            start = self._links.pop()[1]
        elif len(self._links) >= self._most_links:
            return
        self._links.append((context.anchor, start, self._length))

    def take(self, context: Context) -> Iterator[Draft]:
        """The block, if there is anything in it, and begins the next one."""
        if not self._pieces:
            return
        raw = "".join(self._pieces)
        links, self._links = self._links, []
        self._pieces, self._length, self._visible = [], 0, False
        text = clean(raw if context.kept else _collapsed(raw))
        if links or text.strip():
            places = replaced([(start, end) for _, start, end in links], raw, text) if links else []
            named = zip(links, places, strict=True)
            placed = tuple(Link(anchor.target, Span(start, end)) for (anchor, _, _), (start, end) in named)
            yield Draft(context.kind, text, context.level, cleaned=True, links=placed)


def _collapsed(text: str) -> str:
    """Runs of spaces made one, and the line breaks that the page asks for kept."""
    lines = map(folded, text.split(LINE_BREAK))
    return "\n".join(line for line in lines if line)
