"""Collects the comments of a slide or sheet, of the old form and of the new one with its answers."""

from __future__ import annotations

from papermesh_services.documents.builder import Draft
from papermesh_services.documents.model import BlockKind


class Remarks:
    """Told the elements of a part of comments."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._writing = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - every handler has the same form
        """An element begins."""
        self._writing = name in ("text", "t")

    def data(self, text: str) -> None:
        """Characters of the element that began last."""
        if self._writing:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self._writing = False
        if name == "p" and self._pieces:
            self._pieces.append("\n")
        elif name in ("text", "txBody"):
            text = "".join(self._pieces).strip()
            self._pieces.clear()
            if text:
                self.found.append(text)

    def drafts(self) -> list[Draft]:
        """A block of each."""
        return [Draft(BlockKind.COMMENT, text) for text in self.found]
