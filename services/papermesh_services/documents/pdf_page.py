"""Reads one page of a PDF by PDFium: its lines, each with its place and the size of its letters.

Asks PDFium about three characters a line at most, because asking about every one takes longer than reading the page.
What the lines mean is for pdf_layout.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from papermesh_services.documents import pdf_leftward, pdf_torn, pdf_vertical
from papermesh_services.documents.clean import clean
from papermesh_services.documents.pdf_layout import PlacedLine

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from papermesh_services.documents.pdf_engine import Letter, PageHandle

_LINE = re.compile("[^\\r\\n\ufffe\\x02]+")
_HYPHENS = "\ufffe\x02"
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_UNSPACED = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_NEXT_TO_WIDE = re.compile(f"(?<={_UNSPACED}) (?=\\S)|(?<=\\S) (?={_UNSPACED})")
_NARROW = b" !'(),-./:;I[]fijlrt|"
_BROAD = b"ABCDEFGHKLMNOPQRSTUVWXYZ%&@mw"
_LIGATURES = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc]+")
_SPACES = re.compile(r"\s+")
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_SHIFT = 0.7
_LEVEL = 0.1
_SPACE = 0.12
_COLUMN_GAP = 1.2
_MANY_GAPS = 5
_MANY_LENGTHS = 4
_SAME_GAP = 0.1
_WIDEST_FONT = 0.68
_USUAL_FONT = 0.55
_LOOSE = 0.8
_LOOSER = 0.02
_LONG = 25


class _Placed(NamedTuple):
    """A line with where it stands in the page's text, before its columns have been told."""

    start: int
    text: str
    hyphen: str
    x: float
    y: float
    width: float
    size: float
    bold: bool
    turn: int
    weight: float


def lines(page: PageHandle, raw: str, number: int) -> tuple[PlacedLine, ...]:
    """The lines of a page, in the order of its content. raw is its text as PDFium gives it."""
    if pdf_vertical.is_vertical(page, raw):
        columns, rest = pdf_vertical.columns(page, raw, number)
        return pdf_vertical.placed(_upright(page, rest, number), columns)
    return _upright(page, raw, number)


def _upright(page: PageHandle, raw: str, number: int) -> tuple[PlacedLine, ...]:
    placed = list(_placed(page, raw))
    if pdf_torn.is_torn(raw):
        placed = [line._replace(text=pdf_torn.mended(page, line.start, line.text, line.size)) for line in placed]
    usual = _usual_em(placed)
    return tuple(_joined(_line(page, line, usual, number) for line in placed))


def _joined(lines: Iterable[PlacedLine]) -> list[PlacedLine]:
    """The lines with what PDFium has torn apart put together: raised letters, and cells that stand in one row."""
    result: list[PlacedLine] = []
    for line in lines:
        if result and abs(result[-1].y - line.y) < _SHIFT * line.size and _follows(result[-1], line):
            result[-1] = _one(result[-1], line)
        else:
            result.append(line)
    return result


def _follows(before: PlacedLine, line: PlacedLine) -> bool:
    """Whether the line goes on where the other ends."""
    distance = line.x - before.x - before.width
    if before.turn != line.turn or distance < -0.5 * line.size:
        return False
    return distance < 0.5 * max(before.size, line.size) or abs(before.y - line.y) < _LEVEL * line.size


def _one(before: PlacedLine, line: PlacedLine) -> PlacedLine:
    distance = line.x - before.x - before.width
    size = min(before.size, line.size)
    space = "\t" if distance > _COLUMN_GAP * size else " " if distance > _SPACE * size else ""
    longer = before if before.width >= line.width else line
    width = line.x + line.width - before.x
    return longer._replace(text=f"{before.text}{space}{line.text}", x=before.x, width=width)


def _placed(page: PageHandle, raw: str) -> Iterator[_Placed]:
    for match in _LINE.finditer(raw):
        found = match.group()
        text = found.strip()
        if text:
            start = match.start() + len(found) - len(found.lstrip())
            yield _place(page, start, text, _hyphen(found, raw[match.end() : match.end() + 1]))


def _hyphen(line: str, after: str) -> str:
    """What PDFium has taken from the end of a line: nothing, a hyphen, or a dash that stood apart."""
    if not after or after not in _HYPHENS:
        return ""
    return " -" if line[-1].isspace() else "-"


def _place(page: PageHandle, start: int, text: str, hyphen: str) -> _Placed:
    at, end = page.index(start), page.index(start + len(text) - 1)
    first = page.letter(at)
    turn, x, y, right = _seen(first, first.box)
    size = _shown_size(first)
    if end != at:
        _, x2, _, right2 = _seen(first, page.box(end))
        x, right = min(x, x2), max(right, right2)
        if page.font_size(end) != first.size:
            others = (page.letter(end), page.letter(page.index(start + len(text) // 2)))
            size = median((size, *map(_shown_size, others)))
    bold = _is_bold(page.font(at)) and _is_bold(page.font(end))
    return _Placed(start, text, hyphen, x, y, right - x, max(0.1, size), bold, turn, _weight(text))


@lru_cache(maxsize=1024)
def _is_bold(font: bytes) -> bool:
    return _BOLD.search(font) is not None


def _shown_size(letter: Letter) -> float:
    _, _, c, d = letter.matrix
    return round(abs(letter.size) * (abs(d) if c == 0 else math.hypot(c, d)), 1)


def _seen(letter: Letter, box: tuple[float, float, float, float]) -> tuple[int, float, float, float]:
    """How far the letter is turned, in degrees, and left, bottom and right of a box as the letter's reader sees it."""
    a, b, _, _ = letter.matrix
    left, bottom, right, top = box
    if b == 0 and a >= 0:
        return (0, left, bottom, right)
    length = math.hypot(a, b) or 1.0
    cos, sin = a / length, b / length
    corners = [(x * cos + y * sin, y * cos - x * sin) for x in (left, right) for y in (bottom, top)]
    along, up = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return (round(math.degrees(math.atan2(b, a))), min(along), min(up), max(along))


def _usual_em(placed: list[_Placed]) -> float:
    """The mean width of a character in lines of running text, bounded for pages that are nothing but tables."""
    ems = [line.width / (line.size * line.weight) for line in placed if len(line.text) >= _LONG]
    return min(median(ems), _WIDEST_FONT) if ems else _USUAL_FONT


def _line(page: PageHandle, line: _Placed, usual: float, number: int) -> PlacedLine:
    text = line.text
    if _is_loose(line.width, line.weight, len(text), usual * line.size, line.size) and not line.turn and " " in text:
        text = _with_columns(page, line, usual * line.size)
    if not (text.isascii() and text.isprintable()):
        text = _cleaned(page, line.start, text)
    return PlacedLine(text + line.hyphen, number, line.x, line.y, line.size, line.bold, line.turn, line.width)


def _is_loose(width: float, weight: float, count: int, usual: float, size: float) -> bool:
    """Whether letters take so much room that there may be the gap between two columns among them."""
    return width - usual * weight > (_LOOSE + _LOOSER * count) * size


def _weight(text: str) -> float:
    """How much room the text takes, in letters of middling width."""
    plain = text.encode("ascii", "ignore")
    narrow = len(plain) - len(plain.translate(None, _NARROW))
    broad = len(plain) - len(plain.translate(None, _BROAD))
    wide = 0 if len(plain) == len(text) else len(_WIDE.findall(text))
    return len(text) - 0.45 * narrow + 0.35 * broad + wide


def _with_columns(page: PageHandle, line: _Placed, usual: float) -> str:
    """The text with a tab for each space that is as wide as that between columns.

    Halves the line until the halves have no room for a gap: most loose lines are loose all over.
    """
    spaces = [match.span() for match in _SPACES.finditer(line.text)]
    gaps: dict[int, float] = {}
    waiting = [(0, len(spaces), 0, len(line.text), line.x, line.x + line.width)]
    while waiting:
        low, high, start, end, left, right = waiting.pop()
        part = line.text[start:end]
        if low >= high or not _is_loose(right - left, _weight(part), len(part), usual, line.size):
            continue
        middle = (low + high) // 2
        before, after = spaces[middle]
        ends = page.box(page.index(line.start + before - 1))[2]
        begins = page.box(page.index(line.start + after))[0]
        if begins - ends > _COLUMN_GAP * line.size:
            gaps[before] = begins - ends
        waiting.append((low, middle, start, before, left, ends))
        waiting.append((middle + 1, high, after, end, begins, right))
    if _is_stretched(gaps.values(), line.text, line.size):
        return line.text
    # The text keeps its length, so that places in it stay places on the page.
    return "".join("\t" if at in gaps else letter for at, letter in enumerate(line.text)) if gaps else line.text


def _is_stretched(gaps: Collection[float], text: str, size: float) -> bool:
    """Whether words only stand far apart to fill their line: all gaps are the same, although the words are not."""
    if len(gaps) < _MANY_GAPS or max(gaps) - min(gaps) > _SAME_GAP * size:
        return False
    return len(set(map(len, text.split()))) >= _MANY_LENGTHS


def _cleaned(page: PageHandle, start: int, text: str) -> str:
    """The text without spaces that PDFium puts between Chinese and Latin letters, ligatures and odd characters."""
    if pdf_leftward.is_leftward(text):
        text = pdf_leftward.righted(
            text, lambda one, two: page.box(page.index(start + one)) == page.box(page.index(start + two))
        )
    if _NEXT_TO_WIDE.search(text):
        text = _NEXT_TO_WIDE.sub(
            lambda match: "" if page.is_generated(page.index(start + match.start())) else " ", text
        )
    if _LIGATURES.search(text):
        text = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    return clean(text.replace("\xad", "-")).replace("\n", " ").strip()
