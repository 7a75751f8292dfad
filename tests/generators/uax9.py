"""Unicode's bidirectional algorithm (UAX #9) as its text has it: how a line is drawn that is written in this order.

For tests that go the other way. Rule by rule over the whole paragraph, without explicit marks and isolates, which no
text of ours has; shares nothing with what it is held against.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING: Final = "([{"
CLOSING: Final = ")]}"
MIRRORED: Final = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_NEUTRAL: Final = ("B", "S", "WS", "ON")


def drawn(text: str, *, leftward: bool) -> list[str]:
    """The letters of a line from left to right, mirrored where they are (L4), each with the marks on it."""
    levels = resolved(text, leftward=leftward)
    shown: list[tuple[str, int]] = []
    for letter, level in zip(text, levels, strict=True):
        if unicodedata.category(letter) == "Mn" and shown:
            shown[-1] = (shown[-1][0] + letter, shown[-1][1])
        else:
            shown.append((MIRRORED.get(letter, letter) if level % 2 else letter, level))
    for level in range(max(levels, default=0), 0, -1):  # L2
        at = 0
        while at < len(shown):
            end = at
            while end < len(shown) and shown[end][1] >= level:
                end += 1
            shown[at:end] = shown[at:end][::-1]
            at = end + 1
    return [letter for letter, _ in shown]


def resolved(text: str, *, leftward: bool) -> list[int]:
    """The level of each letter of a paragraph of one line."""
    base = 1 if leftward else 0
    outside = "R" if leftward else "L"
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    _weak(kinds, outside)
    _brackets(text, kinds, outside)
    _neutral(kinds, outside)
    levels = [_level(kind, base) for kind in kinds]
    end = len(text)
    while end and text[end - 1].isspace():  # L1
        end -= 1
        levels[end] = base
    return levels


def _weak(kinds: list[str], outside: str) -> None:
    before = outside
    for at, kind in enumerate(kinds):  # W1
        if kind == "NSM":
            kinds[at] = before
        before = kinds[at]
    _after_strong(kinds, outside, "AL", "AN")  # W2
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for at in range(1, len(kinds) - 1):  # W4
        around = {kinds[at - 1], kinds[at + 1]}
        if (kinds[at] == "ES" and around == {"EN"}) or (kinds[at] == "CS" and around in ({"EN"}, {"AN"})):
            kinds[at] = kinds[at - 1]
    for start, end in _runs(kinds, ("ET",)):  # W5
        if "EN" in (*kinds[max(0, start - 1) : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
    kinds[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]  # W6
    _after_strong(kinds, outside, "L", "L")  # W7


def _after_strong(kinds: list[str], outside: str, strong: str, number: str) -> None:
    """Makes European numbers after strong letters of that kind what is given."""
    last = outside
    for at, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            last = kind
        elif kind == "EN" and last == strong:
            kinds[at] = number


def _runs(kinds: list[str], those: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where such letters stand together."""
    at = 0
    for found, group in groupby(list(kinds), those.__contains__):
        end = at + len(list(group))
        if found:
            yield at, end
        at = end


def _brackets(text: str, kinds: list[str], outside: str) -> None:
    """N0."""
    for start, end in sorted(_pairs(text, kinds)):
        inside = {_strong(kind) for kind in kinds[start + 1 : end]} - {""}
        if outside in inside:
            kinds[start] = kinds[end] = outside
        elif inside:
            before = next((strong for kind in reversed(kinds[:start]) if (strong := _strong(kind))), outside)
            kinds[start] = kinds[end] = before


def _pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    """BD16."""
    stack: list[tuple[str, int]] = []
    found = []
    for at, letter in enumerate(text):
        if kinds[at] != "ON":
            continue
        if letter in OPENING:
            stack.append((CLOSING[OPENING.index(letter)], at))
        elif letter in CLOSING:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == letter:
                    found.append((stack[depth][1], at))
                    del stack[depth:]
                    break
    return found


def _neutral(kinds: list[str], outside: str) -> None:
    for start, end in _runs(kinds, _NEUTRAL):
        before = _strong(kinds[start - 1]) if start else outside
        after = _strong(kinds[end]) if end < len(kinds) else outside
        kinds[start:end] = [before if before == after else outside] * (end - start)  # N1, N2


def _strong(kind: str) -> str:
    """What a letter counts as beside neutral ones."""
    return "R" if kind in ("R", "EN", "AN") else kind if kind == "L" else ""


def _level(kind: str, base: int) -> int:
    """I1 and I2."""
    if base % 2 == 0:
        return base + {"L": 0, "R": 1}.get(kind, 2)
    return base + (0 if kind == "R" else 1)
