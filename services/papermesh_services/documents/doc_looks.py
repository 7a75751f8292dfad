"""What the tables of an old Word file say of the looks of its paragraphs and characters ([MS-DOC] 2.9, 2.6)."""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from papermesh_services.documents.doc_file import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from papermesh_services.documents.doc_file import DocFile
    from papermesh_services.documents.table_edges import Edges
    from papermesh_services.documents.watch import Watch

_CHARACTER_PAGES, _PARAGRAPH_PAGES = 12, 13
_PAGE: Final = 512
_MOST: Final = 500_000
"""Looks that are heeded, of paragraphs and of runs: far more than a document has, and not gigabytes."""
_KNOWN: Final = 4_096
"""Looks that are kept, because nearly all there are repeat."""
_SIZES: Final = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of what follows a modifier, by its three highest bits; for the seventh they are told."""
_TABLE_SHAPE, _TABS = 0xD608, 0xC615
_FLAGS: Final = {0x2416: "in_table", 0x2417: "row_end", 0x244B: "inner_cell", 0x244C: "inner_row"}
_VALUES: Final = {
    0x6649: "cell_depth",
    0x2640: "outline",
    0x260A: "depth",
    0x6645: "elsewhere",
    0x6646: "elsewhere",
}
_MOST_ELSEWHERE: Final = 8_192
"""Bytes of what is said in the stream Data: a row of all the cells that there may be takes less."""
_LIST: Final = 0x460B
_NO_LIST: Final = (0, 0xF801)
_DELETED, _INSERTED, _HIDDEN, _SYMBOL, _PICTURE = 0x0800, 0x0801, 0x083C, 0x6A09, 0x6A03
_FONT, _OTHER_FONT = 0x4A4F, 0x4A51


@dataclass(slots=True)
class ParagraphLook:
    """What is said of one paragraph beside its style, which is a number.

    outline, listed, depth: None where only the style says it. depth counts from 0. cell_depth: of tables, from 1.
    edges: those of the cells of a row, whose end it is. elsewhere: where in the stream Data more is said, if it is.
    """

    style: int = 0
    in_table: bool = False
    row_end: bool = False
    cell_depth: int = 0
    inner_cell: bool = False
    inner_row: bool = False
    outline: int | None = None
    listed: bool | None = None
    depth: int | None = None
    edges: Edges = ()
    elsewhere: int | None = None


class CharacterLook(NamedTuple):
    """A run of characters with something about it: start and stop are places in the stream, in bytes.

    symbol: the font and the sign in it that its characters stand for. font: where it is one of signs, its number.
    picture: where that lies in the stream Data.
    """

    start: int
    stop: int
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    symbol: tuple[int, int] | None = None
    font: int | None = None
    picture: int | None = None


LookT = TypeVar("LookT")

_PLAIN: Final = ParagraphLook()
_USUAL: Final = CharacterLook(0, 0)[2:]


class Looks:
    """The looks of everything in a file, by places in its stream. signs: the numbers of fonts that have no letters."""

    def __init__(self, file: DocFile, signs: frozenset[int], watch: Watch) -> None:
        runs = (_heeded(run, signs) for run in _each(file, _CHARACTER_PAGES, watch, _of_characters))
        unusual = (run for run in runs if run[2:] != _USUAL)
        self._runs = sorted(islice(unusual, _MOST), key=lambda run: run.start)
        self._starts = [run.start for run in self._runs]
        paragraphs = sorted(islice(_each(file, _PARAGRAPH_PAGES, watch, _of_paragraph), _MOST), key=itemgetter(0))
        self._paragraph_starts = [start for start, _, _ in paragraphs]
        self._paragraphs = paragraphs
        self._data = file.data

    def paragraph(self, at: int) -> ParagraphLook:
        """That of the paragraph whose end lies at a place."""
        index = bisect_right(self._paragraph_starts, at) - 1
        if index < 0 or at >= self._paragraphs[index][1]:
            return _PLAIN
        look = self._paragraphs[index][2]
        return look if look.elsewhere is None else self._with_more(look, look.elsewhere)

    def _with_more(self, look: ParagraphLook, place: int) -> ParagraphLook:
        """With what is said of it elsewhere: what does not fit into a page, such as the row of a wide table."""
        size = int.from_bytes(self._data[place : place + 2], "little")
        return adapt(replace(look), self._data[place + 2 : place + 2 + min(size, _MOST_ELSEWHERE)])

    def runs(self, start: int, stop: int) -> Iterator[CharacterLook]:
        """The runs with something about them between two places, each cut to those, in order."""
        first = max(0, bisect_right(self._starts, start) - 1)
        for index in range(first, bisect_left(self._starts, stop)):
            run = self._runs[index]
            if run.stop > start:
                yield run._replace(start=max(start, run.start), stop=min(stop, run.stop))


def modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each modifier (Sprm) of a list, and what follows it."""
    at = 0
    while at + 2 <= len(data):
        code = int.from_bytes(data[at : at + 2], "little")
        at += 2
        size = _SIZES[code >> 13]
        if not size:
            told = 2 if code == _TABLE_SHAPE else 1
            size = int.from_bytes(data[at : at + told], "little") - (1 if code == _TABLE_SHAPE else 0)
            if code == _TABS and size == 255:
                return  # of a length that only its parts tell; it is the last that matters here
            at += told
        yield code, data[at : at + max(0, size)]
        at += max(0, size)


def adapt(look: ParagraphLook, changes: bytes) -> ParagraphLook:
    """The look with the modifiers of a list applied to it."""
    for code, operand in modifiers(changes):
        value = int.from_bytes(operand, "little")
        if code in _FLAGS:
            setattr(look, _FLAGS[code], bool(value))
        elif code in _VALUES:
            setattr(look, _VALUES[code], value)
        elif code == _LIST:
            look.listed = value not in _NO_LIST
        elif code == _TABLE_SHAPE:
            look.edges = _edges(operand)
    return look


def _edges(shape: bytes) -> Edges:
    """Those in the shape of a row: how many cells there are, and the edges of them."""
    count = shape[0] + 1 if shape else 0
    return struct.unpack_from(f"<{count}h", shape, 1) if count <= (len(shape) - 1) // 2 else ()


def _each(
    file: DocFile, index: int, watch: Watch, read: Callable[[bytes, int, int, int], LookT | None]
) -> Iterator[LookT]:
    """What is read of each entry of the pages that a table names."""
    table = file.table(index)
    count = max(0, (len(table) - 4) // 8)
    for number in dict.fromkeys(numbers(table[4 * (count + 1) :], count)):
        watch.check()
        at = (number & 0x3FFFFF) * _PAGE
        page = file.stream[at : at + _PAGE]
        if len(page) < _PAGE:
            continue
        entries = page[-1]
        bounds = numbers(page, entries + 1)
        for entry, (start, stop) in enumerate(pairwise(bounds)):
            found = read(page, entry, start, stop) if start < stop else None
            if found is not None:
                yield found


def _of_paragraph(page: bytes, entry: int, start: int, stop: int) -> tuple[int, int, ParagraphLook] | None:
    at = 4 * (page[-1] + 1) + 13 * entry
    place = 2 * page[at] if at < _PAGE else 0
    if not place or place + 2 > _PAGE:
        return None
    size = 2 * page[place] - 1
    if not page[place]:
        place, size = place + 1, 2 * page[place + 1]
    return start, stop, _paragraph_look(page[place + 1 : place + 1 + size])


@lru_cache(maxsize=_KNOWN)
def _paragraph_look(told: bytes) -> ParagraphLook:
    return adapt(ParagraphLook(int.from_bytes(told[:2], "little")), told[2:])


def _of_characters(page: bytes, entry: int, start: int, stop: int) -> CharacterLook | None:
    at = 4 * (page[-1] + 1) + entry
    place = 2 * page[at] if at < _PAGE else 0
    if not place:
        return None
    return _character_look(page[place + 1 : place + 1 + page[place]])._replace(start=start, stop=stop)


@lru_cache(maxsize=_KNOWN)
def _character_look(told: bytes) -> CharacterLook:
    said = dict(modifiers(told))
    sign = said.get(_SYMBOL, b"")
    return CharacterLook(
        0,
        0,
        hidden=said.get(_HIDDEN, b"\0")[:1] in (b"\1", b"\x81"),
        deleted=said.get(_DELETED, b"\0")[:1] == b"\1",
        inserted=said.get(_INSERTED, b"\0")[:1] == b"\1",
        symbol=struct.unpack("<HH", sign) if len(sign) == 4 else None,
        font=int.from_bytes(said.get(_FONT, said.get(_OTHER_FONT, b"\xff\xff")), "little"),
        picture=int.from_bytes(said[_PICTURE], "little") if _PICTURE in said else None,
    )


def _heeded(run: CharacterLook, signs: frozenset[int]) -> CharacterLook:
    return run if run.font in signs else run._replace(font=None)
