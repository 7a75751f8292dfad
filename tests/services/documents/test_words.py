from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_services.documents.words import WordCounter

CHARACTERS = "abXéßλжאमक中'-’_.,;(12٣²ⅷ \n\t\u00a0\u2028\u0301\ud800😀"


@pytest.mark.parametrize(
    ("marks", "text", "found"),
    [
        ("'", "the keeper's lamp, the river", {"the": 2, "keeper's": 1, "lamp": 1, "river": 1}),
        ("'", "'tis the dogs' well-known b2b", {"tis": 1, "the": 1, "dogs": 1, "well": 1, "known": 1, "b": 2}),
        ("-", "well-known --- x- keeper's", {"well-known": 1, "x": 1, "keeper": 1, "s": 1}),
        ("-", "l’été “où” …", {"l": 1, "été": 1, "où": 1}),
        ("'", " 12,5 % ", {}),
    ],
)
def test_words_are_runs_of_letters_with_marks_between_them(marks, text, found):
    assert WordCounter(marks).counted(text) == found


@given(text=st.text(st.sampled_from(CHARACTERS), max_size=60), marks=st.sampled_from(["'", "-"]))
def test_they_are_those_that_the_pattern_finds(text, marks):
    counter = WordCounter(marks)
    assert counter.counted(text) == Counter(counter.pattern.findall(text))
