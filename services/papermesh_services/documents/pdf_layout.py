"""What stands on the pages of a PDF: lines with their place and the size of their letters, and what that tells.

Works on lines that others have read; it opens nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from papermesh_services.documents import headings, pdf_code
from papermesh_services.documents.joining import Line
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_HEADING_SIZE = 1.12
_SAME_SIZE = 0.06
_RAISED_SIZE = 0.2
_GAP = 1.22
_HEADING_GAP = 1.75
_TOUCHING = 0.3
_HEADING_SHARE = 0.25
_ROW_GAP = 4.0
_FULL = 0.9
_FLUSH = 2.0
"""Points; lines whose ends differ by less begin at one margin."""
_HALF = 0.5
_NUMBER_APART = re.compile(
    r"^((?:[A-Z]\.?|\d+)(?:\.\d+)*[.)]?|\(?(?:[a-zא-תأ-ي]|[ivx]{2,5})[.)]|[•‣◦▪➢–\uf0b7\uf0a7-])\t(?=[^\t]*$)"
)
_CAPTION_INITIALS = "FfTtCcEeAaSs图圖表"
_CAPTION = re.compile(
    r"(?:figure|fig\.?|table|tab\.|chart|exhibit|abbildung|abb\.|tabelle|tableau|figura|tabla|tabela|tabella|schema)\s*"
    r"(?:\d{1,3}(?:[.-]\d{1,3})*[a-z]?|[IVX]{1,5})\s?(?:[:.–—|]\s|[-–—]\s\S)|[图圖表]\s?\d{1,3}[\s:：.]",
    re.IGNORECASE,
)


class PlacedLine(NamedTuple):
    """One line as it stands on its page. x, y, size and width are in points, y upwards; bold as its font's name has it.

    turn: by how many degrees it is turned; x and y are as one sees them who turns the page to read it.
    leftward: whether it runs from right to left.
    kind: TABLE for a whole table, with a line of text for each row and tabs between cells; CODE for a line of code
    with its indent; else None.
    pitch: how wide each letter is where all are of one width, else 0.
    tag: the number, from 1, of what its page's tags say of it; 0 for nothing.
    """

    text: str
    page: int
    x: float
    y: float
    size: float
    bold: bool
    turn: int = 0
    width: float = 0.0
    leftward: bool = False
    kind: BlockKind | None = None
    pitch: float = 0.0
    tag: int = 0


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of one page."""

    lines: tuple[PlacedLine, ...]

    @property
    def length(self) -> int:
        """Characters."""
        return sum([len(line.text) for line in self.lines])


def arrange(pages: Iterable[PageText], outline: Mapping[str, int] | None = None) -> list[Line]:
    """All lines, with the gaps between them and the headings among them told by place and size of letters.

    outline: the folded titles of the document's outline, and their levels.
    """
    placed = pdf_code.marked([line for page in pages for line in page.lines])
    if not placed:
        return []
    levels = _heading_levels([line for line in placed if line.kind is None])
    known = _Known(levels, _leading(placed), _margins(placed), _widest(placed), outline or {})
    result = [_line(placed[0], gap=True, begins=False, known=known)]
    for before, line in pairwise(placed):
        result.append(_line(line, _is_apart(before, line, known), _begins(before, line, known), known))
    return result


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines of a document tell of it as a whole."""

    levels: dict[float, int]
    leading: dict[float, float]
    margins: dict[int, tuple[float, float | None]]
    widest: dict[int, float]
    outline: Mapping[str, int]


def _line(line: PlacedLine, gap: bool, begins: bool, known: _Known) -> Line:
    near, far = known.margins[line.page]
    inward = line.x - near if far is None or not line.leftward else far - line.x - line.width
    indent = inward / max(1.0, 0.5 * line.size)
    if line.kind is not None:
        return Line(line.text, indent, gap, line.page, heading=0, kind=line.kind)
    level = known.levels.get(line.size, -1)
    text = _NUMBER_APART.sub(r"\1 ", line.text) if "\t" in line.text else line.text
    if level > 0:
        # Rows of a table are no headings, however large their letters are.
        level = 0 if "\t" in text else headings.numbered_level(text) or level
    elif known.outline and gap:
        level = known.outline.get(fold(text), level)
    if starts_caption(text):
        return Line(text, indent, gap=True, page=line.page, heading=0)
    return Line(text, indent, gap, line.page, level, begins=begins)


def fold(title: str) -> str:
    """A title without its number, and without regard to case and spaces, to be compared."""
    return "".join(title.lstrip("0123456789.IVX ").split()).casefold()


def starts_caption(text: str) -> bool:
    """Whether a line is the beginning of what stands under a picture or over a table."""
    return text[0] in _CAPTION_INITIALS and _CAPTION.match(text) is not None


def _is_apart(before: PlacedLine, line: PlacedLine, known: _Known) -> bool:
    if before.kind is not None or line.kind is not None:
        # Lines of code say themselves how far they are apart.
        return not (before.kind is line.kind is BlockKind.CODE and _are_of_one(before, line))
    if _are_rows(before, line):
        return False
    if before.bold != line.bold or before.turn != line.turn:
        return True
    fall, size = before.y - line.y, line.size
    if not _same_size(before.size, size):
        # Raised and lowered letters make the one line seem smaller than the other.
        usual = known.leading.get(before.size, 1.2 * before.size)
        close = 0 < fall < _GAP * usual and _same_size(before.size, size, _RAISED_SIZE)
        return not (close and _goes_on(before, line))
    if line.page != before.page or fall < -_TOUCHING * size:
        return not (_goes_on(before, line) or _runs_on(before, line))  # the next page or column
    usual = known.leading.get(size, 1.2 * size)
    return fall > (_HEADING_GAP if size in known.levels else _GAP) * usual


def _begins(before: PlacedLine, line: PlacedLine, known: _Known) -> bool:
    """Whether a line is an item of a list in another, going by its letters and where it begins."""
    if _same_size(before.size, line.size) or line.x - before.x <= line.size:
        return False
    return before.width < _HALF * known.widest[line.page]


def _are_of_one(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether two lines of code are of one program."""
    return before.page == line.page and 0 < before.y - line.y < pdf_code.NEXT * line.size


def _are_rows(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether two lines are rows of one table, which may stand wide apart, the first of them in bold letters."""
    if "\t" not in before.text or "\t" not in line.text or before.page != line.page:
        return False
    return 0 < before.y - line.y < _ROW_GAP * line.size and _same_size(before.size, line.size)


def _goes_on(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether a paragraph goes on over the end of a page or a column."""
    return line.text[0].islower() and not headings.ends_sentence(before.text) and len(before.text) > len(line.text) / 3


def _runs_on(before: PlacedLine, line: PlacedLine) -> bool:
    """Likewise of one that runs to the left, in letters that are neither small nor large."""
    if not (before.leftward and line.leftward and line.text[0].isalpha()):
        return False
    return not headings.ends_sentence(before.text) and before.width > _FULL * line.width and "\t" not in before.text


def _leading(placed: Sequence[PlacedLine]) -> dict[float, float]:
    """For each size of letters the usual distance of lines that follow each other."""
    falls: dict[float, list[float]] = {}
    for before, line in pairwise(placed):
        fall, size = before.y - line.y, line.size
        if 0.9 * size < fall < 3 * size and before.page == line.page and _same_size(before.size, size):
            falls.setdefault(size, []).append(round(fall * 2) / 2)
    return {size: _usual(found) for size, found in falls.items() if len(found) >= 3}


def _usual(falls: Sequence[float]) -> float:
    counts = Counter(falls)
    most = max(counts.values())
    # Paragraphs of one line can make the wide distance as common as the narrow one; the narrow one is the leading.
    return min(fall for fall, count in counts.items() if count >= 0.6 * most)


def body_size(placed: Sequence[PlacedLine]) -> float:
    """The size of most letters; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for line in placed:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading_levels(placed: Sequence[PlacedLine]) -> dict[float, int]:
    """The heading level of each size of letters that is clearly larger than the body's."""
    body = body_size(placed)
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


def _margins(placed: Sequence[PlacedLine]) -> dict[int, tuple[float, float | None]]:
    """Where the leftmost line of each page begins, and where those that run to the left begin, if at the right."""
    return {page: _margins_of(list(lines)) for page, lines in groupby(placed, attrgetter("page"))}


def _margins_of(lines: Sequence[PlacedLine]) -> tuple[float, float | None]:
    near = min([line.x for line in lines])
    leftward = [(line.x, line.x + line.width) for line in lines if line.leftward]
    if not leftward:
        return near, None
    far = max(end for _, end in leftward)
    at_left = sum(start < near + _FLUSH for start, _ in leftward)
    return near, far if sum(end > far - _FLUSH for _, end in leftward) >= at_left else None


def _widest(placed: Sequence[PlacedLine]) -> dict[int, float]:
    """How wide the widest line of each page is."""
    return {page: max([line.width for line in lines]) for page, lines in groupby(placed, attrgetter("page"))}


def _same_size(one: float, other: float, share: float = _SAME_SIZE) -> bool:
    return one == other or abs(one - other) <= share * max(one, other)
