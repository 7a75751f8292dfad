"""Goes over JSON token by token, so that neither its depth nor its size costs memory, and what is cut off is read too.

Takes JSON texts one after the other, as in JSON Lines. Knows nothing of documents.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_BLANK: Final = r"[ \t\r\n\ufeff\x1e]*+"
_STRING: Final = r'("(?:[^"\\]++|\\.)*+")'
_WORD: Final = r"(true|false|null|-?\d[\d.eE+-]*+)"
_TOKEN: Final = re.compile(rf"{_BLANK}(?:{_STRING}|([{{}}\[\],:])|{_WORD}|\Z)", re.DOTALL)
# Most of what there is, at one go: a value that is no array or object, up to what parts it from the next.
_ITEM: Final = re.compile(rf"((?!))?{_BLANK}(?:{_STRING}|{_WORD}){_BLANK}(,|(?=\]))", re.DOTALL)
_MEMBER: Final = re.compile(rf"{_BLANK}{_STRING}{_BLANK}:{_BLANK}(?:{_STRING}|{_WORD}){_BLANK}(,|(?=\}}))", re.DOTALL)


class Event(Enum):
    """What comes next."""

    OPEN = "open"
    CLOSE = "close"
    VALUE = "value"
    KEY = "key"
    """Not given as a token: the next one has it."""
    PARTS = "parts"
    """A comma or colon, not given as a token."""


class Token(NamedTuple):
    """An event, with the key that it stands under, if any, and what it is: a mark, or a value without its quotes."""

    event: Event
    key: str | None = None
    text: str = ""
    is_string: bool = False


class Broken(ValueError):
    """Not JSON from here on. line counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def tokens(text: str) -> Iterator[Token]:
    """What is in it, in order. Raises Broken where it goes wrong, at its end too if that comes too early.

    A comma too many, as people leave them behind, is no fault.
    """
    grammar, at, key = _Grammar(), 0, None
    while True:
        at = yield from _run(text, at, grammar)
        match = _TOKEN.match(text, at)
        if match is None or match.lastindex is None:
            break
        string, mark, word = match.groups()
        event = grammar.punctuation(mark) if mark else grammar.scalar(is_string=string is not None)
        if event is None:
            raise _broken(text, match.end())
        at = match.end()
        if event is Event.KEY:
            key = _unquoted(string)
        elif event is not Event.PARTS:
            yield Token(event, key, mark or (word if string is None else _unquoted(string)), string is not None)
            key = None
    if match is None or grammar.is_open:
        raise _broken(text, at)


def _run(text: str, at: int, grammar: _Grammar) -> Generator[Token, None, int]:
    """The values that follow each other in an array or an object; returns the place after them."""
    pattern = grammar.run
    while match := pattern.match(text, at) if pattern else None:
        at = match.end()
        name, string, word, comma = match.groups()
        yield Token(
            Event.VALUE, name and _unquoted(name), word if string is None else _unquoted(string), string is not None
        )
        if not comma:
            grammar.end_value()
            break
    return at


class _Grammar:
    """What may come next."""

    def __init__(self) -> None:
        self._closers: list[str] = []
        self._next = "value"  # or "key", "colon", "comma"

    @property
    def is_open(self) -> bool:
        """Whether something is not closed yet."""
        return bool(self._closers)

    @property
    def run(self) -> re.Pattern[str] | None:
        """What a value and its end look like, where one may come next that has others around it."""
        if self._next == "key":
            return _MEMBER
        return _ITEM if self._next == "value" and self._closers and self._closers[-1] == "]" else None

    def scalar(self, *, is_string: bool) -> Event | None:
        """What a string or a word is here; None where there may be none."""
        if self._next == "key" and is_string:
            self._next = "colon"
            return Event.KEY
        if self._next != "value":
            return None
        self.end_value()
        return Event.VALUE

    def punctuation(self, mark: str) -> Event | None:
        """What the mark does here; None where it may not be."""
        if mark in "{[" and self._next == "value":
            self._closers.append("}" if mark == "{" else "]")
            self._next = "key" if mark == "{" else "value"
            return Event.OPEN
        lacks_value = self._next == "colon" or (self._next == "value" and mark == "}")
        if mark in "}]" and not lacks_value and self._closers and self._closers.pop() == mark:
            self.end_value()
            return Event.CLOSE
        expected = {"colon": ":", "comma": ","}.get(self._next)
        if mark != expected:
            return None
        self._next = "key" if mark == "," and self._closers[-1] == "}" else "value"
        return Event.PARTS

    def end_value(self) -> None:
        """A value has come to its end."""
        self._next = "comma" if self._closers else "value"


def _unquoted(string: str) -> str:
    if "\\" not in string:
        return string[1:-1]
    try:
        return str(json.loads(string, strict=False))
    except ValueError:
        return string[1:-1]


def _broken(text: str, at: int) -> Broken:
    return Broken(text.count("\n", 0, at) + 1)
