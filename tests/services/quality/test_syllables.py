from __future__ import annotations

import pytest

from papermesh_services.quality.syllables import count_syllables

WORDS = {
    1: "the cat make makes asked called shoe rule rules league tongue whole queue through strength fired months"
    " year young played eyes fruit guide juice friend tea clear caught 1984",
    2: "table tables settled wanted boxes churches likely careful sometimes lifetime hereby every nation special"
    " ocean being going seeing playing player poem chaos science client quiet diet ruin fluid cruel lion create"
    " statement movement homeless safety really unique techniques issue argue studied followed didn't rhythm"
    " million language persuade soldier business surgeon question beyond people hundred office boss's",
    3: "media period studio radio area idea various previous serious actual usual influence opinion religious"
    " management settlement element employee studying easier carrier created reacted museum poetry behavior"
    " efficient recipe genuine company important however Italian",
    4: "reliable situation evaluate negotiate biology geography January society reality anxiety experience"
    " scientific mechanism algorithm superior cooperate ambiguous continuous technology information",
    5: "individual simultaneous university communication ambiguity opportunity vocabulary",
}


@pytest.mark.parametrize(
    ("word", "count"),
    [(word, count) for count, words in WORDS.items() for word in words.split()],
)
def test_counts_the_syllables_of_a_word(word, count):
    assert count_syllables(word) == count


def test_a_hyphenated_word_has_the_syllables_of_its_parts():
    assert count_syllables("well-known") == 2
    assert count_syllables("state-of-the-art") == 4


def test_accents_do_not_hide_vowels():
    assert count_syllables("café") == 2


@pytest.mark.parametrize("text", ["", "-", "'", "zzz", "日", "x" * 200_000])
def test_what_is_no_word_has_one_syllable(text):
    assert count_syllables(text) == 1
