"""A or an: by the sound that follows. Only where the spelling leaves no doubt about the sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papermesh_services.quality.findings import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.quality.reading import Passage, Reading

# The article and the next word, with nothing between but space, and no capital word or stop before it that would
# make "A" a name (Annex A applies, vitamin A is).
_ARTICLE = re.compile(r"(?<![\w'’./&-])([Aa]n?)[ \n]([^\W\d_]+)(['’.-]?)", re.ASCII)

# A vowel letter, but the sound of a consonant: European, one, unit, user; not uninteresting, usher.
_CONSONANT_SOUND = re.compile(
    r"eu|ew|once|one(?!r|i)|oui|ubi|ufo|ukr|ukul|unanim|uran|urea|uret|urin|urolog"
    r"|uni(?:$|[bcfglopqrstv]|d[ai]|mod|on|que)|us(?:a[bg]|e|ing|u)|uter|util|utop|utah|ugand|urug"
)
_VOWEL_SOUND_H = re.compile(r"heir|honest|honou?r|hour")
# Said with or without the h, by good writers of either side.
_EITHER_H = re.compile(
    r"herb|histor|habitual|hotel|hallucin|hyster|hispan|homage|heroic|hypoth|humble|harass|hered|horri"
)
_SHORTEST_WORD = 3  # shorter ones are initials and codes


def check(reading: Reading) -> Iterator[Spot]:
    """Finds “a” before the sound of a vowel and “an” before that of a consonant."""
    if reading.english:
        for passage in reading.writing:
            if passage.prose:
                yield from _in_passage(passage)


def _in_passage(passage: Passage) -> Iterator[Spot]:
    for match in _ARTICLE.finditer(passage.text):
        article, word, mark = match.groups()
        right = right_article(word)
        if right is None or right == article.lower() or mark in ("'", "’", "."):
            continue
        if article == "A" and not _begins_sentence(passage.text, match.start()):
            continue
        better = article[0] + right[1:]
        yield Spot(
            "wrong_article",
            passage.start + match.start(),
            passage.start + match.end(2),
            {"better": f"{better} {word}"},
        )


def right_article(word: str) -> str | None:
    """Returns "a" or "an" for the word, or None where it cannot be told: capitals that may be spelled out, say."""
    if len(word) < _SHORTEST_WORD or any(letter.isupper() for letter in word[1:]):
        return None
    lower = word.lower()
    if lower[0] == "h":
        return _before_h(lower)
    if lower[0] in "aeiou":
        return "a" if _CONSONANT_SOUND.match(lower) else "an"
    if lower[0] == "y":
        return None if word[0].isupper() or lower[1] not in "aeiou" else "a"
    return "a" if any(letter in "aeiouy" for letter in lower) else None


def _before_h(lower: str) -> str | None:
    if _VOWEL_SOUND_H.match(lower):
        return "an"
    return None if _EITHER_H.match(lower) else "a"


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip()
    return not before or before[-1] in '.!?“"'
