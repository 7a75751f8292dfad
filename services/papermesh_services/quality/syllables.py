"""Counts the syllables of English words: vowel groups, corrected by rules of spelling, and a short list for the rest.

No dictionary is read, so a count can be off by one; over running text the errors are few and even out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CACHE_WORDS = 65_536
_LONGEST_WORD = 60  # longer ones are no words: their vowel groups are counted, and no rule is tried on them

# Words that the rules below get wrong, with their plurals.
_EXCEPTIONS = {
    word: count
    for count, words in (
        (1, "does shoe toe foe ache george were whose fired hired tired wired"),
        (
            2,
            "being people leopard someone business colonel wednesday hundred naked wicked rugged sacred hatred lion"
            " creature conscience brilliant marriage carriage soldier cashier frontier premier naive trial argue"
            " cement science giant vineyard chocolate evening dial vial cafe learned safety ninety"
            " junior senior million billion poem poet quiet forehead household housewife warehouse gauged whereas",
        ),
        (
            3,
            "jeopardy axiom recipe parliament valiant nuclear linear karate coyote everyone increment tenement vehement"
            " alien theater theatre realize realise museum diabetes apache resume forever",
        ),
        (4, "apostrophe facsimile hyperbole epitome catastrophe reality society interviewee academia"),
    )
    for word in words.split()
}

# Vowels that are written but not spoken, each one syllable less. [^aeiouy] stands for a consonant.
_SILENT = tuple(
    re.compile(pattern)
    for pattern in (
        r"[^aeiouyl]e$",  # make, but not table
        r"[aeiouyl]le$",  # rule, isle
        r"[gq]ue$|[gq]ues$",  # league, techniques
        r"(?:[^aeiouylcgsxzh]|[^sc]h|[aeiouyl]l)es$",  # makes, rules; but not boxes, churches, tables
        r"(?:[^aeiouytdl]|[aeiouyl]l|rl)ed$",  # asked, called; but not wanted, settled
        r"[^aeiouyl]ements?$",  # statement, but not settlement
        r"[^aeiouy]ely$",  # likely
        r"[^aeiouy]e(?:ful|fully|less|lessly|ness|some)$",  # careful, awareness
        r"^(?:some|there|where|home|life|time)(?!less)(?=[^aeiouy][a-z]{2})",  # sometimes, lifetime
        r"^here(?:by|in|to|with|under|after|upon)",
        r"^every",
    )
)

# Neighbouring vowels that are spoken apart, and consonants that carry a syllable: each one syllable more.
_SPOKEN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![ctsgl])ia(?!ge)|[ct]iat|lia(?!n$|ns$|r)",  # media, negotiate, reliable; but not special, Italian
        r"(?<![tscgxnlh])io(?!u?rs?$)|rio(?=u?rs?$)|prio|tios?$|^lio|[bd]io",  # period; but not nation, senior
        r"iu",  # medium
        r"^geo|(?<![gh])eo",  # video, but not surgeon
        r"creat|[aeiou][a-z]+eas?$",  # create, idea
        r"^rea(?:c|ss|pp|ff|l[il]?[go]|rr)|^ree(?:n|l|v|x)|^rei[mt]|^rein(?!de|s?$|ed)|^reo|^reu",  # react
        r"^coop(?=er)|^coor|^coau|^coinc|^coe[dfx]|^preex",  # cooperate
        r"(?<![gqs])ua|sual",  # actual; but not language, persuade
        r"[^gq]uen[ct]|[frd]uels?$",  # influence, cruel
        r"[nrtgd]uit(?:y|ie|io|iv|ou)|uing$|fluid|ruin|nuin|suic",  # ambiguity, ruin
        r"oing$|eing$|[^aeiou]ying$|ii|ao[^u]|aic",  # going, studying
        r"(?<![ct])ien[ct]|^scien|[^cst]iet|societ|hier|[aeiouy][a-z]*[^aeiouy]ie(?:rs?|st)$",  # client, easier
        r"uou|po?oe[mt]|poet|eu[ms]$",  # continuous, poetry, nucleus
        r"[aiy]sms?$|thms?$",  # mechanism, rhythm
        r"[aeiou]y(?!ed$|es?$)[aeiou]",  # player, but not played
        r"^mc(?=[^aeiouy])",
        r"zoolog",
    )
)

_VOWEL_GROUPS = re.compile(r"[aeiouy]+")
_NOT_A_LETTER = re.compile(r"[^a-z]+")
_PARTS = re.compile(r"[-‐‑/]")
_HISSING = ("s", "x", "z", "ch", "sh")


def count_syllables(word: str) -> int:
    """Counts the syllables of one word, at least 1. A number counts as one, a hyphenated word as its parts together."""
    if len(word) > _LONGEST_WORD:
        return max(1, len(_VOWEL_GROUPS.findall(word.lower())))
    plain = word.lower().replace("’", "'")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
    return _count_whole(plain)


@lru_cache(maxsize=_CACHE_WORDS)
def _count_whole(word: str) -> int:
    return max(1, sum(_count_part(part) for part in _PARTS.split(word) if part))


def _count_part(word: str) -> int:
    extra = 0
    if word.endswith("'s"):
        word = word[:-2]
        extra = 1 if word.endswith(_HISSING) else 0
    elif word.endswith(("dn't", "sn't")):
        extra = 1
    letters = _NOT_A_LETTER.sub("", word)
    return max(1, _count_letters(letters) + extra)


def _count_letters(word: str) -> int:
    known = _EXCEPTIONS.get(word) or (_EXCEPTIONS.get(word[:-1]) if word.endswith("s") else None)
    if known:
        return known
    groups = len(_VOWEL_GROUPS.findall(word))
    silent = sum(1 for pattern in _SILENT if pattern.search(word))
    spoken = sum(len(pattern.findall(word)) for pattern in _SPOKEN)
    return max(1, groups - silent) + spoken
