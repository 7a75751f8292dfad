"""Pages of a PDF that are pictures: draws them and has their text recognised, where there is something to do that.

Who recognises is given from outside; without one the page says that it is a picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents import pdf_garble
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.recognition import PageImage, RecognisedLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_pages import PageRead
    from papermesh_services.documents.recognition import Recogniser
    from papermesh_services.documents.watch import Watch

_DOTS_PER_INCH: Final = 300.0
_POINTS_PER_INCH: Final = 72.0
_MOST_PIXELS: Final = 25_000_000
_WHITE: Final = 0xFFFFFFFF

ONLY_A_PICTURE: Final = "A picture without text; no text recognition here."
NOTHING_RECOGNISED: Final = "A picture in which no text was recognised."
RECOGNISED: Final = "The text comes from text recognition."


@dataclass(frozen=True, slots=True)
class Scans:
    """Has the pages of one document recognised. language is what the document declares, or "und"."""

    recogniser: Recogniser | None
    language: str
    limits: Limits
    watch: Watch

    def recognised(self, handle: PageHandle, page: PageRead, number: int) -> PageRead:
        """The page with the text that is in its picture, or with a note that says why there is none."""
        if self.recogniser is None:
            return replace(page, note=page.note or ONLY_A_PICTURE) if not page.text.length else page
        image = draw(handle)
        seconds = min(self.limits.max_recognition_seconds, self.watch.seconds_left)
        found = self.recogniser(image, self.language, seconds) if image and seconds > 0 else ()
        lines = tuple(_placed(found, image, number)) if image else ()
        if not lines:
            return replace(page, note=page.note or NOTHING_RECOGNISED)
        garble = pdf_garble.score("\n".join(line.text for line in lines))
        return replace(page, text=PageText(lines), garble=garble, recognised=True, note=RECOGNISED)


def draw(handle: PageHandle) -> PageImage | None:
    """The page as a picture in grey, upright, or None where there is not enough memory."""
    width, height = handle.size
    scale = _DOTS_PER_INCH / _POINTS_PER_INCH
    scale = min(scale, math.sqrt(_MOST_PIXELS / max(1.0, width * height)))
    across, down = max(1, int(width * scale)), max(1, int(height * scale))
    if across * down > _MOST_PIXELS + across + down:
        return None  # no shape of a page: a hair's breadth, and miles long
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, _WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, handle.handle, 0, 0, across, down, 0, pdfium.FPDF_ANNOT)
        return PageImage(across, down, _pixels(bitmap, across, down), scale * _POINTS_PER_INCH)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _pixels(bitmap: object, across: int, down: int) -> bytes:
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    buffer = (pdfium.c_ubyte * (stride * down)).from_address(pdfium.FPDFBitmap_GetBuffer(bitmap))
    if stride == across:
        return bytes(buffer)
    rows = memoryview(buffer)
    return b"".join(bytes(rows[row * stride : row * stride + across]) for row in range(down))


def _placed(found: Iterable[RecognisedLine], image: PageImage, number: int) -> Iterable[PlacedLine]:
    points = _POINTS_PER_INCH / image.dots_per_inch
    for line in found:
        text = one_line(line.text)
        if text:
            size = round((line.bottom - line.top) * points * 2) / 2
            x, y = line.left * points, (image.height - line.bottom) * points
            yield PlacedLine(text, number, x, y, max(1.0, size), bold=False, width=(line.right - line.left) * points)
