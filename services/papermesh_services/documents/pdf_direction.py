"""Tells which rows of a page run from right to left as a whole: the base direction of UAX #9, which no PDF says.

Rows that stand together have one direction (P2 and P3 ask for a paragraph's, too), told by where their sentences end,
where their bullets stand, and by what most of their letters are. A row without such letters may run to the left.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import headings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh_services.documents.pdf_drawn import DrawnRow

_LEFTWARD: Final = re.compile("[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u0700-\u08c7\ufb1d-\ufdff\ufe70-\ufefc]")
_RIGHTWARD: Final = re.compile("[A-Za-z\u00c0-\u058f]")
_ENDS: Final = frozenset(".,:;!?،؛؟۔")
_NUMBER_AT_LEFT: Final = re.compile(r"\(?\d{1,3}[.)]\s")
_NUMBER_AT_RIGHT: Final = re.compile(r"\s[.(]\d{1,3}\)?$")
_FEW: Final = 0.05
_MOST: Final = 0.75
"""Of the letters: where there are fewer or more of those that run to the left, nothing else counts."""
_SHARE: Final = 0.5
_SHARE_AMONG_SUCH: Final = 0.25
_SHARE_OF_TABLE: Final = 0.1
_LEADING: Final = 2.0
_SAME_SIZE: Final = 0.12


def told(rows: Sequence[DrawnRow]) -> list[bool]:
    """For each row of a page whether it runs to the left."""
    counted = [_Counted(row) for row in rows]
    among = sum(row.left > row.right for row in counted) > sum(row.left < row.right for row in counted)
    _find_tables(counted, among=among)
    result: list[bool] = []
    for block in _blocks(counted):
        leftward = _of_table(block, among=among) if block[0].tabular else _of_text(block, among=among)
        result += [leftward] * len(block)
    return result


class _Counted:
    """A row, and how many of its letters run to the left and to the right. tabular: whether there are gaps in it."""

    def __init__(self, row: DrawnRow) -> None:
        self.row = row
        self.left = len(_LEFTWARD.findall(row.text))
        self.right = len(_RIGHTWARD.findall(row.text))
        self.tabular = False


def _find_tables(rows: Sequence[_Counted], *, among: bool) -> None:
    """Marks the rows with gaps, asking only those that may matter: with letters that run to the left, or among such."""
    for row in rows:
        row.tabular = (among or row.left > 0) and len(row.row.cells) > 1
    for near in (rows, rows[::-1]):
        for before, row in pairwise(near):
            row.tabular = row.tabular or (before.tabular and len(row.row.cells) > 1)


def _blocks(rows: Sequence[_Counted]) -> Iterator[list[_Counted]]:
    """The rows of one paragraph, or of one table, together as far as can be told."""
    block: list[_Counted] = []
    for row in rows:
        if block and not _go_together(block[-1], row):
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _go_together(before: _Counted, row: _Counted) -> bool:
    if before.tabular or row.tabular:
        return before.tabular and row.tabular
    one, other = before.row.pieces[0], row.row.pieces[0]
    if one.turn != other.turn or abs(before.row.size - row.row.size) > _SAME_SIZE * row.row.size:
        return False
    if not 0 < one.y - other.y < _LEADING * row.row.size:
        return False
    # A sentence in other letters, which begins on a line of its own, is a paragraph of its own mostly.
    return not ((not before.left and not row.right) or (not before.right and not row.left))


def _of_table(block: Sequence[_Counted], *, among: bool) -> bool:
    left, right = _letters(block)
    if not left:
        return among and not right
    return left >= (_SHARE_OF_TABLE if among else _SHARE) * (left + right)


def _of_text(block: Sequence[_Counted], *, among: bool) -> bool:
    left, right = _letters(block)
    share = left / max(1, left + right)
    if share >= _MOST:
        return True
    if not (left or among) or 0 < share < _FEW:
        return False
    looks = _side(_marker(_letters_of(block[0].row)), _end(_letters_of(block[-1].row)))
    if looks is not None:
        return looks
    if not left:
        return among and not right
    return share >= (_SHARE_AMONG_SUCH if among else _SHARE)


def _letters(block: Sequence[_Counted]) -> tuple[int, int]:
    return sum(row.left for row in block), sum(row.right for row in block)


def _letters_of(row: DrawnRow) -> str:
    """The row as it is drawn."""
    return " ".join("".join(cell) for cell in row.cells)


def _side(*told: bool | None) -> bool | None:
    """The first that says something."""
    return next((side for side in told if side is not None), None)


def _marker(drawn: str) -> bool | None:
    """Whether the bullet or number of a list item stands at the right; None where there is none."""
    at_right = (drawn[-2:-1].isspace() and headings.is_bullet(drawn[-1])) or _NUMBER_AT_RIGHT.search(drawn)
    at_left = headings.strip_bullet(drawn) is not None or _NUMBER_AT_LEFT.match(drawn)
    return None if bool(at_right) == bool(at_left) else bool(at_right)


def _end(drawn: str) -> bool | None:
    """Whether the mark that ends a sentence stands at the left; None where there is none."""
    at_left = drawn[:1] in _ENDS and not drawn[1:2].isspace()
    at_right = drawn[-1:] in _ENDS and not drawn[-2:-1].isspace()
    return None if at_left == at_right else at_left
