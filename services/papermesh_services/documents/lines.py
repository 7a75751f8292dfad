"""Makes blocks of lines, for formats that have lines and no more: plain text and PDF.

Joins what was wrapped, and finds headings, list items, tables and quotes by the look of the lines. Knows no format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from papermesh_services.documents import headings, joining
from papermesh_services.documents.joining import Line, is_wide, joined, kept, width
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from papermesh_services.documents.builder import Draft

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
_SENTENCE_ENDS = re.compile(r"[.!?؟۔](?=\s|$)|[。！？]")
_LEFTWARD = re.compile("[\u05d0-\u08ff]")
_OF_PROGRAMS = re.compile(r"[{}=\\<>]|;$")
_MOST_TELLING = 10_000
_LOOK_EVERY = 1_000
_TO_FINISH = 0.3
"""Seconds for lines that stand together, beyond the end of the time."""


class Whole:
    """What can be told of a line only by all lines. Gone over when first asked for, since few texts need it.

    lines: gives the texts of all of them, from the first one each time.
    """

    def __init__(self, lines: Callable[[], Iterable[str]], watch: Watch = UNWATCHED) -> None:
        self._lines = lines
        self._watch = watch

    def __contains__(self, word: object) -> bool:
        """Whether the word is one of the text, to decide by what a hyphen at the end of a line is."""
        return word in self._vocabulary

    @cached_property
    def shouts(self) -> bool:
        """Whether so many lines are in capitals that those say nothing."""
        told = [line.isupper() for line in self._lines()]
        return sum(told) > 0.4 * len(told)

    @cached_property
    def _vocabulary(self) -> Collection[str]:
        return joining.vocabulary(self._watch.limited(self._lines(), _LOOK_EVERY))


def drafts(lines: Sequence[Line]) -> Iterator[Draft]:
    """The blocks that the lines make, in order."""
    return flowing(lines, Whole(lambda: (line.text for line in lines)))


def flowing(lines: Iterable[Line], whole: Whole, watch: Watch = UNWATCHED, *, first: bool = True) -> Iterator[Draft]:
    """The blocks of lines that come in one by one, which whole knows all of. first: whether the document begins there.

    Where time runs out in the midst of lines that stand together, the blocks of the first of them.
    """
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
        if self.lines[0].kind is not None:
            yield kept(self.lines[0].kind, self.lines)
            return
        if self.lines[0].heading > 0 and _is_short(self.lines):
            yield self._draft(BlockKind.HEADING, self.lines, self.lines[0].heading)
            return
        level, bare = headings.hashed(self.lines[0].text)
        # A single "#" may open a comment as well, but not on top of a document.
        if level >= 2 or (level and self.first):
            yield self._draft(BlockKind.HEADING, [self.lines[0]._replace(text=bare)], level)
            rest = self.lines[1:]
        elif level := self._heading_level():
            yield self._draft(BlockKind.HEADING, self.lines[:1], level)
            rest = self.lines[1:]
        else:
            rest = self.lines
        if not rest:
            return
        if _is_table(rest):
            yield kept(BlockKind.TABLE, rest)
        elif all(line.text.startswith(">") for line in rest):
            quoted = [line._replace(text=line.text.lstrip("> ")) for line in rest]
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
        if has_columns(line.text):
            return 0  # the head of a table
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
        widest = max(width(line.text) for line in lines)
        is_long = len(lines) > _LOOK_EVERY
        in_time = self.watch.overtime(_TO_FINISH).limited(lines, _LOOK_EVERY) if is_long else iter(lines)
        parts = [(part, _is_listed(part)) for part in _parts(in_time, widest)]
        steps = _steps(part[0].indent for part, listed in parts if listed)
        for part, listed in parts:
            yield self._item(part, steps) if listed else self._draft(BlockKind.PARAGRAPH, part)

    def _item(self, part: list[Line], steps: Sequence[float]) -> Draft:
        first = part[0]
        if headings.is_note(part[-1].text):
            return self._draft(BlockKind.FOOTNOTE, part)
        bare = headings.strip_bullet(first.text)
        if bare is not None:
            part = [first._replace(text=bare), *part[1:]]
        level = max(1, min(_MOST_LEVELS, sum(step <= first.indent for step in steps)))
        return self._draft(BlockKind.LIST_ITEM, part, level)

    def _draft(self, kind: BlockKind, lines: Sequence[Line], level: int = 0) -> Draft:
        if kind is BlockKind.PARAGRAPH and not _is_wrapped(lines):
            return kept(kind, lines, level)
        return joined(kind, lines, level, self.whole)


def _with_bullets(lines: Iterable[Line]) -> Iterator[Line]:
    """Puts a bullet that stands on a line of its own before the line it belongs to."""
    bullet: Line | None = None
    for line in lines:
        if bullet is not None and not line.gap:
            yield line._replace(text=f"{bullet.text} {line.text}", indent=bullet.indent, gap=bullet.gap)
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
        if group and (apart or line.kind is not group[0].kind):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _parts(lines: Iterator[Line], widest: int) -> Iterator[list[Line]]:
    """Splits lines without a gap where a list item or a paragraph begins."""
    part = [next(lines)]
    for line in lines:
        if _starts_part(part, line, widest):
            yield part
            part = []
        part.append(line)
    yield part


def _starts_part(part: list[Line], line: Line, widest: int) -> bool:
    before, text = part[-1].text, line.text
    if line.begins:
        return True
    if headings.is_ordered(text):
        if _is_item(part[0].text) or (headings.ends_sentence(before) and not headings.is_initial(text)):
            return True
    elif headings.strip_bullet(text) is not None:
        return True
    if len(before) > _WRAP_MOST or len(text) > _WRAP_MOST:
        return True  # nobody wraps as late as that: each line is a paragraph
    if headings.is_contents_entry(before):
        return True
    if not headings.ends_sentence(before):
        return False
    indented = line.indent - part[-1].indent >= _INDENT
    return _has_room(before, text, widest) or (indented and not _is_item(part[0].text))


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


def _has_room(before: str, after: str, widest: int) -> bool:
    """Whether the next word would have fitted on the line before: then a paragraph ends with the sentence."""
    if widest < _WRAP_LEAST or after[0].islower():
        return False
    first = 1 if is_wide(after[0]) else _first_width(after)
    return width(before) + 1 + first < _FULL_SHARE * widest


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether the lines look like one paragraph that was broken to fit, not like lines that were meant."""
    widths = [width(line.text) for line in lines]
    most = max(widths)
    if most < _WRAP_LEAST:
        return _is_narrow_prose(lines, most)
    return all(width >= _WRAP_SHARE * most for width in widths[:-1])


def _is_narrow_prose(lines: Sequence[Line], most: int) -> bool:
    """Whether short lines are those of a narrow column, not of a verse or an address.

    Most of them go on in small letters, or in such as have no large ones, with a word that had no room on the line
    before.
    """
    if len(lines) < _NARROW_LINES or most < _NARROW_LEAST or any(_OF_PROGRAMS.search(line.text) for line in lines):
        return False
    pairs = [(before.text, line.text) for before, line in pairwise(lines)]
    going_on = sum(after[0].islower() or _LEFTWARD.match(after) is not None for _, after in pairs)
    full = sum(width(before) + 1 + _first_width(after) > _NARROW_FULL * most for before, after in pairs)
    return going_on >= 0.5 * len(pairs) and full >= 0.8 * len(pairs)


def _first_width(text: str) -> int:
    return min(len(text.split(maxsplit=1)[0]), _LONG_WORD)


def _is_prose(lines: Sequence[Line]) -> bool:
    return bool(lines) and sum(len(line.text.split()) for line in lines) >= 8


def _is_table(lines: Sequence[Line]) -> bool:
    lines = lines[:_MOST_TELLING]
    columns = sum(has_columns(line.text) for line in lines)
    return len(lines) >= 2 and columns >= 2 and columns >= 0.7 * len(lines)


def has_columns(text: str) -> bool:
    """Whether there are gaps in the line as wide as those between the cells of a table."""
    return ("   " in text or "\t" in text) and _COLUMNS.search(text) is not None
