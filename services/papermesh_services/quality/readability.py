"""How hard a text is to read: the classic formulas over its running prose, and the sentences that make it hard.

The formulas were made for English. For another language, or without a sentence of running prose, all is 0.
Numbers count as words of one syllable; words of three syllables or more are complex (Gunning's exceptions for names
and compounds are not made, since telling them apart would guess).
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from papermesh_services.quality.findings import Spot
from papermesh_services.quality.model import HardSentence, ReadabilityMetrics
from papermesh_services.quality.places import Locator
from papermesh_services.quality.segmentation import words_of
from papermesh_services.quality.syllables import count_syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papermesh_services.quality.reading import Reading
    from papermesh_services.quality.segmentation import Sentence

WORDS_PER_MINUTE = 238  # Brysbaert (2019), silent reading of English non-fiction
COMPLEX_SYLLABLES = 3
LONG_SENTENCE_WORDS = 40
VERY_LONG_SENTENCE_WORDS = 60
EASY_SENTENCE_WORDS = 20
"""What a split sentence is taken to be left with, when the gain of splitting is reckoned."""
MAX_HARD_SENTENCES = 10
FEWEST_HARD_WORDS = 6

_CLAUSE_END = re.compile(r";|:\s*\n|\n\s*(?=[-*•–]|\(\w{1,4}\)|\d{1,2}[.)])")

# Flesch's own table (1949), with the ages of the US grades it names.
_LEVELS = (
    (90.0, "very easy, ages 10 to 11"),
    (80.0, "easy, ages 11 to 12"),
    (70.0, "fairly easy, ages 12 to 13"),
    (60.0, "plain English, ages 13 to 15"),
    (50.0, "fairly difficult, ages 15 to 18"),
    (30.0, "difficult, college students"),
    (10.0, "very difficult, college graduates"),
)
_HARDEST_LEVEL = "extremely difficult, specialists"


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas are made of. letters counts letters alone, characters digits as well."""

    sentences: int = 0
    words: int = 0
    syllables: int = 0
    complex_words: int = 0
    letters: int = 0
    characters: int = 0


def count(sentences: Iterable[Sentence]) -> Counts:
    """Counts what the formulas need over the sentences."""
    number = syllables = complex_words = letters = characters = 0
    times: Counter[str] = Counter()
    for sentence in sentences:
        number += 1
        times.update(sentence.words)
    for word, here in times.items():
        spoken = count_syllables(word)
        syllables += here * spoken
        complex_words += here * (spoken >= COMPLEX_SYLLABLES)
        letters += here * (len(word) if word.isalpha() else sum(map(str.isalpha, word)))
        characters += here * (len(word) if word.isalnum() else sum(map(str.isalnum, word)))
    return Counts(number, times.total(), syllables, complex_words, letters, characters)


def flesch_reading_ease(counts: Counts) -> float:
    """Flesch (1948), A new readability yardstick. Higher is easier."""
    return 206.835 - 1.015 * counts.words / counts.sentences - 84.6 * counts.syllables / counts.words


def flesch_kincaid_grade(counts: Counts) -> float:
    """Kincaid, Fishburne, Rogers and Chissom (1975). A US school grade."""
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def gunning_fog(counts: Counts) -> float:
    """Gunning (1952), The technique of clear writing. A US school grade."""
    return 0.4 * (counts.words / counts.sentences + 100 * counts.complex_words / counts.words)


def smog_index(counts: Counts) -> float:
    """McLaughlin (1969), SMOG grading: a new readability formula. A US school grade."""
    return 1.0430 * math.sqrt(30 * counts.complex_words / counts.sentences) + 3.1291


def coleman_liau_index(counts: Counts) -> float:
    """Coleman and Liau (1975), from letters and sentences per 100 words. A US school grade."""
    return 5.88 * counts.letters / counts.words - 29.6 * counts.sentences / counts.words - 15.8


def automated_readability_index(counts: Counts) -> float:
    """Smith and Senter (1967), from characters, digits among them. A US school grade."""
    return 4.71 * counts.characters / counts.words + 0.5 * counts.words / counts.sentences - 21.43


def measure(counts: Counts) -> ReadabilityMetrics:
    """Returns the formulas for the counts, all 0 where there is no sentence."""
    if not counts.sentences:
        return ReadabilityMetrics()
    grades = (
        flesch_kincaid_grade(counts),
        gunning_fog(counts),
        smog_index(counts),
        coleman_liau_index(counts),
        automated_readability_index(counts),
    )
    return ReadabilityMetrics(
        flesch_reading_ease(counts),
        *grades,
        average_sentence_length=counts.words / counts.sentences,
        average_word_length=counts.letters / counts.words,
        average_syllables_per_word=counts.syllables / counts.words,
        complex_word_ratio=counts.complex_words / counts.words,
        reading_time_minutes=counts.words / WORDS_PER_MINUTE,
        grade_level=median(grades),
    )


def applies(reading: Reading) -> bool:
    """Whether the formulas mean anything for the document: it is English and has a sentence of running prose."""
    return reading.english and bool(reading.sentences)


def reading_level(metrics: ReadabilityMetrics) -> str:
    """Returns the readership in words. Empty where the formulas do not apply."""
    if not metrics.average_sentence_length:
        return ""
    for ease, level in _LEVELS:
        if metrics.flesch_reading_ease >= ease:
            return level
    return _HARDEST_LEVEL


def hardest_sentences(reading: Reading) -> tuple[HardSentence, ...]:
    """Returns the sentences with the highest grades of their own, hardest first, at most MAX_HARD_SENTENCES."""
    if not applies(reading):
        return ()
    locator = Locator(reading.document)
    graded = (
        (flesch_kincaid_grade(count((sentence,))), -sentence.start, sentence)
        for sentence in reading.sentences
        if len(sentence.words) >= FEWEST_HARD_WORDS
    )
    hardest = heapq.nlargest(MAX_HARD_SENTENCES, graded, key=lambda item: item[:2])
    return tuple(_hard_sentence(locator, sentence, grade) for grade, _, sentence in hardest)


def _hard_sentence(locator: Locator, sentence: Sentence, grade: float) -> HardSentence:
    place = locator.place(sentence.start, sentence.end)
    return HardSentence(place, locator.snippet(sentence.start, sentence.end), len(sentence.words), grade)


def check(reading: Reading) -> Iterator[Spot]:
    """Finds long sentences. Clauses that semicolons or list marks part are measured one by one."""
    if not applies(reading):
        return
    for sentence in reading.sentences:
        if len(sentence.words) > LONG_SENTENCE_WORDS and sentence.complete:
            yield from _long_clauses(reading.document.text, sentence)


def _long_clauses(text: str, sentence: Sentence) -> Iterator[Spot]:
    for start, end in _clauses(text, sentence):
        words = len(words_of(text[start:end]))
        if words > VERY_LONG_SENTENCE_WORDS:
            yield Spot("very_long_sentence", start, end, {"words": words})
        elif words > LONG_SENTENCE_WORDS:
            yield Spot("long_sentence", start, end, {"words": words})


def _clauses(text: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    start = sentence.start
    for match in _CLAUSE_END.finditer(text, sentence.start, sentence.end):
        yield _trimmed(text, start, match.start())
        start = match.end()
    yield _trimmed(text, start, sentence.end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, max(start + left, end - (len(piece) - len(piece.rstrip())))
