"""How much of a page's text is no language but the wreck of one: letters that a font does not say the meaning of.

Such a page looks right and reads "7KH TXLFN". The score is the largest of three shares, 0..1:

- of the visible characters, those that cannot be meant: U+FFFD, private use, controls, characters of no assigned
  meaning;
- of the visible characters, marks other than those that lines are drawn and sentences made with, from 0.3 on;
- of the words of four characters and more, those without a vowel or with six consonants in a row, with a small letter
  before a large one, or with digits or marks among letters. It counts only where vowels are fewer than 27 or more than
  60 in a hundred Latin letters, and from 0.25 on, or from 0.5 on where there are fewer than 30 such words: names, codes
  and formulas have some of it too.
"""

from __future__ import annotations

import re
import unicodedata

from papermesh_services.documents.utf16 import whole

_NOT_ASCII_LETTERS = bytes(code for code in range(256) if not chr(code).isascii() or not chr(code).isalpha())
_NOT_VOWELS = bytes(code for code in range(256) if chr(code) not in "aeiouyAEIOUY")
_STRANGE = ("Cc", "Cn", "Co", "Cs")
_FINE_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n\r\x02"
_FINE = frozenset("\ufffe")  # this and U+0002 are how PDFium tells of hyphens
_WORDS = re.compile(r"(?<!\S)[\"'(\[]*(\S{4,40}?)[.,;:!?\"')\]]*(?!\S)")
_VOWEL = re.compile("[aeiouyAEIOUYÀ-ÖØ-öø-žА-я]")
_WRECK = re.compile(r"[a-z][A-Z]|[A-Za-z][0-9#$%&*+<=>@^_{|}~\\]+[A-Za-z]|[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz]{6}")
_NOT_VISIBLE = bytes(range(33)) + bytes(range(128, 256))
_NOT_MARKS = bytes(code for code in range(256) if chr(code) not in "!\"#$%&'+/;<>?@[\\]^`{|}~")
_LEAST_VISIBLE = 60
_MARKED = 0.3
_LEAST_LETTERS = 60
_LEAST_WORDS = 8
_MANY_WORDS = 30
_FLOOR = 0.25
_USUAL_VOWELS = (0.27, 0.6)


def score(text: str) -> float:
    """How much of the text is wrecked, 0..1."""
    raw = text.encode("utf-8", "surrogatepass")
    return round(max(_strange_share(text, raw), _marked_share(raw), _wrecked_share(text, raw)), 3)


def _strange_share(text: str, raw: bytes) -> float:
    others = whole(raw.translate(None, _FINE_ASCII).decode("utf-8", "surrogatepass"))
    strange = sum(others.count(character) for character in set(others) - _FINE if _is_strange(character))
    if not strange:
        return 0.0
    visible = len("".join(text.split()))
    return min(1.0, strange / visible) if visible else 0.0


def _is_strange(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in _STRANGE


def _marked_share(raw: bytes) -> float:
    visible = len(raw.translate(None, _NOT_VISIBLE))
    if visible < _LEAST_VISIBLE:
        return 0.0
    share = len(raw.translate(None, _NOT_MARKS)) / visible
    return share if share >= _MARKED else 0.0


def _wrecked_share(text: str, raw: bytes) -> float:
    letters = len(raw.translate(None, _NOT_ASCII_LETTERS))
    if letters < _LEAST_LETTERS or 2 * letters < len(text) // 2:
        return 0.0
    vowels = len(raw.translate(None, _NOT_VOWELS))
    least, most = _USUAL_VOWELS
    if least <= vowels / letters <= most:
        return 0.0
    words = [word for word in _WORDS.findall(text) if any(character.isalpha() for character in word)]
    if len(words) < _LEAST_WORDS:
        return 0.0
    share = sum(_is_wreck(word) for word in words) / len(words)
    return share if share >= (_FLOOR if len(words) >= _MANY_WORDS else 2 * _FLOOR) else 0.0


def _is_wreck(word: str) -> bool:
    return _VOWEL.search(word) is None or _WRECK.search(word) is not None
