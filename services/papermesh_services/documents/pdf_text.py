"""Makes the document of the pages that were read: blocks in reading order, within the limit of characters.

A paragraph that runs over the end of a page stays one; what stands at the foot of its first page goes before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents import pdf_footnotes, pdf_layout, pdf_running
from papermesh_services.documents.builder import SEPARATOR, Draft, TextBuilder, table
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_tagged import Tagging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_pages import PageRead
    from papermesh_services.documents.pdf_running import Sorted

_MOST_CAPTION = 500


class Assembly:
    """Puts the pages' text together."""

    def __init__(self, pages: Sequence[PageRead], outline: Mapping[str, int], limits: Limits) -> None:
        self.builder = TextBuilder(limits)
        self.cut = False
        self._pages = pages
        self._outline = outline
        self._limits = limits
        self._page = 0
        self._closed = 0
        self._notes: Sequence[Sequence[Draft]] = ()

    def build(self) -> None:
        """Fills the builder. cut says afterwards whether the limit of characters was reached."""
        tagging = Tagging([page.tags for page in self._pages])
        texts = [page.text for page in self._pages]
        aside = tagging.aside(pdf_running.sort(texts), texts)
        found = pdf_footnotes.told([page.rest for page in aside])
        arranged = [page.rest for page in found]
        self._notes = [(*tagged.notes, *page.notes) for tagged, page in zip(aside, found, strict=True)]
        for draft in tagging.drafts([page.flow for page in arranged], self._outline):
            last = draft.first_page + len(draft.page_breaks)
            self._go_to(draft.first_page, arranged)
            if last > draft.first_page:
                self._close(draft.first_page, arranged)
            self._add(_named(draft))
            if self.cut:
                return
            self._run_on(last, arranged)
        self._go_to(len(self._pages), arranged)
        self._close(len(self._pages), arranged)

    def _go_to(self, number: int, arranged: Sequence[Sorted]) -> None:
        """Ends the pages before that one, and begins it."""
        while self._page < number and not self.cut:
            if self._page:
                self._close(self._page, arranged)
            self._page += 1
            self.builder.start_page()
            self._head(self._page, arranged)

    def _run_on(self, last: int, arranged: Sequence[Sorted]) -> None:
        """Adds what belongs to the pages that a paragraph has run on to; the builder has begun them."""
        while self._page < last:
            self._close(self._page, arranged)
            self._page += 1
            self._head(self._page, arranged)

    def _head(self, number: int, arranged: Sequence[Sorted]) -> None:
        self._add_all(_drafts(BlockKind.HEADER, arranged[number - 1].heads))

    def _close(self, number: int, arranged: Sequence[Sorted]) -> None:
        """Adds what belongs to the end of a page."""
        if number <= self._closed:
            return
        self._closed = number
        laid_over = self._pages[number - 1].annotations
        self._add_all(Draft(BlockKind.PARAGRAPH, text) for text in laid_over.texts)
        self._add_all(iter(self._notes[number - 1]))
        self._add_all(_drafts(BlockKind.FOOTER, arranged[number - 1].feet))
        self._add_all(Draft(BlockKind.COMMENT, text) for text in laid_over.remarks)

    def _add_all(self, drafts: Iterator[Draft]) -> None:
        for draft in drafts:
            self._add(draft)

    def _add(self, draft: Draft) -> None:
        room = self._limits.max_text_characters - self.builder.length
        room -= len(SEPARATOR) if self.builder.length else 0
        if len(draft.text) > room:
            self.cut = True
            breaks = tuple(offset for offset in draft.page_breaks if offset < room)
            draft = draft._replace(text=draft.text[: max(0, room)], page_breaks=breaks, cells=())
        if draft.text:
            self.builder.add(draft)


def _drafts(kind: BlockKind, placed: Sequence[PlacedLine]) -> Iterator[Draft]:
    for line in placed:
        yield Draft(kind, line.text, cleaned=True)


def _named(draft: Draft) -> Draft:
    """The draft as what a PDF shows it to be: a table with cells, a caption."""
    if draft.kind is BlockKind.TABLE and not draft.page_breaks:
        rows = table(row.split("\t") for row in draft.text.split("\n"))
        return rows._replace(first_page=draft.first_page)
    if draft.kind is BlockKind.PARAGRAPH and len(draft.text) <= _MOST_CAPTION and pdf_layout.starts_caption(draft.text):
        return draft._replace(kind=BlockKind.CAPTION)
    return draft
