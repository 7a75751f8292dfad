from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_services.quality.segmentation import sentences_of, words_of


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith went home.| He slept.",
        "It costs 3.50 dollars.| Yes.",
        "J. R. R. Tolkien wrote it.| See Fig. 3 for more.",
        "We live in the U.S.| The law is old.",
        "The U.S. Army came.| It left.",
        "Wait... what?| Nothing.",
        'He said "No."| Then he left.',
        "Visit https://a.example/x.html.| Now go.",
        "1. The first item.| The next one.",
        "Use e.g. this, i.e. that.| Then stop.",
        "hello world.| this is bad.",
        "See Smith v. Jones, 12 F. Supp. 3d 4 (9th Cir. 2001).| It held.",
        "Yahoo! said it.| Wow!| Great.",
        "(He left.)| She stayed.",
        "他说。|你好！|再见",
        "We left at 6 p.m. on Monday.| All was well.",
        "He said no.| Then he left.",
        "Acme Inc. announced it.| Nobody cared.",
        "See No. 5 for it.| It is there.",
        "One without an end",
    ],
)
def test_cuts_text_into_sentences(text):
    pieces = [piece.strip() for piece in text.split("|")]
    whole = text.replace("|", "")
    assert [whole[sentence.start : sentence.end] for sentence in sentences_of(whole)] == pieces


def test_says_whether_a_sentence_is_complete():
    first, second = sentences_of("All is well. And then")
    assert first.complete
    assert not second.complete


def test_spans_are_shifted_by_the_offset():
    (sentence,) = sentences_of("  All is well.  ", offset=100)
    assert (sentence.start, sentence.end) == (102, 114)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's well-known, isn’t it?", ["It's", "well-known", "isn’t", "it"]),
        ("1,234.5 and 12:30", ["1,234.5", "and", "12:30"]),
        ("mail a.b@c.example or https://x.example/a?b now", ["mail", "or", "now"]),
        ("中文 text", ["中", "文", "text"]),
        ("-- ... !", []),
    ],
)
def test_finds_words(text, words):
    assert list(words_of(text)) == words


@given(st.text(alphabet=st.sampled_from("aB.!?…\"') \n1。") | st.characters(), max_size=200))
def test_sentences_are_in_order_and_apart_and_hold_every_word(text):
    sentences = sentences_of(text)
    ends = [0, *(sentence.end for sentence in sentences)]
    for before, sentence in zip(ends, sentences, strict=False):
        assert before <= sentence.start < sentence.end <= len(text)
        assert sentence.words
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
    assert all(sentence.complete for sentence in sentences[:-1])


@pytest.mark.parametrize("text", ["." * 200_000, ". " * 100_000, "a." * 100_000, "a'" * 100_000, "www." * 50_000])
def test_odd_text_is_cut_without_delay(text):
    sentences_of(text)
