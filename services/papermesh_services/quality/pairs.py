"""Brackets and quotation marks that lack their counterpart. In any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_services.quality.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Passage, Reading

_CLOSERS = {")": "(", "]": "["}
# Marks of list points, which close what nothing opened: a) 1) iv)
_POINT = re.compile(r"(?:^|[\s,;—–-])(?:[A-Za-z]|\d{1,3}|[ivxIVX]{1,5})$")
_LONGEST_POINT = 6
_SMILEY = re.compile(r"(?<=\s)[:;]['’]?-?[()](?=\s|$)")
_INTERVAL = re.compile(r"\[[^()\[\]\n]{1,30}\)|\([^()\[\]\n]{1,30}\]")  # [0, 1), half-open
_APART = (_SMILEY, _INTERVAL)
_BRACKET = re.compile(r"[()\[\]]")
_REACH = 4  # passages that a bracket may stay open over
_DEPTH = 8  # open brackets that are looked through for a counterpart

_QUOTES = re.compile(r"[“”]")
_STRAIGHT = re.compile(r'(?<!\d)(?<!\d )"')


@dataclass(frozen=True, slots=True)
class _Bracket:
    """An open bracket, its place in the document, and the number of its passage."""

    mark: str
    at: int
    passage: int


def check(reading: Reading) -> Iterator[Spot]:
    """Finds brackets without counterpart in a few passages around them, and quotations that are not closed."""
    yield from _brackets(reading)
    for index, passage in enumerate(reading.passages):
        if passage.prose:
            previous = reading.passages[index - 1].text if index else ""
            following = reading.passages[index + 1].text if index + 1 < len(reading.passages) else ""
            yield from _curly_quotes(passage, following)
            yield from _straight_quotes(passage, previous, following)


def _brackets(reading: Reading) -> Iterator[Spot]:
    opened: list[_Bracket] = []
    prose = {passage.start for passage in reading.prose}
    for index, passage in enumerate(reading.passages):
        orphans = _orphans(index, passage, opened)
        if passage.start in prose:
            yield from (Spot("unbalanced_bracket", at, at + 1) for at in orphans)
    for bracket in opened:
        if reading.passages[bracket.passage].start in prose:
            yield Spot("unbalanced_bracket", bracket.at, bracket.at + 1)


def _orphans(index: int, passage: Passage, opened: list[_Bracket]) -> list[int]:
    """Opens and closes the brackets of one passage. Returns where a closing one had none to close.

    The bracket of a list point, as in "a)", may stand alone. Where points close brackets that were opened before
    them, who closes what cannot be told, and nothing is returned.
    """
    if not _BRACKET.search(passage.text):
        return []
    orphans: list[int] = []
    points = False
    apart = {at for odd in _APART for match in odd.finditer(passage.text) for at in range(*match.span())}
    for match in _BRACKET.finditer(passage.text):
        at, mark = match.start(), match.group()
        if at in apart:
            continue
        if mark not in _CLOSERS:
            opened.append(_Bracket(mark, passage.start + at, index))
            continue
        point = _POINT.search(passage.text, max(0, at - _LONGEST_POINT), at) is not None
        points = points or point
        if not _close(mark, index, opened) and not point:
            orphans.append(passage.start + at)
    return [] if points else orphans


def _close(mark: str, index: int, opened: list[_Bracket]) -> bool:
    """Closes the last bracket of its kind that is open within reach. Returns whether there was one."""
    for back in range(1, min(len(opened), _DEPTH) + 1):
        bracket = opened[-back]
        if index - bracket.passage > _REACH:
            return False
        if bracket.mark == _CLOSERS[mark]:
            del opened[-back]
            return True
    return False


def _curly_quotes(passage: Passage, following: str) -> Iterator[Spot]:
    """A quotation may run over paragraphs, each opened anew and only the last one closed."""
    open_at: int | None = None
    for match in _QUOTES.finditer(passage.text):
        open_at = match.start() if match.group() == "“" else None
    if open_at is not None and not following.lstrip().startswith(("“", '"')):
        yield Spot("unbalanced_quote", passage.start + open_at, passage.start + open_at + 1)


def _straight_quotes(passage: Passage, previous: str, following: str) -> Iterator[Spot]:
    """Where a neighbour has an odd number as well, a paragraph was broken inside a quotation."""
    if "``" in passage.text or "“" in passage.text or "”" in passage.text or not _odd(passage.text):
        return
    marks = [match.start() for match in _STRAIGHT.finditer(passage.text)]
    if len(marks) % 2 and not _odd(previous) and not _odd(following):
        yield Spot("unbalanced_quote", passage.start + marks[-1], passage.start + marks[-1] + 1)


def _odd(text: str) -> bool:
    return text.count('"') % 2 == 1
