"""Tells the code in a PDF: lines in letters of one width, in a document whose other letters are not.

A document that is set in such letters as a whole was typed, or printed by a program, and has no code for that. Works on
lines that others have read.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import headings
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_layout import PlacedLine

_MOST_SHARE: Final = 0.5
"""Of the characters of a document, how many may be in letters of one width for these to say something."""
_OFF: Final = 0.25
_OFF_MORE: Final = 0.006
"""Of a letter's width: how far a line may be from being as wide as so many letters, and how much more for each."""
NEXT: Final = 4.0
_LEADING: Final = 1.5
_LEAST_LEADING: Final = 0.9
"""Of a letter's size: distances of lines that follow each other."""
_MOST_BLANK: Final = 3
_MOST_INDENT: Final = 100
_TABLE: Final = 0.7
_PROSE_LINES: Final = 3
_PROSE_WORDS: Final = 7
_MARKS: Final = re.compile(r"[{}()\[\]<>=;\\_|/#$*+&]")
_FEW_MARKS: Final = 0.03
_ADDRESS: Final = re.compile(r"\S+@\S+\.\w{2,}|(?:https?://|www\.)\S+")


def marked(lines: Sequence[PlacedLine]) -> Sequence[PlacedLine]:
    """The lines of a document, with those of code marked as such, their indents and empty lines in their texts."""
    typed = sum(len(line.text) for line in lines if line.pitch)
    if not typed or typed > _MOST_SHARE * sum(len(line.text) for line in lines):
        return lines
    result: list[PlacedLine] = []
    for is_typed, group in groupby(zip(lines, _all_typed(lines), strict=True), itemgetter(1)):
        part = [line for line, _ in group]
        for run in _runs(part) if is_typed else [part]:
            before = result[-1] if result else None
            result.extend(_code(run) if is_typed and _is_code(run, before) else run)
    return result


def _all_typed(lines: Sequence[PlacedLine]) -> list[bool]:
    """For each line whether it has letters of one width alone; of those next to one that has, not all need be so."""
    typed = list(map(_is_typed, lines))
    for at, (before, line) in enumerate(pairwise(lines), start=1):
        if before.pitch and line.pitch and typed[at - 1] != typed[at]:
            close = before.page == line.page and 0 < before.y - line.y < _LEADING * line.size
            if close:
                typed[at - 1] = typed[at] = True
    return typed


def _is_typed(line: PlacedLine) -> bool:
    """Whether a line has letters of one width and no others, going by how wide it is."""
    if not line.pitch or line.kind is not None or line.turn:
        return False
    letters = line.width / line.pitch
    off = _OFF + _OFF_MORE * letters
    return abs(letters - round(letters)) <= off and letters >= len(line.text) - off


def _runs(lines: Sequence[PlacedLine]) -> Iterator[list[PlacedLine]]:
    """The lines in parts that follow each other on one page."""
    run: list[PlacedLine] = []
    for line in lines:
        if run and not (run[-1].page == line.page and 0 < run[-1].y - line.y < NEXT * line.size):
            yield run
            run = []
        run.append(line)
    yield run


def _is_code(run: Sequence[PlacedLine], before: PlacedLine | None) -> bool:
    if len(run) == 1:
        goes_on = before is not None and 0 < before.y - run[0].y < _LEADING * before.size and before.page == run[0].page
        return not goes_on and not _ADDRESS.fullmatch(run[0].text) and not headings.is_title(run[0].text)
    if sum("\t" in line.text for line in run) >= _TABLE * len(run):
        return False
    text = "\n".join(line.text for line in run)
    wordy = len(run) >= _PROSE_LINES and len(text.split()) >= _PROSE_WORDS * len(run)
    return not wordy or len(_MARKS.findall(text)) > _FEW_MARKS * len(text)


def _code(run: Sequence[PlacedLine]) -> Iterator[PlacedLine]:
    left = min(line.x for line in run)
    falls = [before.y - line.y for before, line in pairwise(run)]
    leading = min((fall for fall in falls if fall > _LEAST_LEADING * run[0].size), default=1.2 * run[0].size)
    for line, fall in zip(run, [leading, *falls], strict=True):
        blank = "\n" * min(_MOST_BLANK, max(0, round(fall / leading) - 1))
        indent = " " * min(_MOST_INDENT, round((line.x - left) / line.pitch))
        yield line._replace(text=f"{blank}{indent}{_spaced(line)}", kind=BlockKind.CODE)


def _spaced(line: PlacedLine) -> str:
    """The text of a line with spaces in its gaps, as many as make it as wide as it is."""
    gaps = line.text.count("\t")
    missing = max(0, round(line.width / line.pitch) - len(line.text)) if gaps else 0
    parts = line.text.split("\t")
    spaces = [1 + missing // gaps + (number < missing % gaps) for number in range(gaps)] if gaps else []
    return parts[0] + "".join(" " * count + part for count, part in zip(spaces, parts[1:], strict=True))
