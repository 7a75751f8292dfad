"""Characters that should not be in a text: garbled, lost, and without a meaning of their own. In any language."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from papermesh_services.quality.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Reading

# UTF-8 read as Windows-1252: a lead byte's character, then those of one to three continuation bytes.
_CONTINUATION = "".join(chr(code) for code in range(0x80, 0xC0)) + "".join(
    bytes([code]).decode("cp1252") for code in range(0x80, 0xC0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
_NO_SPACE = _CONTINUATION.replace("\xa0", "")  # a no-break space is one: “Ø ” is no garble
_MOJIBAKE = re.compile(
    f"(?:[ÂÃ][{re.escape(_CONTINUATION)}]|[Ä-ß][{re.escape(_NO_SPACE)}]"
    f"|[à-ï][{re.escape(_CONTINUATION)}]{{2}}|[ð-ô][{re.escape(_CONTINUATION)}]{{3}})+"
)
# What is left of a curly apostrophe when the control characters of its garble have been dropped: “donât”.
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])â(?=(?:s|t|re|ve|ll|d|m)\b)")
_LOST = re.compile("\ufffd+")
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_UNUSUAL = re.compile(f"[\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ufff9-\ufffc\ufffe\uffff{_PRIVATE}]+")
_NAMES = {"Cc": "a control character", "Co": "a private character", "Cn": "a code without a character"}
_UNUSUAL_CATEGORIES = frozenset(("So", "Cc", "Cf", "Co", "Cn", "Cs"))
_USUAL_SIGNS = frozenset("©®™°℠№℃℉")
_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def check(reading: Reading) -> Iterator[Spot]:
    """Finds garbled text, replacement marks, control and private characters."""
    text = reading.document.text
    alphabet = "".join(set(text))  # a few hundred characters tell what all of the text need not be searched for
    if _LOST.search(alphabet):
        for match in _LOST.finditer(text):
            yield Spot("replacement_character", *match.span())
    if _UNUSUAL.search(alphabet):
        for match in _UNUSUAL.finditer(text):
            yield Spot("unusual_character", *match.span(), {"name": _name(match.group()[0])})
    if not text.isascii():
        yield from _mojibake(text)
        if reading.english:
            for match in _APOSTROPHE.finditer(text):
                yield Spot("mojibake", *match.span(), {"better": "’"})


def unusual_ratio(text: str) -> float:
    """Returns the share of characters that are not letters, digits, punctuation or white space, 0..1.

    Signs of currency and mathematics, and those in _USUAL_SIGNS, go as punctuation.
    """
    if not text:
        return 0.0
    if text.isascii():
        return len(_ASCII_CONTROLS.findall(text)) / len(text)
    return sum(map(text.count, filter(_is_unusual, set(text)))) / len(text)


def _is_unusual(character: str) -> bool:
    if character.isspace() or character in _USUAL_SIGNS:
        return False
    return unicodedata.category(character) in _UNUSUAL_CATEGORIES


def _name(character: str) -> str:
    kind = _NAMES.get(unicodedata.category(character), "a character for layout")
    return f"U+{ord(character):04X}, {kind}"


def _mojibake(text: str) -> Iterator[Spot]:
    for match in _MOJIBAKE.finditer(text):
        better = _repaired(match.group())
        if better:
            yield Spot("mojibake", *match.span(), {"better": better})


def _repaired(garbled: str) -> str:
    """Returns what the garbled text was before it was read wrongly. Empty where it is not garbled after all."""
    try:
        return bytes(_byte(character) for character in garbled).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return ""


def _byte(character: str) -> int:
    # Windows-1252 leaves five bytes undefined; decoders pass them through as control characters.
    return ord(character) if ord(character) < 0x100 else character.encode("cp1252")[0]
