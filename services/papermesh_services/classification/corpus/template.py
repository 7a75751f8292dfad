r"""A small template language for the corpus: parsing and expanding. It knows no category and no word of English.

A grammar is text. "@name" opens a rule; each line below it is one alternative; lines that begin with ";;" are notes.
In an alternative:

    <name>          any alternative of rule "name", or a made-up value of that name
    <@name>         the same, but the same one throughout a document; <@name2> is a second one
    <name*2-5>      two to five of them, joined by a space; with "," by ", ", with "/" by a line
                    break, with "//" by a blank line: <name*2-5//>
    {a|b|}          one of the choices, which may be empty and may nest
    \n \t \< \{ ... line break, tab, and the characters themselves
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

MAX_DEPTH: Final = 40
"""Rules within rules; more means that a grammar runs in a circle."""

MANY: Final = 3
"""Repeats above this number are stretched in long documents."""

_JOINERS: Final = {"": " ", ",": ", ", "/": "\n", "//": "\n\n"}
_ESCAPES: Final = {"n": "\n", "t": "\t"}
_SLOT: Final = re.compile(r"<(@?)([a-z_]+)(\d*)(?:\*(\d+)-(\d+)(,|//?)?)?>")


@dataclass(frozen=True, slots=True)
class Slot:
    """A reference to a rule or a value."""

    name: str
    memo: str
    low: int
    high: int
    joiner: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Choices written in place."""

    options: tuple[Sequence, ...]


Part: TypeAlias = str | Slot | Choice
Sequence: TypeAlias = tuple[Part, ...]
Grammar: TypeAlias = "dict[str, tuple[Sequence, ...]]"


class Values(Protocol):
    """Makes up values that are not worth a rule, such as dates and sums."""

    def make(self, name: str) -> str | None:
        """Returns a value of that name, or None if there is no such value."""


class GrammarError(ValueError):
    """A grammar that cannot be parsed or expanded."""


def parse_grammar(text: str) -> Grammar:
    """Parses the text of a grammar into its rules."""
    rules: dict[str, list[Sequence]] = {}
    current: list[Sequence] | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith(";;"):
            continue
        if line.startswith("@"):
            current = rules.setdefault(line[1:].strip(), [])
        elif current is None:
            raise GrammarError(f"text before the first rule: {line!r}")
        else:
            current.append(parse(line))
    return {name: tuple(alternatives) for name, alternatives in rules.items()}


def parse(text: str) -> Sequence:
    """Parses one alternative."""
    sequence, end = _parse(text, 0, nested=False)
    if end != len(text):
        raise GrammarError(f"a closing brace too many: {text!r}")
    return sequence


def _parse(text: str, at: int, *, nested: bool) -> tuple[Sequence, int]:
    parts: list[Part] = []
    while at < len(text):
        char = text[at]
        if nested and char in "|}":
            break
        if char == "\\" and at + 1 < len(text):
            parts.append(_ESCAPES.get(text[at + 1], text[at + 1]))
            at += 2
        elif char == "{":
            choice, at = _parse_choice(text, at + 1)
            parts.append(choice)
        elif char == "<" and (match := _SLOT.match(text, at)):
            parts.append(_slot(match))
            at = match.end()
        else:
            parts.append(char)
            at += 1
    return _merge(parts), at


def _parse_choice(text: str, at: int) -> tuple[Choice, int]:
    options: list[Sequence] = []
    while True:
        option, at = _parse(text, at, nested=True)
        options.append(option)
        if at >= len(text):
            raise GrammarError(f"a closing brace is missing: {text!r}")
        at += 1
        if text[at - 1] == "}":
            return Choice(tuple(options)), at


def _slot(match: re.Match[str]) -> Slot:
    memo, name, number, low, high, joiner = match.groups()
    return Slot(name, name + number if memo else "", int(low or 1), int(high or 1), _JOINERS[joiner or ""])


def _merge(parts: list[Part]) -> Sequence:
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


@dataclass(slots=True)
class Expander:
    """Expands the rules of one document. Alternatives of a rule are used up before one comes again."""

    grammar: Mapping[str, tuple[Sequence, ...]]
    values: Values
    rng: random.Random
    stretch: int = 1
    """How many times as many as the grammar says there are of what comes in greater number."""
    _memory: dict[str, str] = field(default_factory=dict)
    _queues: dict[str, list[int]] = field(default_factory=dict)
    _depth: int = 0

    def rule(self, name: str) -> str:
        """Expands one alternative of a rule, or makes up a value; an unknown name is an error."""
        alternatives = self.grammar.get(name)
        if alternatives is None:
            value = self.values.make(name)
            if value is None:
                raise GrammarError(f"no rule and no value is named {name!r}")
            return value
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise GrammarError(f"rule {name!r} runs in a circle")
        text = self._sequence(alternatives[self._next(name, len(alternatives))])
        self._depth -= 1
        return text

    def _next(self, name: str, count: int) -> int:
        queue = self._queues.get(name)
        if not queue:
            queue = self._queues[name] = self.rng.sample(range(count), count)
        return queue.pop()

    def _sequence(self, sequence: Sequence) -> str:
        return "".join([part if isinstance(part, str) else self._part(part) for part in sequence])

    def _part(self, part: Slot | Choice) -> str:
        if isinstance(part, Choice):
            return self._sequence(self.rng.choice(part.options))
        if part.memo:
            if part.memo not in self._memory:
                self._memory[part.memo] = self.rule(part.name)
            return self._memory[part.memo]
        stretch = self.stretch if part.high > MANY and part.joiner != _JOINERS[","] else 1
        count = self.rng.randint(part.low * stretch, part.high * stretch)
        return part.joiner.join([self.rule(part.name) for _ in range(count)])
