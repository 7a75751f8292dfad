from __future__ import annotations

import pytest

from papermesh_services.documents import BlockKind, Format, Limits, Link, Metadata, Span
from papermesh_services.documents.builder import Draft, TextBuilder, table
from papermesh_services.documents.links import Passage


def linked(*drafts, limits=Limits()):  # noqa: B008 - a frozen value
    builder = TextBuilder(limits)
    builder.extend(drafts)
    document = builder.document(Format.TEXT, "test", Metadata())
    return document, [(link.target, document.text[link.span.start : link.span.end]) for link in document.traits.links]


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("see here now", "here"),
        ("  \n see here now", "here"),
        ("a line   \nand here   \nnow", "here"),
        ("e\u0301te\u0301 o\u0301n here", "here"),
        ("so\u00adft\u200b hyphens, here too", "here"),
        ("windows\r\nlines\r\nhere", "here"),
        ("here", "here"),
        ("a here ", "here "),
    ],
)
def test_a_link_keeps_its_place_while_the_text_is_cleaned(text, piece):
    at = text.index(piece)
    link = Link("t", Span(at, at + len(piece)))
    _, found = linked(Draft(BlockKind.PARAGRAPH, "before"), Draft(BlockKind.PARAGRAPH, text, links=(link,)))
    assert found == [("t", piece.strip())]


@pytest.mark.parametrize("text", ["  one  two ", "\n a\tb \n", "one\u00adtwo  "])
def test_links_stay_within_the_text_wherever_they_begin_and_end(text):
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 3):
            link = Link("t", Span(start, end))
            document, found = linked(Draft(BlockKind.PARAGRAPH, text, links=(link,)))
            assert found == [("t", text[start:end].strip().replace("\u00ad", ""))]
            span = document.traits.links[0].span
            assert 0 <= span.start <= span.end <= len(document.text)


@pytest.mark.parametrize("changed", ["", "\u200b"])
def test_very_many_links_are_placed_one_by_one(changed):
    word = f"a link{changed}      "
    spans = [Span(at, at + len(word)) for at in range(0, 5_000 * len(word), len(word))]
    _, found = linked(Draft(BlockKind.PARAGRAPH, word * 5_000, links=tuple(Link("t", span) for span in spans)))
    assert found == [("t", "a link")] * 5_000


def test_links_in_links_have_a_place_each():
    text = "one two  three "
    spans = [Span(0, 15), Span(4, 9), Span(-3, 4), Span(9, 99), Span(8, 9)]
    _, found = linked(Draft(BlockKind.PARAGRAPH, text, links=tuple(Link("t", span) for span in spans)))
    assert [piece for _, piece in found] == ["one two  three", "two", "one", "three", ""]


def test_links_in_cells_follow_their_cells():
    one, two = Passage("a  b", (Link("x", Span(3, 4)),)), Passage(" link ", (Link("y", Span(0, 6)),))
    _, found = linked(table([["head", "er"], ["", ""], [one, two]]))
    assert found == [("x", "b"), ("y", "link")]


def test_a_link_without_text_has_a_place_of_no_length():
    document, found = linked(
        Draft(BlockKind.PARAGRAPH, "text"), Draft(BlockKind.PARAGRAPH, " ", links=(Link("image", Span(0, 1)),))
    )
    assert found == [("image", "")]
    assert document.traits.links[0].span == Span(4, 4)


def test_links_are_listed_up_to_a_limit():
    link = Link("t", Span(0, 1))
    document, _ = linked(Draft(BlockKind.PARAGRAPH, "x", links=(link,) * 5), limits=Limits(max_links=3))
    assert len(document.traits.links) == 3
