"""Puts data without prose into blocks: lines of "name: value", those that belong together in one block.

Used for formats whose parts have names, such as JSON and XML; knows none of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.builder import Draft
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG: Final = 200
_MAX_LINES: Final = 200
_EMPTY_LINES: Final = re.compile(r"\n[ \t]*\n\s*")


class Outline:
    """Collects lines; gives blocks when something new begins."""

    def __init__(self) -> None:
        self._labels: list[str] = []
        self._lines: list[str] = []

    def put(self, name: str, value: str) -> bool:
        """Takes a value as line does, where that makes no block. Whether it did."""
        if self._labels or len(value) > _LONG or "\n" in value or len(self._lines) + 1 >= _MAX_LINES:
            return False
        value = value.strip()
        if value:
            self._lines.append(f"{name}: {value}" if name else value)
        return True

    def line(self, name: str, value: str) -> Iterator[Draft]:
        """Takes a value with its name, which may be empty. A long one becomes a block of its own."""
        value = value.strip()
        if not value:
            return
        if len(value) > _LONG or "\n" in value:
            yield from self._block()
            yield from _prose(".".join(filter(None, (*self._labels, name))), value)
            self._labels = []
            return
        if self._labels:
            self._lines.append(".".join(self._labels) + ":")
            self._labels = []
        self._lines.append(f"{name}: {value}" if name else value)
        if len(self._lines) >= _MAX_LINES:
            yield from self._block()

    def label(self, name: str) -> Iterator[Draft]:
        """Begins something new with this name, which heads its first block, with those of all that is around it."""
        yield from self._block()
        if name:
            self._labels.append(name)

    def flush(self) -> Iterator[Draft]:
        """Ends what is open."""
        yield from self._block()
        self._labels = []

    def _block(self) -> Iterator[Draft]:
        lines, self._lines = self._lines, []
        if lines:
            yield Draft(BlockKind.PARAGRAPH, "\n".join(lines))


def _prose(name: str, value: str) -> Iterator[Draft]:
    at = 0
    for gap in _EMPTY_LINES.finditer(value):
        yield _paragraph(name, value[at : gap.start()])
        at, name = gap.end(), ""
    yield _paragraph(name, value[at:])


def _paragraph(name: str, text: str) -> Draft:
    return Draft(BlockKind.PARAGRAPH, f"{name}: {text}" if name else text)
