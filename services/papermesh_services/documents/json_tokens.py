"""Goes over JSON token by token, so that neither its depth nor its size costs memory, and what is cut off is read too.

Takes JSON texts one after the other, as in JSON Lines. Knows nothing of documents.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = re.compile(
    r"""[ \t\r\n\ufeff\x1e]*+(?:("(?:[^"\\]++|\\.)*+")|([{}\[\],:])|(true|false|null|-?\d[\d.eE+-]*+)|\Z)""", re.DOTALL
)


class Event(Enum):
    """What comes next."""

    OPEN = "open"
    CLOSE = "close"
    KEY = "key"
    VALUE = "value"


class Token(NamedTuple):
    """An event, with its characters: a key, or a value without its quotation marks."""

    event: Event
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
    grammar, at = _Grammar(), 0
    while match := _TOKEN.match(text, at):
        string, mark, word = match.groups()
        if match.lastindex is None:
            break
        event = grammar.punctuation(mark) if mark else grammar.scalar(is_string=string is not None)
        if event is None:
            raise _broken(text, match.end())
        at = match.end()
        if mark is None:
            yield Token(event, word if string is None else _unquoted(string), string is not None)
        elif event is not Event.KEY:
            yield Token(event, mark)
    if match is None or grammar.is_open:
        raise _broken(text, at)


class _Grammar:
    """What may come next."""

    def __init__(self) -> None:
        self._closers: list[str] = []
        self._next = "value"  # or "key", "colon", "comma"

    @property
    def is_open(self) -> bool:
        """Whether something is not closed yet."""
        return bool(self._closers)

    def scalar(self, *, is_string: bool) -> Event | None:
        """What a string or a word is here; None where there may be none."""
        if self._next == "key" and is_string:
            self._next = "colon"
            return Event.KEY
        if self._next != "value":
            return None
        self._end_value()
        return Event.VALUE

    def punctuation(self, mark: str) -> Event | None:
        """What the mark does here, KEY for one that merely parts; None where it may not be."""
        if mark in "{[" and self._next == "value":
            self._closers.append("}" if mark == "{" else "]")
            self._next = "key" if mark == "{" else "value"
            return Event.OPEN
        if mark in "}]" and self._next != "colon" and self._closers and self._closers.pop() == mark:
            self._end_value()
            return Event.CLOSE
        expected = {"colon": ":", "comma": ","}.get(self._next)
        if mark != expected:
            return None
        self._next = "key" if mark == "," and self._closers[-1] == "}" else "value"
        return Event.KEY

    def _end_value(self) -> None:
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
