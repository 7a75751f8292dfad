from __future__ import annotations

import pytest

from papermesh_services.documents.joining import Line, joined, kept, vocabulary
from papermesh_services.documents.model import BlockKind


def text_of(*texts, known=()):
    return joined(BlockKind.PARAGRAPH, [Line(text) for text in texts], 0, known).text


@pytest.mark.parametrize(
    ("lines", "known", "text"),
    [
        (["one", "two"], [], "one two"),
        (["the keep-", "er rose"], [], "the keeper rose"),
        (["a well-", "known man"], ["well-known"], "a well-known man"),
        (["a well-", "known man"], ["well-known", "wellknown"], "a wellknown man"),
        (["North-", "South"], [], "North-South"),
        (["1914-", "1918"], [], "1914- 1918"),
        (["中文", "文字"], [], "中文文字"),
        (["한국", "사람"], [], "한국 사람"),
        (["e", "\u0301a"], [], "e \u0301a"),
    ],
)
def test_lines_are_joined_as_their_script_and_their_hyphens_want_it(lines, known, text):
    assert text_of(*lines, known=known) == text


def test_lines_are_kept_as_they_are():
    draft = kept(BlockKind.TABLE, [Line("a\tb"), Line("c-"), Line("d")], 2)
    assert (draft.kind, draft.level, draft.text) == (BlockKind.TABLE, 2, "a\tb\nc-\nd")


@pytest.mark.parametrize(
    "make", [lambda lines: joined(BlockKind.PARAGRAPH, lines, 0, ()), lambda lines: kept(BlockKind.TABLE, lines)]
)
def test_the_places_at_which_pages_begin_are_noted(make):
    draft = make([Line("one", page=3), Line("two-", page=3), Line("three", page=4), Line("four", page=6)])
    begins = ["three", "four", "four"]
    assert draft.first_page == 3
    assert [draft.text[at:].startswith(text) for at, text in zip(draft.page_breaks, begins, strict=True)] == [True] * 3


def test_the_words_of_lines_are_gathered():
    assert set(vocabulary(["A well-known Keeper", "rose", "by-"])) == {"a", "well-known", "keeper", "rose", "by"}
