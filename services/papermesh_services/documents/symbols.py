"""What the signs of the fonts Symbol and Wingdings mean in Unicode: the letters, bullets, arrows and boxes in use.

Such fonts have their signs at the places of letters, or at private places of Unicode from U+F020 on.
"""

from __future__ import annotations

from typing import Final

_FIRST: Final = 0xF000
_LAST: Final = 0xF0FF


def _greek() -> dict[int, str]:
    latin = "abgdezhqiklmnxoprstufcyw"
    small = "αβγδεζηθικλμνξοπρστυφχψω"
    pairs = [*zip(latin, small, strict=True), *zip(latin.upper(), small.upper(), strict=True)]
    return {ord(one): other for one, other in (*pairs, ("j", "ϕ"), ("J", "ϑ"), ("V", "ς"), ("v", "ϖ"))}


_SYMBOL: Final = _greek() | {
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥",
    0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC6: "∅",
    0xC7: "∩", 0xC8: "∪", 0xCC: "⊂", 0xCE: "∈", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏", 0xD6: "√",
    0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS: Final = {
    0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒",
    0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2: Final = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0xA3: "☐"}
_FONTS: Final = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
_ANY: Final = {0xA7: "▪", 0xB7: "•"}
"""What programs use of those fonts where they forget to say which."""


def is_known(font: str) -> bool:
    """Whether what the signs of a font mean is known here."""
    return _key(font) in _FONTS


def is_private(character: str) -> bool:
    """Whether this is a sign at a private place."""
    return len(character) == 1 and _FIRST <= ord(character) <= _LAST


def meant(text: str, font: str) -> str:
    """The text with the signs of the font as what they mean. What has no meaning here stays as it is."""
    signs = _FONTS.get(_key(font), _ANY)
    return "".join(signs.get(ord(one) & 0xFF if is_private(one) else ord(one), one) for one in text)


def of_private(text: str, font: str) -> str:
    """The text with only those signs as what they mean that are at private places."""
    return "".join(meant(one, font) if is_private(one) else one for one in text)


def drawn(code: str, font: str) -> str:
    """The sign with that number, which is hexadecimal; nothing where it is none."""
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return meant(character, font)


def _key(font: str) -> str:
    return font.strip().rstrip(";").strip().casefold()
