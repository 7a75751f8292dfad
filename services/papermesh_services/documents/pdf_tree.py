"""Reads the tree of tags of one page by PDFium: which tag each piece of marked content has, and which cell it is in.

Goes through it without recursion, and no further than its bounds: a file can claim any number of elements, in any
depth, in circles. What comes of it is for pdf_marks.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents import pdf_calls
from papermesh_services.documents.pdf_tag_tables import Grid
from papermesh_services.documents.pdf_tags import SAYS_NOTHING, Place, Tag, entered, heading_level, unlisted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.documents.pdf_engine import Engine, PageHandle

_MOST_ELEMENTS: Final = 10_000
"""Of one page; where there are more, none of its tags are used."""
_MOST_CHILDREN: Final = 10_000
"""Likewise, those of other pages included, which elements that stand on several pages have."""
_FEW_CHILDREN: Final = 64
"""An element of more holds other elements or content, but not both."""
_MOST_SPAN: Final = 200
_NAME_BYTES: Final = 64
_MOST_ALTERNATIVE_BYTES: Final = 1 << 20
_BUFFER: Final = ctypes.create_string_buffer(_NAME_BYTES)
"""One for all, because to make one takes longer than to ask; whoever calls PDFium holds its lock."""
_CELLS: Final = frozenset({"TD", "TH"})


@dataclass(slots=True)
class Tree:
    """What the tags of one page say. places: by the number of marked content, where in the tree it hangs.

    figures: how many figures have a text to stand for them. complete: whether the tree was read to its end.
    """

    tags: list[Tag] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    grids: list[Grid] = field(default_factory=list)
    figures: int = 0
    complete: bool = True


class Trees:
    """The trees of the pages of a document. Where that of the first page is too large, none is read.

    What a page costs is what the elements cost that it shares with others, and PDFium takes its time for those on each.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_bounds: bool | None = None

    def read(self, page: PageHandle, index: int) -> Tree | None:
        """The tags of a page, counted from 0; None where the document has none, or none that are read."""
        if not self._engine.tagged or self._in_bounds is False:
            return None
        if index and self._in_bounds is None:
            with self._engine.page(0) as first:
                self._in_bounds = first is None or read(first).complete
            return self.read(page, index)
        tree = read(page)
        if index == 0:
            self._in_bounds = tree.complete
        return tree


def read(page: PageHandle) -> Tree:
    """The tags of a page."""
    handle = pdfium.FPDF_StructTree_GetForPage(page.handle)
    if not handle:
        return Tree()
    try:
        return _Reader().read(handle)
    finally:
        pdfium.FPDF_StructTree_Close(handle)


class _Reader:
    """Goes through one tree, in the order in which its content is read."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._children = _MOST_CHILDREN
        self._names: dict[bytes, str] = {b"": ""}

    def read(self, handle: Any) -> Tree:
        count = min(max(0, pdfium.FPDF_StructTree_CountChildren(handle)), _MOST_CHILDREN)
        tops = [pdfium.FPDF_StructTree_GetChildAtIndex(handle, number) for number in range(count)]
        waiting: list[tuple[int | None, Place]] = [
            (ctypes.cast(top, ctypes.c_void_p).value, Place()) for top in reversed(tops) if top
        ]
        for _ in range(_MOST_ELEMENTS):
            if not waiting:
                return self._tree
            element, place = waiting.pop()
            if element is None:
                self._tree.grids[place.table].blank()
                continue
            kind = self._name(pdf_calls.tag_kind, element)
            if kind not in SAYS_NOTHING:
                place = self._entered(element, kind, place)
            within = self._within(element, place, is_row=kind == "TR" and place.table >= 0)
            waiting.extend([(child, place) for child in reversed(within)])
        self._tree.complete = False
        return self._tree

    def _within(self, element: int | None, place: Place, *, is_row: bool) -> Sequence[int | None]:
        """The elements in this one, None for an empty cell of a row; notes the content that is in it."""
        handle = ctypes.c_void_p(element)
        count = max(0, pdf_calls.tag_child_count(handle))
        if count > self._children:
            self._tree.complete = False
            return []
        self._children -= count
        children = list(map(pdf_calls.tag_child, repeat(handle), range(count)))
        if None not in children:
            return children
        asked = is_row or count <= _FEW_CHILDREN or not any(children)
        found: list[int | None] = []
        for number, child in enumerate(children):
            content = pdf_calls.tag_child_content(handle, number) if child is None and asked else -1
            if content >= 0:
                self._tree.places.setdefault(content, place)
            elif child is not None or is_row:
                found.append(child)
        return found

    def _entered(self, element: int | None, kind: str, place: Place) -> Place:
        if kind == "Figure":
            self._tree.figures += self._has_alternative(element)
        elif kind == "Table":
            return self._table(place)
        elif place.table >= 0:
            place = self._in_table(element, kind, place)
        title = kind == "P" and not place.tag and self._name(pdf_calls.tag_own_kind, element) == "Title"
        return entered(kind, title, place, self._tree.tags)

    def _table(self, place: Place) -> Place:
        within = place if self._has_text(place) else None
        if place.table >= 0 and within is None:
            self._tree.grids[place.table].is_layout = True
        unlisted(place, self._tree.tags)
        self._tree.grids.append(Grid(within=within))
        return place._replace(table=len(self._tree.grids) - 1, row=-1, column=-1)

    def _has_text(self, place: Place) -> bool:
        """Whether there is content before in this cell of a table, which is in no other."""
        last = next(reversed(self._tree.places.values()), None)
        if last is None or place.column < 0 or self._tree.grids[place.table].within is not None:
            return False
        return (last.table, last.row, last.column) == (place.table, place.row, place.column)

    def _in_table(self, element: int | None, kind: str, place: Place) -> Place:
        grid = self._tree.grids[place.table]
        if kind == "TR":
            grid.ends.append(0)
        elif kind in _CELLS and grid.ends:
            row, column = grid.cell(*self._spans(element))
            return place._replace(row=row, column=column)
        elif heading_level(kind, 1):
            grid.is_layout = True
        return place

    def _spans(self, element: int | None) -> tuple[int, int]:
        """How many columns and rows a cell takes."""
        wide = high = 1
        for number in range(min(4, pdf_calls.tag_attribute_count(element))):
            attributes = pdf_calls.tag_attributes(element, number)
            wide = max(wide, _number(attributes, b"ColSpan"))
            high = max(high, _number(attributes, b"RowSpan"))
        return wide, high

    def _name(self, ask: Any, element: int | None) -> str:
        size = ask(element, _BUFFER, _NAME_BYTES)
        raw = _BUFFER.raw[: size - 2] if 2 < size <= _NAME_BYTES else b""
        name = self._names.get(raw)
        if name is None:
            name = self._names[raw] = raw.decode("utf-16-le", "replace")
        return name

    def _has_alternative(self, element: int | None) -> bool:
        size = pdf_calls.tag_alternative(element, None, 0)
        if size <= 2 or size > _MOST_ALTERNATIVE_BYTES:
            return bool(size > 2)
        buffer = ctypes.create_string_buffer(size)
        pdf_calls.tag_alternative(element, buffer, size)
        return bool(buffer.raw.decode("utf-16-le", "replace").strip(" \t\r\n\0"))


def _number(attributes: int | None, name: bytes) -> int:
    value = pdf_calls.tag_attribute(attributes, name) if attributes else None
    number = ctypes.c_float()
    if not value or not pdf_calls.tag_number(value, ctypes.byref(number)):
        return 1
    return int(number.value) if 1 <= number.value <= _MOST_SPAN else 1
