"""What a PDF says of itself: title, author, dates, language, signatures, attachments, and the headings of its outline.

Reads it through PDFium, and the attachments through pypdf, because PDFium tells their size only by unpacking them.
"""

from __future__ import annotations

import io
import itertools
import logging
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

import pypdf
import pypdfium2.raw as pdfium

from papermesh_services.documents.clean import one_line
from papermesh_services.documents.dates import rfc3339
from papermesh_services.documents.model import Attachment, Metadata
from papermesh_services.documents.pdf_engine import utf16
from papermesh_services.documents.pdf_layout import fold

if TYPE_CHECKING:
    from papermesh_services.documents.pdf_engine import Engine

_MOST_BOOKMARKS: Final = 5_000
_BOOKMARKS_A_PAGE: Final = 32
_MOST_DEPTH: Final = 6
_MOST_ATTACHMENTS: Final = 1_000
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|([+-])(\d\d)(?:'?(\d\d))?)?")

# pypdf warns of every oddity of a file, some of them thousands of times; a caller's file must not fill the log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def metadata(engine: Engine) -> Metadata:
    """Title, author, dates and producer."""
    return Metadata(
        title=_tag(engine, b"Title"),
        author=_tag(engine, b"Author"),
        created=date(_tag(engine, b"CreationDate")),
        modified=date(_tag(engine, b"ModDate")),
        producer=_tag(engine, b"Producer") or _tag(engine, b"Creator"),
    )


def language(engine: Engine) -> str:
    """The language that the file says it is in; empty where it says nothing."""
    return one_line(utf16(lambda at, size: pdfium.FPDFCatalog_GetLanguage(engine.handle, at, size)))


def signed(engine: Engine) -> bool:
    """Whether the file has a signature field that has been signed."""
    return bool(pdfium.FPDF_GetSignatureCount(engine.handle) > 0)


def has_forms(engine: Engine) -> bool:
    """Whether the file has a form to fill in."""
    return bool(pdfium.FPDF_GetFormType(engine.handle) != pdfium.FORMTYPE_NONE)


def date(text: str) -> str:
    """A date of a PDF, "D:20240131120000+01'00'", in RFC 3339; empty where it is not a full one."""
    match = _DATE.match(text)
    if not match:
        return ""
    *parts, sign, hours, minutes = match.groups()
    try:
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        zone = timezone(-offset if sign == "-" else offset) if sign else UTC
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        return rfc3339(datetime(year, month, day, hour, minute, second, tzinfo=zone))
    except ValueError:
        return ""


def attachments(engine: Engine, data: bytes) -> tuple[Attachment, ...]:
    """The files inside the file."""
    count = min(pdfium.FPDFDoc_GetAttachmentCount(engine.handle), _MOST_ATTACHMENTS)
    if count <= 0:
        return ()
    names = [_attachment_name(engine, number) for number in range(count)]
    sizes = _attachment_sizes(data)
    return tuple(Attachment(name, *sizes.get(name, ("", 0))) for name in names if name)


def outline(engine: Engine) -> dict[str, int]:
    """The titles of the outline, folded as fold does, and how deep each stands, from 1."""
    found: dict[str, int] = {}
    waiting = [(pdfium.FPDFBookmark_GetFirstChild(engine.handle, None), 1)]
    seen = 0
    most = min(_MOST_BOOKMARKS, _BOOKMARKS_A_PAGE * engine.page_count)
    while waiting and seen < most:
        mark, depth = waiting.pop()
        if not mark:
            continue
        seen += 1
        title = fold(_bookmark_title(mark))
        if title:
            found.setdefault(title, min(depth, _MOST_DEPTH))
        waiting.append((pdfium.FPDFBookmark_GetNextSibling(engine.handle, mark), depth))
        waiting.append((pdfium.FPDFBookmark_GetFirstChild(engine.handle, mark), depth + 1))
    return found


def _bookmark_title(mark: Any) -> str:
    return utf16(lambda at, size: pdfium.FPDFBookmark_GetTitle(mark, at, size))


def _tag(engine: Engine, name: bytes) -> str:
    return one_line(utf16(lambda at, size: pdfium.FPDF_GetMetaText(engine.handle, name, at, size)))


def _attachment_name(engine: Engine, number: int) -> str:
    handle = pdfium.FPDFDoc_GetAttachment(engine.handle, number)
    return one_line(utf16(lambda at, size: pdfium.FPDFAttachment_GetName(handle, at, size))) if handle else ""


def _attachment_sizes(data: bytes) -> dict[str, tuple[str, int]]:
    """The media type and the size of each attachment, as far as the file says."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        files = itertools.islice(reader.attachment_list, _MOST_ATTACHMENTS)
        return {one_line(file.name): (_media_type(file.subtype), max(0, int(file.size or 0))) for file in files}
    except Exception:  # noqa: BLE001 - pypdf raises what it likes on a broken file, and the names are known without it
        return {}


def _media_type(subtype: str | None) -> str:
    return one_line(str(subtype or "")).lstrip("/")
