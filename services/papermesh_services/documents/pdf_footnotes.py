"""Tells the footnotes of a PDF: small letters at the foot of a page that begin with a mark raised in the text above.

Takes them out of the flow only where all of that is so, and the marks count up; anything else stays where it is. Works
on lines that others have read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import lines
from papermesh_services.documents.joining import Line
from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_layout import PageText, body_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.builder import Draft
    from papermesh_services.documents.pdf_layout import PlacedLine
    from papermesh_services.documents.pdf_running import Sorted

_SMALL: Final = 0.93
_LEAST_SIZE: Final = 0.6
_AS_LARGE: Final = 1.02
_FAR: Final = 3.0
"""Of a letter's size: how far notes that are not in small letters stand below the text."""
_MOST_FAR: Final = 12
_MOST_LINES: Final = 80
_MOST_COLUMNS: Final = 12
_MOST_ABOVE: Final = 50_000
"""Characters before a note in which its mark is looked for."""
_MARK: Final = re.compile(r"(\d{1,3}|[*†‡§¶]{1,3})[ \t]?(?=[^\W\d_]|[\"“„«‘'(\[])")
_RAISED: Final = r"(?:[^\W\d_]|[^\W\d_][.,;:!?)\]\"”’»]{{1,3}}){mark}(?![\w*†‡§¶]|[.,]\d)"


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The lines of one page that are no footnotes, and the footnotes as blocks."""

    rest: Sorted
    notes: tuple[Draft, ...] = ()


def told(pages: Sequence[Sorted]) -> list[Footnotes]:
    """The pages, their footnotes apart."""
    usual = body_size([line for page in pages for line in page.flow.lines])
    return [_told(page, usual) for page in pages]


def _told(page: Sorted, usual: float) -> Footnotes:
    flow = page.flow.lines
    kept: list[PlacedLine] = []
    notes: list[Draft] = []
    for number, column in enumerate(_columns(flow)):
        start = _start(column, usual) if number < _MOST_COLUMNS else len(column)
        if start == len(column):
            start = _far_below(column, usual)
        found = _notes(column[start:])
        if found and _all_raised([mark for mark, _ in found], [*kept, *column[:start]]):
            kept.extend(column[:start])
            notes.extend(draft for mark, note in found for draft in _drafts(mark, note))
        else:
            kept.extend(column)
    return Footnotes(replace(page, flow=PageText(tuple(kept))), tuple(notes)) if notes else Footnotes(page)


def _columns(flow: Sequence[PlacedLine]) -> Iterator[Sequence[PlacedLine]]:
    """The lines, cut where they go on further up."""
    start = 0
    for at, (before, line) in enumerate(pairwise(flow), start=1):
        if line.y > before.y + 2 * line.size:
            yield flow[start:at]
            start = at
    if flow:
        yield flow[start:]


def _start(column: Sequence[PlacedLine], usual: float) -> int:
    """Where the small lines at the foot of a column begin, the first of them with a mark."""
    start = len(column)
    for at in range(len(column) - 1, max(0, len(column) - _MOST_LINES) - 1, -1):
        line = column[at]
        if line.turn or not _LEAST_SIZE * usual <= line.size <= _SMALL * usual or "\t" in line.text[4:]:
            break
        if _MARK.match(line.text):
            start = at
    return start


def _far_below(column: Sequence[PlacedLine], usual: float) -> int:
    """Where lines at the foot of a column begin that stand far below the rest, the first of them with a mark.

    Some programs set notes in the letters of the text.
    """
    for at in range(len(column) - 1, max(0, len(column) - _MOST_FAR), -1):
        line = column[at]
        if line.turn or not _LEAST_SIZE * usual <= line.size <= _AS_LARGE * usual or "\t" in line.text[4:]:
            break
        if column[at - 1].y - line.y > _FAR * line.size:
            return at if _MARK.match(line.text) else len(column)
    return len(column)


def _notes(found: Sequence[PlacedLine]) -> list[tuple[str, list[PlacedLine]]]:
    """The notes in lines of which the first begins one: marks and lines. None where their marks do not count up."""
    notes: list[tuple[str, list[PlacedLine]]] = []
    for line in found:
        match = _MARK.match(line.text)
        if match and (not notes or _follows(notes[-1][0], match[1])):
            notes.append((match[1], []))
            line = line._replace(text=line.text[match.end() :])
        notes[-1][1].append(line)
    return notes


def _follows(before: str, mark: str) -> bool:
    if mark.isdigit():
        return int(mark) == (int(before) + 1 if before.isdigit() else 1)
    return before != mark


def _all_raised(marks: Sequence[str], above: Sequence[PlacedLine]) -> bool:
    text = "\n".join(line.text for line in above)[-_MOST_ABOVE:]
    return all(re.search(_RAISED.format(mark=re.escape(mark)), text) for mark in marks)


def _drafts(mark: str, note: Sequence[PlacedLine]) -> Iterator[Draft]:
    made = [Line(line.text, gap=False, page=line.page, heading=0) for line in note if line.text]
    for number, draft in enumerate(lines.drafts(made)):
        text = draft.text if number else f"{mark} {draft.text}"
        yield draft._replace(kind=BlockKind.FOOTNOTE, level=0, text=text)
