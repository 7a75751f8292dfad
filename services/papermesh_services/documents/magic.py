"""Names formats that are not read, by their first bytes, so that an error can say what a file is.

Only looks; whether a format is read is for detect to say.
"""

from __future__ import annotations

import io
import re
import zipfile

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
    (b"\0\0\x01\0", "an icon"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
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
)
# Signatures that begin ordinary texts too count only with the control characters of a binary file near by.
_WEAK_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a Windows program"),
    (b"BM", "a BMP image"),
    (b"ID3", "an MP3 recording"),
    (b"BZh", "a bzip2 archive"),
)
_RIFF = {b"WEBP": "a WebP image", b"WAVE": "a WAV recording", b"AVI ": "an AVI film"}
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", "an old Word document (.doc)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("__nameid_version1.0", "an Outlook message (.msg)"),
)
_ZIP_FOLDERS = (("xl/", "an Excel workbook (.xlsx)"), ("ppt/", "a PowerPoint presentation (.pptx)"))
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt)",
    b"application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument spreadsheet (.ods)",
    b"application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation (.odp)",
    b"application/epub+zip": "an EPUB book",
}


def is_ole(data: bytes) -> bool:
    """Whether this is an OLE container: an old Office file, or an encrypted new one."""
    return data.startswith(_OLE)


def is_encrypted_office(data: bytes) -> bool:
    """Whether an OLE container holds an encrypted Office document."""
    return "EncryptedPackage".encode("utf-16-le") in data


def describe(data: bytes) -> str:
    """What the bytes are, for people: "a PNG image". Empty where nothing is known."""
    if is_ole(data):
        return next((what for name, what in _OLE_STREAMS if name.encode("utf-16-le") in data), "an old Office file")
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "a RIFF file")
    if data[4:8] == b"ftyp":
        return "an MP4 film or HEIF image"
    binary = re.search(rb"[\x00-\x06\x0e-\x1a]", data[:512]) is not None
    signatures = (*_SIGNATURES, *_WEAK_SIGNATURES) if binary else _SIGNATURES
    return next((what for signature, what in signatures if data.startswith(signature)), "")


def describe_zip(data: bytes, names: list[str]) -> str:
    """What a zip container is, by its entries."""
    for folder, what in _ZIP_FOLDERS:
        if any(name.startswith(folder) for name in names):
            return what
    # A container of this family stores its type unpacked at the very start.
    mimetype = re.match(rb"PK\x03\x04.{26}mimetype(application/[\w.+-]{1,80}?)(?=PK)", data[:200], re.DOTALL)
    if mimetype:
        return _MIMETYPES.get(mimetype.group(1), "a zip container of type " + mimetype.group(1).decode())
    return "a zip archive"


def zip_names(data: bytes) -> list[str] | None:
    """The names in a zip archive, or None where its directory is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError):
        return None
