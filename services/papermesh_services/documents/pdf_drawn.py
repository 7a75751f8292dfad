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
_HYPHEN: Final = re.compile(f"[{_HYPHENS}]")
_BLANK: Final = re.compile(r"[^\S\x1c-\x1f]")
_NAMELESS: Final = re.compile(r"[\x00-\x1f]")
"""What a font does not name, such as the strokes that make an Arabic word longer: it fills its room, no more."""
_MARK: Final = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\ufb1e]"
)
_MARKS: Final = re.compile(f"{_MARK}+")
_UNDRAWN: Final = re.compile(rf"(?:\s|{_MARK})*")
_LETTERS: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FORMS: Final = (range(0xFB1D, 0xFE00), range(0xFE70, 0xFEFD))
_SPACE: Final = 0.12
_WIDE_SPACE: Final = 1.0
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

    @property
    def ends(self) -> tuple[float, float]:
        """From where to where it reaches."""
        return self._all[0].left, max(glyph.right for glyph in self._all)

    @cached_property
    def _all(self) -> list[_Glyph]:
        return _dressed([glyph for piece in self.pieces for glyph in self._glyphs(piece)])

    @cached_property
    def cells(self) -> list[list[str]]:
        """The cells from left to right, each a list of letters with their marks, and of spaces."""
        glyphs = self._all
        drawn = sorted(middle for piece in self.pieces for middle in self._spaces(piece))
        spaces = [at for at, pair in enumerate(pairwise(glyphs), start=1) if self._are_apart(*pair, drawn)]
        widths = [glyphs[at].left - glyphs[at - 1].right for at in spaces]
        words = [
            [glyph.text for glyph in glyphs[start:end] if glyph.text]
            for start, end in pairwise([0, *spaces, len(glyphs)])
        ]
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
        visible = (at for at in range(piece.start, end) if not _BLANK.match(self._raw, at))
        for (left, right), places in groupby(visible, lambda at: self._reach(piece, at)):
            found = list(places)
            text = _NAMELESS.sub("", _HYPHEN.sub("-", "".join([self._raw[at] for at in found])))
            yield _Glyph(_as_read(text) if len(text) > 1 else text, left, right, found[0], found[-1] + 1)

    def _spaces(self, piece: Stretch) -> Iterator[float]:
        """The middles of the spaces that are drawn, not put in by PDFium."""
        for at, letter in enumerate(piece.text, start=piece.start):
            if _BLANK.match(letter):
                left, right = self._reach(piece, at)
                if right > left:
                    yield (left + right) / 2

    def _reach(self, piece: Stretch, at: int) -> tuple[float, float]:
        """From where to where a letter reaches, for one who turns the page to read."""
        left, top, right, bottom = self._page.box(at)
        if not piece.turn:
            return left, right
        turn = math.radians(piece.turn)
        places = [x * math.cos(turn) + y * math.sin(turn) for x in (left, right) for y in (bottom, top)]
        return min(places), max(places)

    def _are_apart(self, one: _Glyph, other: _Glyph, spaces: Sequence[float]) -> bool:
        """Whether there is a space between two glyphs that stand beside each other. spaces: the middles of those drawn.

        PDFium's word counts where it took both for parts of one run.
        """
        gap = other.left - one.right
        if gap <= _TOUCHING * self.size:
            return False
        if bisect(spaces, one.middle) < bisect(spaces, other.middle):
            return True
        first, second = (one, other) if one.start < other.start else (other, one)
        between = self._raw[first.end : second.start]
        of_one_run = _is_leftward(one) and _is_leftward(other) and _UNDRAWN.fullmatch(between)
        return gap > (_WIDE_SPACE if of_one_run and " " not in between else _SPACE) * self.size


def _is_leftward(glyph: _Glyph) -> bool:
    return _LETTERS.match(glyph.text) is not None


def _dressed(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    """The glyphs from left to right, with marks as a part of what they stand on."""
    bare = sorted([glyph for glyph in glyphs if not _MARKS.fullmatch(glyph.text)], key=lambda glyph: glyph.middle)
    bare = [glyph for before, glyph in pairwise([None, *bare]) if glyph and not (before and _is_again(before, glyph))]
    middles = [glyph.middle for glyph in bare]
    for mark in glyphs:
        if bare and _MARKS.fullmatch(mark.text):
            near = bisect(middles, mark.middle)
            at = min(range(max(0, near - 2), min(len(bare), near + 2)), key=lambda at: _distance(bare[at], mark))
            bare[at] = _with_mark(bare[at], mark)
    return bare


def _with_mark(glyph: _Glyph, mark: _Glyph) -> _Glyph:
    reach = (min(glyph.left, mark.left), max(glyph.right, mark.right))
    text = glyph.text if mark.text in glyph.text else glyph.text + mark.text
    return _Glyph(text, *reach, glyph.start, glyph.end)


def _distance(glyph: _Glyph, mark: _Glyph) -> tuple[float, float]:
    """How far a mark is outside of a glyph, and how far from its middle."""
    outside = max(0.0, glyph.left - mark.middle, mark.middle - glyph.right)
    return outside, abs(glyph.middle - mark.middle)


def _is_again(before: _Glyph, glyph: _Glyph) -> bool:
    """Whether the glyph is the one before it once more, for boldness or as another part of the same letter."""
    if glyph.text != before.text:
        return False
    narrow = min(before.right - before.left, glyph.right - glyph.left)
    return min(before.right, glyph.right) - max(before.left, glyph.left) > 0.5 * narrow


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
