"""A row of a PDF's page as it is drawn: its letters from left to right, in cells where there are gaps between them.

Asks PDFium for the place of every letter, which takes its time. Knows nothing of the order in which they are read, but
for that of letters that are drawn as one, which nothing but their meaning tells.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect
from functools import cache, cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents.pdf_columns import wide_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle

_HYPHENS: Final = "\ufffe\x02"
_MARK: Final = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\ufb1e]"
)
_MARKS: Final = re.compile(f"{_MARK}+")
_UNDRAWN: Final = re.compile(rf"(?:\s|{_MARK})*")
_LETTERS: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FORMS: Final = (range(0xFB1D, 0xFE00), range(0xFE70, 0xFEFD))
_SPACE: Final = 0.12
_TOUCHING: Final = 0.04
"""Of a letter's size: letters that are nearer have no space between them, whatever PDFium has put there."""


class _Glyph(NamedTuple):
    """What is drawn as one: its letters, from where to where it reaches, and its place in the page's text."""

    text: str
    left: float
    right: float
    start: int
    end: int

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class DrawnRow:
    """A row of a page. raw is the page's text as PDFium gives it, pieces are the lines of the row."""

    def __init__(self, page: PageHandle, raw: str, pieces: Sequence[Stretch]) -> None:
        self.pieces = pieces
        self.text = " ".join(piece.text for piece in pieces)
        self._page = page
        self._raw = raw

    @cached_property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.pieces, key=lambda piece: piece.width).size

    @cached_property
    def cells(self) -> list[list[str]]:
        """The cells from left to right, each a list of letters with their marks, and of spaces."""
        glyphs = _dressed([glyph for piece in self.pieces for glyph in self._glyphs(piece)])
        if not glyphs:
            return []
        spaces = [at for at, (one, other) in enumerate(pairwise(glyphs), start=1) if self._are_apart(one, other)]
        widths = [glyphs[at].left - glyphs[at - 1].right for at in spaces]
        words = [[glyph.text for glyph in glyphs[start:end]] for start, end in pairwise([0, *spaces, len(glyphs)])]
        wide = wide_gaps(widths, " ".join("".join(word) for word in words), self.size)
        cells = [words[0]]
        for word, gap in zip(words[1:], wide, strict=True):
            if gap:
                cells.append(word)
            else:
                cells[-1] += [" ", *word]
        return cells

    def _glyphs(self, piece: Stretch) -> Iterator[_Glyph]:
        end = piece.start + len(piece.text)
        if piece.hyphen:
            end = next((at + 1 for at in range(end, len(self._raw)) if self._raw[at] in _HYPHENS), end)
        turn = math.radians(piece.turn)
        cos, sin = math.cos(turn), math.sin(turn)
        visible = [at for at in range(piece.start, end) if not self._raw[at].isspace()]
        for box, places in groupby(visible, self._page.box):
            found = list(places)
            text = "".join("-" if self._raw[at] in _HYPHENS else self._raw[at] for at in found)
            left, right = _along(box, cos, sin) if piece.turn else (box[0], box[2])
            yield _Glyph(_as_read(text) if len(text) > 1 else text, left, right, found[0], found[-1] + 1)

    def _are_apart(self, one: _Glyph, other: _Glyph) -> bool:
        """Whether there is a space between two glyphs that stand beside each other: PDFium's word counts if it has one.

        It has none where it took them for parts of different runs.
        """
        gap = other.left - one.right
        first, second = (one, other) if one.start < other.start else (other, one)
        between = self._raw[first.end : second.start]
        if _UNDRAWN.fullmatch(between):
            return " " in between and gap > _TOUCHING * self.size
        return gap > _SPACE * self.size


def _along(box: tuple[float, ...], cos: float, sin: float) -> tuple[float, float]:
    """From where to where a box reaches for one who turns the page to read."""
    left, top, right, bottom = box
    places = [x * cos + y * sin for x in (left, right) for y in (bottom, top)]
    return min(places), max(places)


def _dressed(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    """The glyphs from left to right, with marks as a part of what they stand on."""
    bare = sorted([glyph for glyph in glyphs if not _MARKS.fullmatch(glyph.text)], key=lambda glyph: glyph.middle)
    bare = [glyph for before, glyph in pairwise([None, *bare]) if glyph and not _is_twice(before, glyph)]
    middles = [glyph.middle for glyph in bare]
    for mark in glyphs:
        if bare and _MARKS.fullmatch(mark.text):
            near = bisect(middles, mark.middle)
            at = min(range(max(0, near - 2), min(len(bare), near + 2)), key=lambda at: _distance(bare[at], mark))
            bare[at] = bare[at]._replace(text=bare[at].text + mark.text)
    return bare


def _distance(glyph: _Glyph, mark: _Glyph) -> tuple[float, float]:
    """How far a mark is outside of a glyph, and how far from its middle."""
    outside = max(0.0, glyph.left - mark.middle, mark.middle - glyph.right)
    return outside, abs(glyph.middle - mark.middle)


def _is_twice(before: _Glyph | None, glyph: _Glyph) -> bool:
    """Whether the glyph is another part of the letters that the one before it says it is."""
    if before is None or len(glyph.text) < 2 or glyph.text != before.text:
        return False
    return min(before.right, glyph.right) - max(before.left, glyph.left) > 0.5 * min(
        before.right - before.left, glyph.right - glyph.left
    )


def _as_read(text: str) -> str:
    """Letters that are drawn as one, in their order: PDFium turns those around that the file says one by one."""
    if not _LETTERS.search(text) or text in _forms():
        return text
    base = _MARKS.sub("", text)
    if len(base) == 1:
        return base + "".join(_MARKS.findall(text))
    return text[::-1]


@cache
def _forms() -> frozenset[str]:
    """What the presentation forms of Hebrew and Arabic stand for, several letters each."""
    told = (unicodedata.normalize("NFKC", chr(code)) for codes in _FORMS for code in codes)
    return frozenset(text for text in told if len(text) > 1)
