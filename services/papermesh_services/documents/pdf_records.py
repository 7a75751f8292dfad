"""What was read of pages of a PDF, as bytes for another process: numbers in columns, then all texts as one.

Bytes that are no such thing raise NoRecords and do no more than that: whatever they are, numbers and texts are all
that is made of them.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import replace
from itertools import accumulate, chain, islice, pairwise
from operator import mul
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_annotations import Annotations, FieldOnPage, LinkOnPage
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.pdf_pages import Doubt, FirstReading, PageRead
from papermesh_services.documents.pdf_pictures import NO_PICTURES, Pictures
from papermesh_services.documents.pdf_tags import PageTags, Role, Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.pdf_tags import Rows

_COUNTS: Final = struct.Struct("=III")
_FACTS: Final = struct.Struct("=B????ddIIdIIIIIII")
_SURROGATES: Final = "surrogatepass"


class NoRecords(ValueError):
    """Bytes that are not what to_bytes makes."""


class _Facts(NamedTuple):
    """What there is of one page besides places and texts, in the order of _FACTS."""

    doubt: int
    recognised: bool
    cut: bool
    late: bool
    hidden_text: bool
    text_coverage: float
    garble: float
    pictures: int
    without_alternative: int
    coverage: float
    lines: int
    links: int
    remarks: int
    texts: int
    fields: int
    tags: int
    tables: int


def to_bytes(readings: Sequence[FirstReading]) -> bytes:
    """What was read of pages that follow each other."""
    lines = [line for reading in readings for line in reading.page.text.lines]
    fields = [field for reading in readings for field in reading.page.annotations.fields]
    tags = [tag for reading in readings for tag in reading.page.tags.tags]
    tables = [rows for reading in readings for rows in reading.page.tags.tables]
    texts = [line.text for line in lines]
    for reading in readings:
        texts += _other_texts(reading.page)
    return b"".join(
        (
            _COUNTS.pack(len(readings), len(fields), len(texts)),
            *(_FACTS.pack(*_facts(reading)) for reading in readings),
            array("d", [line.x for line in lines]).tobytes(),
            array("d", [line.y for line in lines]).tobytes(),
            array("d", [line.size for line in lines]).tobytes(),
            bytes([line.bold for line in lines]),
            bytes([line.leftward for line in lines]),
            array("i", [line.turn for line in lines]).tobytes(),
            array("d", [line.width for line in lines]).tobytes(),
            bytes([line.kind is BlockKind.TABLE for line in lines]),
            array("d", [line.pitch for line in lines]).tobytes(),
            array("I", [line.tag for line in lines]).tobytes(),
            array("d", [place for field in fields for place in (field.x, field.y)]).tobytes(),
            bytes([tag.role for tag in tags]),
            array("I", [tag.level for tag in tags]).tobytes(),
            array("I", [size for rows in tables for size in (len(rows), len(rows[0]))]).tobytes(),
            array("I", list(map(len, texts))).tobytes(),
            "".join(texts).encode("utf-8", _SURROGATES),
        )
    )


def from_bytes(data: bytes, first: int) -> list[FirstReading]:
    """What was read of the pages from this one on, counted from 0. Raises NoRecords."""
    try:
        return list(_readings(_Columns(data), first))
    except (ValueError, struct.error) as error:
        raise NoRecords(f"no pages of a PDF: {error}") from error


def _facts(reading: FirstReading) -> _Facts:
    page = reading.page
    pictures, laid_over = page.pictures, page.annotations
    return _Facts(
        reading.doubt,
        page.recognised,
        page.cut,
        page.late,
        pictures.hidden_text,
        page.text_coverage,
        page.garble,
        pictures.count,
        pictures.without_alternative,
        pictures.coverage,
        len(page.text.lines),
        len(laid_over.links),
        len(laid_over.remarks),
        len(laid_over.texts),
        len(laid_over.fields),
        len(page.tags.tags),
        len(page.tags.tables),
    )


def _other_texts(page: PageRead) -> Iterator[str]:
    laid_over = page.annotations
    yield page.note
    for link in laid_over.links:
        yield link.target
        yield link.text
    yield from laid_over.remarks
    yield from laid_over.texts
    for field in laid_over.fields:
        yield field.value
    for rows in page.tags.tables:
        yield from chain.from_iterable(rows)


class _Columns:
    """Takes bytes apart, in the order in which they were put together."""

    def __init__(self, data: bytes) -> None:
        self._rest = memoryview(data)

    def counts(self) -> tuple[int, int, int]:
        """How many pages, fields and texts there are."""
        pages, fields, texts = _COUNTS.unpack(self._taken(_COUNTS.size))
        return pages, fields, texts

    def facts(self, count: int) -> list[_Facts]:
        """The facts of so many pages."""
        return list(map(_Facts._make, _FACTS.iter_unpack(self._taken(count * _FACTS.size))))

    def column(self, kind: str, count: int) -> array[Any]:
        """So many numbers, of a kind that array knows."""
        column = array(kind)
        column.frombytes(self._taken(count * column.itemsize))
        return column

    def texts(self, count: int) -> list[str]:
        """So many texts, and nothing may follow."""
        lengths = self.column("I", count)
        every = str(self._rest, "utf-8", _SURROGATES)
        if sum(lengths) != len(every):
            raise NoRecords("the texts are not as long as they say")
        return [every[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]

    def _taken(self, size: int) -> memoryview:
        taken, self._rest = self._rest[:size], self._rest[size:]
        if len(taken) < size:
            raise NoRecords("a column is cut off")
        return taken


def _readings(columns: _Columns, first: int) -> Iterator[FirstReading]:
    page_count, field_count, text_count = columns.counts()
    pages = columns.facts(page_count)
    line_count = sum(page.lines for page in pages)
    x, y, size = (columns.column("d", line_count) for _ in range(3))
    bold = map(bool, columns.column("B", line_count))
    leftward = map(bool, columns.column("B", line_count))
    turn, width = columns.column("i", line_count), columns.column("d", line_count)
    kinds = (BlockKind.TABLE if table else None for table in columns.column("B", line_count))
    pitch = columns.column("d", line_count)
    lines_tags = columns.column("I", line_count)
    places = iter(columns.column("d", 2 * field_count))
    tags = _tags(columns, sum(page.tags for page in pages))
    sizes = columns.column("I", 2 * sum(page.tables for page in pages))
    grids = iter(list(zip(sizes[::2], sizes[1::2], strict=True)))
    cell_count = sum(map(mul, sizes[::2], sizes[1::2]))
    texts = columns.texts(text_count)
    other_count = sum(1 + 2 * page.links + page.remarks + page.texts + page.fields for page in pages)
    if text_count != line_count + other_count + cell_count:
        raise NoRecords("there are not as many texts as the pages have")
    if field_count != sum(page.fields for page in pages):
        raise NoRecords("there are not as many fields as the pages have")
    numbers = [number for number, page in enumerate(pages, first + 1) for _ in range(page.lines)]
    columns_of_lines = (texts, numbers, x, y, size, bold, turn, width, leftward, kinds, pitch, lines_tags)
    lines = map(PlacedLine._make, zip(*columns_of_lines, strict=False))
    others = iter(texts[line_count:])
    for page in pages:
        placed = PageText(tuple(islice(lines, page.lines)))
        read = _page(page, placed, others, places)
        tagged = PageTags(tuple(islice(tags, page.tags)), tuple(_tables(islice(grids, page.tables), others)))
        _check(placed, tagged)
        yield FirstReading(replace(read, tags=tagged) if page.tags else read, Doubt(page.doubt))


def _tags(columns: _Columns, count: int) -> Iterator[Tag]:
    """So many tags."""
    return map(Tag, map(Role, columns.column("B", count)), columns.column("I", count))


def _check(text: PageText, tagged: PageTags) -> None:
    """Raises NoRecords where lines have tags, or tags have tables, that are not there."""
    tables = [tag.level for tag in tagged.tags if tag.role is Role.TABLE]
    if max((line.tag for line in text.lines), default=0) > len(tagged.tags):
        raise NoRecords("a line has a tag that its page has not")
    if max(tables, default=-1) >= len(tagged.tables):
        raise NoRecords("a tag is that of a table that its page has not")


def _tables(grids: Iterable[tuple[int, int]], texts: Iterator[str]) -> Iterator[Rows]:
    for rows, width in grids:
        if not rows or not width:
            raise NoRecords("a table has no cells")
        yield tuple(tuple(islice(texts, width)) for _ in range(rows))


def _page(facts: _Facts, text: PageText, others: Iterator[str], places: Iterator[float]) -> PageRead:
    pictures = Pictures(facts.pictures, facts.coverage, facts.hidden_text, facts.without_alternative)
    note = next(others)
    return PageRead(
        text,
        Annotations(
            [LinkOnPage(next(others), next(others)) for _ in range(facts.links)],
            list(islice(others, facts.remarks)),
            list(islice(others, facts.texts)),
            [FieldOnPage(next(others), next(places), next(places)) for _ in range(facts.fields)],
        ),
        pictures if facts.pictures else NO_PICTURES,
        facts.text_coverage,
        facts.garble,
        facts.recognised,
        cut=facts.cut,
        late=facts.late,
        note=note,
    )
