"""Cuts text into words and sentences, in time linear in its length. Knows nothing of blocks or documents.

Every pattern here consumes what it looks at without looking back, so that no text, however odd, makes it slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from papermesh_services.quality.lexicon import MAYBE_FINAL, NEVER_FINAL, SENTENCE_STARTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

# An ideograph or kana is taken for a word of its own. Numbers keep their separators, words their hyphens.
IDEOGRAPH = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Between the brackets of a pattern: the characters that are words of their own."""
WORD = re.compile(rf"[{IDEOGRAPH}]|\d++(?:[.,:]\d++)*+|[^\W_{IDEOGRAPH}]++(?:['’‐‑-][^\W_{IDEOGRAPH}]++)*+")

# Web and mail addresses are one token each, and not words of a language.
ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>]++|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")

_TERMINATOR = re.compile(r"[.!?…]++[\"'”’»)\]*_]*+|[。！？]++[」』”’）]*+")
_OPENERS = "\"'“‘«([*_—–- "
_LONGEST_TOKEN = 40  # characters looked back for the token that a full stop ends
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlcIVXLC]{1,6}|[A-Za-z])[)\]]?")
_PLAIN_WORD = re.compile(r"[a-z]*[aeiouy][a-z]*")
_SHORTEST_PLAIN_WORD = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: a half-open span, its words, and whether a full stop or its like ends it."""

    start: int
    end: int
    words: tuple[str, ...]
    complete: bool


def words_of(text: str) -> tuple[str, ...]:
    """Returns the words of the text in order. Addresses count as no word."""
    if "@" in text or "://" in text or "www." in text:
        text = ADDRESS.sub(" ", text)
    return tuple(WORD.findall(text))


def sentences_of(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """Cuts one block of text into sentences without words left over. Spans are shifted by offset."""
    return tuple(_sentences(text, offset))


def words_and_sentences_of(text: str, offset: int = 0) -> tuple[tuple[str, ...], tuple[Sentence, ...]]:
    """Returns what words_of and sentences_of do, with less work."""
    sentences = sentences_of(text, offset)
    # An address may go on over the marks of scripts without spaces, where a sentence ends.
    if ("://" in text or "www." in text) and not text.isascii():
        return words_of(text), sentences
    return tuple(chain.from_iterable(sentence.words for sentence in sentences)), sentences


def _sentences(text: str, offset: int) -> Iterator[Sentence]:
    start = 0
    for match in _TERMINATOR.finditer(text):
        if _ends_sentence(text, start, match):
            yield from _cut(text, start, match.end(), offset, complete=True)
            start = match.end()
    yield from _cut(text, start, len(text), offset, complete=False)


def _cut(text: str, start: int, end: int, offset: int, *, complete: bool) -> Iterator[Sentence]:
    piece = text[start:end]
    words = words_of(piece)
    if not words:
        return
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    yield Sentence(offset + left, offset + right, words, complete)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    marks, end = match.group(), match.end()
    if marks[0] in "。！？":
        return True
    if end == len(text):
        return True
    if not text[end].isspace():
        return False
    following = _following(text, end)
    if not following:
        return True
    if marks[0] == "…" or marks.startswith("..") or "!" in marks or "?" in marks:
        return not following[0].islower()
    return _full_stop_ends(text, start, match.start(), following)


def _following(text: str, end: int) -> str:
    """Returns the next token, without opening quotes and brackets."""
    return (
        text[end : end + 2 * _LONGEST_TOKEN].lstrip(" \t\n\r\f\v\u00a0" + _OPENERS).partition(" ")[0].partition("\n")[0]
    )


def _full_stop_ends(text: str, start: int, stop: int, following: str) -> bool:
    before = text[max(start, stop - _LONGEST_TOKEN) : stop]
    token = before.split()[-1] if before.strip() else ""
    if _ENUMERATOR.fullmatch(token) and text[start:stop].strip() == token:
        return False
    bare = token.lstrip(_OPENERS)
    if following[0].islower():
        return _joins_plain_words(bare, following)
    return not _is_abbreviation(bare, following)


def _joins_plain_words(before: str, after: str) -> bool:
    """A sentence that begins in lower case is told from an abbreviation by two ordinary words around its full stop."""
    after = after.rstrip(".,;:!?\"'”’)")
    return (
        len(before) >= _SHORTEST_PLAIN_WORD
        and before not in NEVER_FINAL
        and before not in MAYBE_FINAL
        and _PLAIN_WORD.fullmatch(before) is not None
        and after in SENTENCE_STARTERS
    )


def _is_abbreviation(token: str, following: str) -> bool:
    lower = token.lower()
    starts = following.rstrip(",").lower() in SENTENCE_STARTERS and following[0].isupper()
    if lower in ("no", "nos"):
        return following[0].isdigit()
    if lower in ("art", "ex", "so", "app", "sun", "mon", "tab", "al", "ref", "div", "sup", "st"):
        return (token[:1].isupper() and not starts) or (lower in ("al", "st") and not starts)
    if lower in NEVER_FINAL:
        return True
    if lower in MAYBE_FINAL or _INITIALS.fullmatch(token):
        return token not in ("I",) and not starts
    return False
