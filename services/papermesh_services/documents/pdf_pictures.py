"""Pictures on a page of a PDF: how many, how much of the page they take, and whether text hides under them.

A scan that went through text recognition is a picture with invisible text over it.
"""

from __future__ import annotations

from ctypes import byref, c_float
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from papermesh_services.documents.pdf_engine import PageHandle

_MOST_WITHIN: Final = 300
"""Objects looked at in one form."""
_DEPTH: Final = 3
_MAY_HAVE_PICTURES: Final = frozenset({pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM})
_TEXTS_LOOKED_AT: Final = 50
_SCAN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is known of a page's pictures.

    coverage: their share of its area, 0..1, where they do not overlap.
    without_alternative: those that have no text to stand for them; known of tagged files alone.
    """

    count: int = 0
    coverage: float = 0.0
    hidden_text: bool = False
    without_alternative: int = 0


NO_PICTURES: Final = Pictures()


def look(page: PageHandle, described: int | None) -> Pictures:
    """Looks at the pictures on a page. described: how many have a text to stand for them; None where none can have."""
    images: list[Any] = []
    texts: list[Any] = []
    things, kinds = page.objects
    if not _MAY_HAVE_PICTURES.intersection(kinds):
        return NO_PICTURES
    for thing, kind in zip(things, kinds, strict=True):
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
    covered = min(1.0, sum(_area(image, area) for image in _each_once(images)) / area)
    hidden = covered >= _SCAN and any(_invisible(text) for text in texts)
    without = 0 if described is None else max(0, len(images) - described)
    return Pictures(len(images), round(covered, 3), hidden, without)


def _each_once(things: list[Any]) -> list[Any]:
    """The things, each once: a form that holds several pictures stands for all of them."""
    return [thing for number, thing in enumerate(things) if number == 0 or thing is not things[number - 1]]


def _images_within(form: Any, depth: int) -> int:
    count = 0
    for number in range(min(max(0, pdfium.FPDFFormObj_CountObjects(form)), _MOST_WITHIN)):
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
