"""Makes blocks of lines, for formats that have lines and no more: plain text and PDF.

Joins what was wrapped, and finds headings, list items, tables and quotes by the look of the lines. Knows no format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_services.documents import headings, joining
from papermesh_services.documents.joining import Line, is_wide, joined, kept, width
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from papermesh_services.documents.builder import Draft

_WRAP_LEAST = 40
_WRAP_MOST = 150
_WRAP_SHARE = 0.6
_FULL_SHARE = 0.85
_LONG_WORD = 20
_INDENT = 2.0
_COLUMNS = re.compile(r"\S(?:[ ]{3,}|[ ]*\t[ \t]*)\S")


def drafts(lines: Sequence[Line]) -> Iterator[Draft]:
    """The blocks that the lines make, in order."""
    vocabulary = joining.vocabulary(lines)
    groups = list(_groups(_with_bullets(lines)))
    shouting = sum(line.text.isupper() for line in lines) > 0.4 * len(lines)
    for index, group in enumerate(groups):
        after = groups[index + 1] if index + 1 < len(groups) else []
        yield from _Group(group, after, vocabulary, first=index == 0, capitals=not shouting).drafts()


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that stand together, and what is needed to judge them."""

    lines: Sequence[Line]
    after: Sequence[Line]
    vocabulary: Collection[str]
    first: bool
    capitals: bool

    def drafts(self) -> Iterator[Draft]:
        if self.lines[0].heading > 0:
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
        numbered = headings.numbered_level(line.text)
        if numbered and (alone or len(followed) > len(line.text)):
            return numbered
        if self.capitals and headings.is_capitals(line.text) and (alone or not followed.isupper()):
            return 1 if self.first else 2
        if not alone or not headings.is_title(line.text):
            return 0
        if self.first:
            return 1
        return 2 if _is_prose(self.after) else 0

    def _flow(self, lines: Sequence[Line]) -> Iterator[Draft]:
        """Paragraphs and list items."""
        margin = min(line.indent for line in lines)
        for part in _parts(lines, max(width(line.text) for line in lines)):
            first = part[0]
            level = 1 + min(5, int((first.indent - margin) / _INDENT))
            bare = headings.strip_bullet(first.text)
            if bare is not None:
                yield self._draft(BlockKind.LIST_ITEM, [first._replace(text=bare), *part[1:]], level)
            elif headings.is_ordered(first.text) or headings.is_contents_entry(part[-1].text):
                yield self._draft(BlockKind.LIST_ITEM, part, level)
            else:
                yield self._draft(BlockKind.PARAGRAPH, part)

    def _draft(self, kind: BlockKind, lines: Sequence[Line], level: int = 0) -> Draft:
        if kind is BlockKind.PARAGRAPH and not _is_wrapped(lines):
            return kept(kind, lines, level)
        return joined(kind, lines, level, self.vocabulary)


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
        if apart and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _parts(lines: Sequence[Line], widest: int) -> Iterator[list[Line]]:
    """Splits lines without a gap where a list item or a paragraph begins."""
    part = [lines[0]]
    for line in lines[1:]:
        if _starts_part(part, line, widest):
            yield part
            part = []
        part.append(line)
    yield part


def _starts_part(part: list[Line], line: Line, widest: int) -> bool:
    before, text = part[-1].text, line.text
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


def _is_item(text: str) -> bool:
    return headings.is_ordered(text) or headings.strip_bullet(text) is not None


def _has_room(before: str, after: str, widest: int) -> bool:
    """Whether the next word would have fitted on the line before: then a paragraph ends with the sentence."""
    if widest < _WRAP_LEAST or after[0].islower():
        return False
    first = after[0] if is_wide(after[0]) else after.split(maxsplit=1)[0]
    return width(before) + 1 + min(len(first), _LONG_WORD) < _FULL_SHARE * widest


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether the lines look like one paragraph that was broken to fit, not like lines that were meant."""
    widths = [width(line.text) for line in lines]
    most = max(widths)
    return most >= _WRAP_LEAST and all(width >= _WRAP_SHARE * most for width in widths[:-1])


def _is_prose(lines: Sequence[Line]) -> bool:
    return bool(lines) and sum(len(line.text.split()) for line in lines) >= 8


def _is_table(lines: Sequence[Line]) -> bool:
    columns = sum(_has_columns(line.text) for line in lines)
    return len(lines) >= 2 and columns >= 2 and columns >= 0.7 * len(lines)


def _has_columns(text: str) -> bool:
    return ("   " in text or "\t" in text) and _COLUMNS.search(text) is not None
