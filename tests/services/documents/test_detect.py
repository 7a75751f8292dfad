from __future__ import annotations

import io
import zipfile

import pytest

from papermesh_services.documents import DocumentCorrupt, DocumentEncrypted, Format, FormatUnsupported
from papermesh_services.documents.detect import detect, detect_text

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def zipped(*names, mimetype=""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.4\n1 0 obj", "report.txt", Format.PDF),
        (b"junk\n%PDF-1.4\n1 0 obj", "", Format.PDF),
        (b"The header %PDF-1.4 opens a file.", "a.txt", Format.TEXT),
        (b"%PDF-1.4\n1 0 obj", "page.html", Format.PDF),
        (b"<!DOCTYPE html><p>x", "", Format.HTML),
        (b"\n <!-- c --><HTML lang=en>x", "notes.txt", Format.HTML),
        (b'<?xml version="1.0"?><html xmlns="x">', "", Format.HTML),
        ("<html>x".encode("utf-16"), "", Format.HTML),
        (b"<div>x</div>", "", Format.HTML),
        (b"<div>x</div>\n# Title", "README.md", Format.MARKDOWN),
        (b"no tags at all", "page.html", Format.TEXT),
        (b"a <b>tag</b>", "page.htm", Format.HTML),
        (b"# Title", "README.MD", Format.MARKDOWN),
        (b"# Title", "", Format.TEXT),
        (b"BM is two letters", "", Format.TEXT),
        (b"MZ too", "", Format.TEXT),
        ("Grüße".encode("cp1252"), "", Format.TEXT),
        ("пример текста".encode("utf-16-le"), "", Format.TEXT),
        ("a text".encode("utf-32-be"), "", Format.TEXT),
        (zipped("[Content_Types].xml", "word/document.xml"), "book.xlsx", Format.DOCX),
    ],
)
def test_content_decides_before_the_name(data, name, expected):
    assert detect(data, name) is expected


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"MZ\x90\0\x03\0\0\0", "Windows program"),
        (b"\x7fELF\x02\x01", "ELF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (zipped("xl/workbook.xml", "[Content_Types].xml"), "Excel"),
        (zipped("ppt/presentation.xml"), "PowerPoint"),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument text"),
        (zipped("a.txt"), "zip archive"),
        (b"PK\x03\x04 cut off", "broken zip"),
        (OLE + "WordDocument".encode("utf-16-le"), "old Word"),
        (OLE, "old Office"),
        (bytes(range(256)) * 4, "in no known format"),
        (b"\0\0\0\0", "in no known format"),
    ],
)
def test_what_is_not_read_is_named(data, what):
    with pytest.raises(FormatUnsupported, match=what) as caught:
        detect(data, "report.pdf")
    assert "PDF, DOCX, HTML, Markdown or plain text" in caught.value.message


def test_encrypted_office_is_encrypted_not_unknown():
    with pytest.raises(DocumentEncrypted):
        detect(OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx")


def test_a_docx_cut_off_is_broken_not_unknown():
    data = zipped("[Content_Types].xml", "word/document.xml")
    with pytest.raises(DocumentCorrupt):
        detect(data[:-30], "a.docx")


def test_a_text_is_told_by_its_name_where_it_shows_nothing():
    assert detect_text("plain", "a.md") is Format.MARKDOWN
    assert detect_text("plain", "a.txt") is Format.TEXT
