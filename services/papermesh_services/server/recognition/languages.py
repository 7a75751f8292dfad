"""Which of tesseract's language models suit a document. Pure tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ENGLISH: Final = "eng"
ORIENTATION: Final = "osd"
_NOT_LANGUAGES: Final = frozenset({ORIENTATION, "equ", "snum"})
NAME: Final = re.compile(r"[A-Za-z0-9_]{2,40}(?:/[A-Za-z0-9_]{2,40})?")

# By the first part of a BCP 47 tag; a second part, where it decides, is tried first.
_MODELS: Final = {
    "af": "afr",
    "ar": "ara",
    "be": "bel",
    "bg": "bul",
    "bn": "ben",
    "bs": "bos",
    "ca": "cat",
    "cs": "ces",
    "cy": "cym",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "eo": "epo",
    "es": "spa",
    "et": "est",
    "eu": "eus",
    "fa": "fas",
    "fi": "fin",
    "fr": "fra",
    "ga": "gle",
    "gl": "glg",
    "gu": "guj",
    "he": "heb",
    "hi": "hin",
    "hr": "hrv",
    "hu": "hun",
    "hy": "hye",
    "id": "ind",
    "is": "isl",
    "it": "ita",
    "ja": "jpn",
    "ka": "kat",
    "kk": "kaz",
    "kn": "kan",
    "ko": "kor",
    "la": "lat",
    "lt": "lit",
    "lv": "lav",
    "mk": "mkd",
    "ml": "mal",
    "mr": "mar",
    "ms": "msa",
    "mt": "mlt",
    "nb": "nor",
    "nl": "nld",
    "nn": "nor",
    "no": "nor",
    "pa": "pan",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sk": "slk",
    "sl": "slv",
    "sq": "sqi",
    "sr": "srp",
    "sv": "swe",
    "sw": "swa",
    "ta": "tam",
    "te": "tel",
    "th": "tha",
    "tl": "tgl",
    "tr": "tur",
    "uk": "ukr",
    "ur": "urd",
    "uz": "uzb",
    "vi": "vie",
    "yi": "yid",
    "zh": "chi_sim",
    "zh-tw": "chi_tra",
    "zh-hk": "chi_tra",
    "zh-hant": "chi_tra",
    "sr-latn": "srp_latn",
}


def models(language: str, wanted: Sequence[str], installed: Sequence[str]) -> tuple[str, ...]:
    """The models to recognise a document with: that of the language it declares, and those that are wanted.

    language: a BCP 47 tag, or "und". wanted: the settings'; none means English, or else whatever is installed. Only
    what is installed is given; nothing where nothing is.
    """
    there = [name for name in installed if name not in _NOT_LANGUAGES]
    usual = [name for name in wanted if name in there] or ([ENGLISH] if ENGLISH in there else there)
    first, second, *_ = [*language.lower().split("-"), ""]
    declared = (_MODELS.get(f"{first}-{second}", ""), _MODELS.get(first, ""))
    own = next((name for name in declared if name in there), None)
    return tuple(dict.fromkeys([own, *usual] if own else usual))
