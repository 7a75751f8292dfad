"""Phrases that say in many words what fewer say, and phrases that say nothing. English only.

Only phrases that are always longer than they need be are listed: what is a term of art in law or science is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papermesh_services.quality.anchors import Anchors, folded
from papermesh_services.quality.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Reading

WORDY = {
    "in order to": "to",
    "due to the fact that": "because",
    "owing to the fact that": "because",
    "in spite of the fact that": "although",
    "despite the fact that": "although",
    "in view of the fact that": "since",
    "in light of the fact that": "since",
    "on account of the fact that": "because",
    "at this point in time": "now",
    "at the present time": "now",
    "at that point in time": "then",
    "in the near future": "soon",
    "a large number of": "many",
    "the vast majority of": "most",
    "has the ability to": "can",
    "have the ability to": "can",
    "until such time as": "until",
    "on a regular basis": "regularly",
    "on a daily basis": "daily",
    "in close proximity to": "near",
    "prior to the start of": "before",
    "make use of": "use",
    "makes use of": "uses",
    "made use of": "used",
    "take into consideration": "consider",
    "in a timely manner": "promptly",
    "the reason why is that": "because",
    "first and foremost": "first",
    "end result": "result",
    "past history": "history",
    "future plans": "plans",
    "advance planning": "planning",
    "completely eliminate": "eliminate",
    "absolutely essential": "essential",
    "basic fundamentals": "basics",
    "final outcome": "outcome",
    "free gift": "gift",
    "unexpected surprise": "surprise",
    "revert back": "revert",
    "combine together": "combine",
}
"""What could be said shorter, and how."""

FILLER = (
    "it is important to note that",
    "it should be noted that",
    "it is worth noting that",
    "it is interesting to note that",
    "it goes without saying that",
    "needless to say",
    "for all intents and purposes",
    "as a matter of fact",
    "in my humble opinion",
    "when all is said and done",
    "the fact of the matter is",
    "to be honest",
)
"""What could be left out."""


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    # Longest first, so that a phrase inside another does not hide it; a line may end inside a phrase.
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"\b(?:" + "|".join(p.replace(" ", r"\s+") for p in longest_first) + r")\b", re.IGNORECASE)


_WORDY = _pattern(tuple(WORDY))
_FILLER = _pattern(FILLER)
_ANCHORS = Anchors([*WORDY, *FILLER])


def check(reading: Reading) -> Iterator[Spot]:
    """Finds wordy phrases and fillers in running prose."""
    if not reading.english:
        return
    for passage in reading.prose:
        if not _ANCHORS.may_be_in(folded(passage.text)):
            continue
        for match in _WORDY.finditer(passage.text):
            better = WORDY[" ".join(match.group().lower().split())]
            if match.group()[0].isupper():
                better = better.capitalize()
            yield Spot("wordy_phrase", *_span(match, passage.start), {"better": better})
        for match in _FILLER.finditer(passage.text):
            yield Spot("filler_phrase", *_span(match, passage.start))


def _span(match: re.Match[str], offset: int) -> tuple[int, int]:
    return offset + match.start(), offset + match.end()
