"""Reads a document: tells its format, hands it to the reader of that format, and lets nothing but DocumentError out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from papermesh_services.documents import (
    csvtable,
    detect,
    doc,
    docx,
    eml,
    epub,
    html,
    image,
    jsondata,
    markdown,
    msg,
    odf,
    pdf,
    ppt,
    pptx,
    rtf,
    text,
    xls,
    xlsx,
    xmldoc,
)
from papermesh_services.documents.errors import DocumentCorrupt, DocumentEmpty, DocumentError, unfinished
from papermesh_services.documents.limits import Limits
from papermesh_services.documents.model import NAMES, Document, Format
from papermesh_services.documents.source import too_large
from papermesh_services.documents.watch import UNWATCHED, OutOfTimeError, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents.recognition import Recogniser
    from papermesh_services.documents.sharing import Sharers

_T = TypeVar("_T")

_READERS: dict[Format, Callable[[bytes, Limits, Watch], Document]] = {
    Format.DOCX: docx.read,
    Format.DOC: doc.read,
    Format.PPTX: pptx.read,
    Format.PPT: ppt.read,
    Format.XLSX: xlsx.read,
    Format.XLS: xls.read,
    Format.XLSB: xlsx.read_binary,
    Format.ODT: odf.read_text,
    Format.ODS: odf.read_spreadsheet,
    Format.ODP: odf.read_presentation,
    Format.HTML: html.read,
    Format.MARKDOWN: markdown.read,
    Format.TEXT: text.read,
    Format.CSV: csvtable.read,
    Format.JSON: jsondata.read,
    Format.RTF: rtf.read,
    Format.XML: xmldoc.read,
    Format.EML: eml.read,
    Format.MSG: msg.read,
    Format.EPUB: epub.read,
}
_STRING_READERS: dict[Format, Callable[[str, Limits, Watch], Document]] = {
    Format.HTML: html.read_string,
    Format.MARKDOWN: markdown.read_string,
    Format.TEXT: text.read_string,
    Format.CSV: csvtable.read_string,
    Format.JSON: jsondata.read_string,
    Format.RTF: rtf.read_string,
    Format.XML: xmldoc.read_string,
    Format.EML: eml.read_string,
}
_BLANK = b" \t\n\r\x0b\x0c\xef\xbb\xbf\xff\xfe"
_DEFAULTS = Limits()


def read(
    data: bytes,
    filename: str = "",
    limits: Limits = _DEFAULTS,
    watch: Watch = UNWATCHED,
    recogniser: Recogniser | None = None,
    sharers: Sharers | None = None,
) -> Document:
    """The document in these bytes. filename is a hint to its format and is never opened.

    recogniser: what recognises the text of pages that are pictures; without one they say that they are.
    sharers: who else reads pages of a long document, if there is somebody.

    Raises DocumentError, and MemoryError where there is not enough of it, but nothing else.
    """
    if len(data) > limits.max_document_bytes:
        raise too_large(len(data), limits.max_document_bytes)
    if _is_blank(data):
        raise _empty()
    kind = _guarded("document", lambda: detect.detect(data, filename))
    helped = _Help(recogniser, sharers)
    document = _guarded(kind.upper(), lambda: _read_as(kind, data, limits, watch, helped))
    return replace(document, metadata=replace(document.metadata, size_bytes=len(data)))


def read_text(text: str, filename: str = "", limits: Limits = _DEFAULTS, watch: Watch = UNWATCHED) -> Document:
    """The document of a text that a caller gives: plain text, unless a filename says otherwise.

    Raises DocumentError, and MemoryError where there is not enough of it, but nothing else.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > limits.max_document_bytes:
        raise too_large(size, limits.max_document_bytes)
    if not text.strip("\ufeff\0 \t\n\r\x0b\x0c"):
        raise _empty()
    kind = detect.detect_text(text, filename) if filename else Format.TEXT
    reader = _STRING_READERS.get(kind)
    if reader is None:
        raise detect.unsupported(NAMES[kind])
    document = _guarded(kind.upper(), lambda: reader(text, limits, watch))
    return replace(document, metadata=replace(document.metadata, size_bytes=size))


@dataclass(frozen=True, slots=True)
class _Help:
    """What some readers need others for."""

    recogniser: Recogniser | None
    sharers: Sharers | None


def _read_as(kind: Format, data: bytes, limits: Limits, watch: Watch, helped: _Help) -> Document:
    if kind is Format.PDF:
        return pdf.read(data, limits, watch, helped.recogniser, helped.sharers)
    if kind is Format.IMAGE:
        return image.read(data, limits, watch, helped.recogniser)
    if kind in _READERS:
        return _READERS[kind](data, limits, watch)
    raise detect.unsupported(NAMES[kind])


def _is_blank(data: bytes) -> bool:
    return not data.strip(_BLANK)


def _empty() -> DocumentEmpty:
    return DocumentEmpty("The document is empty. Give one that has text in it.")


def _guarded(what: str, work: Callable[[], _T]) -> _T:
    """What the work gives. Whatever a library raises on bytes it cannot digest is the document's fault."""
    try:
        return work()
    except (DocumentError, MemoryError):
        raise
    except OutOfTimeError as fault:
        raise unfinished() from fault
    except Exception as fault:
        raise DocumentCorrupt(
            f"The {what} is broken and cannot be read. Open it in the program that made it and save it again."
        ) from fault
