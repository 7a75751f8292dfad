"""Collects the text of one paragraph with the links in it. Knows nothing of formats."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from papermesh_services.documents import links
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind, Link, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_REPEATED = 100
_MOST_LINKS = 100_000


class Inline:
    """The text of one paragraph while it comes in."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._links: list[Link] = []
        self._open: list[tuple[str, int]] = []

    @property
    def pieces(self) -> int:
        """How many pieces of text there are so far."""
        return len(self._pieces)

    def has_text_from(self, piece: int) -> bool:
        """Whether there is anything but white space from a piece on."""
        return any(text.strip() for text in islice(self._pieces, piece, None))

    def add(self, text: str) -> None:
        """Adds characters."""
        self._pieces.append(text)
        self._length += len(text)

    def spaces(self, count: str) -> None:
        """Adds as many spaces as an attribute says, but never a page of them."""
        self.add(" " * (min(int(count), _MOST_REPEATED) if count.isdecimal() and len(count) < 9 else 1))

    def open_link(self, target: str) -> None:
        """A link begins here."""
        self._open.append((target, self._length))

    def close_link(self) -> None:
        """The innermost link ends here. One without a target is none."""
        if self._open:
            target, start = self._open.pop()
            target = links.target(target)
            if target and len(self._links) < _MOST_LINKS:
                self._links.append(Link(target, Span(start, self._length)))

    def passage(self) -> Passage:
        """The text so far. Links that are still open end here."""
        while self._open:
            self.close_link()
        return Passage("".join(self._pieces), tuple(sorted(self._links, key=lambda link: link.span.start)))


def draft(kind: BlockKind, passage: Passage, level: int = 0) -> Draft:
    """A block of this passage."""
    return Draft(kind, passage.text, level, links=passage.links)


def joined(drafts: Iterable[Draft], separator: str) -> Passage:
    """The texts of blocks as one, for a cell or a note made of several paragraphs."""
    drafts = list(drafts)
    if len(drafts) == 1:
        return Passage(drafts[0].text, drafts[0].links)
    pieces: list[str] = []
    found: list[Link] = []
    length = 0
    for one in drafts:
        if pieces:
            length += len(separator)
        found.extend(links.shifted(one.links, length))
        pieces.append(one.text)
        length += len(one.text)
    return Passage(separator.join(pieces), tuple(found))
