"""Pictures on a page of a PDF: how many, how much of the page they take, and whether text hides under them.

A scan that went through text recognition is a picture with invisible text over it.
"""

from __future__ import annotations

from ctypes import byref, c_float
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.pdf_engine import PageHandle

_MOST_OBJECTS: Final = 3_000
"""Objects looked at on one page: a drawing can have millions."""
_DEPTH: Final = 3
_TEXTS_LOOKED_AT: Final = 50
_SCAN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is known of a page's pictures. coverage: their share of its area, 0..1, where they do not overlap."""

    count: int = 0
    coverage: float = 0.0
    hidden_text: bool = False
    without_alternative: int = 0


NO_PICTURES: Final = Pictures()


def look(page: PageHandle) -> Pictures:
    """Looks at the pictures on a page."""
    images: list[Any] = []
    texts: list[Any] = []
    for thing, kind in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            images.append(thing)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT and len(texts) < _TEXTS_LOOKED_AT:
            texts.append(thing)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            images += [thing] * _images_within(thing, _DEPTH)
    if not images:
        return NO_PICTURES
    width, height = page.size
    area = max(1.0, width * height)
    covered = min(1.0, sum(_area(image, area) for image in set_of(images)) / area)
    hidden = covered >= _SCAN and any(_invisible(text) for text in texts)
    return Pictures(len(images), round(covered, 3), hidden)


def set_of(things: list[Any]) -> list[Any]:
    """The things, each once: a form that holds several pictures stands for all of them."""
    return [thing for number, thing in enumerate(things) if number == 0 or thing is not things[number - 1]]


def _objects(page: PageHandle) -> Iterator[tuple[Any, int]]:
    get, kind = pdfium.FPDFPage_GetObject, pdfium.FPDFPageObj_GetType
    for number in range(min(pdfium.FPDFPage_CountObjects(page.handle), _MOST_OBJECTS)):
        thing = get(page.handle, number)
        if thing:
            yield thing, kind(thing)


def _images_within(form: Any, depth: int) -> int:
    count = 0
    for number in range(min(max(0, pdfium.FPDFFormObj_CountObjects(form)), _MOST_OBJECTS // 10)):
        thing = pdfium.FPDFFormObj_GetObject(form, number)
        kind = pdfium.FPDFPageObj_GetType(thing) if thing else None
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            count += 1
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
            count += _images_within(thing, depth - 1)
    return count


def _area(thing: Any, most: float) -> float:
    left, bottom, right, top = (c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(thing, byref(left), byref(bottom), byref(right), byref(top)):
        return 0.0
    area = (right.value - left.value) * (top.value - bottom.value)
    return min(most, area) if area > 0 else 0.0


def _invisible(text: Any) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
