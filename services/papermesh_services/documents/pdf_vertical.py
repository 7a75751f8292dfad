"""Vertical writing in PDFs: finds the columns of letters that are read downwards, and puts them from right to left.

PDFium gives such letters one by one, or the columns from left to right. What stands upright on the page is left to
pdf_page.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.clean import clean
from papermesh_services.documents.pdf_layout import PlacedLine
from papermesh_services.documents.utf16 import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.documents.pdf_engine import PageHandle

_WIDE: Final = re.compile("[\u3005-\u9fff\uff10-\uff5a]")
_RUN: Final = re.compile(r"[^\r\n\ufffe\x02]+")
_VISIBLE: Final = re.compile(r"\S\u3000?")
_SAMPLES: Final = 60
_LEAST_SAMPLES: Final = 6
_LEAST_SHARE: Final = 0.6
_MOST_LETTERS: Final = 20_000
_MOST_COLUMNS: Final = 500
_BESIDE: Final = 0.6
"""Of a letter's size: letters whose middles differ by less in width stand in one column."""
_BELOW: Final = 3.5
_SAME: Final = 0.75
_SMALL: Final = 0.65
_WORD_GAP: Final = 0.15
_TURN: Final = -90
"""A column is a line that is turned: whoever turns the page to the left sees it so."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter, the middle of its width, its top and its bottom."""

    text: str
    x: float
    top: float
    bottom: float
    size: float


@dataclass(slots=True)
class _Column:
    """Letters below each other. places: where they stand in the page's text."""

    letters: list[_Letter] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    @property
    def x(self) -> float:
        """The middle of its width."""
        return self.letters[0].x

    @property
    def top(self) -> float:
        """The top of its first letter."""
        return max(letter.top for letter in self.letters)

    @property
    def bottom(self) -> float:
        """The bottom of its last letter."""
        return min(letter.bottom for letter in self.letters)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return sorted(letter.size for letter in self.letters)[len(self.letters) // 2]

    def takes(self, letter: _Letter) -> bool:
        """Whether the letter stands below the last one, or beside it as two digits may."""
        last = self.letters[-1]
        size = max(last.size, letter.size)
        return abs(letter.x - last.x) < _BESIDE * size and -0.5 * size < last.top - letter.top < _BELOW * size


def is_vertical(page: PageHandle, raw: str) -> bool:
    """Whether most of the page's text is read downwards. raw is its text as PDFium gives it."""
    if raw.isascii() or not _WIDE.search(raw):
        return False
    wide = [match.start() for match in _WIDE.finditer(raw)]
    down = across = 0
    for at in wide[:: max(1, len(wide) // _SAMPLES)]:
        after = _RUN.search(raw, at + 1)
        if after:
            left, top, right, bottom = page.box(at)
            left2, top2, right2, bottom2 = page.box(after.start())
            size, aside = right - left, abs(left + right - left2 - right2) / 2
            down += aside < _BESIDE * size < top + bottom - top2 - bottom2 < 2 * _BELOW * size
            across += aside >= _BESIDE * size
    return down >= _LEAST_SAMPLES and down > _LEAST_SHARE * (down + across)


def columns(page: PageHandle, raw: str, number: int) -> tuple[list[PlacedLine], str]:
    """The columns of a page in the order in which they are read, and its text without them, as long as it was."""
    found: list[_Column] = []
    for run in _RUN.finditer(raw[:_MOST_LETTERS]):
        visible = (match.span() for match in _VISIBLE.finditer(raw, run.start(), run.end()))
        letters = [(start, _letter(page, raw[start:end], start)) for start, end in visible]
        if not _is_upright([letter for _, letter in letters]):
            _fill(found, letters)
    rest = list(raw)
    for column in found:
        for at in column.places:
            rest[at] = "\r"
    return [_line(column, number) for column in _in_order(found)], "".join(rest)


def placed(upright: Sequence[PlacedLine], turned: Sequence[PlacedLine]) -> tuple[PlacedLine, ...]:
    """All lines of a page: what stands over the columns, the columns, and what stands below their tops."""
    top = max((-line.x for line in turned), default=0.0)
    over = [line for line in upright if line.y >= top]
    return (*over, *turned, *(line for line in upright if line.y < top))


def _letter(page: PageHandle, text: str, at: int) -> _Letter:
    left, top, right, bottom = page.box(at)
    return _Letter(text, (left + right) / 2, top, bottom, max(0.1, page.shown_size(at)))


def _is_upright(letters: Sequence[_Letter]) -> bool:
    """Whether the letters of a line stand beside each other."""
    if len(letters) < 2:
        return False
    first, last = letters[0], letters[-1]
    return abs(last.x - first.x) > _BESIDE * first.size and abs(last.top - first.top) < 0.5 * first.size


def _fill(found: list[_Column], letters: Sequence[tuple[int, _Letter]]) -> None:
    """Puts letters into the column that they go on with, or into new ones."""
    for at, letter in letters:
        if not found or not found[-1].takes(letter):
            found.append(_Column())
        found[-1].letters.append(letter)
        found[-1].places.append(at)


def _in_order(found: Sequence[_Column]) -> list[_Column]:
    """The columns as they are read; what is written small beside them, to say how they are spoken, comes last."""
    if not 0 < len(found) <= _MOST_COLUMNS:
        return list(found)
    usual = median(letter.size for column in found for letter in column.letters)
    large = [column for column in found if column.size > _SMALL * usual]
    small = [column for column in found if column.size <= _SMALL * usual]
    beside = {id(one) for one in small if any(_is_beside(one, other) for other in large)}
    text = _ordered(_mended([column for column in found if id(column) not in beside]))
    return text + _ordered([column for column in small if id(column) in beside])


def _is_beside(small: _Column, column: _Column) -> bool:
    """Whether the small letters stand right of the column and touch it."""
    within = column.bottom - column.size < small.bottom and small.top < column.top + column.size
    return within and 0 < small.x - column.x < 1.1 * column.size


def _mended(found: Sequence[_Column]) -> list[_Column]:
    """The columns with pieces put together that were drawn one by one, in several fonts perhaps."""
    result: list[_Column] = []
    for piece in sorted(found, key=lambda column: -column.top):
        first = piece.letters[0]
        for column in result:
            last = column.letters[-1]
            if abs(last.x - first.x) < _SAME * last.size and abs(last.bottom - first.top) < _SAME * last.size:
                column.letters += piece.letters
                break
        else:
            result.append(_Column([*piece.letters]))
    return result


def _ordered(found: Sequence[_Column]) -> list[_Column]:
    """From right to left; where the page has storeys, those of the upper one first."""
    result: list[_Column] = []
    waiting = [sorted(found, key=lambda column: (-column.x, -column.top))]
    while waiting:
        group = waiting.pop()
        cut = next((cut for at in range(len(group)) if (cut := _cut(group, at))), None)
        if cut is None:
            result.extend(group)
            continue
        at, upper, lower = cut
        result.extend(group[:at])
        waiting += (lower, upper)
    return result


def _cut(group: Sequence[_Column], at: int) -> tuple[int, list[_Column], list[_Column]] | None:
    """The columns from one on, those of an upper storey and those of lower ones; None where they have but one."""
    by_height = sorted(group[at:], key=lambda column: -column.top)
    bottom = math.inf
    for index, column in enumerate(by_height):
        if index > 1 and len(by_height) - index > 1 and column.top < bottom - 0.5 * column.size:
            upper = {id(one) for one in by_height[:index]}
            rest = group[at:]
            return at, [one for one in rest if id(one) in upper], [one for one in rest if id(one) not in upper]
        bottom = min(bottom, column.bottom)
    return None


def _line(column: _Column, number: int) -> PlacedLine:
    pieces: list[str] = []
    before: _Letter | None = None
    for letter in column.letters:
        if before is not None and before.text.isascii() and letter.text.isascii():
            pieces.append(" " if before.bottom - letter.top > _WORD_GAP * letter.size else "")
        pieces.append(letter.text)
        before = letter
    top, size = column.top, column.size
    text = clean(whole("".join(pieces)))
    return PlacedLine(text, number, -top, column.x, size, bold=False, turn=_TURN, width=top - column.bottom)
