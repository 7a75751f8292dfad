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
_DASHES: Final = frozenset("-–—")
_NUMBER_AT_LEFT: Final = re.compile(r"\d{1,3}[.)]\s")
_NUMBER_AT_RIGHT: Final = re.compile(r"\s[.(](?:\d{1,3}|[א-תأ-ي])$")
_ITEM: Final = re.compile(r"\W|[(.]?\w{1,2}[).]")
_SHARE: Final = 0.5
_SHARE_AMONG_SUCH: Final = 0.25
_SHARE_OF_TABLE: Final = 0.1
_LEADING: Final = 1.7
"""Of a letter's size: rows that stand further apart are not of one paragraph."""
_SAME_SIZE: Final = 0.12


def told(rows: Sequence[DrawnRow]) -> list[bool | None]:
    """For each row of a page whether it runs to the left; None where nothing near it does."""
    counted = [_Counted(row) for row in rows]
    rows_over = sum(row.left > row.right for row in counted) - sum(row.left < row.right for row in counted)
    among = rows_over > 0 or (not rows_over and _is_mostly_left(counted))
    near = [row for row in counted if among or row.left]
    _find_tables(near, counted)
    for row in near:
        row.item = _marker(row) if not row.tabular else None
    blocks = list(_blocks(counted))
    looks = [_looks(block, among=among) for block in blocks]
    # Where sentences of such letters run to the right all the same, so do the tables and titles among them.
    sure = [look for block, look in zip(blocks, looks, strict=True) if look is not None and _is_mostly_left(block)]
    against = sum(sure) < len(sure) / 2
    result: list[bool | None] = []
    for block, look in zip(blocks, looks, strict=True):
        side = _side(block, among=among) if look is None else look
        result += [side and not (against and look is None)] * len(block)
    return result


class _Counted:
    """A row, and how many of its letters run to the left and to the right.

    tabular: whether there are gaps in it; item: whether it is one of a list with its bullet at the right or the left.
    """

    def __init__(self, row: DrawnRow) -> None:
        self.row = row
        self.left = len(_LEFTWARD.findall(row.text))
        self.right = len(_RIGHTWARD.findall(row.text))
        self.tabular = False
        self.item: bool | None = None

    @property
    def drawn(self) -> str:
        """The row as it is drawn."""
        return " ".join("".join(cell) for cell in self.row.cells)

    @property
    def has_gaps(self) -> bool:
        """Whether a row has more cells than an item of a list and its bullet or number."""
        cells = self.row.cells
        return len(cells) > 2 or (len(cells) == 2 and not any(_ITEM.fullmatch("".join(cell)) for cell in cells))


def _find_tables(near: Sequence[_Counted], rows: Sequence[_Counted]) -> None:
    """Marks the rows with gaps, asking only those that may matter and those beside one that has some."""
    for row in near:
        row.tabular = row.has_gaps
    for one_way in (rows, rows[::-1]):
        for before, row in pairwise(one_way):
            row.tabular = row.tabular or (before.tabular and row.has_gaps)


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
    if row.item is not None or one.turn != other.turn:
        return False
    if abs(before.row.main.size - row.row.main.size) > _SAME_SIZE * row.row.main.size:
        return False
    if not 0 < one.y - other.y < _LEADING * row.row.main.size:
        return False
    # A sentence in other letters, which begins on a line of its own, is a paragraph of its own mostly.
    return not ((not before.left and not row.right) or (not before.right and not row.left))


def _looks(block: Sequence[_Counted], *, among: bool) -> bool | None:
    """Whether a paragraph runs to the left, by where its bullet is and where its sentence ends."""
    if block[0].tabular or not (among or any(row.left for row in block)):
        return None
    return _end(block[-1].drawn) if block[0].item is None else block[0].item


def _side(block: Sequence[_Counted], *, among: bool) -> bool | None:
    """Likewise by what most of its letters are. among: whether it stands among others that run to the left."""
    left, right = _letters(block)
    if not left:
        return not right if among else None
    least = _SHARE_OF_TABLE if block[0].tabular else _SHARE_AMONG_SUCH
    return left >= (least if among else _SHARE) * (left + right)


def _is_mostly_left(block: Sequence[_Counted]) -> bool:
    left, right = _letters(block)
    return left > right


def _letters(block: Sequence[_Counted]) -> tuple[int, int]:
    return sum(row.left for row in block), sum(row.right for row in block)


def _marker(row: _Counted) -> bool | None:
    """Whether the bullet or number of a list item stands at the right; None where there is none.

    A dash may as well stand at the end of a line.
    """
    drawn = row.drawn
    at_right = drawn[-2:-1].isspace() and headings.is_bullet(drawn[-1]) and not (drawn[-1] in _DASHES and row.right)
    at_left = headings.strip_bullet(drawn) is not None and not (drawn[0] in _DASHES and row.left)
    at_right = at_right or _NUMBER_AT_RIGHT.search(drawn) is not None
    at_left = at_left or _NUMBER_AT_LEFT.match(drawn) is not None
    return None if at_right == at_left else at_right


def _end(drawn: str) -> bool | None:
    """Whether the mark that ends a sentence stands at the left; None where there is none."""
    at_left = drawn[:1] in _ENDS and not drawn[1:2].isspace()
    at_right = drawn[-1:] in _ENDS and not drawn[-2:-1].isspace()
    return None if at_left == at_right else at_left
