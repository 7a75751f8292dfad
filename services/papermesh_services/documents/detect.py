"""Tells the format of a document: by its content first, by its name only where the content leaves a doubt.

Reads nothing but the beginning of a text and the directory of a container.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from papermesh_services.documents import encoding, magic
from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted, FormatUnsupported
from papermesh_services.documents.model import Format

READ = "PDF, DOCX, HTML, Markdown or plain text"
"""The formats that are read, for messages."""

_PDF_HEADER_WITHIN = 1024
_TEXT_HEAD = 4096
_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdwn", ".mdtxt"), Format.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".xht", ".shtml"), Format.HTML),
}
_PREAMBLE = re.compile(r"(?:\s|<\?[^>]{0,1000}>|<!--.{0,2000}?-->)*", re.DOTALL)
_SURE_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_LIKELY_HTML = re.compile(
    r"<(?:title|meta|link|style|script|div|p|h[1-6]|table|article|section|main|header|nav|ul|ol|span|center|font|a)[\s>]",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]|<!doctype", re.IGNORECASE)


def detect(data: bytes, filename: str = "") -> Format:
    """The format of these bytes.

    Raises FormatUnsupported for what is not read, DocumentEncrypted for an encrypted Office document and
    DocumentCorrupt for a broken container.
    """
    if _is_pdf(data):
        return Format.PDF
    if data.startswith(b"PK\x03\x04"):
        return _detect_zip(data, filename)
    if magic.is_ole(data) and magic.is_encrypted_office(data):
        raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
    what = magic.describe(data)
    if what or encoding.is_binary(data):
        raise unsupported(what)
    return detect_text(encoding.decode(_head(data))[0], filename)


def detect_text(text: str, filename: str = "") -> Format:
    """The format of a text: HTML where it shows or its name says so, Markdown by its name, otherwise plain text."""
    named = _SUFFIXES.get(PurePath(filename).suffix.lower())
    head = text[:_TEXT_HEAD]
    start = _PREAMBLE.match(head)
    begin = start.end() if start else 0
    if _SURE_HTML.match(head, begin):
        return Format.HTML
    if named is Format.HTML:
        # A text that was merely named so has no tag at all.
        return Format.HTML if _ANY_TAG.search(text) else Format.TEXT
    if named is None and not PurePath(filename).suffix and _LIKELY_HTML.match(head, begin):
        return Format.HTML
    return named or Format.TEXT


def unsupported(what: str) -> FormatUnsupported:
    """The error for a format that is not read."""
    looks = f"The document looks like {what}, which is not read." if what else "The document is in no known format."
    return FormatUnsupported(f"{looks} Give {READ}.", looks_like=what)


def _head(data: bytes) -> bytes:
    # Cut at a multiple of four bytes, so that no UTF-16 or UTF-32 character is torn.
    return data[: 16 * _TEXT_HEAD]


def _is_pdf(data: bytes) -> bool:
    where = data.find(b"%PDF-", 0, _PDF_HEADER_WITHIN)
    # Further in, it may be a text that speaks of PDF.
    return where == 0 or (where > 0 and b" obj" in data)


def _detect_zip(data: bytes, filename: str) -> Format:
    names = magic.zip_names(data)
    if names is None:
        if b"word/" in data or filename.lower().endswith(".docx"):
            raise DocumentCorrupt("The DOCX document is broken: its zip directory cannot be read. Save it again.")
        raise unsupported("a broken zip archive")
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return Format.DOCX
    if "word/document.xml" in names:
        return Format.DOCX
    raise unsupported(magic.describe_zip(data, names))
