"""What the bytes of an RTF document stand for as characters: by its code page, and by the font they are set in."""

from __future__ import annotations

from typing import Final

from papermesh_services.documents import symbols
from papermesh_services.documents.rtf_tokens import charset_codec, codepage_codec

_MOST_NAME: Final = 64
_SYMBOLS: Final = 2
"""The charset of fonts whose letters are signs."""


class Fonts:
    """The fonts of a document, and its code page."""

    def __init__(self) -> None:
        self._page = "cp1252"
        self._codecs: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._signs: set[int] = set()
        self._font = self._default = 0

    def name(self, text: str) -> None:
        """Takes the name of the font that the table has come to, or a part of it."""
        before = self._names.get(self._font, "")
        if len(before) < _MOST_NAME:
            self._names[self._font] = before + text[:_MOST_NAME]

    def take(self, word: str, number: int, *, in_table: bool) -> bool:
        """Whether a control word says how bytes are characters; then it is heeded."""
        match word:
            case "f" if in_table:
                self._font = number
                self._codecs[number] = self._names[number] = ""
            case "fcharset" if in_table:
                self._codecs[self._font] = charset_codec(number)
                if number == _SYMBOLS:
                    self._signs.add(self._font)
            case "cpg" if in_table:
                self._codecs[self._font] = codepage_codec(number)
            case "ansicpg":
                self._page = codepage_codec(number) or self._page
            case "mac":
                self._page = "mac_roman"
            case "deff":
                self._default = number
            case _:
                return False
        return True

    def decode(self, raw: bytes, font: int) -> str:
        """The characters of bytes in that font; a negative one is the document's own."""
        font = font if font in self._codecs else self._default
        if font in self._signs and symbols.is_known(self._names[font]):
            return symbols.meant(raw.decode("latin-1"), self._names[font])
        return raw.decode(self._codecs.get(font) or self._page, "replace")

    def meant(self, character: str, font: int) -> str:
        """A character that was given by its number in Unicode, which for signs is a private one."""
        private = symbols.is_private(character)
        return symbols.meant(character, self._names.get(font, "")) if private else character
