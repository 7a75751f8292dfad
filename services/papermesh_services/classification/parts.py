"""Cuts the answer of ExtractText into the messages of a stream, each of bounded size. Pure; runs in a worker.

Put together again, the parts are the answer: what stands where in the text stays as it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from papermesh.classification.v1 import classification_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_CHARACTERS: Final = 65_536
"""Characters of text in one part; blocks, cells and links that start there come along."""
MAX_LINKS: Final = 1_000
"""Links in one part."""
MAX_TARGETS: Final = 262_144
"""Characters of the targets of all links in one part. One alone may have more."""


def head_of(answer: pb.ExtractTextResponse) -> pb.ExtractTextStreamResponse:
    """The message before the parts."""
    head = pb.ExtractionHead(
        request_id=answer.request_id,
        extraction_method=answer.extraction_method,
        language=answer.language,
        metadata=answer.metadata if answer.HasField("metadata") else None,
        text_length=answer.text_length,
    )
    return pb.ExtractTextStreamResponse(head=head)


def end_of(answer: pb.ExtractTextResponse) -> pb.ExtractTextStreamResponse:
    """The message after the parts."""
    end = pb.ExtractionEnd(status=answer.status, status_detail=answer.status_detail, text_length=answer.text_length)
    if answer.HasField("traits"):
        end.traits.CopyFrom(answer.traits)
        del end.traits.links[:]
    return pb.ExtractTextStreamResponse(end=end)


def parts_of(answer: pb.ExtractTextResponse, *, with_text: bool = True) -> Iterator[pb.ExtractTextStreamResponse]:
    """The parts of an answer that has its text, in order; without it where it was not wanted."""
    text = answer.text_content
    cutter = _Cutter(answer)
    for page, start, end in _stretches(answer, len(text)):
        cuts = cutter.cuts(start, end)
        for at, until in pairwise(cuts):
            part = pb.TextPart(start=at, end=until, page=page)
            if with_text:
                part.text = text[at:until]
            part.blocks.extend(cutter.blocks_until(until, last=until == len(text)))
            yield from _with_links(part, cutter.links_until(until, last=until == len(text)))


def _stretches(answer: pb.ExtractTextResponse, length: int) -> Iterator[tuple[pb.Page | None, int, int]]:
    """The whole text as one stretch for each page, in order; what stands between two pages belongs to the first."""
    if not answer.pages:
        yield None, 0, length
        return
    starts = [0]
    for page in answer.pages[1:]:
        starts.append(min(max(page.start, starts[-1]), length))
    for page, (start, end) in zip(answer.pages, pairwise([*starts, length]), strict=True):
        yield page, start, end


class _Cutter:
    """Goes through an answer once, from its start to its end."""

    def __init__(self, answer: pb.ExtractTextResponse) -> None:
        self._blocks = answer.blocks
        self._links = answer.traits.links
        self._starts = [block.start for block in answer.blocks]
        self._block = 0
        self._link = 0
        self._cell = 0
        self._continued = False

    def cuts(self, start: int, end: int) -> list[int]:
        """Where a stretch is cut: at the start of a block where there is one near enough."""
        cuts = [start]
        while end - cuts[-1] > MAX_CHARACTERS:
            furthest = cuts[-1] + MAX_CHARACTERS
            before = bisect_right(self._starts, furthest) - 1
            near = self._starts[before] if before >= 0 else 0
            cuts.append(near if near > cuts[-1] else furthest)
        return [*cuts, end]

    def blocks_until(self, end: int, *, last: bool) -> Iterator[pb.Block]:
        """The blocks that start before end, and what there is before end of the table that was not whole yet."""
        while self._block < len(self._blocks):
            block = self._blocks[self._block]
            if block.start >= end and not last:
                return
            begun, self._cell = self._cell, self._cells_until(block.cells, end, last=last)
            whole = self._cell == len(block.cells)
            if whole and not self._continued:
                yield block
            elif self._cell > begun or not self._continued:
                yield _slice_of(block, block.cells[begun : self._cell], continued=self._continued)
            self._continued = not whole
            if not whole:
                return
            self._block, self._cell = self._block + 1, 0

    def links_until(self, end: int, *, last: bool) -> Sequence[pb.Link]:
        """The links that start before end."""
        begun = self._link
        self._link = len(self._links) if last else bisect_left(self._links, end, begun, key=_start)
        return self._links[begun : self._link]

    def _cells_until(self, cells: Sequence[pb.Cell], end: int, *, last: bool) -> int:
        return len(cells) if last else bisect_left(cells, end, self._cell, key=_start)


_start = attrgetter("start")


def _slice_of(block: pb.Block, cells: Sequence[pb.Cell], *, continued: bool) -> pb.Block:
    return pb.Block(
        kind=block.kind,
        start=block.start,
        end=block.end,
        level=block.level,
        page=block.page,
        cells=cells,
        continued=continued,
    )


def _with_links(part: pb.TextPart, links: Sequence[pb.Link]) -> Iterator[pb.ExtractTextStreamResponse]:
    """The part with its links, and as many parts without text behind it as more links need."""
    room = MAX_TARGETS
    for link in links:
        room -= len(link.target)
        if part.links and (room < 0 or len(part.links) == MAX_LINKS):
            yield pb.ExtractTextStreamResponse(part=part)
            page = part.page if part.HasField("page") else None
            part = pb.TextPart(start=part.end, end=part.end, page=page)
            room = MAX_TARGETS - len(link.target)
        part.links.append(link)
    yield pb.ExtractTextStreamResponse(part=part)
