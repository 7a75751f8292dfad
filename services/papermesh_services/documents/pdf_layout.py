"""What stands on the pages of a PDF: lines with their place and the size of their letters, and what that tells.

Works on what pypdf reports while it extracts; it opens nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from papermesh_services.documents import headings
from papermesh_services.documents.clean import clean
from papermesh_services.documents.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pypdf

_HEADING_SIZE = 1.12
_SAME_SIZE = 0.06
_GAP = 1.22
_HEADING_GAP = 1.75
_TOUCHING = 0.3
_HEADING_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line as it stands on its page. x, y and size are in points, y upwards; bold as its font's name has it."""

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of one page."""

    lines: tuple[PlacedLine, ...]

    @property
    def length(self) -> int:
        """Characters."""
        return sum(len(line.text) for line in self.lines)


@dataclass(slots=True)
class _Collector:
    """Takes pypdf's pieces of text and makes lines of them."""

    page: int
    done: list[PlacedLine] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    place: tuple[float, float] | None = None
    sizes: Counter[tuple[float, bool]] = field(default_factory=Counter)

    def visit(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        *whole, rest = text.split("\n")
        for part in whole:
            self._take(part, cm, tm, font, size)
            self.finish_line()
        self._take(rest, cm, tm, font, size)

    def _take(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        if not text:
            return
        self.pieces.append(text)
        if text.isspace():
            return
        matrix = _product(tm, cm)
        if self.place is None:
            self.place = (matrix[4], matrix[5])
        shown = round(abs(size) * math.hypot(matrix[2], matrix[3]), 1)
        self.sizes[(shown, _is_bold(font))] += len(text)

    def finish_line(self) -> None:
        text = clean("".join(self.pieces).replace("\xad", "-")).replace("\n", " ").strip()
        if text and self.place and self.sizes:
            (size, bold), _ = self.sizes.most_common(1)[0]
            self.done.append(PlacedLine(text, self.page, *self.place, size, bold))
        self.pieces, self.place, self.sizes = [], None, Counter()


def page_text(page: pypdf.PageObject) -> PageText:
    """The lines of a page, in the order of its content."""
    collector = _Collector((page.page_number or 0) + 1)
    page.extract_text(visitor_text=collector.visit)
    collector.finish_line()
    return PageText(tuple(collector.done))


def arrange(pages: Iterable[PageText]) -> list[Line]:
    """All lines, with the gaps between them and the headings among them told by place and size of letters."""
    placed = [line for page in pages for line in page.lines]
    if not placed:
        return []
    body = _body_size(placed)
    leading = _leading(placed)
    levels = _heading_levels(placed, body)
    margins = _margins(placed)
    result = [_line(placed[0], True, levels, margins, body)]
    for before, line in pairwise(placed):
        result.append(_line(line, _is_apart(before, line, leading, levels), levels, margins, body))
    return result


def _line(line: PlacedLine, gap: bool, levels: dict[float, int], margins: dict[int, float], body: float) -> Line:
    indent = max(0.0, line.x - margins[line.page]) / max(1.0, 0.5 * body)
    level = levels.get(line.size, -1)
    if level > 0:
        level = headings.numbered_level(line.text) or level
    return Line(line.text, indent, gap, line.page, level)


def _is_apart(before: PlacedLine, line: PlacedLine, leading: dict[float, float], levels: dict[float, int]) -> bool:
    if not _same_size(before.size, line.size) or before.bold != line.bold:
        return True
    fall = before.y - line.y
    usual = leading.get(line.size, 1.2 * line.size)
    if line.page != before.page or fall < -_TOUCHING * line.size:
        return not _goes_on(before, line)  # the next page or column
    return fall > (_HEADING_GAP if line.size in levels else _GAP) * usual


def _goes_on(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether a paragraph goes on over the end of a page or a column."""
    return line.text[0].islower() and not headings.ends_sentence(before.text) and len(before.text) > len(line.text) / 3


def _leading(placed: Sequence[PlacedLine]) -> dict[float, float]:
    """For each size of letters the usual distance of lines that follow each other."""
    falls: dict[float, Counter[float]] = {}
    for before, line in pairwise(placed):
        fall = before.y - line.y
        if before.page == line.page and _same_size(before.size, line.size) and 0.9 * line.size < fall < 3 * line.size:
            falls.setdefault(line.size, Counter())[round(fall * 2) / 2] += 1
    return {size: _usual(counts) for size, counts in falls.items() if sum(counts.values()) >= 3}


def _usual(counts: Counter[float]) -> float:
    most = max(counts.values())
    # Paragraphs of one line can make the wide distance as common as the narrow one; the narrow one is the leading.
    return min(fall for fall, count in counts.items() if count >= 0.6 * most)


def _body_size(placed: Sequence[PlacedLine]) -> float:
    sizes: Counter[float] = Counter()
    for line in placed:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _heading_levels(placed: Sequence[PlacedLine], body: float) -> dict[float, int]:
    """The heading level of each size of letters that is clearly larger than the body's."""
    large = sorted(_large_sizes(placed, body), reverse=True)
    ranks: dict[float, int] = {}
    for size in large:
        above = [other for other in ranks if not _same_size(other, size)]
        ranks[size] = min(6, 1 + len({ranks[other] for other in above}))
    return ranks


def _large_sizes(placed: Sequence[PlacedLine], body: float) -> Iterator[float]:
    total = sum(len(line.text) for line in placed)
    large: dict[float, list[PlacedLine]] = {}
    for line in placed:
        if line.size > _HEADING_SIZE * body and any(character.isalpha() for character in line.text):
            large.setdefault(line.size, []).append(line)
    for size, found in large.items():
        if sum(len(line.text) for line in found) <= _HEADING_SHARE * total and _few_in_a_row(found):
            yield size


def _few_in_a_row(found: Sequence[PlacedLine]) -> bool:
    longest = max(len(line.text) for line in found)
    return longest <= 2 * headings.MAX_HEADING_CHARACTERS


def _margins(placed: Sequence[PlacedLine]) -> dict[int, float]:
    margins: dict[int, float] = {}
    for line in placed:
        margins[line.page] = min(line.x, margins.get(line.page, line.x))
    return margins


def _same_size(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_SIZE * max(one, other)


def _is_bold(font: Any) -> bool:
    name = str(font.get("/BaseFont", "")) if isinstance(font, dict) else ""
    return any(mark in name for mark in ("Bold", "bold", "Black", "Heavy", "Semibold"))


def _product(one: Sequence[float], two: Sequence[float]) -> tuple[float, ...]:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
