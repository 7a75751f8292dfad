"""Finds the text of a PDF's links in the text of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.model import Link, Page, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_annotations import LinkOnPage

_MOST_LINKS: Final = 20_000
"""In a document; the rest are left out."""
_MOST_SEARCHED: Final = 50_000
"""Characters of a page, for each of its links."""


def placed(text: str, pages: Sequence[Page], links: Sequence[Sequence[LinkOnPage]]) -> tuple[Link, ...]:
    """The links of each page, each with the span of its text, or with none where its page has no such text."""
    found: list[Link] = []
    for page, those in zip(pages, links, strict=False):
        if len(found) >= _MOST_LINKS:
            break
        found.extend(_on_page(text, page.span, those))
    return tuple(found[:_MOST_LINKS])


def _on_page(text: str, span: Span, links: Sequence[LinkOnPage]) -> Iterator[Link]:
    at = span.start
    end = min(span.end, span.start + _MOST_SEARCHED)
    for link in links:
        start = text.find(link.text, at, end) if link.text else -1
        if start < 0 and link.text:
            start = text.find(link.text, span.start, end)  # links need not be in the order of the text
        if start < 0:
            yield Link(link.target, Span(span.start, span.start))
            continue
        at = start + len(link.text)
        yield Link(link.target, Span(start, at))
