"""A document that has been read: its text, what it is built of, and what was found on the way. Values only."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, overload


class Format(StrEnum):
    """The formats there are readers for."""

    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    PPTX = "pptx"
    PPT = "ppt"
    XLSX = "xlsx"
    XLS = "xls"
    XLSB = "xlsb"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    RTF = "rtf"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    XML = "xml"
    EML = "eml"
    MSG = "msg"
    EPUB = "epub"
    IMAGE = "image"


NAMES: Final = {
    Format.PDF: "a PDF document",
    Format.DOCX: "a Word document (DOCX)",
    Format.DOC: "an old Word document (DOC)",
    Format.PPTX: "a PowerPoint presentation (PPTX)",
    Format.PPT: "an old PowerPoint presentation (PPT)",
    Format.XLSX: "an Excel workbook (XLSX)",
    Format.XLS: "an old Excel workbook (XLS)",
    Format.XLSB: "a binary Excel workbook (XLSB)",
    Format.ODT: "an OpenDocument text (ODT)",
    Format.ODS: "an OpenDocument spreadsheet (ODS)",
    Format.ODP: "an OpenDocument presentation (ODP)",
    Format.RTF: "an RTF document",
    Format.HTML: "an HTML page",
    Format.MARKDOWN: "a Markdown document",
    Format.TEXT: "plain text",
    Format.CSV: "a table of values (CSV)",
    Format.JSON: "a JSON document",
    Format.XML: "an XML document",
    Format.EML: "a mail (EML)",
    Format.MSG: "an Outlook message (MSG)",
    Format.EPUB: "an EPUB book",
    Format.IMAGE: "an image",
}
"""What messages to people call a format."""


class Status(StrEnum):
    """Whether all of a document was read. Where there is no text at all, an error is raised instead."""

    OK = "ok"
    PARTIAL_TIMEOUT = "partial_timeout"
    """Time ran out; the text is what had been read until then."""
    PARTIAL_LIMIT = "partial_limit"
    """A limit was reached; the text is what lies within it."""
    CORRUPT = "corrupt"
    """Parts of the file are broken; the text is what could be read."""


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CAPTION = "caption"
    CODE = "code"
    QUOTE = "quote"
    HEADER = "header"
    """What stands on top of every page."""
    FOOTER = "footer"
    """What stands at the foot of every page."""
    FOOTNOTE = "footnote"
    """A footnote or endnote."""
    COMMENT = "comment"
    """A remark that somebody made on the document."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of characters (code points) of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: row and column count from 0; the span lies in that of its block."""

    row: int
    column: int
    span: Span


class Cells(Sequence[Cell]):
    """The cells of a table, by rows. A tuple of them to look at, but a million cost no more than their numbers.

    numbers: the row, the column, the start and the end of each, one after the other.
    """

    __slots__ = ("numbers",)

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self.numbers: Final = numbers if isinstance(numbers, array) else array("q", numbers)

    def moved(self, by: int) -> Cells:
        """The cells, so many characters further on."""
        if not by or not self.numbers:
            return self
        numbers = self.numbers[:]
        for column in (2, 3):
            numbers[column::4] = array("q", map(by.__add__, numbers[column::4]))
        return Cells(numbers)

    def __len__(self) -> int:
        return len(self.numbers) // 4

    def __iter__(self) -> Iterator[Cell]:
        rest = iter(self.numbers)
        return (Cell(row, column, Span(start, end)) for row, column, start, end in zip(*[rest] * 4, strict=True))

    @overload
    def __getitem__(self, index: int) -> Cell: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Cell, ...]: ...

    def __getitem__(self, index: int | slice) -> Cell | tuple[Cell, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = 4 * range(len(self))[index]
        row, column, start, end = self.numbers[at : at + 4]
        return Cell(row, column, Span(start, end))

    def __eq__(self, other: object) -> bool:
        return self.numbers == other.numbers if isinstance(other, Cells) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.numbers.tobytes())

    def __repr__(self) -> str:
        return f"Cells({self.numbers.tolist()})"


@dataclass(frozen=True, slots=True)
class Block:
    """One block in reading order.

    level: that of a heading (1 the highest) or the nesting of a list item, else 0.
    page: the number of the page it starts on, 0 where there are no pages.
    cells: those of a table that have text, by rows.
    """

    kind: BlockKind
    span: Span
    level: int = 0
    page: int = 0
    cells: Cells = field(default_factory=Cells)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, slide or sheet: number counts from 1.

    text_coverage, image_coverage: the share of the page's area that text and pictures take, 0..1.
    garble: how much of its text is no language but the wreck of one, 0..1.
    recognised: whether its text comes from text recognition (OCR).
    note: what must be known of it, for example that it is a picture and there is no text recognition here.
    """

    number: int
    span: Span
    text_coverage: float = 0.0
    image_coverage: float = 0.0
    garble: float = 0.0
    recognised: bool = False
    note: str = ""


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
class Attachment:
    """A file inside the document. size_bytes is 0 where the document does not say."""

    name: str
    media_type: str = ""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its target, and where its text is; a span of no length where it has none of its own."""

    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class Traits:
    """What was found on the way. Counts are 0 and flags false where a format cannot have such a thing.

    images_without_alternative: those of the images that have no text to stand for them.
    tagged: whether a PDF says what its parts are; None where that has no meaning.
    """

    encrypted: bool = False
    signed: bool = False
    forms: bool = False
    tracked_changes: bool = False
    hidden_text: bool = False
    comments: int = 0
    images: int = 0
    images_without_alternative: int = 0
    tagged: bool | None = None
    attachments: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document that has been read.

    text: in reading order, blocks separated by an empty line, line feeds as line ends, Unicode NFC, no NUL.
    blocks: in the order of the text, spans not overlapping; every non-blank character belongs to one.
    pages: in order, empty for formats without pages.
    language: a BCP 47 tag, or "und".
    reader: the reader that was used, for example "pdfium".
    note: why the status is not OK, for people.
    """

    text: str
    format: Format
    reader: str
    language: str = "und"
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    traits: Traits = field(default_factory=Traits)
    status: Status = Status.OK
    note: str = ""
