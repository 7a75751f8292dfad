"""The functions of PDFium that are called for every line or object of a page, bound so that a call costs little.

To convert arguments by their declared types, and to let go of the interpreter's lock and take it again, takes ctypes
longer than these functions run. So they declare none and keep the lock: give them handles as PDFium's other functions
gave them, byref(...), and numbers that are C's int.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

import pypdfium2.raw as pdfium


def _bound(function: Any, result: Any, *arguments: Any) -> Any:
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


font_size: Final = _bound(pdfium.FPDFText_GetFontSize, ctypes.c_double)
matrix: Final = _bound(pdfium.FPDFText_GetMatrix, ctypes.c_int)
loose_box: Final = _bound(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)
text_object: Final = _bound(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
"""The address of the object that draws a letter, or None."""
object_font: Final = _bound(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
"""The address of the font of a text object, which is given by its address."""
page_object: Final = _bound(pdfium.FPDFPage_GetObject, pdfium.FPDF_PAGEOBJECT)
object_kind: Final = _bound(pdfium.FPDFPageObj_GetType, ctypes.c_int)
bounds: Final = _bound(
    pdfium.FPDFPageObj_GetBounds,
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
)
"""Left, bottom, right and top of an object, with the width of its strokes."""
object_matrix: Final = _bound(pdfium.FPDFPageObj_GetMatrix, ctypes.c_int, pdfium.FPDF_PAGEOBJECT, ctypes.c_void_p)
segment_count: Final = _bound(pdfium.FPDFPath_CountSegments, ctypes.c_int)
segment: Final = _bound(pdfium.FPDFPath_GetPathSegment, ctypes.c_void_p, pdfium.FPDF_PAGEOBJECT, ctypes.c_int)
"""The address of a part of a drawing, or None."""
segment_point: Final = _bound(
    pdfium.FPDFPathSegment_GetPoint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)
segment_kind: Final = _bound(pdfium.FPDFPathSegment_GetType, ctypes.c_int, ctypes.c_void_p)
segment_closes: Final = _bound(pdfium.FPDFPathSegment_GetClose, ctypes.c_int, ctypes.c_void_p)

object_content: Final = _bound(pdfium.FPDFPageObj_GetMarkedContentID, ctypes.c_int, ctypes.c_void_p)
"""The number of the marked content that an object belongs to, which is given by its address; negative for none."""

# Elements of the tree of tags, and their attributes, are given by their addresses; to ask for what is in an element, as
# c_void_p made of them, because an element that stands on many pages has as many children.
tag_kind: Final = _bound(
    pdfium.FPDF_StructElement_GetType, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong
)
tag_own_kind: Final = _bound(
    pdfium.FPDF_StructElement_GetRawType, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong
)
"""What the program that made the file calls an element, where it has names of its own."""
tag_alternative: Final = _bound(
    pdfium.FPDF_StructElement_GetAltText, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong
)
tag_child_count: Final = _bound(pdfium.FPDF_StructElement_CountChildren, ctypes.c_int)
tag_child: Final = _bound(pdfium.FPDF_StructElement_GetChildAtIndex, ctypes.c_void_p)
"""The address of an element in another; None where it is content, or stands on another page."""
tag_child_content: Final = _bound(pdfium.FPDF_StructElement_GetChildMarkedContentID, ctypes.c_int)
tag_attribute_count: Final = _bound(pdfium.FPDF_StructElement_GetAttributeCount, ctypes.c_int, ctypes.c_void_p)
tag_attributes: Final = _bound(
    pdfium.FPDF_StructElement_GetAttributeAtIndex, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int
)
tag_attribute: Final = _bound(
    pdfium.FPDF_StructElement_Attr_GetValue, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p
)
tag_number: Final = _bound(
    pdfium.FPDF_StructElement_Attr_GetNumberValue, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)
