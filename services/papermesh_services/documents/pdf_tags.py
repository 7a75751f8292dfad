"""What the tags of a PDF say of one page: what each piece of its content is, and the cells of its tables.

Values, and the names of elements as the standard has them (ISO 32000-1, 14.8.4). The tree is read by pdf_tree, lines
are matched with it by pdf_marks, and what is made of them is for pdf_tagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

MOST_LEVELS: Final = 6
_HEADINGS: Final = {"Title": 1, **{f"H{level}": min(MOST_LEVELS, level) for level in range(1, 21)}}
SAYS_NOTHING: Final = frozenset({"Document", "Part", "Div", "NonStruct", "Span", "Link", "Lbl", "LBody", "TBody"})
"""Kinds of elements that are the most, and make no block."""
_ITEMS: Final = frozenset({"LI", "TOCI"})
_LISTS: Final = frozenset({"L", "TOC"})
_NOTES: Final = frozenset({"Note", "FENote", "Footnote", "Endnote"})
_SECTIONS: Final = frozenset({"Sect", "Art"})


class Role(IntEnum):
    """What a tag says of a piece of content, as far as it can be used. Travels between processes as its number."""

    PARAGRAPH = 0
    HEADING = 1
    ITEM = 2
    CAPTION = 3
    CODE = 4
    QUOTE = 5
    NOTE = 6
    TABLE = 7
    ARTIFACT = 8
    """No content, but what belongs to the page: a running head, a page number, a watermark."""


class Tag(NamedTuple):
    """One element of a page that makes a block. level: that of a heading or item, the number of a table."""

    role: Role
    level: int = 0


Rows = tuple[tuple[str, ...], ...]
"""The texts of a table's cells, their lines ended by LF."""


@dataclass(frozen=True, slots=True)
class PageTags:
    """What lines of a page are tagged as. PlacedLine.tag counts tags from 1, Tag.level of a table tables from 0."""

    tags: tuple[Tag, ...] = ()
    tables: tuple[Rows, ...] = ()


NO_TAGS: Final = PageTags()


class Place(NamedTuple):
    """Where one is in the tree. tag: the number of the tag that content here has, 0 for none.

    lists, sections: how many of them are open. table: the number of the innermost one, -1 for none; row and column:
    those of the cell in it, -1 outside of one.
    """

    tag: int = 0
    lists: int = 0
    sections: int = 0
    table: int = -1
    row: int = -1
    column: int = -1


def entered(kind: str, is_title: bool, place: Place, tags: list[Tag]) -> Place:
    """Where one is inside an element of this kind. Adds the tag to tags that it makes, if it makes one.

    is_title: whether the program that made the file calls it a title, though it tells others that it is a paragraph.
    """
    if kind in _LISTS:
        return place._replace(lists=place.lists + 1)
    if kind in _SECTIONS:
        return place._replace(sections=place.sections + 1)
    tag = _tag(kind, is_title, place, tags[place.tag - 1] if place.tag else None)
    if tag is None:
        return place
    if tag.role is Role.HEADING:
        unlisted(place, tags)
    tags.append(tag)
    return place._replace(tag=len(tags))


def unlisted(place: Place, tags: list[Tag]) -> None:
    """Makes the list item here a paragraph: one with headings or tables in it only puts things one below the other."""
    if place.tag and tags[place.tag - 1].role is Role.ITEM:
        tags[place.tag - 1] = Tag(Role.PARAGRAPH)


def heading_level(kind: str, sections: int) -> int:
    """The level of a heading of this kind, so many sections deep; 0 where it is none."""
    if kind == "H":
        return max(1, min(MOST_LEVELS, sections))
    return _HEADINGS.get(kind, 0)


def _tag(kind: str, is_title: bool, place: Place, around: Tag | None) -> Tag | None:
    level = 1 if is_title else heading_level(kind, place.sections)
    if level and (around is None or around.role not in (Role.CAPTION, Role.NOTE)):
        return Tag(Role.HEADING, level)
    if kind in _ITEMS:
        return Tag(Role.ITEM, max(1, min(MOST_LEVELS, place.lists)))
    if kind in _NOTES:
        return Tag(Role.NOTE)
    if kind == "Caption":
        return Tag(Role.CAPTION)
    if kind == "BlockQuote":
        return Tag(Role.QUOTE)
    if kind == "Code" and around is None:
        return Tag(Role.CODE)  # within a paragraph it is a word of a program
    if kind == "P" and (around is None or around.role is Role.QUOTE):
        return Tag(Role.PARAGRAPH if around is None else Role.QUOTE)
    return None
