"""Counts the cells of a document's tables, so that no table of a small file can take gigabytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.errors import DocumentTooLarge

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits


class CellBudget:
    """How many more cells and characters in them a document may have."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = limits.max_cells
        self._characters = limits.max_text_characters

    def take(self, cells: int, characters: int = 0) -> None:
        """Takes that many, and for each cell the tab behind it. Raises DocumentTooLarge where not so many are left."""
        if cells > self._cells:
            raise too_many_cells(self._limits)
        if characters + cells > self._characters:
            limit = self._limits.max_text_characters
            raise DocumentTooLarge(
                f"The tables have more than {limit:,} characters of text, the most that is read. "
                "Give them in parts, or have max_text_characters raised on the server.",
                limit="max_text_characters",
                value=str(limit),
            )
        self._cells -= cells
        self._characters -= characters + cells


def too_many_cells(limits: Limits) -> DocumentTooLarge:
    """The error for tables of too many cells."""
    return DocumentTooLarge(
        f"The document's tables have more than {limits.max_cells:,} cells, the most that is read. "
        "Give it in parts, or have max_cells raised on the server.",
        limit="max_cells",
        value=str(limits.max_cells),
    )
