"""Pages of a PDF that are pictures: draws them, upright and in grey, for text recognition."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents.recognition import PageImage
from papermesh_services.documents.scanned import NO_MEMORY, ONLY_A_PICTURE, POINTS_PER_INCH, USUAL_DOTS_PER_INCH

if TYPE_CHECKING:
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_pages import PageRead
    from papermesh_services.documents.scanned import Scans

_WHITE: Final = 0xFFFFFFFF


def recognised(handle: PageHandle, page: PageRead, number: int, scans: Scans) -> PageRead:
    """The page with the text that is in its picture, or with a note that says why there is none."""
    if scans.recogniser is None:
        return page if page.text.length else _noted(page, ONLY_A_PICTURE)
    image = draw(handle, scans.limits.max_recognition_pixels)
    if image is None:
        return _noted(page, NO_MEMORY)
    read = scans.read(image, number)
    if not read.text.lines:
        return replace(_noted(page, read.note), late=read.late)
    return replace(page, text=read.text, garble=read.garble, recognised=True, note=read.note)


def _noted(page: PageRead, note: str) -> PageRead:
    return replace(page, note=f"{page.note} {note}".strip())


def draw(handle: PageHandle, most_pixels: int) -> PageImage | None:
    """The page as a picture, or None where there is not enough memory, or it has no shape that a page can have."""
    width, height = handle.size
    scale = USUAL_DOTS_PER_INCH / POINTS_PER_INCH
    scale = min(scale, math.sqrt(most_pixels / max(1.0, width * height)))
    across, down = max(1, int(width * scale)), max(1, int(height * scale))
    if across * down > most_pixels:
        return None  # a hair's breadth, and miles long
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, _WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, handle.handle, 0, 0, across, down, 0, pdfium.FPDF_ANNOT)
        return PageImage(across, down, _pixels(bitmap, across, down), scale * POINTS_PER_INCH)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _pixels(bitmap: object, across: int, down: int) -> bytes:
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    buffer = (pdfium.c_ubyte * (stride * down)).from_address(pdfium.FPDFBitmap_GetBuffer(bitmap))
    if stride == across:
        return bytes(buffer)
    rows = memoryview(buffer)
    return b"".join(bytes(rows[row * stride : row * stride + across]) for row in range(down))
