"""A row of a PDF's page as it is drawn: its letters from left to right, in cells where there are gaps between them.

Knows nothing of the order in which they are read.
"""

from __future__ import annotations

import re
from bisect import bisect
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from papermesh_services.documents.pdf_columns import wide_gaps
from papermesh_services.documents.pdf_glyphs import MARK, SPACE, dressed, glyphs, storeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_glyphs import Glyph

_UNDRAWN: Final = re.compile(rf"(?:\s|{MARK})*")
_TOUCHING: Final = 0.04
"""Of a letter's size: letters that are nearer have no space between them, whatever PDFium has put there."""
_SPACE: Final = 0.12
_LOOSE: Final = 1.0
"""Likewise where PDFium has found no space between letters of one run, which may be spaced."""


class DrawnWord(NamedTuple):
    """A word as it is drawn: its letters with their marks, from left to right, and the room they take."""

    letters: list[str]
    left: float
    right: float


class DrawnRow:
    """A row of a page. raw is the page's text as PDFium gives it, pieces are the lines of the row.

    found: its glyphs, where they are known.
    """

    def __init__(
        self, page: PageHandle, raw: str, pieces: Sequence[Stretch], found: Sequence[Glyph] | None = None
    ) -> None:
        self.pieces = pieces
        self.text = " ".join(piece.text for piece in pieces)
        self._page = page
        self._raw = raw
        self._found = found

    @property
    def main(self) -> Stretch:
        """The longest of its pieces."""
        return max(self.pieces, key=lambda piece: piece.width)

    @property
    def ends(self) -> tuple[float, float]:
        """From where to where it reaches."""
        return self._letters[0].left, max(glyph.right for glyph in self._letters)

    def parts(self) -> list[DrawnRow]:
        """The rows in it, from above: PDFium takes lines for one if they stand beside each other, but not as high."""
        found = storeys(self._glyphs, self.main.size)
        return [self] if len(found) == 1 else [self._part(part) for part in found]

    @cached_property
    def words(self) -> list[DrawnWord]:
        """The words from left to right."""
        size, letters = self.main.size, self._letters
        spaces = sorted(glyph.middle for glyph in self._glyphs if glyph.text == SPACE)
        breaks = [at for at, pair in enumerate(pairwise(letters), start=1) if self._are_apart(*pair, spaces, size)]
        found = (letters[start:end] for start, end in pairwise([0, *breaks, len(letters)]))
        return [DrawnWord([glyph.text for glyph in word if glyph.text], word[0].left, word[-1].right) for word in found]

    @cached_property
    def cells(self) -> list[list[str]]:
        """The cells from left to right, each a list of letters with their marks, and of spaces."""
        return in_cells(self.words, self.main.size)

    @cached_property
    def _glyphs(self) -> Sequence[Glyph]:
        return self._found or [glyph for piece in self.pieces for glyph in glyphs(self._page, self._raw, piece)]

    @cached_property
    def _letters(self) -> list[Glyph]:
        return dressed(self._glyphs)

    def _part(self, found: Sequence[Glyph]) -> DrawnRow:
        first = next(glyph for glyph in found if glyph.text != SPACE)
        text, size = "".join(glyph.text for glyph in found), max(0.1, self._page.shown_size(first.start))
        width = max(glyph.right for glyph in found) - min(glyph.left for glyph in found)
        piece = self.main._replace(text=text, hyphen="", y=first.bottom, width=width, size=size)
        return DrawnRow(self._page, self._raw, [piece], found)

    def _are_apart(self, one: Glyph, other: Glyph, spaces: Sequence[float], size: float) -> bool:
        """Whether there is a space between two neighbours. spaces: the middles of those that are drawn."""
        gap = other.left - one.right
        if gap <= _TOUCHING * size:
            return False
        if bisect(spaces, one.middle) < bisect(spaces, other.middle):
            return True
        first, second = (one, other) if one.start < other.start else (other, one)
        between = self._raw[first.end : second.start]
        of_one_run = one.is_leftward and other.is_leftward and _UNDRAWN.fullmatch(between)
        return gap > (_LOOSE if of_one_run and SPACE not in between else _SPACE) * size


def in_cells(words: Sequence[DrawnWord], size: float) -> list[list[str]]:
    """Words that follow each other to the right, parted where there are gaps. size: that of their letters."""
    widths = [word.left - before.right for before, word in pairwise(words)]
    gaps = wide_gaps(widths, " ".join("".join(word.letters) for word in words), size)
    cells = [[*words[0].letters]]
    for word, gap in zip(words[1:], gaps, strict=True):
        if gap:
            cells.append([*word.letters])
        else:
            cells[-1] += [SPACE, *word.letters]
    return cells
