"""Reads PDF with pypdf: its text page by page, and what it says of itself.

What stands on a page, and how lines become paragraphs, is for pdf_layout and lines.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

import pypdf
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from papermesh_services.documents import lines, pdf_layout
from papermesh_services.documents.builder import TextBuilder
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import rfc3339
from papermesh_services.documents.errors import (
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentTooLarge,
    DocumentWithoutText,
)
from papermesh_services.documents.model import Document, Format, Metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "pypdf"

# pypdf warns of every oddity of a file, some of them thousands of times; a caller's file must not fill the log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(data: bytes, limits: Limits, watch: Watch) -> Document:  # noqa: ARG001 - every reader has the same form
    """The document in these bytes."""
    try:
        reader = _open(data)
        metadata = _metadata(reader)
        pages = _pages(reader, limits)
    except LimitReachedError as fault:
        raise DocumentTooLarge(
            "The PDF unpacks to far more than it holds, over what is read. Save it again without the large parts.",
            limit="max_text_characters",
            value=str(limits.max_text_characters),
        ) from fault
    return _document(pages, metadata, _language(reader), limits)


def _open(data: bytes) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        try:
            # Many files are encrypted only to forbid printing; they open with an empty password.
            opened = reader.decrypt("")
        except (NotImplementedError, DependencyError, PyPdfError, ValueError) as fault:
            raise _encrypted() from fault
        if not opened:
            raise _encrypted()
    return reader


def _encrypted() -> DocumentEncrypted:
    return DocumentEncrypted("The PDF is encrypted and needs a password. Give a copy that opens without one.")


def _pages(reader: pypdf.PdfReader, limits: Limits) -> list[pdf_layout.PageText]:
    count = len(reader.pages)
    if count == 0:
        raise DocumentCorrupt("The PDF has no pages: it is broken or cut off. Save it again.")
    if count > limits.max_pages:
        raise DocumentTooLarge(
            f"The PDF has {count:,} pages; at most {limits.max_pages:,} are read. Give it in parts.",
            limit="max_pages",
            value=str(limits.max_pages),
        )
    pages: list[pdf_layout.PageText] = []
    length = 0
    for number in range(count):
        pages.append(pdf_layout.page_text(reader.pages[number]))
        length += pages[-1].length
        _hold_length(length, limits)
    return pages


def _hold_length(length: int, limits: Limits) -> None:
    limit = limits.max_text_characters
    if length > limit:
        raise DocumentTooLarge(
            f"The PDF has more than {limit:,} characters of text, the most that is read. Give it in parts.",
            limit="max_text_characters",
            value=str(limit),
        )


def _document(pages: list[pdf_layout.PageText], metadata: Metadata, language: str, limits: Limits) -> Document:
    builder = TextBuilder(limits)
    builder.start_page()
    at = 1
    for draft in lines.drafts(pdf_layout.arrange(pages)):
        first, last = draft.first_page, draft.first_page + len(draft.page_breaks)
        for _ in range(first - at):
            builder.start_page()
        builder.add(draft)
        at = max(at, last)
    for _ in range(len(pages) - at):
        builder.start_page()
    if not builder.length:
        raise DocumentWithoutText(
            "The PDF has no text in it, only pictures: it may be a scan. Run text recognition (OCR) on it first."
        )
    return builder.document(Format.PDF, READER, metadata, language)


def _metadata(reader: pypdf.PdfReader) -> Metadata:
    information = reader.metadata
    if information is None:
        return Metadata()
    return Metadata(
        title=_text(lambda: information.title),
        author=_text(lambda: information.author),
        created=_date(lambda: information.creation_date),
        modified=_date(lambda: information.modification_date),
        producer=_text(lambda: information.producer) or _text(lambda: information.creator),
    )


def _text(get: Callable[[], Any]) -> str:
    try:
        return one_line(str(get() or ""))
    except (PyPdfError, ValueError, TypeError, AttributeError, KeyError):
        return ""  # a broken title is no reason not to read the text


def _date(get: Callable[[], datetime | None]) -> str:
    try:
        return rfc3339(get())
    except (PyPdfError, ValueError, TypeError, AttributeError, KeyError, OverflowError):
        return ""


def _language(reader: pypdf.PdfReader) -> str:
    return _text(lambda: reader.root_object.get("/Lang"))
