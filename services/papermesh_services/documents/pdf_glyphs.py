"""The glyphs of a line of a PDF: what each stands for and where it is drawn, whatever order PDFium gives them in.

Asks PDFium for the place of every letter, which takes its time. Of letters that are drawn as one nothing but their
meaning tells the order; of all others their places do.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle

SPACE: Final = " "
MARK: Final = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff\ufb1e]"
)
_MARKS: Final = re.compile(f"{MARK}+")
_MARK_LETTERS: Final = frozenset(re.findall(MARK, "".join(map(chr, range(0x300, 0xFB1F)))))
LEFTWARD: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FORMS: Final = (range(0xFB1D, 0xFE00), range(0xFE70, 0xFEFD))
_HYPHENS: Final = "\ufffe\x02"
_HYPHEN: Final = re.compile(f"[{_HYPHENS}]")
_BLANK: Final = re.compile(r"[^\S\x1c-\x1f]")
_NUMBER: Final = re.compile(r"\d[\d.,:/٫٬-]*\d")
_NAMELESS: Final = re.compile(r"[\x00-\x1f]")
"""What a font does not name, such as the strokes that make an Arabic word longer: it fills its room, no more."""
_STRONG: Final = frozenset(("L", "R", "AL"))
_MIRRORED: Final = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤", strict=True))
_ODD: Final = frozenset([*_MIRRORED, *_HYPHENS, *map(chr, range(32))])
_NEAR: Final = 100
"""Characters on either side of a bracket among which letters are looked for."""
_STOREY: Final = 0.6
"""Of a letter's size: letters whose feet differ by less in height stand in one line."""


class Glyph(NamedTuple):
    """What is drawn as one: its letters or a space, the room it takes, and its place in the page's text."""

    text: str
    left: float
    right: float
    bottom: float
    start: int
    end: int

    @property
    def middle(self) -> float:
        """The middle of its width."""
        return (self.left + self.right) / 2

    @property
    def is_leftward(self) -> bool:
        """Whether it is a letter that is written from right to left."""
        return LEFTWARD.match(self.text) is not None

    @property
    def is_mark(self) -> bool:
        """Whether it stands on another."""
        return self.text[:1] in _MARK_LETTERS


def _by_middle(glyph: Glyph) -> float:
    return glyph.left + glyph.right


def glyphs(page: PageHandle, raw: str, line: Stretch) -> list[Glyph]:
    """The glyphs of a line, and the spaces that are drawn. raw is the page's text as PDFium gives it."""
    end = line.start + len(line.text)
    if line.hyphen:
        end = next((at + 1 for at in range(end, len(raw)) if raw[at] in _HYPHENS), end)
    boxes = page.boxes(line.start, end)
    found: list[Glyph] = []
    at = line.start
    for (left, _, right, bottom), same in groupby(_as_turned(boxes, line.turn) if line.turn else boxes):
        start, at = at, at + len(list(same))
        text = raw[start:at]
        if text == SPACE or _BLANK.match(text):
            if right > left:  # or else PDFium has put it in
                found.append(Glyph(SPACE, left, right, bottom, start, at))
            continue
        if at - start > 1:
            text = _as_read(_NAMELESS.sub("", _HYPHEN.sub("-", text)))
        elif text in _ODD:
            text = _as_said(raw, start)
        found.append(Glyph(text, left, right, bottom, start, at))
    return _upright(found)


def _upright(found: list[Glyph]) -> list[Glyph]:
    """The glyphs with numbers from left to right. Under a scan theirs may follow each other to the left as well."""
    for match in _NUMBER.finditer("".join([glyph.text[:1] or SPACE for glyph in found])):
        number = found[match.start() : match.end()]
        if all(glyph.left < before.left and glyph.start == before.end for before, glyph in pairwise(number)):
            places = [(glyph.left, glyph.right) for glyph in reversed(number)]
            moved = zip(number, places, strict=True)
            found[match.start() : match.end()] = [
                glyph._replace(left=left, right=right) for glyph, (left, right) in moved
            ]
    return found


def storeys(found: Sequence[Glyph], size: float) -> list[Sequence[Glyph]]:
    """The glyphs of each of the lines that stand one above the other, from above."""
    every = [glyph.bottom for glyph in found]
    if not every or max(every) - min(every) <= _STOREY * size:
        return [found]
    feet = sorted([glyph.bottom for glyph in found if glyph.text != SPACE and not glyph.is_mark])
    cuts = [(one + other) / 2 for one, other in pairwise(feet) if other - one > _STOREY * size]
    if not cuts:
        return [found]
    result: list[list[Glyph]] = [[] for _ in range(len(cuts) + 1)]
    for glyph in found:
        result[len(cuts) - bisect(cuts, glyph.bottom)].append(glyph)
    return [*result]


def dressed(found: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs but for spaces from left to right, with marks as a part of what they stand on."""
    in_order = sorted([glyph for glyph in found if glyph.text != SPACE], key=_by_middle)
    marks = [glyph for glyph in in_order if glyph.text[:1] in _MARK_LETTERS]
    bare = [glyph for glyph in in_order if glyph.text[:1] not in _MARK_LETTERS] if marks else in_order
    if not bare:
        return marks
    bare = bare[:1] + [glyph for before, glyph in pairwise(bare) if not _is_again(before, glyph)]
    middles = [glyph.middle for glyph in bare] if marks else []
    for mark in marks:
        near = bisect(middles, mark.middle)
        at = min(range(max(0, near - 2), min(len(bare), near + 2)), key=lambda at: _distance(bare[at], mark))
        bare[at] = _with_mark(bare[at], mark)
    return bare


def _as_turned(boxes: Iterable[tuple[float, ...]], turn: int) -> Iterator[tuple[float, ...]]:
    """The rooms that letters take for one who turns the page to read."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    for left, top, right, bottom in boxes:
        corners = [(x, y) for x in (left, right) for y in (bottom, top)]
        along, up = [x * cos + y * sin for x, y in corners], [y * cos - x * sin for x, y in corners]
        yield min(along), max(up), max(along), min(up)


def _with_mark(glyph: Glyph, mark: Glyph) -> Glyph:
    text = glyph.text if mark.text in glyph.text else glyph.text + mark.text
    return glyph._replace(text=text, left=min(glyph.left, mark.left), right=max(glyph.right, mark.right))


def _distance(glyph: Glyph, mark: Glyph) -> tuple[float, float]:
    """How far a mark is outside of a glyph, and how far from its middle."""
    return max(0.0, glyph.left - mark.middle, mark.middle - glyph.right), abs(glyph.middle - mark.middle)


def _is_again(before: Glyph, glyph: Glyph) -> bool:
    """Whether the glyph is the one before it once more, for boldness or as another part of the same letter."""
    if glyph.text != before.text:
        return False
    narrow = min(before.right - before.left, glyph.right - glyph.left)
    return min(before.right, glyph.right) - max(before.left, glyph.left) > 0.5 * narrow


def _as_said(raw: str, at: int) -> str:
    """A character as the file has it: PDFium turns brackets around where it takes them for a part of leftward text.

    That is after letters that run to the left, or before all letters of a line that mostly does.
    """
    letter = raw[at]
    if letter not in _MIRRORED:
        return "-" if letter in _HYPHENS else ""
    start, end = max(raw.rfind("\n", 0, at) + 1, at - _NEAR), raw.find("\r", at, at + _NEAR)
    before = (kind for kind in map(unicodedata.bidirectional, reversed(raw[start:at])) if kind in _STRONG)
    strong = next(before, None)
    if strong is not None:
        return letter if strong == "L" else _MIRRORED[letter]
    kinds = (unicodedata.bidirectional(other) for other in raw[start : end if end > at else at + _NEAR])
    runs = [is_left for is_left, _ in groupby(kind != "L" for kind in kinds if kind in _STRONG)]
    return _MIRRORED[letter] if 2 * sum(runs) >= max(1, len(runs)) else letter


def _as_read(text: str) -> str:
    """Letters that are drawn as one, in their order: PDFium turns those around that the file says one by one."""
    if not LEFTWARD.search(text) or text in _forms():
        return text
    base = _MARKS.sub("", text)
    return base + "".join(_MARKS.findall(text)) if len(base) == 1 else text[::-1]


@cache
def _forms() -> frozenset[str]:
    """What the presentation forms of Hebrew and Arabic stand for, several letters each."""
    told = (unicodedata.normalize("NFKC", chr(code)) for codes in _FORMS for code in codes)
    return frozenset(text for text in told if len(text) > 1)
