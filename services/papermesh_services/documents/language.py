"""Tells the language of a text: by its script, and in Latin and Cyrillic script by its function words.

Small and honest: it knows some twenty languages, and says "und" where the evidence is thin.
"""

from __future__ import annotations

import re
import string

from papermesh_services.documents.words import WordCounter

UNDETERMINED = "und"

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?(?:[-_][A-Za-z0-9]{4,8}){0,3}")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "xx", "mis"})
_RENAMED = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro"}
_SAMPLE = 30_000
_WORDS = WordCounter("'")
_LEAST_WORDS = 4
_FEW_WORDS = 12
_LEAST_SHARE = 0.12
_LEAST_LEAD = 1.2
_LOW_SHARE = 0.04
_HIGH_LEAD = 3.0
_SCRIPT_SHARE = 0.3

_SCRIPTS = {
    "kana": re.compile("[\u3040-\u30ff\uff66-\uff9f]+"),
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+"),
    "hangul": re.compile("[\u1100-\u11ff\uac00-\ud7af]+"),
    "arabic": re.compile("[\u0620-\u064a\u066e-\u06d3]+"),
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]+"),
    "hebrew": re.compile("[\u05d0-\u05ea]+"),
    "thai": re.compile("[\u0e01-\u0e5b]+"),
    "latin": re.compile("[\u00c0-\u024f\u1e00-\u1eff]+"),
}
_ONE_LANGUAGE = {"hangul": "ko", "greek": "el", "hebrew": "he", "thai": "th"}
_ASCII = bytes(range(128))
_NO_ASCII_LETTERS = bytes(code for code in range(256) if code not in string.ascii_letters.encode())
_PERSIAN = re.compile("[پچژگ]")

_LATIN_WORDS = {
    "en": "the of and to in is that for it with as was on are be this by from or have an not which you at we he his "
    "they but has were their will been would there all can if when our your shall any may its",
    "de": "der die und das den von zu mit sich des ist im nicht ein eine auf dem für als auch es an werden aus er hat "
    "dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis ich "
    "wir ihr durch man unter kann",
    "fr": "le la les de des du et en un une est que qui dans pour par sur au aux ne pas plus ce cette se il elle sont "
    "avec nous vous je son sa ses ont été ou mais leur être fait à a d'une d'un qu'il c'est l'on où comme",
    "es": "el la los las de del y en un una que es por con para se no su al lo como más pero sus le ha este esta son "
    "entre cuando muy sin sobre ser también hasta hay donde desde todo nos durante yo han fue",
    "it": "il lo la i gli le di del della dei delle che e è un una in per con non si da al alla nel nella sono come "
    "più ma anche ha questo questa se ci dal suo essere o stato hanno dell'articolo quello degli",
    "pt": "o a os as de do da dos das e em um uma que é para com não se por na no nos nas mais como ao ou são seu sua "
    "foi pelo pela também à isso este esta ele ela tem mas eu já até",
    "nl": "de het een van en in is dat op te met voor zijn die niet aan er ook als door maar om bij naar uit wordt dit "
    "heeft hebben of over ze nog worden deze kan meer was wij ik je zal geen",
    "pl": "i w z na do się nie że to jest o jak po co za od przez tym ale czy dla są być tego ich było ma jego oraz "
    "która które który może tak już tylko lub jako przy ze był",
    "sv": "och att det i en som på är av för med den till inte har de ett om var jag men sig så från kan när ska nu "
    "eller vi skulle alla efter hade under vid",
    "da": "og at det i en som på er af for med den til ikke har de et om var jeg men sig så fra kan når skal nu eller "
    "vi blev efter også have være hvor blive mere",
    "no": "og å det i en som på er av for med den til ikke har de et om var jeg men seg så fra kan når skal nå eller "
    "vi ble etter også være hvor bli mer ved",
    "fi": "ja on ei että se hän oli olla mutta ovat tai kun niin myös jos joka mitä tämä sen ole mukaan kuin vain sekä "
    "jotka vuoden siitä",
    "cs": "a se v na je že s z o do to i jako za pro by ale podle jsou od po však nebo byl který která které bude "
    "jeho při ve tak aby už k jsem",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi kadar en ne ya sonra ancak her göre ise o var olduğu",
    "ro": "și de în la a cu pe nu este o din că care un mai pentru să se sunt fi au al ce prin sau fost ale dar după",
}
_CYRILLIC_WORDS = {
    "ru": "и в не на что с по как это к но из он за у от для же так его все она бы они мы если или был только при "
    "также было быть которые я",
    "uk": "і в не на що з у та до як це за він але від для його й так про є або які було я при бути ми",
    "bg": "и на да се в за от не са с по че как това като до а но ще при си или е ли беше съм който може",
    "sr": "и у је да се на за од са не су као што о али би из то или који до није бити",
}


def choose(declared: str, text: str) -> str:
    """The declared language where it is a valid tag, otherwise what the text looks like.

    A language of Latin script is not believed of a text in another: programs declare the one they were installed in.
    """
    tag = normalize_tag(declared)
    if tag and tag.split("-")[0] not in _LATIN_SETS:
        return tag
    found = detect(text)
    return found if not tag or not (found == UNDETERMINED or found in _LATIN_SETS) else tag


def normalize_tag(tag: str) -> str:
    """A language tag as BCP 47 spells it, "en-GB" for "EN_gb". Empty where it is none or names no language."""
    tag = tag.strip()
    if not _TAG.fullmatch(tag):
        return ""
    first, *rest = tag.replace("_", "-").split("-")
    if first.lower() in _NO_LANGUAGE:
        return ""
    return "-".join([_RENAMED.get(first.lower(), first.lower()), *(_spelled(part) for part in rest)])


def detect(text: str) -> str:
    """The language of a text, as a BCP 47 tag, or "und"."""
    sample = text[:_SAMPLE]
    counts = _letters(sample)
    letters = sum(counts.values())
    if not letters:
        return UNDETERMINED
    if counts["kana"] + counts["han"] > _SCRIPT_SHARE * letters:
        return _east_asian(counts)
    script = max(counts, key=lambda name: counts[name])
    if script == "arabic":
        return "fa" if len(_PERSIAN.findall(sample)) > 0.01 * counts["arabic"] else "ar"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    return _by_words(sample, _CYRILLIC_SETS if script == "cyrillic" else _LATIN_SETS)


def _letters(sample: str) -> dict[str, int]:
    """How many letters of each script there are."""
    raw = sample.encode("utf-8", "replace")
    others = raw.translate(None, _ASCII).decode("utf-8")  # little in Latin script, and nine searches take their time
    counts = {script: sum(map(len, pattern.findall(others))) for script, pattern in _SCRIPTS.items()}
    counts["latin"] += len(raw.translate(None, _NO_ASCII_LETTERS))
    return counts


def _east_asian(counts: dict[str, int]) -> str:
    return "ja" if counts["kana"] > 0.05 * counts["han"] else "zh"


def _by_words(sample: str, languages: dict[str, frozenset[str]]) -> str:
    words = _WORDS.counted(sample.lower().replace("’", "'"))
    total = sum(words.values())
    if total < _LEAST_WORDS:
        return UNDETERMINED
    scores = {name: sum(words[word] for word in known if word in words) for name, known in languages.items()}
    best, second = sorted(scores, key=lambda name: -scores[name])[:2]
    different = sum(word in words for word in languages[best] if len(word) > 1 or not word.isascii())
    if different < (2 if total <= _FEW_WORDS else 3):
        return UNDETERMINED
    lead = scores[best] / max(1, scores[second])
    clear = scores[best] >= _LEAST_SHARE * total and lead >= _LEAST_LEAD
    # Lists and tables have few function words; one language far ahead of all others is still evidence.
    return best if clear or (scores[best] >= _LOW_SHARE * total and lead >= _HIGH_LEAD) else UNDETERMINED


def _spelled(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()


def _sets(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in table.items()}


_LATIN_SETS = _sets(_LATIN_WORDS)
_CYRILLIC_SETS = _sets(_CYRILLIC_WORDS)
