"""How a document is built: its headings, paragraphs, lists and tables, and what is wrong with them.

Faults of headings are only looked for where the format marks headings; in plain text and PDF they are guessed from
the looks of the page, and a fault would more often be the guess's than the author's.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from papermesh_services.documents.model import BlockKind, Format
from papermesh_services.quality.findings import Spot
from papermesh_services.quality.model import Heading, StructureMetrics
from papermesh_services.quality.places import Locator
from papermesh_services.quality.reading import FEWEST_JUDGED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.quality.reading import Passage, Reading

LONG_PARAGRAPH_WORDS = 300
LONG_HEADING_WORDS = 20
WORDS_THAT_NEED_HEADINGS = 1_500
_FEW_LIST_ITEMS = 5  # a document with more is divided by its lists

_NUMBERED = re.compile(
    r"(?:(?:section|chapter|article|part|clause)\s+)?(\d{1,2}(?:\.\d{1,2}){0,5})[.):]?\s", re.IGNORECASE
)
_PARAGRAPHS = (BlockKind.PARAGRAPH, BlockKind.QUOTE)


def applies(reading: Reading) -> bool:
    """Whether there is anything that could be built well or badly: some words outside of tables and code."""
    built = (passage for passage in reading.passages if passage.block.kind not in (BlockKind.TABLE, BlockKind.CODE))
    return sum(len(passage.words) for passage in built) >= FEWEST_JUDGED_WORDS


def outline(reading: Reading) -> tuple[Heading, ...]:
    """Returns the headings in the order of the text, their text on one line."""
    locator = Locator(reading.document)
    return tuple(
        Heading(passage.block.level, _title(passage), locator.place(passage.start, passage.block.span.end))
        for passage in reading.of_kind(BlockKind.HEADING)
    )


def measure(reading: Reading) -> StructureMetrics:
    """Counts what the document is built of."""
    headings = [passage.block.level for passage in reading.of_kind(BlockKind.HEADING)]
    lengths = [len(passage.words) for passage in paragraphs(reading)]
    return StructureMetrics(
        heading_count=len(headings),
        max_heading_depth=max(headings, default=0),
        skipped_heading_levels=sum(below > above + 1 for above, below in pairwise(headings)),
        list_item_count=sum(1 for _ in reading.of_kind(BlockKind.LIST_ITEM)),
        table_count=sum(1 for _ in reading.of_kind(BlockKind.TABLE)),
        average_paragraph_length=sum(lengths) / len(lengths) if lengths else 0.0,
        longest_paragraph_length=max(lengths, default=0),
        page_count=len(reading.document.pages),
    )


def paragraphs(reading: Reading) -> Sequence[Passage]:
    """Returns the paragraphs, quotations among them."""
    return [passage for passage in reading.passages if passage.block.kind in _PARAGRAPHS]


def check(reading: Reading) -> Iterator[Spot]:
    """Finds what is wrong with how the document is built."""
    if reading.marked_up:
        headings = list(reading.of_kind(BlockKind.HEADING))
        yield from _heading_texts(headings)
        yield from _skipped_levels(headings)
        yield from _empty_sections(reading.passages)
        yield from _duplicates(headings)
        yield from _numbering(headings)
    yield from _missing_headings(reading)
    if not reading.laid_out:
        yield from _long_paragraphs(reading)


def _title(passage: Passage) -> str:
    return " ".join(passage.text.split())


def _spot(code: str, passage: Passage, **values: object) -> Spot:
    return Spot(code, passage.start, passage.block.span.end, values)


def _heading_texts(headings: Sequence[Passage]) -> Iterator[Spot]:
    for heading in headings:
        if not any(map(str.isalnum, heading.text)):
            yield _spot("empty_heading", heading)
        elif len(heading.words) > LONG_HEADING_WORDS:
            yield _spot("long_heading", heading, words=len(heading.words))


def _skipped_levels(headings: Sequence[Passage]) -> Iterator[Spot]:
    for above, below in pairwise(headings):
        previous, level = above.block.level, below.block.level
        if level > previous + 1:
            yield _spot("skipped_heading_level", below, level=level, previous=previous, wanted=previous + 1)


def _empty_sections(passages: Sequence[Passage]) -> Iterator[Spot]:
    for index, passage in enumerate(passages):
        if passage.block.kind is not BlockKind.HEADING or not any(map(str.isalnum, passage.text)):
            continue
        if not index:
            continue  # the title of the document
        following = passages[index + 1].block if index + 1 < len(passages) else None
        if following is None or (following.kind is BlockKind.HEADING and following.level <= passage.block.level):
            yield _spot("empty_section", passage)


def _duplicates(headings: Sequence[Passage]) -> Iterator[Spot]:
    path: list[tuple[int, int]] = []  # level and index of the headings above
    seen: set[tuple[int, str]] = set()  # index of the section they stand in, and their text
    for index, heading in enumerate(headings):
        while path and path[-1][0] >= heading.block.level:
            path.pop()
        title = _title(heading).casefold()
        key = (path[-1][1] if path else -1, title)
        if key in seen and title:
            yield _spot("duplicate_heading", heading)
        seen.add(key)
        path.append((heading.block.level, index))


def _numbering(headings: Sequence[Passage]) -> Iterator[Spot]:
    last: dict[tuple[int, ...], int] = {}  # the last number given under each leading number
    for heading in headings:
        match = _NUMBERED.match(heading.text.lstrip())
        if match is None:
            continue
        *above, number = map(int, match.group(1).split("."))
        previous = last.get(tuple(above))
        if previous is not None and previous + 1 < number:
            expected = ".".join(map(str, (*above, previous + 1)))
            yield _spot("numbering_gap", heading, number=match.group(1), expected=expected)
        last[tuple(above)] = number


def _missing_headings(reading: Reading) -> Iterator[Spot]:
    words = sum(len(passage.words) for passage in reading.prose)
    if words < WORDS_THAT_NEED_HEADINGS or reading.document.format is Format.TEXT:
        return
    items = sum(1 for _ in reading.of_kind(BlockKind.LIST_ITEM))
    if items < _FEW_LIST_ITEMS and not any(reading.of_kind(BlockKind.HEADING)):
        yield _spot("no_headings", reading.prose[0], words=words)


def _long_paragraphs(reading: Reading) -> Iterator[Spot]:
    for passage in reading.prose:
        if passage.block.kind in _PARAGRAPHS and len(passage.words) > LONG_PARAGRAPH_WORDS:
            yield _spot("long_paragraph", passage, words=len(passage.words))
