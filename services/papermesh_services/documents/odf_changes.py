"""Tells what of an OpenDocument text is deleted where it stands, as LibreOffice writes changes into flat files.

In a container, deleted text stands apart, and is not read there. Here the text between two marks is gone, and where a
paragraph ends between them, it is one with the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from papermesh_services.documents.odf_places import Paragraph, Place

TOLD: Final = frozenset(
    ["text:changed-region", "text:deletion", "text:change-start", "text:change-end", "text:change"],
)
"""The elements that say what has changed."""

_MOST: Final = 100_000


class Changes:
    """Told those elements, and what paragraphs end between marks."""

    def __init__(self) -> None:
        self._region = ""
        self._deletions: set[str] = set()
        self._open: set[str] = set()
        self._left: tuple[Paragraph, Place] | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether what comes now is deleted."""
        return bool(self._open)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element of TOLD begins."""
        which = attributes.get("text:change-id", "")
        match name:
            case "text:changed-region":
                self._region = attributes.get("text:id", "") or attributes.get("id", "")
            case "text:deletion" if len(self._deletions) < _MOST:
                self._deletions.add(self._region)
            case "text:change-start" if which in self._deletions:
                self._open.add(which)
            case "text:change-end":
                self._open.discard(which)

    def leave(self, paragraph: Paragraph, place: Place) -> None:
        """The end of a paragraph in this place is deleted."""
        if paragraph.inline.has_text_from(0):
            self._left = paragraph, place

    def take(self, place: Place | None = None) -> Paragraph | None:
        """The paragraph that was left, to go on with; only where it stands in this place, if one is given."""
        if self._left is None or (place is not None and self._left[1] is not place):
            return None
        (paragraph, _), self._left = self._left, None
        return paragraph
