"""Finds the straight lines that are drawn along a page of a PDF: what rules its tables, and frames its text.

Looks at drawings only where there are some, and at no more of them than can be the rules of tables. What the rules
make is for pdf_grid.
"""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from papermesh_services.documents import pdf_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.pdf_engine import PageHandle

_MOST_DRAWINGS: Final = 1_500
"""On one page; a page of more is a map or a chart."""
_MOST_SEGMENTS: Final = 4_000
_THIN: Final = 4.0
_LEAST_LENGTH: Final = 5.0
_STRAIGHT: Final = 0.3
_WHOLE_PAGE: Final = 0.9
_MOVE: Final = pdfium.FPDF_SEGMENT_MOVETO
_LINE: Final = pdfium.FPDF_SEGMENT_LINETO
_Numbers = ctypes.c_float * 8
"""A box of four numbers; or a point of two, and a matrix of six."""
_FLOAT_BYTES: Final = 4
_BOX: Final = struct.Struct("4f").unpack_from
_POINT: Final = struct.Struct("2f").unpack_from


class Rule(NamedTuple):
    """A line along the page: how high it lies and from where to where it goes, or for an upright one the other way."""

    at: float
    start: float
    end: float


class Rules(NamedTuple):
    """The lines along a page, in points."""

    level: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()


NO_RULES: Final = Rules()


def read(page: PageHandle) -> Rules:
    """The rules of the page; none where there are so many drawings that they are no rules."""
    things, kinds = page.objects
    drawings = [thing for thing, kind in zip(things, kinds, strict=True) if kind == pdfium.FPDF_PAGEOBJ_PATH]
    if not 0 < len(drawings) <= _MOST_DRAWINGS:
        return NO_RULES
    found = _Found(page.size)
    for drawing in drawings:
        found.add(drawing)
    return found.rules


class _Found:
    """Collects the rules of one page."""

    def __init__(self, size: tuple[float, float]) -> None:
        self._widest, self._highest = size
        self._level: list[Rule] = []
        self._upright: list[Rule] = []
        self._segments = 0
        self._numbers: Any = _Numbers()
        self._places = [ctypes.byref(self._numbers, number * _FLOAT_BYTES) for number in range(len(self._numbers))]

    @property
    def rules(self) -> Rules:
        """What was found."""
        return Rules(tuple(self._level), tuple(self._upright))

    def add(self, drawing: Any) -> None:
        """Adds the rules that a drawing has in it."""
        if not pdf_calls.bounds(drawing, *self._places[:4]):
            return
        left, bottom, right, top = _BOX(self._numbers)
        width, height = right - left, top - bottom
        if height <= _THIN:
            self._add_level((bottom + top) / 2, left, right)
        elif width <= _THIN:
            self._add_upright((left + right) / 2, bottom, top)
        elif width < _WHOLE_PAGE * self._widest or height < _WHOLE_PAGE * self._highest:
            self._add_edges(drawing)

    def _add_level(self, y: float, one: float, other: float) -> None:
        if abs(one - other) >= _LEAST_LENGTH:
            self._level.append(Rule(y, min(one, other), max(one, other)))

    def _add_upright(self, x: float, one: float, other: float) -> None:
        if abs(one - other) >= _LEAST_LENGTH:
            self._upright.append(Rule(x, min(one, other), max(one, other)))

    def _add_edges(self, drawing: Any) -> None:
        """Adds the straight edges of a shape: of a frame, of a ground behind cells, of all borders of a table."""
        count = pdf_calls.segment_count(drawing)
        self._segments += count
        if self._segments > _MOST_SEGMENTS:
            return
        for (x, y), (other_x, other_y) in self._edges(drawing, count):
            if abs(y - other_y) <= _STRAIGHT:
                self._add_level(y, x, other_x)
            elif abs(x - other_x) <= _STRAIGHT:
                self._add_upright(x, y, other_y)

    def _edges(self, drawing: Any, count: int) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        numbers, (to_x, to_y, to_matrix, *_) = self._numbers, self._places
        pdf_calls.object_matrix(drawing, to_matrix)
        _, _, a, b, c, d, e, f = numbers
        start = before = (0.0, 0.0)
        for number in range(count):
            segment = pdf_calls.segment(drawing, number)
            if not segment or not pdf_calls.segment_point(segment, to_x, to_y):
                return
            x, y = _POINT(numbers)
            place = (a * x + c * y + e, b * x + d * y + f)
            kind = pdf_calls.segment_kind(segment)
            if kind == _MOVE:
                start = place
            elif kind == _LINE:
                yield before, place
            if pdf_calls.segment_closes(segment):
                yield place, start
            before = place
