"""How a text is written: what was measured of it, and everything the content checks find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.quality import (
    articles,
    characters,
    pairs,
    passive,
    phrases,
    placeholders,
    punctuation,
    repetition,
    spelling,
)
from papermesh_services.quality.model import Aspect, ContentMetrics
from papermesh_services.quality.reading import FEWEST_JUDGED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.quality.findings import Spot
    from papermesh_services.quality.model import Finding
    from papermesh_services.quality.reading import Reading

DIVERSITY_WINDOW = 50
"""Words of a window of the moving average."""

_CHECKS = (
    articles.check,
    characters.check,
    pairs.check,
    passive.check,
    phrases.check,
    placeholders.check,
    punctuation.check,
    repetition.check,
    spelling.check,
)


def check(reading: Reading) -> Iterator[Spot]:
    """Runs every check of how the text is written."""
    for run in _CHECKS:
        yield from run(reading)


def applies(reading: Reading) -> bool:
    """Whether there is written language to judge: one of code and tables alone has none, a word is none."""
    return reading.writing_word_count >= FEWEST_JUDGED_WORDS


def measure(reading: Reading, findings: Sequence[Finding] = ()) -> ContentMetrics:
    """Measures how the text is written. The findings are those of the document; content ones among them count."""
    faults = sum(finding.aspect is Aspect.CONTENT for finding in findings)
    return ContentMetrics(
        lexical_diversity=lexical_diversity(
            [word.casefold() for passage in reading.writing for word in passage.words],
        ),
        passive_voice_ratio=passive.ratio(reading),
        repeated_sentence_ratio=repetition.repeated_sentence_ratio(reading),
        unusual_character_ratio=characters.unusual_ratio(reading.document.text),
        placeholder_count=sum(1 for _ in placeholders.check(reading)),
        words_per_finding=reading.word_count / faults if faults else 0.0,
    )


def lexical_diversity(words: Sequence[str], window: int = DIVERSITY_WINDOW) -> float:
    """Returns the moving-average type-token ratio (Covington and McFall 2010), 0..1.

    A text shorter than the window is taken whole; one without words has 0.
    """
    if len(words) <= window:
        return len(set(words)) / len(words) if words else 0.0
    # A word is one of the different ones of a window where it stands there for the first time. It is counted in all
    # windows, which begin at 0 to last_start, in which it does.
    last_start = len(words) - window
    before: dict[str, int] = {}
    total = 0
    for at, word in enumerate(words):
        too_early = before.get(word, -1)
        if too_early < at - window:
            too_early = at - window
        before[word] = at
        last = at if at < last_start else last_start
        if last > too_early:
            total += last - too_early
    return total / (window * (len(words) - window + 1))
