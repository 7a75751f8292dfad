"""Reads one page of a PDF by PDFium: its lines, each with its place and the size of its letters.

Asks PDFium about two letters a line, because asking about every one takes longer than reading the page. What the lines
mean is for pdf_layout.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import partial
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

from papermesh_services.documents import (
    headings,
    pdf_leftward,
    pdf_leftward_tables,
    pdf_rules,
    pdf_tables,
    pdf_torn,
    pdf_vertical,
)
from papermesh_services.documents.clean import clean
from papermesh_services.documents.pdf_columns import COLUMN_GAP, Columns, Stretch
from papermesh_services.documents.pdf_layout import PlacedLine
from papermesh_services.documents.utf16 import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_leftward import Row
    from papermesh_services.documents.pdf_marks import Marks

_LINE_END = "\r\n"
_UNBROKEN = re.compile("[^\\r\\n\ufffe\\x02]+")
_HYPHENS = "\ufffe\x02"
_UNSPACED = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_NEXT_TO_WIDE = re.compile(f"(?<={_UNSPACED}) (?=\\S)|(?<=\\S) (?={_UNSPACED})")
_LIGATURES = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc]+")
_OF_FAR_SCRIPTS = re.compile("[\u0590-\u08ff\u2e80-\uffff]")
"""What is neither written from left to right with spaces between words, nor a letter that stands for itself."""
_SHIFT = 0.7
_LEVEL = 0.1
_SPACE = 0.12
_MOST_LINES = 2_000
_MOST_CHARACTERS = 100_000
"""On a page in which tables are looked for."""


def lines(
    page: PageHandle, raw: str, number: int, marks: Marks | None = None, *, ruled: bool = True
) -> tuple[PlacedLine, ...]:
    """The lines of a page, in the order of its content. raw is its text as PDFium gives it.

    marks: what numbers them by the page's tags, if it has some.
    ruled: whether what stands between rules may be a table; each table is one line.
    """
    if pdf_vertical.is_vertical(page, raw):
        turned, rest = pdf_vertical.columns(page, raw, number)
        return pdf_vertical.placed(_upright(page, rest, number), turned)
    return _upright(page, raw, number, marks, ruled=ruled)


def _upright(
    page: PageHandle, raw: str, number: int, marks: Marks | None = None, *, ruled: bool = False
) -> tuple[PlacedLine, ...]:
    columns = Columns(page, raw)
    placed = [_place(page, columns, *part) for part in _parts(raw)]
    if pdf_torn.is_torn(raw):
        placed = [line._replace(text=pdf_torn.mended(page, line.start, line.text, line.size)) for line in placed]
        columns = Columns(page, _rewritten(raw, placed))
    if pdf_leftward.is_among(raw):
        placed = marks.tagged(placed) if marks else placed
        rows = list(pdf_leftward.rows(page, raw, placed))
        told = _with_leftward_tables(page, rows, number) if ruled else rows
        return tuple(_with_leftward(page, told, columns.gaps(placed), number))
    if marks is not None:
        placed = marks.tagged(placed, lambda start, text: _read_as(page, start, text))
    gaps = columns.gaps(placed)
    ruled = ruled and not (marks and marks.tags.tables)
    found = _with_tables(page, placed, gaps, number) if ruled else placed
    return tuple(_joined(_line(page, line, gaps, number) if isinstance(line, Stretch) else line for line in found))


def _with_leftward_tables(page: PageHandle, rows: Sequence[Row], number: int) -> Sequence[Row | PlacedLine]:
    if len(rows) > _MOST_LINES:
        return rows
    rules = pdf_rules.read(page)
    if not rules.level or not rules.upright:
        return rows
    return pdf_leftward_tables.told(rows, rules, _as_it_is, number)


def _with_leftward(
    page: PageHandle, rows: Iterable[Row | PlacedLine], gaps: Mapping[int, Sequence[int]], number: int
) -> Iterator[PlacedLine]:
    """The lines of a page that has some that run to the left, or words in them that do."""
    for told, same in groupby(rows, lambda row: isinstance(row, PlacedLine) or bool(row.text)):
        some = list(same)
        if told:
            lines = (row if isinstance(row, PlacedLine) else _turned_around(row, number) for row in some)
            yield from (line for line in lines if line.text)
        else:
            pieces = (piece for row in some if not isinstance(row, PlacedLine) for piece in row.pieces)
            yield from _joined(_line(page, piece, gaps, number) for piece in pieces)


def _as_it_is(text: str) -> str:
    """The text, whose words are in their order, without ligatures and odd characters."""
    return _tidied(_unligatured(text))


def _turned_around(row: Row, number: int) -> PlacedLine:
    longest = max(row.pieces, key=lambda piece: piece.width)
    text = _as_it_is(row.text)
    place = (number, row.left, longest.y, longest.size, longest.bold, longest.turn, row.right - row.left)
    tags = {piece.tag for piece in row.pieces}
    return PlacedLine(text, *place, row.leftward, tag=tags.pop() if len(tags) == 1 else 0)


def _with_tables(
    page: PageHandle, placed: Sequence[Stretch], gaps: Mapping[int, Sequence[int]], number: int
) -> Sequence[Stretch | PlacedLine]:
    if len(placed) > _MOST_LINES or sum([len(line.text) for line in placed]) > _MOST_CHARACTERS:
        return placed
    rules = pdf_rules.read(page)
    if not rules.level and not gaps:
        return placed
    return pdf_tables.told(page, placed, gaps, rules, partial(_text, page), number)


def _rewritten(raw: str, placed: Iterable[Stretch]) -> str:
    """The page's text with that of its lines, which is as long as it was."""
    letters = list(raw)
    for line in placed:
        letters[line.start : line.start + len(line.text)] = line.text
    return "".join(letters)


def _parts(raw: str) -> Iterator[tuple[int, str, str]]:
    """The lines that are not blank: where each starts, its text without white space around it, and its hyphen."""
    start = 0
    for line in raw.split(_LINE_END):
        if line.isascii() and line.isprintable():
            text = line.strip()
            if text:
                yield start + line.index(text), text, ""
        else:
            yield from _broken_up(line, start)
        start += len(line) + len(_LINE_END)


def _broken_up(line: str, start: int) -> Iterator[tuple[int, str, str]]:
    """Likewise of a line that may have hyphens and odd line ends in it."""
    for match in _UNBROKEN.finditer(line):
        found = match.group()
        text = found.strip()
        if text:
            yield start + match.start() + found.index(text), text, _hyphen(found, line[match.end() : match.end() + 1])


def _hyphen(line: str, after: str) -> str:
    """What PDFium has taken from the end of a line: nothing, a hyphen, or a dash that stood apart."""
    if not after or after not in _HYPHENS:
        return ""
    return " -" if line[-1].isspace() else "-"


def _place(page: PageHandle, columns: Columns, start: int, text: str, hyphen: str) -> Stretch:
    end = start + len(text)
    a, b, c, d, left, top, right, bottom, left2, top2, right2, bottom2 = page.ends(start, end - 1)
    turn = 0
    if b != 0 or (a < 0 and not _is_mirrored(d, text)):
        turn = round(math.degrees(math.atan2(b, a)))
        left, bottom, right = _turned(a, b, (left, top, right, bottom))
        left2, _, right2 = _turned(a, b, (left2, top2, right2, bottom2))
    (font_size, bold, fixed), (last_size, last_bold, last_fixed) = page.fonts(start, end - 1)
    pitch = min(right - left, right2 - left2) if fixed and last_fixed else 0.0
    size = round(abs(font_size * d) if c == 0 else abs(font_size) * math.hypot(c, d), 1)
    if last_size != font_size:
        size = median((size, page.shown_size(end - 1), page.shown_size(start + len(text) // 2)))
    x = left if left < left2 else left2
    width = (right if right > right2 else right2) - x
    weight = columns.weight(start, end)
    return Stretch(start, text, hyphen, x, bottom, width, max(0.1, size), bold and last_bold, turn, weight, pitch)


def _is_mirrored(d: float, text: str) -> bool:
    """Whether letters follow each other to the left, but stand upright: so lies recognised text under its picture."""
    return d > 0 and pdf_leftward.is_leftward(text)


def _turned(a: float, b: float, box: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """Left, bottom and right of a box as one sees it who turns the page to read. a, b: what scales along the line."""
    left, top, right, bottom = box
    length = math.hypot(a, b) or 1.0
    cos, sin = a / length, b / length
    corners = [(x * cos + y * sin, y * cos - x * sin) for x in (left, right) for y in (bottom, top)]
    along, up = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return (min(along), min(up), max(along))


def _line(page: PageHandle, line: Stretch, gaps: Mapping[int, Sequence[int]], number: int) -> PlacedLine:
    start, text, hyphen, x, y, width, size, bold, turn, _, pitch, tag = line
    for gap in gaps.get(start, ()):
        text = f"{text[:gap]}\t{text[gap + 1 :]}"  # as long as before, so that places in it stay places on the page
    text = _read_as(page, start, text) + hyphen
    return PlacedLine(text, number, x, y, size, bold, turn, width, False, None, pitch, tag)


def _text(page: PageHandle, line: Stretch) -> str:
    return _read_as(page, line.start, line.text) + line.hyphen


def _read_as(page: PageHandle, start: int, text: str) -> str:
    return text if text.isascii() and text.isprintable() else _cleaned(page, start, text)


def _cleaned(page: PageHandle, start: int, text: str) -> str:
    """The text without spaces that PDFium puts between Chinese and Latin letters, ligatures and odd characters."""
    if _OF_FAR_SCRIPTS.search(text):
        if _NEXT_TO_WIDE.search(text):
            mark = headings.mark_length(text)
            text = _NEXT_TO_WIDE.sub(
                lambda match: " " if match.start() == mark or not page.is_generated(start + match.start()) else "", text
            )
        text = _unligatured(whole(text))
    return _tidied(text)


def _tidied(text: str) -> str:
    return clean(text.replace("\xad", "-")).replace("\n", " ").strip()


def _unligatured(text: str) -> str:
    return _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


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
    if (before.turn, before.kind, before.tag) != (line.turn, line.kind, line.tag) or distance < -0.5 * line.size:
        return False
    return distance < 0.5 * max(before.size, line.size) or abs(before.y - line.y) < _LEVEL * line.size


def _one(before: PlacedLine, line: PlacedLine) -> PlacedLine:
    distance = line.x - before.x - before.width
    size = min(before.size, line.size)
    space = "\t" if distance > COLUMN_GAP * size else " " if distance > _SPACE * size else ""
    longer = before if before.width >= line.width else line
    width = line.x + line.width - before.x
    return longer._replace(text=f"{before.text}{space}{line.text}", x=before.x, width=width)
