"""Joins the lines of a program that stand as a paragraph each, as word processors have them. Knows no format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_services.documents.inline import draft, joined
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents.builder import Draft

_MOST_CHARACTERS: Final = 100_000
"""Held back; a longer program is given in pieces."""


class CodeLines:
    """Passes blocks on to out, with those of code that follow each other made one."""

    def __init__(self, out: Callable[[Draft], None]) -> None:
        self._out = out
        self._lines: list[Draft] = []
        self._length = 0

    def add(self, made: Draft) -> None:
        """The next block."""
        if made.kind is not BlockKind.CODE:
            self.close()
            self._out(made)
            return
        self._lines.append(made)
        self._length += len(made.text)
        if self._length > _MOST_CHARACTERS:
            self.close()

    def close(self) -> None:
        """Passes on what is held back."""
        lines, self._lines, self._length = self._lines, [], 0
        if lines:
            self._out(draft(BlockKind.CODE, joined(lines, "\n")))
