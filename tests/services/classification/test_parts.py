"""An answer cut into parts, and put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.extraction import answer_of
from papermesh_services.classification import parts as cutting
from papermesh_services.classification.parts import MAX_CHARACTERS, MAX_LINKS, end_of, head_of, parts_of


async def together(answer):
    async def messages():
        for message in (head_of(answer), *parts_of(answer), end_of(answer)):
            yield pb.ExtractTextStreamResponse.FromString(message.SerializeToString())

    return await answer_of(messages())


def texts(answer):
    return [message.part.text for message in parts_of(answer)]


def an_answer(text, pages=(), blocks=(), links=()):
    return pb.ExtractTextResponse(
        request_id="7",
        text_content=text,
        text_length=len(text),
        extraction_method="made",
        language="en",
        metadata=pb.DocumentMetadata(format="pdf", title="T"),
        status=pb.EXTRACTION_STATUS_CORRUPT,
        status_detail="broken",
        pages=[pb.Page(number=number, start=start, end=end) for number, (start, end) in enumerate(pages, 1)],
        blocks=blocks,
        traits=pb.DocumentTraits(images=2, tagged=False, links=links),
    )


def a_table(rows, columns, at=0):
    """The text of a table of one letter a cell, and its block."""
    text = "\n".join("\t".join("x" * columns) for _ in range(rows))
    starts = [(row, column, at + 2 * (row * columns + column)) for row in range(rows) for column in range(columns)]
    cells = [pb.Cell(row=row, column=column, start=start, end=start + 1) for row, column, start in starts]
    return text, pb.Block(kind=pb.BLOCK_KIND_TABLE, start=at, end=at + len(text), page=1, cells=cells)


@st.composite
def answers(draw):
    """An answer with pages, blocks, tables and links, some of them empty, many of them touching."""
    lengths = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12))
    text, blocks, at = [], [], 0
    for length in lengths:
        if draw(st.booleans()):
            content, block = a_table(draw(st.integers(1, 5)), draw(st.integers(1, 5)), at)
        else:
            content = "ä" * length
            block = pb.Block(kind=pb.BLOCK_KIND_PARAGRAPH, start=at, end=at + length, page=1)
        text.append(content)
        blocks.append(block)
        at += len(content) + 2
    whole = "\n\n".join(text)
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pages = [(start, end) for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)] if cuts else []
    places = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    links = [pb.Link(target=f"#{place}", start=place, end=place) for place in places]
    return an_answer(whole, pages, blocks, links)


@given(answer=answers(), most=st.integers(3, 50), links=st.integers(1, 3))
async def test_the_parts_together_are_the_answer(answer, most, links):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "MAX_CHARACTERS", most)
        patch.setattr(cutting, "MAX_LINKS", links)
        pieces = [message.part for message in parts_of(answer)]
        assert await together(answer) == answer
    at = 0
    for part in pieces:
        assert (part.start, part.end) == (at, at + len(part.text))
        assert len(part.text) <= most
        assert len(part.links) <= links
        at = part.end
    assert at == len(answer.text_content)


def test_a_text_without_pages_is_cut_at_its_blocks():
    blocks = [pb.Block(kind=pb.BLOCK_KIND_PARAGRAPH, start=at, end=at + 49_998) for at in (0, 50_000, 100_000)]
    answer = an_answer("x" * 149_998, blocks=blocks)
    assert list(map(len, texts(answer))) == [50_000, 50_000, 49_998]


def test_a_page_is_never_gone_over():
    answer = an_answer("a\n\n" + "b" * 70_000, pages=[(0, 1), (1, 1), (3, 70_003)])
    pages = [(message.part.page.number, len(message.part.text)) for message in parts_of(answer)]
    assert pages == [(1, 1), (2, 2), (3, MAX_CHARACTERS), (3, 70_000 - MAX_CHARACTERS)]


def test_a_table_of_many_parts_has_each_cell_once():
    text, table = a_table(2_500, 40)
    answer = an_answer(text, blocks=[table])
    pieces = [message.part for message in parts_of(answer)]
    assert [part.blocks[0].continued for part in pieces] == [False, True, True, True]
    assert all(part.start <= cell.start < part.end for part in pieces for cell in part.blocks[0].cells)
    assert [cell for part in pieces for cell in part.blocks[0].cells] == list(table.cells)


def test_many_links_at_one_place_come_in_parts_without_text():
    links = [pb.Link(target="#" * 1000, start=1, end=1)] * (MAX_LINKS + 1)
    pieces = [message.part for message in parts_of(an_answer("abc", links=links))]
    assert [part.text for part in pieces] == ["abc"] + [""] * (len(pieces) - 1)
    assert all(part.ByteSize() < 300_000 for part in pieces)
    assert sum(len(part.links) for part in pieces) == MAX_LINKS + 1


def test_no_part_is_large_for_grpc():
    text, table = a_table(3_000, 50)
    assert max(message.ByteSize() for message in parts_of(an_answer(text, blocks=[table]))) < 1_000_000


def test_the_text_is_left_out_where_it_is_not_wanted():
    (message,) = parts_of(an_answer("abc"), with_text=False)
    assert (message.part.text, message.part.start, message.part.end) == ("", 0, 3)
