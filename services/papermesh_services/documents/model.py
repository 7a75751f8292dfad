"""A document that has been read: its text, what it is built of, and what the file says of itself. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Format(StrEnum):
    """The formats that are read."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of characters (code points) of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One block in reading order. level is that of a heading (1 the highest) or the nesting of a list item, else 0."""

    kind: BlockKind
    span: Span
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: number counts from 1."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself. What it does not say is empty. Dates are RFC 3339 where the file gives a full one."""

    title: str = ""
    author: str = ""
    created: str = ""
    modified: str = ""
    producer: str = ""
    encoding: str = ""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document that has been read.

    text: in reading order, blocks separated by an empty line, line feeds as line ends, Unicode NFC, no NUL.
    blocks: in the order of the text, spans not overlapping; every non-blank character belongs to one.
    pages: in order, empty for formats without pages.
    language: a BCP 47 tag, or "und".
    reader: the reader that was used, for example "pypdf".
    """

    text: str
    format: Format
    reader: str
    language: str = "und"
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
