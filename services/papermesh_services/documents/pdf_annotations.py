"""What is laid over a page of a PDF: links, remarks, text put on top, and what has been filled in.

Reads it through PDFium. Where it goes in the text is for pdf_layout.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents.clean import clean, one_line
from papermesh_services.documents.pdf_engine import utf16

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.pdf_engine import Engine, PageHandle

_MOST_ANNOTATIONS: Final = 5_000
"""On one page; a file can claim any number."""
_MOST_TARGET_BYTES: Final = 8_192
_REMARKS: Final = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_INK,
        pdfium.FPDF_ANNOT_LINE,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_POLYGON,
        pdfium.FPDF_ANNOT_POLYLINE,
        pdfium.FPDF_ANNOT_STAMP,
        pdfium.FPDF_ANNOT_FILEATTACHMENT,
    }
)
_FIELDS_WITH_TEXT: Final = frozenset(
    {pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX}
)


@dataclass(frozen=True, slots=True)
class LinkOnPage:
    """A link that leads out of the file, and the text it lies over."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldOnPage:
    """What a form's field holds, and where its lower left corner is."""

    value: str
    x: float
    y: float


@dataclass(slots=True)
class Annotations:
    """What is laid over one page. texts: written on top of it, remarks: said about it."""

    links: list[LinkOnPage] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fields: list[FieldOnPage] = field(default_factory=list)


class Forms:
    """The form of a document, which PDFium must have set up before it tells what a field holds."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def field(self, annotation: Any) -> str:
        """The text in a field; empty for buttons and boxes to tick."""
        if pdfium.FPDFAnnot_GetFormFieldType(self._handle, annotation) not in _FIELDS_WITH_TEXT:
            return ""
        return clean(utf16(lambda at, size: pdfium.FPDFAnnot_GetFormFieldValue(self._handle, annotation, at, size)))


@contextmanager
def forms(engine: Engine) -> Iterator[Forms | None]:
    """The document's form while the block lasts, or None where it has none."""
    if pdfium.FPDF_GetFormType(engine.handle) == pdfium.FORMTYPE_NONE:
        yield None
        return
    settings = pdfium.FPDF_FORMFILLINFO(version=2)
    handle = pdfium.FPDFDOC_InitFormFillEnvironment(engine.handle, settings)
    try:
        yield Forms(handle) if handle else None
    finally:
        if handle:
            pdfium.FPDFDOC_ExitFormFillEnvironment(handle)


def read(page: PageHandle, form: Forms | None) -> Annotations:
    """What is laid over the page."""
    found = Annotations()
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.handle), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.handle, number)
        if annotation:
            try:
                _take(page, annotation, form, found)
            finally:
                pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _take(page: PageHandle, annotation: Any, form: Forms | None, found: Annotations) -> None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_LINK:
        target = _target(page, annotation)
        if target:
            found.links.append(LinkOnPage(target, one_line(page.within(*_rectangle(annotation)))))
    elif kind == pdfium.FPDF_ANNOT_FREETEXT:
        _append(found.texts, _string(annotation, b"Contents"))
    elif kind == pdfium.FPDF_ANNOT_WIDGET:
        value = form.field(annotation) if form else ""
        if value.strip():
            left, bottom, _, _ = _rectangle(annotation)
            found.fields.append(FieldOnPage(value.strip(), left, bottom))
    elif kind in _REMARKS:
        _append(found.remarks, _string(annotation, b"Contents"))


def _append(texts: list[str], text: str) -> None:
    if text.strip():
        texts.append(text.strip())


def _string(annotation: Any, key: bytes) -> str:
    return clean(utf16(lambda at, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, at, size)))


def _rectangle(annotation: Any) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, box):
        return (0.0, 0.0, 0.0, 0.0)
    return (box.left, box.bottom, box.right, box.top)


def _target(page: PageHandle, annotation: Any) -> str:
    """The address a link leads to, or the empty string where it stays in the file."""
    link = pdfium.FPDFAnnot_GetLink(annotation)
    action = pdfium.FPDFLink_GetAction(link) if link else None
    if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return ""
    needed = pdfium.FPDFAction_GetURIPath(page.document, action, None, 0)
    if not 1 < needed <= _MOST_TARGET_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(needed)
    pdfium.FPDFAction_GetURIPath(page.document, action, buffer, needed)
    return one_line(buffer.value.decode("utf-8", "replace"))
