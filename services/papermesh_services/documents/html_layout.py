"""Tells HTML tables of data from those that only put things side by side, as old pages and mails do.

What marks data decides before what stands in the cells: a list or a heading in one cell makes no layout of a table.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from papermesh_services.documents.watch import Watch

_INSIDE: Final = "table, h1, h2, h3, h4, h5, h6, ul, ol, form, blockquote, pre"
_PARTS: Final = frozenset({"thead", "tbody", "tfoot"})
_CELLS: Final = frozenset({"td", "th"})
_LONG: Final = 600
_SHORT: Final = 120
_WHOLE_PAGE: Final = 5_000
"""Characters of a cell that is none of data, whatever marks it."""

_FEWEST_ROWS: Final = 3
"""Of a table that nothing marks."""
_LOOK_EVERY: Final = 256


def is_layout(table: LexborNode, watch: Watch) -> bool:
    """Whether a table only puts things side by side."""
    role = table.attributes.get("role")
    if role in ("presentation", "none"):
        return True
    rows = [list(cells_of(row)) for row in rows_of(table)]
    cells = [cell for row in rows for cell in row]
    if len(cells) <= 1:
        return True
    if not _holds(table, _INSIDE) and not _has_long(cells, watch):
        return False
    if len(rows) < 2 or 2 * sum(len(row) > 1 for row in rows) < len(rows):
        return True
    nested = any(one.mem_id != table.mem_id for one in table.css("table")[:2])
    if (nested and _holds(table, "img")) or _has_long(cells, watch, _WHOLE_PAGE):
        return True
    if role in ("table", "grid") or any(part.tag in ("caption", "thead") for part in table.iter()):
        return False
    marked = _has_heads(cells, watch) or (_has_border(table) and not (nested or _has_long(cells, watch)))
    return not (marked or _is_even(rows, watch))


def rows_of(table: LexborNode) -> Iterator[LexborNode]:
    """The rows of a table itself, without those of tables in it."""
    for part in table.iter():
        if part.tag == "tr":
            yield part
        elif part.tag in _PARTS:
            yield from (row for row in part.iter() if row.tag == "tr")


def cells_of(row: LexborNode) -> Iterator[LexborNode]:
    """The cells of a row itself."""
    return (cell for cell in row.iter() if cell.tag in _CELLS)


def captions_of(table: LexborNode) -> Iterator[LexborNode]:
    """The captions of a table itself."""
    return (part for part in table.iter() if part.tag == "caption")


def _has_long(cells: list[LexborNode], watch: Watch, most: int = _LONG) -> bool:
    return any(len(cell.text(deep=True)) > most for cell in watch.limited(cells, _LOOK_EVERY))


def _holds(node: LexborNode, selector: str) -> bool:
    return any(found.mem_id != node.mem_id for found in node.css(selector)[:2])


def _has_heads(cells: list[LexborNode], watch: Watch) -> bool:
    """Whether some cells are heads of others. Mails may be all heads, and boxes of links heads and lists."""
    others = [cell for cell in cells if cell.tag == "td"]
    if not others or not any(cell.tag == "th" or cell.attributes.get("scope") for cell in cells):
        return False
    return 2 * sum(_holds(cell, _INSIDE) for cell in watch.limited(others, _LOOK_EVERY)) <= len(others)


def _has_border(table: LexborNode) -> bool:
    attributes = table.attributes
    border = (attributes.get("border") or "").strip()
    return bool((attributes.get("summary") or "").strip()) or border.rstrip("px").strip("0") not in ("", "none")


def _is_even(rows: list[list[LexborNode]], watch: Watch) -> bool:
    """Whether most rows have the same number of short cells, most of them with nothing but text."""
    if len(rows) < _FEWEST_ROWS:
        return False
    short = [row for row in watch.limited(rows, _LOOK_EVERY) if all(0 < _length(cell) <= _SHORT for cell in row)]
    wide, many = Counter(map(_width, short)).most_common(1)[0] if short else (0, 0)
    cells = [cell for row in short for cell in row]
    blocks = sum(_holds(cell, _INSIDE) for cell in watch.limited(cells, _LOOK_EVERY))
    pictured = any(_holds(cell, "img, input, select, button") for cell in watch.limited(cells, _LOOK_EVERY))
    return wide > 1 and 3 * many > 2 * len(rows) and 2 * blocks < len(cells) and not pictured


def _width(row: list[LexborNode]) -> int:
    """How many columns a row takes, as far as its cells say in one digit."""
    spans = (cell.attributes.get("colspan") or "" for cell in row)
    return sum(int(span) if span in "23456789" and span else 1 for span in spans)


def _length(cell: LexborNode) -> int:
    return len(cell.text(deep=True).strip())
