"""Scores, 0..100, from what was measured and found. Pure arithmetic: more or graver findings never raise a score.

Each score is a start lowered by its findings: start * exp(-weight of the findings for the size of the text / scale).
Content and structure start at 100, readability at what its grade level is worth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_services.quality import readability
from papermesh_services.quality.model import Aspect, Scores, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.quality.model import Finding

WEIGHTS = {Aspect.READABILITY: 0.35, Aspect.STRUCTURE: 0.25, Aspect.CONTENT: 0.40}
"""The share of each aspect in the overall score, among those that apply."""

SEVERITY_WEIGHTS = {Severity.INFO: 0.5, Severity.WARNING: 3.0, Severity.ERROR: 8.0}

_GRADE_WORTH = (
    (0.0, 100.0),
    (5.0, 96.0),
    (8.0, 88.0),
    (12.0, 70.0),
    (16.0, 46.0),
    (18.0, 35.0),
    (22.0, 18.0),
    (30.0, 0.0),
)
"""US school grades and the readability score each is worth, straight lines between: grade 8 is plain English."""

_FEWEST_WORDS = 250  # in a shorter text one finding weighs no more than in one of so many words
_FEWEST_BLOCKS = 10
_FEWEST_SENTENCES = 10
_CONTENT_SCALE = 0.2  # weight for each word at which the score falls to 1/e: some 65 warnings in 1,000 words
_STRUCTURE_SCALE = 4.0
_READABILITY_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Basis:
    """What scores rest on besides findings.

    applicable: the aspects that apply and were asked for, in the order of Aspect.
    counts: what the readability formulas are made of.
    words: words of written language. blocks: blocks of any kind.
    """

    applicable: tuple[Aspect, ...]
    counts: readability.Counts
    words: int
    blocks: int


def score(basis: Basis, findings: Sequence[Finding]) -> Scores:
    """Returns the scores; overall is the weighted mean of those that apply, 0 where none does."""
    scores = {aspect: _score_of(aspect, basis, findings) for aspect in basis.applicable}
    weight = sum(WEIGHTS[aspect] for aspect in scores)
    overall = sum(WEIGHTS[aspect] * value for aspect, value in scores.items()) / weight if weight else 0.0
    return Scores(
        overall=_bounded(overall),
        readability=scores.get(Aspect.READABILITY, 0.0),
        structure=scores.get(Aspect.STRUCTURE, 0.0),
        content=scores.get(Aspect.CONTENT, 0.0),
        applicable=basis.applicable,
    )


def worth_of_grade(grade: float) -> float:
    """Returns the readability score that a US school grade is worth, 0..100."""
    below, at_least = _GRADE_WORTH[0]
    if grade <= below:
        return at_least
    for above, at_most in _GRADE_WORTH[1:]:
        if grade <= above:
            return at_least + (at_most - at_least) * (grade - below) / (above - below)
        below, at_least = above, at_most
    return 0.0


def _score_of(aspect: Aspect, basis: Basis, findings: Sequence[Finding]) -> float:
    weight = sum(SEVERITY_WEIGHTS[finding.severity] for finding in findings if finding.aspect is aspect)
    match aspect:
        case Aspect.READABILITY:
            start = worth_of_grade(readability.measure(basis.counts).grade_level)
            load = weight / max(basis.counts.sentences, _FEWEST_SENTENCES) / _READABILITY_SCALE
        case Aspect.STRUCTURE:
            start = 100.0
            load = weight / _effective_blocks(basis.blocks) / _STRUCTURE_SCALE
        case Aspect.CONTENT:
            start = 100.0
            load = weight / max(basis.words, _FEWEST_WORDS) / _CONTENT_SCALE
    return _bounded(start * math.exp(-load))


def _effective_blocks(blocks: int) -> float:
    """A structure fault in a document ten times as long is less of a fault, but not ten times less."""
    return math.sqrt(_FEWEST_BLOCKS * max(blocks, _FEWEST_BLOCKS))


def _bounded(value: float) -> float:
    return min(100.0, max(0.0, value))
