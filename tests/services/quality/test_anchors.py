"""What is looked for before a pattern is tried never keeps the pattern from finding something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_services.quality import phrases, placeholders, punctuation, repetition, spelling
from papermesh_services.quality.anchors import Anchors, folded
from papermesh_services.quality.segmentation import sentences_of, words_and_sentences_of, words_of

PIECES = [
    *("in order to", "in\norder  TO", "FIRST and foremost", "could of", "ſhould of", "mİght of", "needless to say"),
    *("recieve", "behaviour", "the the", "a\u2011the the", "中文 中文", "http http://a", "TODO", "Lorem İpsum", "XXX"),
    *("[insert name]", "<your-name>", "{{ x }}", "xx/XX/xxxx", "word ,", "a  b", "end!!", "what???", "one,two", "a.B"),
    *("www.a。b c@d.e", "他说。www.x。你好！", "Dr. A. went.”", "end.) Next", ":", ".", ",,", " ", "\n"),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12).map(" ".join)


@given(TEXTS)
def test_what_patterns_find_has_its_signs(text):
    lower = folded(text)
    for pattern in (phrases._WORDY, phrases._FILLER):
        assert not pattern.search(text) or phrases._ANCHORS.may_be_in(lower)
    assert not spelling._SLIP.search(text) or spelling._SLIPPED.may_be_in(lower)
    found = [match.group() for match in spelling._WORD.finditer(text)]
    assert set(found) <= set(spelling._LETTERS.findall(text))
    for pattern, signs in placeholders._SIGNS.items():
        assert not pattern.search(text) or any(sign in lower for sign in signs)
    for pattern, signs in punctuation._SIGNS.items():
        assert not pattern.search(text) or any(sign in text for sign in signs)
    assert not punctuation._NO_SPACE.search(text) or punctuation._MAYBE_NO_SPACE.search(text)


@given(TEXTS)
def test_doubled_words_are_not_passed_over(text):
    words = words_of(text)
    passage = type("Passage", (), {"text": text, "words": words})()
    assert not repetition._DOUBLED.search(text) or repetition._may_double(passage)


@given(TEXTS, st.integers(0, 5))
def test_words_and_sentences_are_those_of_the_functions_for_each(text, offset):
    assert words_and_sentences_of(text, offset) == (words_of(text), sentences_of(text, offset))


@pytest.mark.parametrize(
    ("text", "there"),
    [("in order", False), ("to order in", True), ("", False), ("reordering into", True)],
)
def test_a_phrase_may_be_where_all_its_words_are(text, there):
    assert Anchors(["in order to"]).may_be_in(text) is there


def test_letters_that_only_patterns_take_for_others_are_folded():
    assert folded("İıſ K") == "iis k"
