"""Brings a line that is known as it is drawn, from left to right, into the order in which it is read.

The way back of Unicode's bidirectional algorithm (UAX #9), where no invisible marks are left to help: what its rules W2
to W7 and N0 to N2 show as one run is found in what is drawn, and turned around again. Where two texts look the same,
the one is taken that people write: a number beside Latin words belongs to them, and commas stand after words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LEFTWARD: Final = frozenset(("R", "AL"))
_RIGHTWARD: Final = frozenset(("L",))
_NUMBERS: Final = frozenset(("EN", "AN"))
_NOT_LEFTWARD: Final = _RIGHTWARD | _NUMBERS
_NO_NUMBERS: Final = _LEFTWARD | _RIGHTWARD | {"AN"}
_SEPARATORS: Final = {"EN": ("CS", "ES"), "AN": ("CS",)}
"""What stands between two numbers of a kind and makes them one (W4)."""

_OPENING, _CLOSING = "([{<«‹⟨≤", ")]}>»›⟩≥"
_MIRRORED: Final = dict(zip(_OPENING + _CLOSING, _CLOSING + _OPENING, strict=True))
_AS_IT_IS: Final[Mapping[str, str]] = {}
_BRACKETS: Final = frozenset(_OPENING + _CLOSING)
_QUOTES: Final = frozenset("\"'“”„‟‘’‚‛״׳")
_AFTER_WORDS: Final = frozenset(",;:!?،؛؟۔")
_ENDS: Final = _AFTER_WORDS | {"."}
"""A full stop may also begin a word, as in ".NET"."""
_SIGNS: Final = frozenset("+-−")
_PERCENT: Final = frozenset("%٪‰")
_UNIT: Final = re.compile(
    r"[kmgt]i?b|bit|[kmg]bps|[kmg]?hz|px|pt|dpi|[nmck]?m|in|ft|[mk]?g|ml|[mk][vw]|kwh|mah?|ms|min|k?pa|bar|k?cal|"
    r"usd|eur|gbp|ils|nis|sar|aed|egp|irr|pkr",
    re.IGNORECASE,
)
"""What stands after its number, not before it as a name does."""
_STARTING: Final = r"(?<![^\s(\[{«‹])[%s](?=[^\s.,;:!?،؛؟)\]}»›])"
_ENDING: Final = r"(?<=[^\s(\[{«‹])[%s](?![^\s.,;:!?،؛؟)\]}»›])"
_OPEN, _CLOSE = r"(\[{«‹", r")\]}»›"
_WRONG: Final = re.compile(f"{_STARTING % _CLOSE}|{_ENDING % _OPEN}")


def logical(drawn: Sequence[str], *, leftward: bool) -> str:
    """The line as it is read. drawn: its letters from left to right, each with the marks that stand on it.

    leftward: whether the paragraph runs from right to left as a whole.
    """
    kinds = [_kind(letter[0]) for letter in drawn]
    read = _from_right if leftward else _from_left
    text = "".join(read(drawn, kinds, _MIRRORED))
    wrong = len(_WRONG.findall(text))
    if not wrong:
        return text
    # Some files say of a bracket what is seen, others what is meant, and few the one here and the other there.
    other = "".join(read(drawn, kinds, _AS_IT_IS))
    text = other if len(_WRONG.findall(other)) < wrong else text
    return _WRONG.sub(lambda bracket: _MIRRORED[bracket[0]], text)


def _from_left(drawn: Sequence[str], kinds: Sequence[str], mirrored: Mapping[str, str]) -> Iterator[str]:
    """A line that runs to the right, with the words in it that do not turned around."""
    done = 0
    joined = _joined(kinds)
    for start, end in _spans(drawn, joined, leftward=True):
        start, end = _with_brackets(drawn, start, end)
        if start > done and drawn[start - 1] in _ENDS and _is_blank(drawn, start - 2):
            start -= 1
            number = _beyond_number(drawn, joined, start - 1, -1) + 1
            start = number if number > done else start
        yield from drawn[done:start]
        yield from _from_right(drawn[start:end], kinds[start:end], mirrored)
        done = end
    yield from drawn[done:]


def _from_right(drawn: Sequence[str], kinds: Sequence[str], mirrored: Mapping[str, str]) -> Iterator[str]:
    """A line that runs to the left, but for the words and numbers in it that do not."""
    rightward = _rightward(drawn, kinds)
    end = len(drawn)
    while end:
        start = end - 1
        if rightward[start]:
            while start and rightward[start - 1]:
                start -= 1
            yield from drawn[start:end]
        else:
            yield mirrored.get(drawn[start], drawn[start])
        end = start


def _rightward(drawn: Sequence[str], kinds: Sequence[str]) -> list[bool]:
    """For each letter of a line that runs to the left, whether it is of a run that does not."""
    found = [False] * len(drawn)
    if _NOT_LEFTWARD.isdisjoint(kinds):
        return found
    joined = _joined(kinds)
    for start, end in _spans(drawn, joined, leftward=False):
        start, end = _with_brackets(drawn, *_with_numbers(drawn, joined, start, end))
        if end < len(drawn) and drawn[end] in _AFTER_WORDS and _is_blank(drawn, end + 1):
            end += 1
        found[start:end] = [True] * (end - start)
    for at, kind in enumerate(_joined(_after_arabic(kinds, found)) if "AL" in kinds else joined):
        if _is_percent(drawn, kinds, at):
            found[at] = found[at] or (at > 0 and kinds[at - 1] in _NUMBERS)
        elif kind in _NUMBERS or _is_sign(drawn, kinds, at):
            found[at] = True
    return found


def _after_arabic(kinds: Sequence[str], latin: Sequence[bool]) -> list[str]:
    """The kinds of letters, digits that come after Arabic words taken for Arabic ones (W2)."""
    result = list(kinds)
    last = ""
    for at in range(len(kinds) - 1, -1, -1):
        if latin[at]:
            last = "L"
        elif kinds[at] in _LEFTWARD:
            last = kinds[at]
        elif kinds[at] == "EN" and last == "AL":
            result[at] = "AN"
    return result


def _joined(kinds: Sequence[str]) -> list[str]:
    """The kinds of letters, what stands within and beside numbers taken for a part of them (W4, W5)."""
    result = list(kinds)
    for at in range(1, len(kinds) - 1):
        before = kinds[at - 1]
        if before == kinds[at + 1] and kinds[at] in _SEPARATORS.get(before, ()):
            result[at] = before
    for at in range(1, len(result)):
        if result[at] == "ET" and result[at - 1] == "EN":
            result[at] = "EN"
    for at in range(len(result) - 2, -1, -1):
        if result[at] == "ET" and result[at + 1] == "EN":
            result[at] = "EN"
    return result


def _spans(drawn: Sequence[str], kinds: Sequence[str], *, leftward: bool) -> Iterator[tuple[int, int]]:
    """Where words of one direction stand with nothing but numbers and neutral characters among them (N1)."""
    ends, others = (_LEFTWARD, _RIGHTWARD) if leftward else (_RIGHTWARD, _LEFTWARD | {"AN"})
    start = last = -1
    for at, kind in enumerate(kinds):
        if kind in ends:
            start, last = (at if start < 0 else start), at
        elif start >= 0 and (
            kind in others or (drawn[at] in _AFTER_WORDS and _is_after(drawn, at, right=not leftward))
        ):
            yield start, last + 1
            start = -1
    if start >= 0:
        yield start, last + 1


def _with_numbers(drawn: Sequence[str], kinds: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Latin words with the numbers beside them (W7), but for those that count a unit."""
    if start and end < len(drawn) and drawn[start - 1] in _QUOTES and drawn[end] in _QUOTES:
        return start, end
    words = "".join(drawn[start:end]).replace(",", "").split(" ")
    if not (_is_blank(drawn, end) and _UNIT.fullmatch(words[0]) and _UNIT.fullmatch(words[-1])):
        end = _beyond_number(drawn, kinds, end, 1)
    return _beyond_number(drawn, kinds, start - 1, -1) + 1, end


def _beyond_number(drawn: Sequence[str], kinds: Sequence[str], at: int, step: int) -> int:
    """Where the numbers end that begin here, in one direction; the place itself where there are none."""
    found = place = at
    while 0 <= place < len(drawn):
        letter = drawn[place]
        if kinds[place] == "EN":
            found = place + step
        elif kinds[place] in _NO_NUMBERS or letter in _BRACKETS:
            break
        elif letter.isspace() and found == place != at:
            break  # one number beside the words, or several with something between them
        elif letter in _ENDS and _is_after(drawn, place, right=True):
            break
        place += step
    return found


def _with_brackets(drawn: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The span with the bracket beside it that goes with one in it (N0)."""
    depth = least = 0
    for letter in drawn[start:end]:
        depth += (letter in _OPENING) - (letter in _CLOSING)
        least = min(least, depth)
    if least < 0 and start and drawn[start - 1] in _OPENING:
        start -= 1
    if depth > least and end < len(drawn) and drawn[end] in _CLOSING:
        end += 1
    return start, end


def _is_sign(drawn: Sequence[str], kinds: Sequence[str], at: int) -> bool:
    """Whether there is a sign before a number here, which one would not write after it."""
    return drawn[at] in _SIGNS and _is_blank(drawn, at - 1) and at + 1 < len(drawn) and kinds[at + 1] in _NUMBERS


def _is_percent(drawn: Sequence[str], kinds: Sequence[str], at: int) -> bool:
    """Whether there is a sign after a number here, on whichever side: the rules draw it left of some."""
    if drawn[at] not in _PERCENT:
        return False
    return (at > 0 and kinds[at - 1] in _NUMBERS) != (at + 1 < len(drawn) and kinds[at + 1] in _NUMBERS)


def _is_after(drawn: Sequence[str], at: int, *, right: bool) -> bool:
    """Whether a mark stands by a word on that side, and apart from what is on the other."""
    before, after = _is_blank(drawn, at - 1), _is_blank(drawn, at + 1)
    return before and not after if right else after and not before


def _is_blank(drawn: Sequence[str], at: int) -> bool:
    return not 0 <= at < len(drawn) or drawn[at].isspace()


@lru_cache(maxsize=4096)
def _kind(letter: str) -> str:
    return unicodedata.bidirectional(letter)
