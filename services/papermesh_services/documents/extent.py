"""What the cells of a sheet would take when they are laid out as a full rectangle, each with a copy of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.workbook import MOST_SPREAD

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits


class Extent:
    """The rectangle around the cells so far, and the characters in them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._most_cells = MOST_SPREAD * limits.max_cells
        self._most_characters = limits.max_text_characters
        self._count = 0
        self._characters = 0
        self._top = self._left = 1 << 32
        self._bottom = self._right = -1

    def cell(self, row: int, column: int, last: int = -1) -> None:
        """A cell, or those of a row up to the last column."""
        self._count += max(1, last - column + 1)
        self._top = min(self._top, row)
        self._bottom = max(self._bottom, row)
        self._left = min(self._left, column)
        self._right = max(self._right, column, last)

    def text(self, characters: int) -> None:
        """The text of a cell."""
        self._characters += characters

    def next_sheet(self) -> Extent:
        """That of the sheet after this one. Characters go on being counted: all sheets have their copies."""
        after = Extent(self._limits)
        after._characters = self._characters
        return after

    @property
    def too_large(self) -> bool:
        """Whether that is more than may be laid out."""
        area = (self._bottom - self._top + 1) * (self._right - self._left + 1) if self._count else 0
        return max(area, self._count) > self._most_cells or self._characters > self._most_characters
