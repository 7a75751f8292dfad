"""Turns the bytes of a text into characters: by byte order mark, by what they declare, by what they look like.

Knows nothing of formats. Never fails on text: bytes that fit no encoding are replaced, since a document with one bad
byte is still worth reading. What is no text at all is told by is_binary.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import pairwise

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
# What text is really met in; the exotic single-byte tables fit anything and so win by chance on short texts.
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("cp932", "euc_jp", "gb18030", "big5", "euc_kr", "mac_roman", "cp850"),
)
# Codecs that read text, but not that of files; some take endless time for it.
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"}
)
_SPOKEN = {**dict.fromkeys(("cp932", "euc_jp", "shift_jis", "iso2022_jp"), "ja"), "euc_kr": "ko", "cp949": "ko"}
_SAMPLE = 64 * 1024
# Signs that never stand inside a word of a western language, but do where they are letters of another table.
_INNER_SIGN = re.compile("[A-Za-z\u00c0-\u00ff][¹³¿¡ª¼¾µ±¥£§][a-z]")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x08\x0b\x0c\x1a\x1b")) + b"\x7f"
_CONTROL_SHARE = 0.005
_FEW_CONTROLS = 3
_WIDE_PLAUSIBLE = 0.95
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž‘’‚“”„–—…•€£§©®°«»¡¿´·\xa0ªº½¼²³µ±×™"
)


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text and the name of the encoding it was read in. declared is what the document says, which may be wrong."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    return _decode_wide(data) or _decode_declared(data, declared) or _decode_guessed(data)


def is_binary(data: bytes) -> bool:
    """Whether the bytes are no text in any encoding."""
    if any(data.startswith(mark) for mark, _ in _BOMS):
        return False
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    few = 0 if b"\0" in sample else _FEW_CONTROLS
    return controls > max(few, _CONTROL_SHARE * len(sample)) and not _wide_encoding(data)


def spoken(name: str) -> str:
    """The language of a text in that encoding, where there is but one; empty else."""
    return _SPOKEN.get(name.lower().replace("-", "_"), "")


def known(name: str) -> str:
    """The codec of a declared encoding, or "" where there is none that reads text."""
    label = name.strip().strip("\"'").lower()
    # As the WHATWG Encoding standard has it: what is declared Latin-1 or ASCII is nearly always windows-1252.
    label = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}.get(label, label)
    try:
        "a".encode(label)
        name = codecs.lookup(label).name
    except (LookupError, ValueError, TypeError, UnicodeError):
        return ""
    return "" if name in _NO_CHARSETS else name


def _decode_wide(data: bytes) -> tuple[str, str] | None:
    name = _wide_encoding(data)
    return (data.decode(name, "replace"), name) if name else None


def _decode_declared(data: bytes, declared: str) -> tuple[str, str] | None:
    name = known(declared) if declared else ""
    # A NUL told already that the bytes are not wide, so a wide declaration is a mistake of the one who saved it.
    if not name or name.startswith(("utf-16", "utf-32", "utf-7")):
        return None
    try:
        return data.decode(name), name
    except UnicodeDecodeError:
        return None


def _decode_guessed(data: bytes) -> tuple[str, str]:
    if b"\x1b$" in data[:_SAMPLE]:
        japanese = _decode_declared(data, "iso2022_jp")
        if japanese:
            return japanese
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as fault:
        # Cut off in the middle of its last character, or broken far behind: UTF-8 all the same.
        cut_off = fault.reason == "unexpected end of data" and not data[: fault.start].isascii()
        if cut_off or fault.start > _SAMPLE or _nearly_utf8(data[:_SAMPLE]):
            return data.decode("utf-8", "replace"), "utf-8"
        name = _legacy_encoding(_interesting(data, fault.start))
    return data.decode(name, "replace"), name


def _nearly_utf8(sample: bytes) -> bool:
    """Whether most bytes above ASCII are good UTF-8: a text with a broken place, not one in another encoding."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("�")
    return sum(character > "\x7f" for character in text) - broken > 3 * broken


def _interesting(data: bytes, first_high: int) -> bytes:
    start = max(0, first_high - _SAMPLE // 2)
    return data[start : start + _SAMPLE]


def _legacy_encoding(sample: bytes) -> str:
    western = sample.decode("cp1252", "replace")
    foreign = [character for character in western if character > "\x7f"]
    good = sum(character in _WESTERN for character in foreign)
    # Runs of letters above ASCII are another script's; single ones among ASCII letters are accents.
    if good >= 0.98 * len(foreign) and not _is_other_script(western) and not _INNER_SIGN.search(western):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=list(_LEGACY), enable_fallback=False).best()
    return best.encoding if best else "cp1252"


def _is_other_script(western: str) -> bool:
    """Whether letters above ASCII stand together as only another script's do."""
    high = sum(character > "\xbf" for character in western)
    low = sum(character.isalpha() for character in western) - high
    pairs = sum(a > "\xbf" and b > "\xbf" for a, b in pairwise(western))
    return pairs > 0.3 * high and high > 1.5 * low


def _wide_encoding(data: bytes) -> str:
    sample = data[: _SAMPLE // 8]
    if b"\0" not in sample:
        return ""
    scores = {name: _plausible(sample, name) for name in _WIDE}
    best = max(_WIDE, key=lambda name: scores[name])
    return best if scores[best] >= _WIDE_PLAUSIBLE else ""


def _plausible(sample: bytes, name: str) -> float:
    """The share of characters that a text would have, were the sample in this encoding."""
    width = 4 if name.startswith("utf-32") else 2
    text = sample[: len(sample) // width * width].decode(name, "replace").replace("\r\n", "\n")
    if len(text) < 2:
        return 0.0
    good = sum(character in "\t\n\r" or _is_textual(character) for character in text)
    # Every byte pair is some ideograph, so a text must show the spaces, line ends or letters of a real one.
    anchors = sum(character < "\u0250" or character in "　。、，" for character in text)
    return good / len(text) if anchors else 0.0


def _is_textual(character: str) -> bool:
    return character != "�" and unicodedata.category(character)[0] in "LMNPSZ"
