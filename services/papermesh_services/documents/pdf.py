"""Reads PDF: the text by PDFium, and what the file says of itself.

Opens the file, repairs one that is cut off, and says how much of it was read. Its pages are for pdf_pages, their text
for pdf_text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import (
    pdf_annotations,
    pdf_engine,
    pdf_facts,
    pdf_guard,
    pdf_links,
    pdf_repair,
    pdf_through,
    pdf_xfa,
    pdf_xmp,
)
from papermesh_services.documents.errors import (
    IN_PARTS,
    MORE_TIME,
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentError,
    DocumentUnfinished,
    DocumentWithoutText,
)
from papermesh_services.documents.model import Document, Format, Page, Status, Traits
from papermesh_services.documents.pdf_pages import PageReader
from papermesh_services.documents.pdf_second import SecondOpinion
from papermesh_services.documents.pdf_text import Assembly
from papermesh_services.documents.recognition import HOW_TO_HAVE_IT
from papermesh_services.documents.scanned import ONLY_A_PICTURE, Scans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.pdf_engine import Engine
    from papermesh_services.documents.pdf_through import PagesRead
    from papermesh_services.documents.recognition import Recogniser
    from papermesh_services.documents.sharing import Sharers
    from papermesh_services.documents.watch import Watch

READER: Final = "pdfium"
_MOST_NAMED: Final = 12
_TAIL_BYTES: Final = 1_024
_LINEARIZED: Final = re.compile(rb"/Linearized\b[^>]{0,200}/L (\d{1,12})\b")

_NO_TEXT = "The PDF has no text in it, only pictures: it may be a scan"
_CUT_OFF = "The end of the file is missing"
_MORE = "Allow more of it, or give the document in parts."
_ANEW = "Get it anew, or save it again."


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that PDFium can open. damage says what had to be repaired or is missing, for people."""

    data: bytes
    damage: str = ""


def read(
    data: bytes,
    limits: Limits,
    watch: Watch,
    recogniser: Recogniser | None = None,
    sharers: Sharers | None = None,
) -> Document:
    """The document in these bytes.

    recogniser: what recognises the text of pages that are pictures. sharers: who else reads pages of these same bytes.
    """
    pdf_guard.check(data, limits, watch)
    pages = 0
    try:
        with pdf_engine.opened(data) as engine:
            pages = engine.page_count
            if pages and not _is_cut_off(engine, data):
                return _read(engine, _Source(data), limits, watch, recogniser, sharers)
    except pdf_engine.Unreadable as fault:
        if fault.needs_password:
            raise _encrypted() from fault
    return _read_damaged(_most(data, pages, limits), limits, watch, recogniser)


def _most(data: bytes, pages: int, limits: Limits) -> bytes:
    """The file, or its repair where that has as many pages as PDFium has found in it."""
    repaired = pdf_repair.repaired(data, limits)
    if repaired is None:
        return data
    try:
        with pdf_engine.opened(repaired) as engine:
            return repaired if engine.page_count >= pages else data
    except pdf_engine.Unreadable as fault:
        if fault.needs_password:
            raise _encrypted() from fault
        return data


def _read_damaged(data: bytes, limits: Limits, watch: Watch, recogniser: Recogniser | None) -> Document:
    try:
        with pdf_engine.opened(data) as engine:
            if engine.page_count:
                return _read(engine, _Source(data, _CUT_OFF), limits, watch, recogniser)
    except pdf_engine.Unreadable as fault:
        raise _broken() from fault
    raise _broken()


def _read(
    engine: Engine,
    source: _Source,
    limits: Limits,
    watch: Watch,
    recogniser: Recogniser | None,
    sharers: Sharers | None = None,
) -> Document:
    metadata, language = pdf_xmp.complete(pdf_facts.metadata(engine), pdf_facts.language(engine), source.data)
    second = SecondOpinion(source.data, watch, limits.max_second_opinion_seconds)
    with pdf_annotations.forms(engine) as form:
        scans = Scans(recogniser, language or "und", limits, watch)
        read = pdf_through.read(PageReader(engine, form, limits, scans), second, watch, sharers)
    fault = pdf_xfa.show(engine, read.pages, limits)
    assembly = Assembly(read.pages, pdf_facts.outline(engine), limits)
    assembly.build()
    if not assembly.builder.length:
        raise _without_text(read, source, recogniser)
    status, note = _verdict(read, source, assembly, limits)
    if fault and status is Status.OK:
        status, note = Status.CORRUPT, fault
    document = assembly.builder.document(
        Format.PDF,
        READER,
        metadata,
        language,
        traits=_traits(engine, source.data, read),
        status=status,
        note=note,
    )
    return _with_page_facts(document, read)


def _verdict(read: PagesRead, source: _Source, assembly: Assembly, limits: Limits) -> tuple[Status, str]:
    """Whether all was read, and what to tell people where it was not."""
    count = len(read.pages)
    found: list[tuple[Status, str]] = []
    if read.expired:
        found.append((Status.PARTIAL_TIMEOUT, f"Time ran out after {count:,} of {read.claimed:,} pages. {_MORE}"))
    if read.late:
        found.append((Status.PARTIAL_TIMEOUT, f"{_pages(read.late)} not recognised: it took too long. {MORE_TIME}"))
    if source.damage:
        found.append((Status.CORRUPT, f"{source.damage}; what is left was read, on {count:,} of its pages. {_ANEW}"))
    if read.broken:
        found.append((Status.CORRUPT, f"{_pages(read.broken)} broken and could not be read. Save the PDF again."))
    if read.lost:
        found.append(
            (Status.CORRUPT, f"The file says it has {read.claimed:,} pages; only {count:,} were found. {_ANEW}")
        )
    if read.limited:
        found.append(
            (Status.PARTIAL_LIMIT, f"The first {count:,} of {read.claimed:,} pages were read (max_pages). {IN_PARTS}")
        )
    full = assembly.cut or read.full
    if full or any(page.cut for page in read.pages):
        name = "max_text_characters" if full else "max_page_characters"
        found.append(
            (Status.PARTIAL_LIMIT, f"The first {getattr(limits, name):,} characters were read ({name}). {IN_PARTS}")
        )
    unread = [number for number, page in enumerate(read.pages, start=1) if page.note == ONLY_A_PICTURE]
    if unread:
        note = f"{_pages(unread)} not read: only pictures are there, and there is no text recognition here. "
        note += HOW_TO_HAVE_IT
        found.append((found[0][0] if found else Status.OK, note))
    if not found:
        return Status.OK, ""
    return found[0][0], " ".join(note for _, note in found)


def _pages(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0]} is"
    named = ", ".join(map(str, numbers[:_MOST_NAMED]))
    more = len(numbers) - _MOST_NAMED
    return f"Pages {named}{f' and {more:,} more' if more > 0 else ''} are"


def _traits(engine: Engine, data: bytes, read: PagesRead) -> Traits:
    pages = read.pages
    images = sum(page.pictures.count for page in pages)
    return Traits(
        encrypted=engine.encrypted,
        signed=pdf_facts.signed(engine),
        forms=pdf_facts.has_forms(engine),
        hidden_text=any(page.pictures.hidden_text for page in pages),
        comments=sum(len(page.annotations.remarks) for page in pages),
        images=images,
        images_without_alternative=sum(page.pictures.without_alternative for page in pages),
        tagged=engine.tagged,
        attachments=pdf_facts.attachments(engine, data),
    )


def _with_page_facts(document: Document, read: PagesRead) -> Document:
    pages = tuple(
        Page(
            page.number,
            page.span,
            known.text_coverage,
            known.pictures.coverage,
            known.garble,
            known.recognised,
            known.note,
        )
        for page, known in zip(document.pages, read.pages, strict=False)
    )
    links = pdf_links.placed(document.text, pages, [page.annotations.links for page in read.pages])
    return replace(document, pages=pages, traits=replace(document.traits, links=links))


def _is_cut_off(engine: Engine, data: bytes) -> bool:
    """Whether the end of the file is missing: it lacks its mark, and the table of objects or the length it claims."""
    if b"%%EOF" in data[-_TAIL_BYTES:]:
        return False
    claimed = _LINEARIZED.search(data, 0, _TAIL_BYTES)
    return engine.rebuilt or (claimed is not None and int(claimed[1]) > len(data))


def _without_text(read: PagesRead, source: _Source, recogniser: Recogniser | None) -> DocumentError:
    if source.damage or len(read.broken) == len(read.pages):
        return _broken()
    if recogniser is None:
        return DocumentWithoutText(f"{_NO_TEXT}, and there is no text recognition here. {HOW_TO_HAVE_IT}")
    if read.late:
        return DocumentUnfinished(
            f"The PDF has only pictures, whose text was not recognised in the time there is. {MORE_TIME}"
        )
    notes = "; ".join(sorted({page.note.rstrip(".") for page in read.pages if page.note})[:_MOST_NAMED])
    return DocumentWithoutText(f"{_NO_TEXT}. {notes or 'No text was recognised in them'}. Give one with its text.")


def _encrypted() -> DocumentEncrypted:
    return DocumentEncrypted("The PDF is encrypted and needs a password. Give a copy that opens without one.")


def _broken() -> DocumentCorrupt:
    return DocumentCorrupt("The PDF has no pages that can be read: it is broken or cut off. Save it again.")
