"""What the benchmarks count and compare by, which is what their figures rest on."""

from __future__ import annotations

from collections import Counter

import pytest
from containing.evidence import evidence
from reading.contest import Contestant, Round, by_clock, by_processor, take_turns, times_as_fast
from reading.words import Score, agreed, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the measure-\nments of light", "the measurements of light"),
        ("the measure\ufffements", "the measure\u00adments"),
        ("well-known facts", "well-\n known facts"),
        ("ﬁrst", "first"),
        ("| cell | *value* |\n|---|---|", "cell value"),
        ('see [the page](https://example.org/a_(b) "a title") now', "see the page now"),
        ("at https://example.org/index.html?x=1 there", "at there"),
        ('<td class="a">seven</td>', "seven"),
        ("\\frac{a}{b}", "a b"),
        ("snake\\_case", "snake_case"),
    ],
)
def test_words_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_characters_of_chinese_are_words() -> None:
    assert words_of("文件 file") == Counter(["文", "件", "file"])


def test_a_word_that_one_voice_has_alone_is_not_agreed_on() -> None:
    voices = [Counter(a=3, b=1), Counter(a=1), Counter(a=2, c=1)]
    assert agreed(voices) == Counter(a=2)
    assert agreed(voices[:1]) == voices[0]


def test_recall_and_precision_are_over_all_files() -> None:
    score = Score()
    score.add(Counter(a=1, x=1), Counter(a=1, b=1))
    score.add(Counter(), Counter(c=2))
    assert (score.recall, score.precision) == (0.25, 0.5)


@pytest.mark.parametrize(("count", "low", "high"), [(6, 1, 6), (8, 1, 8), (9, 2, 8), (12, 3, 10), (20, 6, 15)])
def test_the_interval_of_a_median_is_that_of_the_sign_test(count: int, low: float, high: float) -> None:
    found = evidence([float(each) for each in range(count, 0, -1)])
    assert (found.low, found.high) == (low, high)


def test_a_difference_is_told_only_where_the_interval_leaves_out_none() -> None:
    assert evidence([1.01] * 10).tells
    assert not evidence([1.01] * 9 + [0.99] * 3).tells
    with pytest.raises(ValueError, match="6 are the least"):
        evidence([2.0] * 5)


def test_rounds_go_forwards_and_backwards_and_who_is_slow_sits_out() -> None:
    order: list[str] = []

    def contestant(name: str, seconds: float) -> Contestant:
        def run() -> Round:
            order.append(name)
            return Round(seconds, seconds / 2)

        return Contestant(name, run, 10)

    first, quick, slow = contestants = [contestant("first", 2.0), contestant("quick", 1.0), contestant("slow", 5.0)]
    take_turns(contestants, rounds=3, patience=5.0)
    assert order == ["first", "quick", "slow", "quick", "first", "first", "quick"]
    assert times_as_fast(quick, first, by_clock) == "2.00 (2.00..2.00)"
    assert times_as_fast(slow, first, by_processor) == "0.40 (0.40..0.40)"
    assert slow.rate(by_clock) == 2.0
