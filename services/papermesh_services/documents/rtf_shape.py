"""Pictures and shapes of an RTF document: counts the pictures, and hears whether a text stands for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from papermesh_services.documents.found import Found

_DESCRIPTION: Final = "wzDescription"


class Shape:
    """The shape or picture that was begun last."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._name = ""
        self._undescribed = False

    def begin(self, word: str) -> None:
        """Heeds the word at the start of a group: a shape, a picture, or the name of a property."""
        if word == "sn":
            self._name = ""
        elif word == "shpinst":
            self._undescribed = False
        elif word == "pict":
            self._found.image(described=False)
            self._undescribed = True

    def take(self, word: str, text: str) -> None:
        """Takes the name of a property, or its value; each may come in parts."""
        if word == "sn":
            self._name += text.strip() if len(self._name) < len(_DESCRIPTION) else ""
        elif word == "sv" and self._name == _DESCRIPTION and text.strip() and self._undescribed:
            self._found.images_without_alternative -= 1
            self._undescribed = False
