"""The passive voice of English: a form of "be", perhaps adverbs, and a past participle that is no state.

All of it is counted, but little is pointed out, for the passive is often right: only where the doer is named with
"by", so that the active voice is at hand, and a few examples more in a text that lives on it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papermesh_services.quality.findings import Spot
from papermesh_services.quality.lexicon import IRREGULAR_PARTICIPLES, STATIVE_PARTICIPLES, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Reading
    from papermesh_services.quality.segmentation import Sentence

TOO_MUCH = 0.5
"""The share of passive sentences above which examples are pointed out."""
EXAMPLES = 5
FEWEST_SENTENCES = 6
"""With fewer sentences a share says nothing."""

_BE = r"(?:is|are|was|were|be|been|being|isn['’]t|aren['’]t|wasn['’]t|weren['’]t)"
_ADVERB = r"(?:not|also|never|always|often|still|already|then|first|now|ever|only|just|being|been|[a-z]{2,20}ly)"
_PASSIVE = re.compile(
    rf"\b{_BE}\s+(?:{_ADVERB}\s+){{0,2}}(?P<participle>[a-z]{{2,20}})\b(?P<rest>(?:\s+by\s+\w{{1,30}})?)"
)
_NO_DOER = re.compile(
    r"\s+by\s+(?:\w+ing|\d\w*|means|virtue|way|law|default|reference|hand|mail|post|email|phone|telephone|fax|now|then|"
    r"far|definition|accident|chance|design|nature|written|notice|operation|agreement|and|or|section|article|laws|"
    r"statute|regulation|applicable|reason|one|two|three|about|at|more|less|up|such|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday)$",
    re.IGNORECASE,
)
# "By" after these names a place, a law or what comes next, and no doer that could be made the subject.
_BY_IDIOMS = word_set(
    """
    governed bound followed accompanied surrounded evidenced increased decreased reduced multiplied divided
    raised exceeded required permitted affected caused covered covenanted superseded defined represented
    preceded replaced supported limited funded operated sponsored approved signed prescribed determined implied
    authorized authorised measured characterized characterised indicated sorted ordered separated identified
    denoted
    """
)


def check(reading: Reading) -> Iterator[Spot]:
    """Finds passive sentences worth pointing out."""
    if not reading.english:
        return
    passives = [(sentence, match) for sentence in reading.sentences if (match := find(_text(reading, sentence)))]
    too_many = len(reading.sentences) >= FEWEST_SENTENCES and len(passives) > TOO_MUCH * len(reading.sentences)
    examples = EXAMPLES if too_many else 0
    for index, (sentence, match) in enumerate(passives):
        if index < examples or _names_doer(match):
            start = sentence.start + match.start()
            yield Spot("passive_voice", start, sentence.start + match.end())


def ratio(reading: Reading) -> float:
    """Returns the share of sentences in the passive voice, 0..1. 0 where the text is not English."""
    if not reading.english or not reading.sentences:
        return 0.0
    return sum(find(_text(reading, sentence)) is not None for sentence in reading.sentences) / len(reading.sentences)


def find(sentence: str) -> re.Match[str] | None:
    """Returns the first passive of the sentence: the verb, and "by" with its next word where they follow."""
    for match in _PASSIVE.finditer(sentence):
        if is_participle(match["participle"]):
            return match
    return None


def is_participle(word: str) -> bool:
    """Whether a lower-case word after "be" makes a passive."""
    if word in STATIVE_PARTICIPLES:
        return False
    return (word.endswith("ed") and not word.endswith("eed")) or word in IRREGULAR_PARTICIPLES


def _names_doer(match: re.Match[str]) -> bool:
    rest = match["rest"]
    return bool(rest) and match["participle"] not in _BY_IDIOMS and _NO_DOER.match(rest) is None


def _text(reading: Reading, sentence: Sentence) -> str:
    return reading.document.text[sentence.start : sentence.end]
