"""Dynamic forms (XFA) in PDFs: their pages hold no more than a notice to wait; the text is in XML beside them.

Reads the XML through PDFium, within bounds. What it says is for xfa_form.
"""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents import xfa_form
from papermesh_services.documents.pdf_layout import PageText

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.pdf_engine import Engine
    from papermesh_services.documents.pdf_pages import PageRead

_MOST_PACKETS: Final = 100
_MOST_BYTES: Final = 8 * 1024 * 1024
_MOST_NAME: Final = 64
_NOTICE_CHARACTERS: Final = 3_000
"""A page of more than that is no notice to wait."""

FORM = "The page has only a notice; the text is that of the dynamic form (XFA) that it stands for."
BROKEN = (
    "The dynamic form (XFA) of the PDF could not be read; the text may be no more than the notice it has instead. "
    "Print the form to a PDF, and give that."
)


def show(engine: Engine, pages: list[PageRead], limits: Limits) -> str:
    """Puts the text of a dynamic form into the pages. What to tell people where that fails, else nothing."""
    if not pages or pdfium.FPDF_GetFormType(engine.handle) != pdfium.FORMTYPE_XFA_FULL:
        return ""
    packets = _packets(engine.handle)
    whole = packets.get("", b"")
    texts = xfa_form.texts(packets.get("template", whole), packets.get("datasets", whole), limits.max_text_characters)
    first = pages[0]
    if not texts:
        return BROKEN
    if len(pages) == 1 and first.text.length <= _NOTICE_CHARACTERS:
        laid_over = replace(first.annotations, texts=texts)
        pages[0] = replace(first, text=PageText(()), annotations=laid_over, note=FORM)
    else:
        there = "\n".join(line.text for page in pages for line in page.text.lines)
        more = [text for text in texts if text not in there]
        pages[0] = replace(first, annotations=replace(first.annotations, texts=[*first.annotations.texts, *more]))
    return ""


def _packets(document: Any) -> dict[str, bytes]:
    """The parts of the form by their names; a form in one part has none."""
    found: dict[str, bytes] = {}
    for number in range(min(pdfium.FPDF_GetXFAPacketCount(document), _MOST_PACKETS)):
        buffer = ctypes.create_string_buffer(_MOST_NAME)
        length = pdfium.FPDF_GetXFAPacketName(document, number, buffer, _MOST_NAME)
        if length <= _MOST_NAME:
            found.setdefault(buffer.value.decode("utf-8", "replace"), _content(document, number))
    return found


def _content(document: Any, number: int) -> bytes:
    needed = ctypes.c_ulong()
    known = pdfium.FPDF_GetXFAPacketContent(document, number, None, 0, needed)
    if not known or not 0 < needed.value <= _MOST_BYTES:
        return b""
    buffer = ctypes.create_string_buffer(needed.value)
    pdfium.FPDF_GetXFAPacketContent(document, number, buffer, needed.value, needed)
    return buffer.raw
