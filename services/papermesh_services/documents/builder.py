"""Puts a document's text together from blocks, and keeps the spans of blocks and pages right while it does.

Readers hand it blocks in reading order; it cleans their characters, separates them by an empty line and holds the
limit on the length of a text. It decides nothing about what a block is.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from papermesh_services.documents import language
from papermesh_services.documents.clean import clean, one_line
from papermesh_services.documents.errors import DocumentTooLarge, DocumentWithoutText, unfinished
from papermesh_services.documents.links import Passage, relocated, shifted
from papermesh_services.documents.model import (
    Block,
    BlockKind,
    Cells,
    Document,
    Format,
    Link,
    Metadata,
    Page,
    Span,
    Status,
    Traits,
)
from papermesh_services.documents.watch import UNWATCHED, OutOfTimeError, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.limits import Limits

SEPARATOR = "\n\n"
OUT_OF_TIME = "Time ran out before the end of the document. Allow more of it, or give the document in parts."
_NO_TRAITS = Traits()


class Draft(NamedTuple):
    """A block before it has its place in the text; a tuple, because a document has many, and tuples are soon made.

    cleaned: whether its characters went through clean already, which takes its time on a long text.
    cells: those of a table, with spans that count from the start of the text; only for a text that is cleaned.
    first_page: the page it starts on, from 1; 0 where there are no pages.
    links: those in the text, with spans that count from its start; where it is cleaned, of visible characters alone.
    page_breaks: offsets into text at which a new page starts, for a paragraph that runs over the end of a page.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page_breaks: tuple[int, ...] = ()
    first_page: int = 0
    cleaned: bool = False
    cells: Cells | tuple[()] = ()
    links: tuple[Link, ...] = ()


def table(rows: Iterable[Iterable[str | Passage]]) -> Draft:
    """A table as text: a line for each row, a tab between cells. Rows of blank cells are left out."""
    lines: list[str] = []
    cells = array("q")
    links: list[Link] = []
    length = 0
    for row in rows:
        at = length
        texts: list[str] = []
        for column, cell in enumerate(row):
            text = one_line(cell if isinstance(cell, str) else cell.text)
            if text:
                cells.extend((len(lines), column, at, at + len(text)))
            if text and not isinstance(cell, str) and cell.links:
                links.extend(shifted(relocated(cell.links, cell.text, text), at))
            texts.append(text)
            at += len(text) + 1
        line = "\t".join(texts).rstrip()
        if line:
            lines.append(line)
            length += len(line) + 1
    return Draft(BlockKind.TABLE, "\n".join(lines), cleaned=True, cells=Cells(cells), links=tuple(links))


class TextBuilder:
    """Collects blocks and pages, then makes the Document of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._links: list[Link] = []
        self._page_starts: list[int | None] = []
        self._page_ends: list[int] = []

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    def text_from(self, start: int) -> str:
        """The text from one of its former lengths on."""
        found: list[str] = []
        left = self._length - start
        for part in reversed(self._parts):
            if left <= 0:
                break
            found.append(part)
            left -= len(part)
        return "".join(reversed(found)).removeprefix(SEPARATOR)

    def start_page(self) -> None:
        """Starts the next page: blocks added from here on stand on it."""
        self._page_starts.append(None)
        self._page_ends.append(self._length)

    def add(self, draft: Draft) -> None:
        """Adds a block. One without a visible character is left out. Raises DocumentTooLarge over the limit."""
        text = _trimmed(draft.text if draft.cleaned else clean(draft.text))
        if not text:
            self._note_links(relocated(draft.links, draft.text, ""), self._length)
            self._skip_pages(len(draft.page_breaks))
            return
        start = self._length + (len(SEPARATOR) if self._parts else 0)
        self._append(text)
        cells = draft.cells.moved(start - (len(draft.text) - len(draft.text.lstrip()))) if draft.cells else Cells()
        if draft.links:
            placed = draft.cleaned and text == draft.text
            self._note_links(draft.links if placed else relocated(draft.links, draft.text, text), start)
        page = len(self._page_starts)
        self._blocks.append(Block(draft.kind, Span(start, self._length), draft.level, page, cells))
        self._note_pages(start, draft.page_breaks)

    def extend(self, drafts: Iterable[Draft], watch: Watch = UNWATCHED) -> Status:
        """Adds blocks, one after the other, and says whether time was left for all of them.

        They may raise OutOfTimeError, after what there was time for.
        """
        try:
            for draft in drafts:
                self.add(draft)
                if watch.expired and self._blocks:
                    return Status.PARTIAL_TIMEOUT
        except OutOfTimeError:
            return Status.PARTIAL_TIMEOUT
        return Status.OK

    def document(
        self,
        kind: Format,
        reader: str,
        metadata: Metadata,
        declared_language: str = "",
        *,
        traits: Traits = _NO_TRAITS,
        status: Status = Status.OK,
        note: str = "",
    ) -> Document:
        """The document. Raises DocumentWithoutText where no block was added."""
        if not self._blocks and status is Status.PARTIAL_TIMEOUT:
            raise unfinished()
        if not self._blocks:
            raise DocumentWithoutText("The document is well formed but has no text in it. Give one that has text.")
        text = "".join(self._parts)
        if status is Status.PARTIAL_TIMEOUT and not note:
            note = OUT_OF_TIME
        return Document(
            text=text,
            format=kind,
            reader=reader,
            language=language.choose(declared_language, text),
            blocks=tuple(self._blocks),
            pages=self._pages(),
            metadata=metadata,
            traits=replace(traits, links=(*traits.links, *self._links)),
            status=status,
            note=note,
        )

    def _append(self, text: str) -> None:
        separator = SEPARATOR if self._parts else ""
        limit = self._limits.max_text_characters
        if self._length + len(separator) + len(text) > limit:
            raise DocumentTooLarge(
                f"The document has more than {limit:,} characters of text, the most that is read. "
                "Give it in parts, or have max_text_characters raised on the server.",
                limit="max_text_characters",
                value=str(limit),
            )
        self._parts.append(separator + text)
        self._length += len(separator) + len(text)

    def _note_links(self, links: tuple[Link, ...], start: int) -> None:
        room = self._limits.max_links - len(self._links)
        self._links.extend(shifted(links[:room], start))

    def _note_pages(self, start: int, breaks: tuple[int, ...]) -> None:
        if not self._page_starts:
            return
        if self._page_starts[-1] is None:
            self._page_starts[-1] = start
        for offset in breaks:
            at = min(start + offset, self._length)
            self._page_ends[-1] = at
            self._page_starts.append(at)
            self._page_ends.append(at)
        self._page_ends[-1] = self._length

    def _skip_pages(self, count: int) -> None:
        for _ in range(count):
            self.start_page()

    def _pages(self) -> tuple[Page, ...]:
        pairs = zip(self._page_starts, self._page_ends, strict=True)
        spans = (Span(end if start is None else start, end) for start, end in pairs)
        return tuple(Page(number, span) for number, span in enumerate(spans, start=1))


def _trimmed(text: str) -> str:
    text = text.strip()
    return "\n".join([line.rstrip() for line in text.split("\n")]) if "\n" in text else text
