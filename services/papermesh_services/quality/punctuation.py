"""Spaces, capitals and end marks around sentences. Most checks are for English, whose habits they know."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from papermesh_services.documents.model import BlockKind
from papermesh_services.quality.findings import Spot
from papermesh_services.quality.lexicon import SENTENCE_STARTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Passage, Reading

FEWEST_UNENDED_WORDS = 6
"""A last line with fewer words is a label or a signature, not a sentence."""
FEWEST_PARAGRAPH_SENTENCES = 2

_SPACE_BEFORE = re.compile(r"(?<![a-z])[a-z]{1,20} {1,3}(?:[,;.!?](?=\s|$)|[,;](?=[a-z]{2}))(?! ?\.)")
_MARK = re.compile(r"[,;.!?](?=\s|$)")
_DOUBLE_SPACE = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,20},? {2,}[a-zß-öø-ÿ][^\W\d_]{0,19}")
_REPEATED = re.compile(r"(?<=\w)(?:,{2,}|;{2,}|!{2,}|\?{3,})(?=\s|$)|(?<=[a-z]{2})\.\.(?=\s|$)")
_NO_SPACE = re.compile(
    r"(?<=\s)[a-z]{3,20},[a-z]{3,20}(?=[\s.])|(?<=\s)[a-z]{3,20}\.(?P<next>[A-Z][a-z]{0,9})\b(?![@/.(-])"
)
_MAYBE_NO_SPACE = re.compile(r",[a-z]|\.[A-Z]")
_SIGNS = {
    _SPACE_BEFORE: (" ,", " ;", " .", " !", " ?"),
    _DOUBLE_SPACE: ("  ",),
    _REPEATED: (",,", ";;", "!!", "???", ".."),
}
"""What is in every text that a pattern finds something in."""
_LOWER_START = re.compile(r"[\"“‘]*([a-z]{2,20})\b(?![.@/_:(=-])")
_END_MARKS = ".!?…:;,。！？\"”’')]}>*_`»—–-/"
_LEADS_ON = (BlockKind.LIST_ITEM, BlockKind.TABLE, BlockKind.CODE, BlockKind.QUOTE)
_TOKENISED = 0.4  # marks set apart to all marks
_FEWEST_TOKENS = 10  # of either kind: with fewer a share says nothing
_JUSTIFIED = 0.01  # double spaces to words


def check(reading: Reading) -> Iterator[Spot]:
    """Finds faults of spacing, capitals and end marks in running prose."""
    for passage in reading.prose:
        yield from _matches(passage, _REPEATED, "repeated_punctuation")
    if not reading.laid_out:
        yield from _double_spaces(reading)
    if not reading.english:
        return
    for passage in reading.prose:
        yield from _missing_spaces(passage)
        yield from _small_starts(reading, passage)
    if not reading.laid_out:
        yield from _spaces_before(reading)
    if reading.marked_up:
        yield from _unended(reading)


def _matches(passage: Passage, pattern: re.Pattern[str], code: str) -> Iterator[Spot]:
    text = passage.text
    if not any(sign in text for sign in _SIGNS[pattern]):
        return
    for match in pattern.finditer(text):
        yield Spot(code, passage.start + match.start(), passage.start + match.end())


def _spaces_before(reading: Reading) -> Iterator[Spot]:
    """A text that sets most of its marks apart was cut into tokens by a program: nobody slipped."""
    spots = [spot for passage in reading.prose for spot in _matches(passage, _SPACE_BEFORE, "space_before_punctuation")]
    marks = sum(1 for passage in reading.prose for _ in _MARK.finditer(passage.text)) if spots else 0
    if len(spots) < _FEWEST_TOKENS or len(spots) < _TOKENISED * marks:
        yield from spots


def _double_spaces(reading: Reading) -> Iterator[Spot]:
    """Many double spaces are the layout of a page, not slips."""
    spots = [spot for passage in reading.prose for spot in _matches(passage, _DOUBLE_SPACE, "double_space")]
    if len(spots) < _FEWEST_TOKENS or len(spots) < _JUSTIFIED * reading.word_count:
        yield from spots


def _missing_spaces(passage: Passage) -> Iterator[Spot]:
    if not _MAYBE_NO_SPACE.search(passage.text):
        return
    for match in _NO_SPACE.finditer(passage.text):
        following = match["next"]
        if following is None or following.lower() in SENTENCE_STARTERS:
            yield Spot("missing_space", passage.start + match.start(), passage.start + match.end())


def _small_starts(reading: Reading, passage: Passage) -> Iterator[Spot]:
    """Looks inside lines only: a line or a paragraph may begin small where it is a point of a list, or was broken."""
    text = reading.document.text
    for before, sentence in pairwise(passage.sentences):
        match = _LOWER_START.match(text, sentence.start, sentence.end)
        if (
            match
            and before.complete
            and text[before.end - 1] in ".!?"
            and "\n" not in text[before.end : sentence.start]
        ):
            yield Spot("missing_capital", match.start(1), match.end(1))


def _unended(reading: Reading) -> Iterator[Spot]:
    passages = reading.passages
    for index, passage in enumerate(passages):
        if passage.block.kind is not BlockKind.PARAGRAPH or len(passage.sentences) < FEWEST_PARAGRAPH_SENTENCES:
            continue
        last = passage.sentences[-1]
        following = passages[index + 1] if index + 1 < len(passages) else None
        if last.complete or len(last.words) < FEWEST_UNENDED_WORDS or _goes_on(following):
            continue
        if (
            reading.document.text[last.end - 1] not in _END_MARKS
            and "\n" not in reading.document.text[last.start : last.end]
        ):
            yield Spot("missing_end_punctuation", last.start, last.end)


def _goes_on(following: Passage | None) -> bool:
    """A paragraph goes on in a list, a table, code, or a paragraph that begins small."""
    if following is None:
        return False
    return following.block.kind in _LEADS_ON or following.text[:1].islower()
