"""Tells the format of a document: by its content first, by its name only where the content leaves a doubt.

Reads nothing but the beginning of a text and the directory of a container. Whether there is a reader is not its
business.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from papermesh_services.documents import encoding, magic, ole, textkind
from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted, FormatUnsupported
from papermesh_services.documents.model import Format

READ: Final = (
    "PDF, DOCX, DOC, PPTX, PPT, XLSX, XLS, XLSB, ODT, ODS, ODP, RTF, HTML, Markdown, plain text, CSV, JSON, XML, EML, "
    "MSG, EPUB or an image"
)
"""The formats that are told apart, for messages."""

_PDF_HEADER_WITHIN = 1024
_TEXT_HEAD = 64 * 1024
_ENCRYPTED_OFFICE = "EncryptedPackage"
_SUFFIXES: Final = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdwn", ".mdtxt"), Format.MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".xht", ".shtml"), Format.HTML),
    **dict.fromkeys((".csv", ".tsv", ".tab"), Format.CSV),
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".geojson", ".ipynb", ".jsonld"), Format.JSON),
    **dict.fromkeys(
        (".xml", ".rss", ".atom", ".svg", ".xsd", ".xsl", ".dbk", ".nxml", ".tei", ".fb2", ".opml"), Format.XML
    ),
    **dict.fromkeys((".eml", ".mht", ".mhtml"), Format.EML),
    ".rtf": Format.RTF,
}
_ZIP_SUFFIXES: Final = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), Format.DOCX),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), Format.PPTX),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam"), Format.XLSX),
    ".xlsb": Format.XLSB,
    ".odt": Format.ODT,
    ".ods": Format.ODS,
    ".odp": Format.ODP,
    ".epub": Format.EPUB,
}
_OLE_SUFFIXES: Final = {
    **dict.fromkeys((".doc", ".dot"), Format.DOC),
    **dict.fromkeys((".ppt", ".pps", ".pot"), Format.PPT),
    **dict.fromkeys((".xls", ".xlt"), Format.XLS),
    ".msg": Format.MSG,
}


def detect(data: bytes, filename: str = "") -> Format:
    """The format of these bytes.

    Raises FormatUnsupported for what is no Format, DocumentEncrypted for an encrypted Office document and
    DocumentCorrupt for a broken container.
    """
    if _is_pdf(data):
        return Format.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _detect_zip(data, filename)
    if ole.is_ole(data):
        return _detect_ole(data, filename)
    if textkind.is_rtf(data[:64].decode("latin-1")):
        return Format.RTF  # it may have pictures as plain bytes in it
    kind = magic.describe(data)
    if isinstance(kind, Format):
        return kind
    if kind or (encoding.is_binary(data) and not _is_mail(data, filename)):
        raise unsupported(kind)
    # Cut at a multiple of four bytes, so that no UTF-16 or UTF-32 character is torn.
    return detect_text(encoding.decode(data[:_TEXT_HEAD])[0], filename, whole=len(data) <= _TEXT_HEAD)


def detect_text(text: str, filename: str = "", *, whole: bool = True) -> Format:
    """The format of a text, by what it shows; where that may be chance, by its name; otherwise plain text.

    whole: whether this is all of it, so that where it ends counts.
    """
    suffix = PurePath(filename).suffix.lower()
    return textkind.tell(text, _SUFFIXES.get(suffix), named=bool(suffix), whole=whole)


def unsupported(what: str) -> FormatUnsupported:
    """The error for a format that is not read."""
    looks = f"The document looks like {what}, which is not read." if what else "The document is in no known format."
    return FormatUnsupported(f"{looks} Give {READ}.", looks_like=what)


def _is_pdf(data: bytes) -> bool:
    where = data.find(b"%PDF-", 0, _PDF_HEADER_WITHIN)
    # Further in, it may be a text that speaks of PDF.
    return where == 0 or (where > 0 and b" obj" in data)


def _is_mail(data: bytes, filename: str) -> bool:
    """Whether bytes that are no text are a mail with an 8-bit or binary body."""
    head = data[:_TEXT_HEAD].decode("latin-1")
    return textkind.tell(head, _SUFFIXES.get(PurePath(filename).suffix.lower()), named=True, whole=False) is Format.EML


def _detect_ole(data: bytes, filename: str) -> Format:
    names = ole.names(data)
    if _ENCRYPTED_OFFICE in names:
        raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
    kind = magic.describe_ole(names)
    if isinstance(kind, Format):
        return kind
    was = _OLE_SUFFIXES.get(PurePath(filename).suffix.lower()) or magic.describe_broken_ole(data)
    if was is None:
        raise unsupported(kind)
    raise _cut_off(was, "the directory of its container")


def _detect_zip(data: bytes, filename: str) -> Format:
    kind = magic.describe_zip(data)
    if isinstance(kind, Format):
        return kind
    if kind is None:
        was = _ZIP_SUFFIXES.get(PurePath(filename).suffix.lower()) or magic.describe_broken_zip(data)
        if was is None:
            raise unsupported("a broken zip archive")
        raise _cut_off(was, "its zip directory")
    raise unsupported(kind)


def _cut_off(was: Format, what: str) -> DocumentCorrupt:
    return DocumentCorrupt(
        f"The {was.upper()} document is broken: {what} cannot be read, as when a file is cut off. "
        "Get it anew, or save it again."
    )
