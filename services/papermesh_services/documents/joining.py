"""Joins lines into the text of one block: what was wrapped becomes one again, with its hyphens taken away.

Decides nothing about which lines belong together.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import composes
from papermesh_services.documents.words import WordCounter

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Sequence

    from papermesh_services.documents.model import BlockKind

_WIDE: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")
_WIDE_RUN: Final = re.compile(f"{_WIDE.pattern}+")
_FIRST_WIDE: Final = "\u2e80"
_WORDS: Final = WordCounter("-")
_HYPHENS: Final = ("-", "‐")


class Line(NamedTuple):
    """One line that is not blank, without white space around it; a tuple, because a document has many.

    indent: how far from the margin it starts, in characters or what would be one.
    gap: whether something sets it apart from the line before: an empty line, a wide distance, another size of letters.
    page: counts from 1, and never falls from one line to the next; 0 where there are no pages.
    heading: the level of the heading it is known to be, 0 for none, -1 where that is to be told by its look.
    kind: what else it is known to be; lines that stand together are one block of that, as they are.
    begins: whether it begins a paragraph or an item of a list, although nothing sets it apart.
    """

    text: str
    indent: float = 0.0
    gap: bool = False
    page: int = 0
    heading: int = -1
    kind: BlockKind | None = None
    begins: bool = False


def kept(kind: BlockKind, lines: Sequence[Line], level: int = 0) -> Draft:
    """A block of the lines as they are."""
    texts = [line.text for line in lines]
    return _draft(kind, level, lines, texts, ["\n"] * (len(lines) - 1))


def joined(kind: BlockKind, lines: Sequence[Line], level: int, vocabulary: Container[str]) -> Draft:
    """A block of the lines as one. vocabulary: words that tell whether a hyphen belongs to what it stands in."""
    texts = [line.text for line in lines]
    glues = [_glue(before, after, vocabulary) for before, after in pairwise(texts)]
    for at, glue in enumerate(glues):
        if glue == "-":
            texts[at], glues[at] = texts[at][:-1], ""
    return _draft(kind, level, lines, texts, glues)


def _draft(kind: BlockKind, level: int, lines: Sequence[Line], texts: list[str], glues: list[str]) -> Draft:
    """A block of the texts of lines, with what goes between them."""
    first, last = lines[0].page, lines[-1].page
    breaks = _breaks(lines, texts, glues) if first != last else ()
    text = "".join(chain.from_iterable(zip_longest(texts, glues, fillvalue="")))
    return Draft(kind, text, level, breaks, first, cleaned=True)


def _breaks(lines: Sequence[Line], texts: list[str], glues: list[str]) -> tuple[int, ...]:
    """Where pages begin in the text."""
    breaks: list[int] = []
    length = 0
    for (before, line), text, glue in zip(pairwise(lines), texts, glues, strict=False):
        length += len(text) + len(glue)
        breaks.extend([length] * (line.page - before.page))
    return tuple(breaks)


def _glue(before: str, after: str, vocabulary: Container[str]) -> str:
    """What joins two lines: a space, nothing, or "-" for nothing with the hyphen taken away."""
    if composes(after):
        return " "
    last, first = before[-1], after[0]
    if last in _HYPHENS and before[-2:-1].isalpha() and first.isalpha():
        return "-" if first.islower() and _is_split(before, after, vocabulary) else ""
    if last < _FIRST_WIDE and first < _FIRST_WIDE:
        return " "
    return "" if _is_unspaced(last) or _is_unspaced(first) else " "


def _is_unspaced(character: str) -> bool:
    """Whether the character is of a script that puts no spaces between words, as Korean does."""
    return is_wide(character) and not "\uac00" <= character <= "\ud7af"


def is_wide(character: str) -> bool:
    """Whether the character is as wide as two others."""
    return _WIDE.match(character) is not None


def width(text: str) -> int:
    """How wide the text is, in characters of the usual width."""
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE_RUN.findall(text)))


def _is_split(before: str, after: str, vocabulary: Container[str]) -> bool:
    """Whether the hyphen was put in to break a word, rather than being part of it."""
    head = _WORDS.pattern.findall(before[:-1][-80:])
    tail = _WORDS.pattern.match(after[:80])
    if not head or not tail:
        return True
    whole, hyphened = head[-1] + tail.group(), f"{head[-1]}-{tail.group()}"
    return whole.lower() in vocabulary or hyphened.lower() not in vocabulary


def vocabulary(lines: Iterable[str]) -> Collection[str]:
    """The words in the texts of lines."""
    return _WORDS.counted("\n".join(lines).lower())
