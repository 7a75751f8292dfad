"""Makes blocks of what stands in the body of an RTF document: paragraphs, headings, list items, tables and notes.

Takes characters and the ends of paragraphs, cells and rows; knows nothing of control words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents.builder import Draft, table
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind, Link, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_BULLETED = ("•\t", "▪\t", "◦\t", "–\t")
"""How a list item begins that is one by its look alone."""


@dataclass(slots=True)
class _Writing:
    """Characters until the end of their paragraph, with the links in them."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    links: list[Link] = field(default_factory=list)
    number: int = 0

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def take(self) -> Passage:
        passage = Passage("".join(self.pieces), tuple(self.links))
        self.pieces, self.length, self.links = [], 0, []
        self.number += 1
        return passage


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph is, by what was said before its end."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    in_table: bool = False


class Body:
    """Takes the parts of one flow of text: the body itself, or a note."""

    def __init__(self) -> None:
        self._writing = _Writing()
        self._cell: list[Passage] = []
        self._row: list[list[Passage]] = []
        self._rows: list[list[list[Passage]]] = []
        self._after: list[Draft] = []
        self.kept: list[Draft] = []
        """The blocks of a note that was ended in part, until it is known where it belongs."""

    @property
    def place(self) -> tuple[int, int]:
        """Where the next character comes to stand: the number of the paragraph, and the place in it."""
        return self._writing.number, self._writing.length

    def put(self, text: str) -> None:
        """Takes characters."""
        self._writing.put(text)

    def link(self, href: str, start: tuple[int, int]) -> None:
        """A link from a former place to here; one that began in another paragraph begins with this one."""
        number, length = self.place
        self._writing.links.append(Link(href, Span(start[1] if start[0] == number else 0, length)))

    def note(self, drafts: list[Draft]) -> None:
        """Takes what is to stand after the paragraph, such as a footnote to it."""
        self._after.extend(drafts)

    def end_paragraph(self, look: Look) -> Iterator[Draft]:
        """Ends a paragraph."""
        passage = self._writing.take()
        if look.in_table:
            self._cell.append(passage)
            return
        yield from self._table()
        if look.kind is BlockKind.PARAGRAPH and passage.text.startswith(_BULLETED):
            look = Look(BlockKind.LIST_ITEM, 1)
        yield Draft(look.kind, passage.text, look.level, links=passage.links)
        yield from self._notes()

    def end_cell(self) -> None:
        """Ends a cell of a table."""
        self._cell.append(self._writing.take())
        self._row.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        """Ends a row of a table."""
        if self._row:
            self._rows.append(self._row)
        self._row = []

    def close(self, look: Look) -> Iterator[Draft]:
        """Ends whatever is still open."""
        if self._cell or self._row:
            self.end_cell()
            self.end_row()
        yield from self.end_paragraph(Look(look.kind, look.level))

    def _table(self) -> Iterator[Draft]:
        if self._row:
            self.end_row()
        rows, self._rows = self._rows, []
        if rows and all(len(row) == 1 for row in rows):
            # A frame around paragraphs.
            for passage in (passage for row in rows for cell in row for passage in cell):
                yield Draft(BlockKind.PARAGRAPH, passage.text, links=passage.links)
        elif rows:
            yield table([_joined(cell) for cell in row] for row in rows)
        if rows:
            yield from self._notes()

    def _notes(self) -> Iterator[Draft]:
        after, self._after = self._after, []
        yield from after


def _joined(passages: list[Passage]) -> Passage:
    writing = _Writing()
    for passage in passages:
        at = writing.length
        writing.put(passage.text + " ")
        writing.links.extend(Link(x.target, Span(x.span.start + at, x.span.end + at)) for x in passage.links)
    return writing.take()
