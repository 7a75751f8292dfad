"""Makes blocks of lines, for formats that have lines and no more: plain text and PDF.

Joins what was wrapped, and finds headings, list items, tables and quotes by the look of the lines. Knows no format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from papermesh_services.documents import headings
from papermesh_services.documents.builder import Draft
from papermesh_services.documents.clean import composes
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_WRAP_LEAST = 40
_WRAP_MOST = 150
_WRAP_SHARE = 0.6
_NARROW_LEAST = 16
_NARROW_LINES = 3
_NARROW_FULL = 0.9
_FULL_SHARE = 0.85
_LONG_WORD = 20
_INDENT = 2.0
_MOST_LEVELS = 6
_MOST_HEADING = 2 * headings.MAX_HEADING_CHARACTERS
_COLUMNS = re.compile(r"\S(?:[ ]{3,}|[ ]*\t[ \t]*)\S")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")
_WIDE_RUN = re.compile(f"{_WIDE.pattern}+")
_FIRST_WIDE = "\u2e80"
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s|$)|[。！？]")
_OF_PROGRAMS = re.compile(r"[{}=\\<>]|;$")
_LOOK_EVERY = 1_000
_TO_FINISH = 0.3
"""Seconds for lines that stand together, beyond the end of the time."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank, without white space around it.

    indent: how far from the margin it starts, in characters or what would be one.
    gap: whether something sets it apart from the line before: an empty line, a wide distance, another size of letters.
    page: counts from 1; 0 where there are no pages.
    heading: the level of the heading it is known to be, 0 for none, -1 where that is to be told by its look.
    """

    text: str
    indent: float = 0.0
    gap: bool = False
    page: int = 0
    heading: int = -1


class Whole:
    """What can be told of a line only by all lines. Gone over when first asked for, since few texts need it.

    lines: gives the texts of all of them, from the first one each time.
    """

    def __init__(self, lines: Callable[[], Iterable[str]], watch: Watch = UNWATCHED) -> None:
        self._lines = lines
        self._watch = watch

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words, to decide by what a hyphen at the end of a line is."""
        words: set[str] = set()
        for line in self._watch.limited(self._lines(), _LOOK_EVERY):
            words.update(_WORD.findall(line.lower()))
        return frozenset(words)

    @cached_property
    def shouts(self) -> bool:
        """Whether so many lines are in capitals that those say nothing."""
        told = [line.isupper() for line in self._lines()]
        return sum(told) > 0.4 * len(told)


def drafts(lines: Sequence[Line]) -> Iterator[Draft]:
    """The blocks that the lines make, in order."""
    return flowing(lines, Whole(lambda: (line.text for line in lines)))


def flowing(lines: Iterable[Line], whole: Whole, watch: Watch = UNWATCHED) -> Iterator[Draft]:
    """The blocks of lines that come in one by one, which whole knows all of.

    Where time runs out in the midst of lines that stand together, the blocks of the first of them.
    """
    first = True
    for group, after in pairwise(chain(_groups(_with_bullets(lines)), [[]])):
        yield from _Group(group, after, whole, watch, first=first).drafts()
        first = False


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that stand together, and what is needed to judge them."""

    lines: Sequence[Line]
    after: Sequence[Line]
    whole: Whole
    watch: Watch
    first: bool

    def drafts(self) -> Iterator[Draft]:
        if self.lines[0].heading > 0 and _is_short(self.lines):
            yield self._draft(BlockKind.HEADING, self.lines, self.lines[0].heading)
            return
        level, bare = headings.hashed(self.lines[0].text)
        # A single "#" may open a comment as well, but not on top of a document.
        if level >= 2 or (level and self.first):
            yield self._draft(BlockKind.HEADING, [replace(self.lines[0], text=bare)], level)
            rest = self.lines[1:]
        elif level := self._heading_level():
            yield self._draft(BlockKind.HEADING, self.lines[:1], level)
            rest = self.lines[1:]
        else:
            rest = self.lines
        if not rest:
            return
        if _is_table(rest):
            yield _kept(BlockKind.TABLE, rest)
        elif all(line.text.startswith(">") for line in rest):
            quoted = [replace(line, text=line.text.lstrip("> ")) for line in rest]
            yield self._draft(BlockKind.QUOTE, [line for line in quoted if line.text])
        else:
            yield from self._flow(rest)

    def _heading_level(self) -> int:
        """The level of the heading that the first line is by its look, or 0."""
        line = self.lines[0]
        if line.heading == 0:
            return 0
        alone = len(self.lines) == 1
        followed = self.lines[1].text if not alone else (self.after[0].text if self.after else "")
        if headings.is_ordered(line.text) and headings.is_ordered(followed):
            return 0  # one of a list, not the head of a section
        numbered = headings.numbered_level(line.text)
        if numbered and (alone or len(followed) > len(line.text)):
            return numbered
        if headings.is_capitals(line.text) and not self.whole.shouts and (alone or not followed.isupper()):
            return 1 if self.first else 2
        if not alone or not headings.is_title(line.text):
            return 0
        if self.first:
            return 1
        return 2 if _is_prose(self.after) else 0

    def _flow(self, lines: Sequence[Line]) -> Iterator[Draft]:
        """Paragraphs and list items."""
        width = max(_width(line.text) for line in lines)
        parts = list(_parts(self.watch.overtime(_TO_FINISH).limited(lines, _LOOK_EVERY), width))
        steps = _steps(part[0].indent for part in parts if _is_listed(part))
        for part in parts:
            bare = headings.strip_bullet(part[0].text)
            level = max(1, min(_MOST_LEVELS, sum(step <= part[0].indent for step in steps)))
            if bare is not None:
                yield self._draft(BlockKind.LIST_ITEM, [replace(part[0], text=bare), *part[1:]], level)
            elif _is_listed(part):
                yield self._draft(BlockKind.LIST_ITEM, part, level)
            else:
                yield self._draft(BlockKind.PARAGRAPH, part)

    def _draft(self, kind: BlockKind, lines: Sequence[Line], level: int = 0) -> Draft:
        if kind is BlockKind.PARAGRAPH and not _is_wrapped(lines):
            return _kept(kind, lines, level)
        return _joined(kind, lines, level, self.whole)


def _with_bullets(lines: Iterable[Line]) -> Iterator[Line]:
    """Puts a bullet that stands on a line of its own before the line it belongs to."""
    bullet: Line | None = None
    for line in lines:
        if bullet is not None and not line.gap:
            yield replace(line, text=f"{bullet.text} {line.text}", indent=bullet.indent, gap=bullet.gap)
            bullet = None
            continue
        if bullet is not None:
            yield bullet
        bullet = line if headings.is_bullet(line.text) else None
        if bullet is None:
            yield line
    if bullet is not None:
        yield bullet


def _groups(lines: Iterable[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        # A heading told by its letters takes in the next line only where that is one of the same level.
        apart = line.gap or (group and (line.heading > 0 or group[0].heading > 0) and line.heading != group[0].heading)
        if apart and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _parts(lines: Iterable[Line], width: int) -> Iterator[list[Line]]:
    """Splits lines without a gap where a list item or a paragraph begins."""
    part: list[Line] = []
    for line in lines:
        if part and _starts_part(part, line, width):
            yield part
            part = []
        part.append(line)
    yield part


def _starts_part(part: list[Line], line: Line, width: int) -> bool:
    before = part[-1]
    if headings.strip_bullet(line.text) is not None:
        return True
    if headings.is_ordered(line.text) and (
        _is_item(part[0].text) or (headings.ends_sentence(before.text) and not headings.is_initial(line.text))
    ):
        return True
    if max(len(before.text), len(line.text)) > _WRAP_MOST:
        return True  # nobody wraps as late as that: each line is a paragraph
    if headings.is_contents_entry(before.text):
        return True
    if _ends_short(before.text, line.text, width):
        return True
    indented = line.indent - before.indent >= _INDENT
    return indented and not _is_item(part[0].text) and headings.ends_sentence(before.text)


def _steps(indents: Iterable[float]) -> list[float]:
    """The indents at which the levels of a list begin, ascending."""
    steps: list[float] = []
    for indent in sorted(indents):
        if not steps or indent - steps[-1] >= _INDENT:
            steps.append(indent)
    return steps


def _is_short(lines: Sequence[Line]) -> bool:
    """Whether the lines are not too much for a heading, such as running text in the large letters of a slide."""
    text = " ".join(line.text for line in lines)
    if len(text) <= headings.MAX_HEADING_CHARACTERS:
        return True
    return len(text) <= _MOST_HEADING and len(_SENTENCE_ENDS.findall(text)) < 2


def _is_item(text: str) -> bool:
    return headings.is_ordered(text) or headings.strip_bullet(text) is not None


def _is_listed(part: Sequence[Line]) -> bool:
    return _is_item(part[0].text) or headings.is_contents_entry(part[-1].text)


def _ends_short(before: str, after: str, width: int) -> bool:
    """Whether a sentence ends and the next word would have fitted on its line: then a paragraph ends too."""
    if width < _WRAP_LEAST or not headings.ends_sentence(before) or after[0].islower():
        return False
    first = after.split(maxsplit=1)[0] if after.isascii() or not _WIDE.match(after[0]) else after[0]
    return _width(before) + 1 + min(len(first), _LONG_WORD) < _FULL_SHARE * width


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether the lines look like one paragraph that was broken to fit, not like lines that were meant."""
    widths = [_width(line.text) for line in lines]
    most = max(widths)
    if most < _WRAP_LEAST:
        return _is_narrow_prose(lines, most)
    return all(width >= _WRAP_SHARE * most for width in widths[:-1])


def _is_narrow_prose(lines: Sequence[Line], most: int) -> bool:
    """Whether short lines are those of a narrow column, not of a verse or an address.

    Most of them go on in small letters, with a word that had no room on the line before.
    """
    if len(lines) < _NARROW_LINES or most < _NARROW_LEAST or any(_OF_PROGRAMS.search(line.text) for line in lines):
        return False
    pairs = [(before.text, line.text) for before, line in pairwise(lines)]
    going_on = sum(after[0].islower() for _, after in pairs)
    full = sum(_width(before) + 1 + _first_width(after) > _NARROW_FULL * most for before, after in pairs)
    return going_on >= 0.5 * len(pairs) and full >= 0.8 * len(pairs)


def _first_width(text: str) -> int:
    return min(len(text.split(maxsplit=1)[0]), _LONG_WORD)


def _is_prose(lines: Sequence[Line]) -> bool:
    return bool(lines) and sum(len(line.text.split()) for line in lines) >= 8


def _is_table(lines: Sequence[Line]) -> bool:
    columns = sum(_has_columns(line.text) for line in lines)
    return len(lines) >= 2 and columns >= 2 and columns >= 0.7 * len(lines)


def _has_columns(text: str) -> bool:
    return ("   " in text or "\t" in text) and _COLUMNS.search(text) is not None


def _width(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE_RUN.findall(text)))


def _kept(kind: BlockKind, lines: Sequence[Line], level: int = 0) -> Draft:
    if not lines[-1].page:
        return Draft(kind, "\n".join([line.text for line in lines]), level, cleaned=True)
    return _assemble(kind, level, ((line, "\n") for line in lines))


def _joined(kind: BlockKind, lines: Sequence[Line], level: int, whole: Whole) -> Draft:
    pairs = [(lines[0], "")]
    for before, line in pairwise(lines):
        glue = _glue(before.text, line.text, whole)
        if glue == "-":
            last, _ = pairs[-1]
            pairs[-1] = (replace(last, text=last.text[:-1]), pairs[-1][1])
            glue = ""
        pairs.append((line, glue))
    return _assemble(kind, level, pairs)


def _assemble(kind: BlockKind, level: int, pairs: Iterable[tuple[Line, str]]) -> Draft:
    """Joins lines, each with what goes before it, and notes where pages begin."""
    parts: list[str] = []
    breaks: list[int] = []
    length, first, page = 0, 0, None
    for line, glue in pairs:
        if parts:
            parts.append(glue)
            length += len(glue)
        if page is None:
            first = page = line.page
        breaks.extend([length] * (line.page - page))
        page = max(page, line.page)
        parts.append(line.text)
        length += len(line.text)
    return Draft(kind, "".join(parts), level, tuple(breaks), first, cleaned=True)


def _glue(before: str, after: str, whole: Whole) -> str:
    """What joins two lines: a space, nothing, or "-" for nothing with the hyphen taken away."""
    if composes(after):
        return " "
    if before[-1] in "-‐" and before[-2:-1].isalpha() and after[0].isalpha():
        return "-" if after[0].islower() and _is_split(before, after, whole.vocabulary) else ""
    if before[-1] < _FIRST_WIDE and after[0] < _FIRST_WIDE:
        return " "
    return "" if _is_unspaced(before[-1]) or _is_unspaced(after[0]) else " "


def _is_unspaced(character: str) -> bool:
    """Whether the character is of a script that puts no spaces between words, as Korean does."""
    return _WIDE.match(character) is not None and not "\uac00" <= character <= "\ud7af"


def _is_split(before: str, after: str, vocabulary: frozenset[str]) -> bool:
    """Whether the hyphen was put in to break a word, rather than being part of it."""
    head = _WORD.findall(before[:-1][-80:])
    tail = _WORD.match(after[:80])
    if not head or not tail:
        return True
    whole, hyphened = head[-1] + tail.group(), f"{head[-1]}-{tail.group()}"
    return whole.lower() in vocabulary or hyphened.lower() not in vocabulary
