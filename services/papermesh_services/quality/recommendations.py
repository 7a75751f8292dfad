"""What to do to make a document better, and what each step would gain: the score as if it were done."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from papermesh_services.quality import readability
from papermesh_services.quality.findings import counts_by_code
from papermesh_services.quality.model import Aspect, Recommendation
from papermesh_services.quality.rules import RULES
from papermesh_services.quality.scoring import Basis, score
from papermesh_services.quality.segmentation import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.quality.model import Finding

LONG_MEAN_SENTENCE = 22.0
"""Words of the mean sentence above which shorter sentences are advised."""
HIGH_COMPLEX_RATIO = 0.18
"""Share of complex words above which shorter words are advised."""
_PLAIN_COMPLEX_RATIO = 0.12
_PLAIN_SYLLABLES = 1.6  # of a word
_PLAIN_LETTERS = 4.8  # of a word

_SMALLEST_GAIN = 0.05  # whole-document advice that gains less is not worth its line
_SPLIT_CODES = ("long_sentence", "very_long_sentence")


def recommend(text: str, basis: Basis, findings: Sequence[Finding]) -> tuple[Recommendation, ...]:
    """Returns one recommendation for each code found and those on the whole document, what helps most first."""
    now = score(basis, findings).overall
    advice = [_mend(text, basis, findings, now, code, count) for code, count in counts_by_code(findings).items()]
    if Aspect.READABILITY in basis.applicable:
        advice += [item for item in _whole_document(basis, findings, now) if item.expected_gain >= _SMALLEST_GAIN]
    return tuple(sorted(advice, key=lambda item: (-item.expected_gain, -item.finding_count, item.message)))


def _mend(text: str, basis: Basis, findings: Sequence[Finding], now: float, code: str, count: int) -> Recommendation:
    rule = RULES[code]
    mended = [finding for finding in findings if finding.code == code]
    left = [finding for finding in findings if finding.code != code]
    then = score(_with_sentences_split(text, basis, mended) if code in _SPLIT_CODES else basis, left).overall
    where = (
        f"line {mended[0].place.line}" if count == 1 else f"{count} places, the first in line {mended[0].place.line}"
    )
    return Recommendation(rule.aspect, f"{rule.advice} ({where})", code, count, max(0.0, then - now))


def _with_sentences_split(text: str, basis: Basis, mended: Sequence[Finding]) -> Basis:
    more = 0
    for finding in mended:
        words = len(words_of(text[finding.place.start : finding.place.end]))
        more += math.ceil(words / readability.EASY_SENTENCE_WORDS) - 1
    return replace(basis, counts=replace(basis.counts, sentences=basis.counts.sentences + more))


def _whole_document(basis: Basis, findings: Sequence[Finding], now: float) -> Iterator[Recommendation]:
    counts = basis.counts
    mean = counts.words / counts.sentences
    if mean > LONG_MEAN_SENTENCE:
        shorter = replace(counts, sentences=math.ceil(counts.words / readability.EASY_SENTENCE_WORDS))
        message = (
            f"Write shorter sentences: the mean has {mean:.0f} words, "
            f"and {readability.EASY_SENTENCE_WORDS} are easy to follow."
        )
        yield _overall(message, replace(basis, counts=shorter), findings, now)
    share = counts.complex_words / counts.words
    if share > HIGH_COMPLEX_RATIO:
        message = (
            f"Use shorter words where they say the same: {share:.0%} have three syllables or more, "
            f"and plain English does with {_PLAIN_COMPLEX_RATIO:.0%}."
        )
        yield _overall(message, replace(basis, counts=_in_plain_words(counts)), findings, now)


def _in_plain_words(counts: readability.Counts) -> readability.Counts:
    letters = min(counts.letters, round(_PLAIN_LETTERS * counts.words))
    return replace(
        counts,
        complex_words=round(_PLAIN_COMPLEX_RATIO * counts.words),
        syllables=min(counts.syllables, round(_PLAIN_SYLLABLES * counts.words)),
        letters=letters,
        characters=counts.characters - (counts.letters - letters),
    )


def _overall(message: str, basis: Basis, findings: Sequence[Finding], now: float) -> Recommendation:
    return Recommendation(Aspect.READABILITY, message, expected_gain=max(0.0, score(basis, findings).overall - now))
