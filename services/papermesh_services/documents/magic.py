"""Names what bytes are by how they begin and, for containers, by what is in them.

Only looks: whether a format is read is for detect to say. A kind is a Format where there is one for it, else words for
people, so that an error can say what a file is.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.model import Format

if TYPE_CHECKING:
    from collections.abc import Set

Kind = Format | str

_SIGNATURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"GIF87a", Format.IMAGE),
    (b"GIF89a", Format.IMAGE),
    (b"II*\0", Format.IMAGE),
    (b"MM\0*", Format.IMAGE),
    (b"II+\0", Format.IMAGE),
    (b"MM\0+", Format.IMAGE),
    (b"8BPS", "a Photoshop image"),
    (b"\0\0\x01\0", "an icon"),
    (b"%!PS", "a PostScript document"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript document"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\x7fELF", "an ELF program"),
    (b"\xca\xfe\xba\xbe", "a Java class or a macOS program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\0asm", "a WebAssembly program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\0\x01\0\0\0", "a font"),
    (b"OTTO", "a font"),
    (b"PAR1", "a Parquet table"),
    (b"\x78\x9f\x3e\x22", "an Outlook winmail.dat"),
    (b"!BDN", "an Outlook mailbox (.pst)"),
)
# Signatures that begin ordinary texts too count only with the control characters of a binary file near by.
_WEAK_SIGNATURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"MZ", "a Windows program"),
    (b"BM", Format.IMAGE),
    (b"ID3", "an MP3 recording"),
    (b"BZh", "a bzip2 archive"),
)
_RIFF: Final[dict[bytes, Kind]] = {b"WEBP": Format.IMAGE, b"WAVE": "a WAV recording", b"AVI ": "an AVI film"}
_OLE_NAMES: Final[tuple[tuple[str, Kind], ...]] = (
    ("__nameid_version1.0", Format.MSG),
    ("__properties_version1.0", Format.MSG),
    ("WordDocument", Format.DOC),
    ("PowerPoint Document", Format.PPT),
    ("Workbook", Format.XLS),
    ("Book", Format.XLS),
    ("VisioDocument", "an old Visio drawing (.vsd)"),
    ("Quill", "a Publisher document (.pub)"),
)
_OLE_HEADER: Final = 512
_OLE_STREAMS: Final = ((b"\xec\xa5", Format.DOC), (b"\x0f\0\xe8\x03", Format.PPT), (b"\x09\x08", Format.XLS))
# What the main part of an Office package is declared to be: documents, templates, shows and those with macros alike.
_MAIN_TYPES: Final[tuple[tuple[re.Pattern[bytes], Kind], ...]] = (
    (re.compile(rb"wordprocessingml\.(?:document|template)\.main|ms-word\.(?:document|template)\.macro"), Format.DOCX),
    (
        re.compile(
            rb"presentationml\.(?:presentation|slideshow|template)\.main|"
            rb"ms-powerpoint\.(?:presentation|slideshow|template)\.macro"
        ),
        Format.PPTX,
    ),
    (re.compile(rb"ms-excel\.sheet\.binary\.macroEnabled\.main"), Format.XLSB),
    (re.compile(rb"spreadsheetml\.(?:sheet|template)\.main|ms-excel\.(?:sheet|template|addin)\.macro"), Format.XLSX),
    (re.compile(rb"ms-visio\."), "a Visio drawing"),
    (re.compile(rb"ms-package\.xps-"), "an XPS document"),
)
_ZIP_PARTS: Final[tuple[tuple[str, Kind], ...]] = (
    ("word/document.xml", Format.DOCX),
    ("ppt/presentation.xml", Format.PPTX),
    ("xl/workbook.bin", Format.XLSB),
    ("xl/workbook.xml", Format.XLSX),
    ("META-INF/container.xml", Format.EPUB),
    ("FixedDocumentSequence.fdseq", "an XPS document"),
    ("Index/Document.iwa", "an Apple iWork document"),
    ("AndroidManifest.xml", "an Android program"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
)
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
_MIMETYPES: Final[dict[str, Kind]] = {
    **{_OPEN_DOCUMENT + name: Format.ODT for name in ("text", "text-template", "text-master", "text-web")},
    **{_OPEN_DOCUMENT + name: Format.ODS for name in ("spreadsheet", "spreadsheet-template")},
    **{_OPEN_DOCUMENT + name: Format.ODP for name in ("presentation", "presentation-template")},
    _OPEN_DOCUMENT + "graphics": "an OpenDocument drawing (.odg)",
    _OPEN_DOCUMENT + "formula": "an OpenDocument formula (.odf)",
    "application/epub+zip": Format.EPUB,
}
_FLAT: Final = re.compile(
    r"<(?:[A-Za-z_][\w.-]{0,50}:)?document\s[^<>]{0,30000}urn:oasis:names:tc:opendocument:xmlns:office:[^<>]{0,30000}>"
)
_FLAT_TYPE: Final = re.compile(r"""mimetype\s*=\s*["']\s*(application/[\w.+-]{1,100})""")
_SMALL_PART: Final = 1024 * 1024
_MIMETYPE_WITHIN: Final = 300
# Listing them takes some hundred bytes of memory for each.
_MAX_ENTRIES: Final = 100_000
_ZIP_FAULTS: Final = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError),
    *(NotImplementedError, OverflowError, RuntimeError),
)


def describe(data: bytes) -> Kind:
    """What the bytes are, containers apart. Empty where nothing is known."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "a RIFF file")
    if data[4:8] == b"ftyp":
        return "an MP4 film or HEIF image"
    binary = re.search(rb"[\x00-\x06\x0e-\x1a]", data[:512]) is not None
    signatures = (*_SIGNATURES, *_WEAK_SIGNATURES) if binary else _SIGNATURES
    return next((kind for signature, kind in signatures if data.startswith(signature)), "")


def flat_opendocument(head: str) -> Format | None:
    """What the outermost element of an XML says of itself where it is OpenDocument in one file, or None."""
    root = _FLAT.match(head)
    declared = root and _FLAT_TYPE.search(root.group())
    kind = _MIMETYPES.get(declared.group(1)) if declared else None
    return kind if isinstance(kind, Format) else None


def describe_ole(names: Set[str]) -> Kind:
    """What an OLE container is, by the names at its top."""
    return next((kind for name, kind in _OLE_NAMES if name in names), "an OLE container of a program unknown here")


def describe_broken_ole(data: bytes) -> Format | None:
    """What an OLE container without a directory was, by how its first stream begins."""
    return next((kind for start, kind in _OLE_STREAMS if data.startswith(start, _OLE_HEADER)), None)


def describe_zip(data: bytes) -> Kind | None:
    """What a zip container is by its entries, or None where its directory is broken."""
    if data.count(b"PK\x01\x02") > _MAX_ENTRIES:
        return f"a zip archive of more than {_MAX_ENTRIES:,} entries"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _describe_entries(archive, _stored_mimetype(data))
    except _ZIP_FAULTS:
        return None


def describe_broken_zip(data: bytes) -> Format | None:
    """What a zip container without a directory was, by the names strewn in it."""
    for name, kind in _ZIP_PARTS:
        if isinstance(kind, Format) and name.encode() in data:
            return kind
    stored = _MIMETYPES.get(_stored_mimetype(data))
    return stored if isinstance(stored, Format) else None


def _stored_mimetype(data: bytes) -> str:
    """The type that a container has as plain bytes at its very start, as OpenDocument and EPUB have it."""
    start = data[:_MIMETYPE_WITHIN]
    found = sorted((name for name in _MIMETYPES if name.encode() in start), key=len)
    return found[-1] if found else ""


def _describe_entries(archive: zipfile.ZipFile, stored: str) -> Kind:
    types = _small(archive, "[Content_Types].xml")
    for pattern, kind in _MAIN_TYPES:
        if pattern.search(types):
            return kind
    declared = _small(archive, "mimetype")[:100].decode("ascii", "replace").strip() or _manifest_type(archive)
    # A mimetype that is there but cannot be unpacked still tells what is broken.
    declared = declared or (stored if "mimetype" in archive.NameToInfo else "")
    if declared in _MIMETYPES:
        return _MIMETYPES[declared]
    for name, kind in _ZIP_PARTS:
        if name in archive.NameToInfo:
            return kind
    return f"a zip container of type {declared}" if declared.isprintable() and declared else "a zip archive"


def _manifest_type(archive: zipfile.ZipFile) -> str:
    """What an OpenDocument file that lost its mimetype says of itself in its manifest."""
    manifest = _small(archive, "META-INF/manifest.xml")
    found = re.search(rb"application/vnd\.oasis\.opendocument\.[\w-]{1,40}", manifest)
    return found.group().decode() if found else ""


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part; none where it is absent or cannot be read."""
    if name not in archive.NameToInfo:
        return b""
    try:
        with archive.open(name) as stream:
            return stream.read(_SMALL_PART)
    except _ZIP_FAULTS:
        return b""
