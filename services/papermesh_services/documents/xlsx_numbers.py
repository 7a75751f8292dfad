"""Finds how the cells of an XLSX show their numbers, of which calamine gives only those and, for dates, the moment."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.rowformats import Looks, RowFormats, formatters
from papermesh_services.documents.xlsx_parts import column_of

if TYPE_CHECKING:
    from papermesh_services.documents.numberformat import Formatter
    from papermesh_services.documents.watch import Watch

_CHECKED_EVERY: Final = 4096
_MOST_STYLES: Final = 65_536
_ROW: Final = re.compile(rb"""<(?:\w+:)?row(?=[\s/>])(?:[^<>]*?\sr\s*=\s*["']([0-9]{1,9})["'])?""")
_NEGATIVE: Final = (
    rb"""(<(?:\w+:)?c\s[^<>]*?)\ss=["'](?:%s)["']"""
    rb"""([^<>]*>(?:<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<>]*</(?:\w+:)?f>))?<(?:\w+:)?v>-)"""
)
_MOMENTS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_NO_SIGNS: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].|general', re.IGNORECASE | re.DOTALL)
_OF_MOMENTS: Final = re.compile("[ymdhs]", re.IGNORECASE)
_CELL: Final = rb"""<(?:\w+:)?c\s+r=["']([A-Z]{1,3})[0-9]{1,9}["'][^<>]*?\ss=["'](%s)["']"""


class Formats:
    """Told the elements of the styles, gives what writes the numbers of each style."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._in = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name in ("numFmts", "cellXfs"):
            self._in = name
        elif name == "numFmt" and self._in == "numFmts":
            self._codes[_number(attributes)] = attributes.get("formatCode", "")
        elif name == "xf" and self._in == "cellXfs" and len(self._styles) < _MOST_STYLES:
            self._styles.append(_number(attributes))

    def data(self, text: str) -> None:
        """Styles have no text."""

    def end(self, name: str) -> None:
        """An element ends."""
        if name == self._in:
            self._in = ""

    def moments(self) -> list[int]:
        """The styles that show a date or a time of the day."""
        dated = {number for number, code in self._codes.items() if _is_moment(code)} | _MOMENTS - self._codes.keys()
        return [index for index, number in enumerate(self._styles) if number in dated]

    def formatters(self) -> dict[int, Formatter]:
        """What writes the numbers of a style, by its index; not of those that say nothing more than the number."""
        return formatters(self._codes, self._styles)


def _is_moment(code: str) -> bool:
    return not _ELAPSED.search(code) and bool(_OF_MOMENTS.search(_NO_SIGNS.sub("", code)))


def with_plain_negatives(sheet: bytes, moments: list[int]) -> bytes:
    """The sheet with numbers below zero as numbers where they would be dates, of which calamine makes midnight."""
    if not moments or b"v>-" not in sheet:
        return sheet
    negative = re.compile(_NEGATIVE % b"|".join(str(index).encode() for index in moments))
    return negative.sub(rb"\1\2", sheet)


def _number(attributes: dict[str, str]) -> int:
    text = attributes.get("numFmtId", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def row_formats(sheet: bytes, looks: Looks, watch: Watch) -> RowFormats:
    """What writes the numbers of a sheet. Cells that do not say where they are show theirs as they are."""
    made = RowFormats(looks)
    if not looks.formats:
        return made
    cells = re.compile(_CELL % b"|".join(str(index).encode() for index in looks.formats))
    starts = chain((match for match in _ROW.finditer(sheet)), (None,))
    before, number = next(starts), 0
    for count, following in enumerate(starts):
        if count % _CHECKED_EVERY == 0:
            watch.check()
        if before is not None:
            number = int(before[1]) if before[1] else number + 1
            look = cells.findall(sheet, before.end(), following.start() if following else len(sheet))
            if look:
                key = tuple(look)
                which = looks.which(key)
                if which is None:
                    which = looks.learn(key, [(column_of(letters) - 1, int(style)) for letters, style in look])
                made.put(number - 1, which)
        before = following
    return made
