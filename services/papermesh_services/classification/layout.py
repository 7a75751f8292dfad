"""What a document looks like, as numbers: lines, digits, labels, speakers, numbering, voice. It knows no category."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

_PATTERNS: Final[dict[str, str]] = {
    "mail header": (
        r"(?m)^>?[ \t]*(?:From|To|Cc|CC|Bcc|Subject|SUBJECT|Sent|Reply-To|Date|Message-I[Dd]|Received|Return-Path|"
        r"M[Ii][Mm][Ee]-Version|Content-Type|In-Reply-To|X-[\w-]+):\s"
    ),
    "mail address": r"[\w.+-]+@[\w-]+\.\w+",
    "quoted line": r"(?m)^\s*>",
    "web address": r"https?://|www\.",
    "salutation": (
        r"(?im)^\s*(?:dear|hi|hello|hey|to whom it may concern)\b[^.\n]{0,40}[,:]?\s*$|\bdear (?:sir|"
        r"madam|mr|ms|mrs|dr|member|customer|editor|shareholder|friend|colleague)"
    ),
    "complimentary close": (
        r"(?i)\b(?:yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?,|(?:best|kind|"
        r"warm)(?:est)? regards|respectfully|cheers,|regards,)"
    ),
    "enclosure": r"(?im)^\s*(?:encl|enc|cc|c\.c\.|re)\b[.:]",
    "speaker turn": (
        r"(?m)^\s*(?:\[?\d?\d:\d\d(?::\d\d)?\]?\s*)?[A-Z][\w.'-]*(?:[ ][A-Z0-9][\w.'-]*){0,3}"
        r"(?:\s*\([^)\n]{1,30}\))?:(?=\s+\S)"
    ),
    "capital speaker": r"(?m)^\s*(?:THE |MR\. |MS\. |MRS\. |DR\. |Q\.|A\.|Q:|A:)?[A-Z]{2,}(?: [A-Z]+){0,3}[.:](?=\s)",
    "question and answer": r"(?m)^\s*(?:\d+\s+)?[QA][.:]?\s",
    "bracketed aside": (
        r"(?i)[\[({<](?:inaudible|crosstalk|laughter|laughs|applause|unk|pause|music|vocalsound|"
        r"disfmarker|gap|coughs|noise|foreign)[^\])}>]{0,20}[\])}>]"
    ),
    "timestamp": r"\b\d?\d:\d\d(?::\d\d)?\b",
    "date": (
        rf"(?i)\b\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b{_MONTH} \d{{1,2}},? \d{{4}}|"
        rf"\b\d{{1,2}} {_MONTH},? \d{{4}}"
    ),
    "year range": r"(?i)(?:19|20)\d\d ?(?:-|–|to) ?(?:(?:19|20)\d\d|present|current|now|till|[a-z]{3,9} \d{4})",
    "money": r"(?:[$£€₹¥]|\b(?:USD|EUR|GBP|RM|Rs\.?)) ?\d",
    "decimal sum": r"\b\d[\d,]*\.\d\d\b",
    "sum ends line": r"(?m)\d[\d,]*\.\d\d\s*[A-Z*]{0,3}\s*$",
    "figure": r"\b\d{1,3}(?:,\d{3})+\b",
    "bracketed figure": r"\(\d[\d,.]*\)",
    "percentage": r"\d ?%|\bpercent\b",
    "decimal fraction": r"\b0?\.\d{2,}\b",
    "label": r"(?m)^[ \t]*[A-Za-z][\w /&().'-]{1,30}:[ \t]*(?=\S)",
    "empty label": r"(?m)^[ \t]*[A-Za-z][\w /&().'-]{1,40}:[ \t_.]*$",
    "capital label": r"(?m)\b[A-Z]{3}[A-Z /&-]*:",
    "blank to fill": r"_{3,}|\.{6,}|…{2,}",
    "checkbox": r"\[[ xX✓]?\]|[☐☑☒□■❑◻✓]|\( \)",
    "numbered section": r"(?m)^\s*\d+\.\d+(?:\.\d+)*\.?\s+\S",
    "numbered item": r"(?m)^\s*\(?\d{1,3}[.)]\s+\S",
    "lettered item": r"(?m)^\s*\(?[a-zA-Z][.)]\s+\S|\([a-z]\)|\((?:i|ii|iii|iv|v|vi)\)",
    "article heading": r"(?im)^\s*(?:article|section|clause|schedule|exhibit|annex|appendix)\s+[\dIVXA-Z]+\b",
    "markdown heading": r"(?m)^\s{0,3}#{1,6}\s|^[=~^*-]{4,}\s*$",
    "bullet": r"(?m)^\s*[-*•●▪◦o·–]\s+\S",
    "code": (
        r"[{};]\s*$|\b(?:int|char|void|return|def|class|function|const|var|import|#include|"
        r"struct)\b.*[;({:]|`[^`\n]+`|^\s*\$ \w"
    ),
    "command option": r"(?m)(?:^|\s)--?[a-z][\w-]*\b",
    "page reference": r"(?i)\[page \d+\]|\bpage \d+ of \d+|(?m:^\s*\d{1,3}\s*$)",
    "dotted leader": r"(?:\. ?){5,}\s*\d+",
    "defined term": r"[(“\"'](?:the |each,? an? |collectively,? )?[“\"'][A-Z][^”\"']{1,40}[”\"']",
    "legal citation": (
        r"\b\d+ (?:F\.|U\.S\.|S\. ?Ct|Cal\.|N\.[EWY]\.?|P\.|A\.|So\.|F\. ?Supp|L\. ?Ed|CLR|ALR)|"
        r"\[\d{4}\] \w+|\bv\.? (?=[A-Z])|§|¶"
    ),
    "academic citation": (
        r"\bet al\b|\([A-Z][\w-]+(?: (?:and|&) [A-Z][\w-]+)?,? \d{4}[a-z]?\)|"
        r"\[\d{1,3}(?:[,–-] ?\d{1,3})*\]"
    ),
    "figure reference": r"(?i)\b(?:fig|figs|figure|table|eq|equation)\.? ?\(?\d",
    "claim reference": (
        r"(?i)\b(?:of|to|in|with) (?:any (?:one )?of )?claims? \d|\bwherein\b|\bsaid\b (?!that|he|she|it|"
        r"they|in|on)"
    ),
    "reference numeral": r"\b[a-z]{3,} \(?\d{1,3}[a-z]?\)?(?=[ ,.;])",
    "quotation": r"[“\"][^”\"\n]{25,400}[”\"]",
    "dateline": r"(?m)^[ \t]*[A-Z][A-Za-z]+[^\n–—-]{0,40}(?:–|—|--?)\s*(?:\(|[A-Z])",
    "press contact": (
        r"(?i)for immediate release|media contacts?|press contacts?|about [A-Z]\w+\s*$|# # #|###|"
        r"investor relations"
    ),
    "question mark": r"\?",
    "exclamation mark": r"!",
    "imperative": (
        r"(?m)(?:^|[.:]\s+)(?:\d+\.\s*)?(?:Press|Click|Select|Turn|Connect|Remove|Insert|Open|Set|Run|"
        r"Install|Check|Make sure|Do not|Use|Enter|Push|Hold|Place|Attach|Ensure|See)\b"
    ),
}
"""Counted, and taken as a rate for every hundred words."""

_WORD_GROUPS: Final[dict[str, str]] = {
    "hesitation": "um umm uh uhh hmm mm yeah yep okay ok gonna wanna oh huh hey kinda",
    "shall": "shall",
    "may": "may",
    "must or should": "must should",
    "will": "will",
    "hereby": "hereby herein hereof hereto hereunder hereafter hereinafter thereof thereto therein thereunder whereas "
    "witnesseth notwithstanding aforesaid foregoing",
    "said": "said says told added according",
    "i": "i i'm i've i'll i'd",
    "we": "we us our ours we're we've we'll",
    "you": "you your yours you're you've you'll",
    "third person": "he she his her him they their",
    "meeting word": "motion moved seconded quorum adjourned adjourn apologies attendees minutes agenda",
    "patient": "patient mg ml mcg cm mmhg bpm",
    "all rights": "copyright reserved",
    "article": "the a an",
}
"""Counted word by word, in lower case; likewise."""
_REQUIREMENTS: Final = frozenset(("MUST", "SHALL", "SHOULD", "REQUIRED", "RECOMMENDED", "MAY", "OPTIONAL"))
_WORD_MEASURES: Final = (*_WORD_GROUPS, "requirement word", "past tense", "contraction")
_GROUP_OF: Final = {word: name for name, words in _WORD_GROUPS.items() for word in words.split()}
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_COMPILED: Final = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS.items())
_SHAPES: Final = (
    "words",
    "line length",
    "long lines",
    "short lines",
    "empty lines",
    "indented lines",
    "spaced columns",
    "capital letters",
    "capital lines",
    "digits",
    "punctuation",
    "word length",
    "sentence length",
    "digit lines",
    "lines ending sentences",
)
_NAMES: Final = (*_SHAPES, *(name for name, _ in _COMPILED), *_WORD_MEASURES)


class LayoutFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Turns texts into a matrix of layout measures, shape (texts, features). There is nothing to learn.

    Rates are log(1 + count per hundred words), so that one signature in a page and ten in a book weigh alike.
    """

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: ARG002, N803
        """Returns itself."""
        self.n_features_out_ = len(_NAMES)
        return self

    def transform(self, X: Iterable[str]) -> NDArray[np.float64]:  # noqa: N803
        """Measures each text."""
        return np.array([_measure(text) for text in X], dtype=np.float64).reshape(-1, len(_NAMES))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Names of the measures, in the order of the columns."""
        return np.array(_NAMES, dtype=object)


def _measure(text: str) -> list[float]:
    text = text.replace("’", "'")
    words = max(len(text.split()), 1)
    per_hundred = 100.0 / max(words, 25)
    counts = [*(len(pattern.findall(text)) for _, pattern in _COMPILED), *_word_counts(text)]
    return [*_shape(text, words), *np.log1p(np.array(counts) * per_hundred).tolist()]


def _word_counts(text: str) -> list[int]:
    counts = dict.fromkeys(_WORD_MEASURES, 0)
    for word, count in Counter(_WORD.findall(text)).items():
        lower = word.lower()
        if word in _REQUIREMENTS:
            counts["requirement word"] += count
        if (name := _GROUP_OF.get(lower)) is not None:
            counts[name] += count
        elif lower.endswith("ed"):
            counts["past tense"] += count
        if "'" in word and not lower.endswith("'s"):
            counts["contraction"] += count
    return list(counts.values())


def _shape(text: str, words: int) -> list[float]:
    lines = text.splitlines() or [""]
    full = [line.strip() for line in lines if line.strip()] or [""]
    lengths = [len(line) for line in full]
    characters = max(len(text), 1)
    letters = max(sum(map(str.isalpha, text)), 1)
    sentences = max(text.count(". ") + text.count(".\n") + text.count("? ") + text.count("! "), 1)
    count = len(full)
    return [
        float(np.log(words)),
        float(np.log1p(np.median(lengths))),
        sum(length > 120 for length in lengths) / count,
        sum(length < 25 for length in lengths) / count,
        1.0 - count / len(lines),
        sum(line[:2].isspace() for line in lines if line.strip()) / count,
        float(np.log1p(len(re.findall(r"\S {2,}\S|\t", text)) / count)),
        sum(map(str.isupper, text)) / letters,
        sum(line.isupper() for line in full) / count,
        sum(map(str.isdigit, text)) / characters,
        sum(text.count(mark) for mark in ",.;:()") / characters,
        letters / words / 10.0,
        float(np.log1p(min(words / sentences, 80.0))),
        sum(any(map(str.isdigit, line)) for line in full) / count,
        sum(line.endswith((".", "!", "?")) for line in full) / count,
    ]
