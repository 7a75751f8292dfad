"""The paragraphs of a text of an old PowerPoint file, with their levels, bullets and links ([MS-PPT] 2.9)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents.inline import Inline
from papermesh_services.documents.office_art import Record, records
from papermesh_services.documents.utf16 import units, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papermesh_services.documents.links import Passage

HEAD, WIDE, NARROW, LOOKS, CLICK, CLICK_PLACE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0FA1, 0x0FF2, 0x0FDF

_RUN: Final = struct.Struct("<IHI")
_HAS_BULLET: Final = 0x1
_BULLET_FLAGS: Final = 0xF
_FIELDS: Final = (
    *((0x0080, 2), (0x0010, 2), (0x0040, 2), (0x0020, 4), (0x0800, 2), (0x1000, 2), (0x2000, 2), (0x4000, 2)),
    *((0x0100, 2), (0x0400, 2), (0x8000, 2)),
)
"""What follows the flags of a paragraph's look, by the bits that say whether it is there, and how long it is."""
_TABS: Final = 0x100000
_LATER_FIELDS: Final = ((0x010000, 2), (0x0E0000, 2), (0x200000, 2))
_DEEPEST: Final = 4


class ParagraphText(NamedTuple):
    """A paragraph: its level from 0, and whether it has a bullet; None where only the master says."""

    passage: Passage
    level: int = 0
    bullet: bool | None = None


def kind_of(text: Sequence[Record]) -> int:
    """What a text is for: 0 and 6 titles, 1, 5, 7 and 8 bodies, 2 notes, 4 others."""
    return next((part.number(0) for part in text if part.kind == HEAD), 4)


def paragraphs(text: Sequence[Record], links: Mapping[int, str]) -> list[ParagraphText]:
    """The paragraphs of a text."""
    written = _written(text)
    looks = next((list(_looks(part.body)) for part in text if part.kind == LOOKS), [])
    places = [look.start for look in looks]
    linked = list(_linked(text, links))
    found: list[ParagraphText] = []
    start = 0
    for line in written.split("\r"):
        look = looks[bisect_right(places, start) - 1] if looks else _Look(0, 0, None)
        found.append(ParagraphText(_passage(line, start, linked), look.level, look.bullet))
        start += len(line) + 1
    return found


class _Look(NamedTuple):
    """How paragraphs look from a character on."""

    start: int
    level: int
    bullet: bool | None


def _written(text: Sequence[Record]) -> str:
    for part in text:
        if part.kind == WIDE:
            return units(part.body)
        if part.kind == NARROW:
            return str(part.body, "latin-1")  # the low bytes of UTF-16
    return ""


def _passage(line: str, start: int, linked: Sequence[tuple[str, int, int]]) -> Passage:
    inline = Inline()
    at = 0
    for href, first, last in linked:
        first, last = max(at, first - start), min(len(line), last - start)
        if first < last:
            inline.add(_shown(line[at:first]))
            inline.open_link(href)
            inline.add(_shown(line[first:last]))
            inline.close_link()
            at = last
    inline.add(_shown(line[at:]))
    return inline.passage()


def _shown(text: str) -> str:
    return whole(text).replace("\x0b", "\n")


def _linked(text: Sequence[Record], links: Mapping[int, str]) -> Iterator[tuple[str, int, int]]:
    """Each link with the characters it is on: what a click does comes before the place it is done at."""
    href = ""
    for part in text:
        if part.kind == CLICK:
            said = next(records(part.body), None)
            href = links.get(said.number(4), "") if said else ""
        elif part.kind == CLICK_PLACE and href:
            yield href, part.number(0), part.number(4)
            href = ""


def _looks(style: memoryview) -> Iterator[_Look]:
    at = start = 0
    while at + _RUN.size <= len(style):
        count, level, said = _RUN.unpack_from(style, at)
        at += _RUN.size
        bullet = None
        if said & _BULLET_FLAGS:
            flags = int.from_bytes(style[at : at + 2], "little")
            bullet = bool(flags & _HAS_BULLET) if said & _HAS_BULLET else None
            at += 2
        at += sum(size for bits, size in _FIELDS if said & bits)
        if said & _TABS:
            at += 2 + 4 * int.from_bytes(style[at : at + 2], "little")
        at += sum(size for bits, size in _LATER_FIELDS if said & bits)
        yield _Look(start, min(level, _DEEPEST), bullet)
        start += count
