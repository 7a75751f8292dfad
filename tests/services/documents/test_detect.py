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
            archive.writestr(*((name, "x") if isinstance(name, str) else name))
    return buffer.getvalue()


def typed(main):
    """The declaration of the types of a package's parts, with that of its main part."""
    return "[Content_Types].xml", f'<Override PartName="/x" ContentType="application/vnd.{main}"/>'


_FORMATS = "openxmlformats-officedocument."
MAIN_TYPES = [
    (_FORMATS + "wordprocessingml.document.main+xml", Format.DOCX),
    (_FORMATS + "wordprocessingml.template.main+xml", Format.DOCX),
    ("ms-word.document.macroEnabled.main+xml", Format.DOCX),
    (_FORMATS + "presentationml.presentation.main+xml", Format.PPTX),
    (_FORMATS + "presentationml.slideshow.main+xml", Format.PPTX),
    ("ms-powerpoint.presentation.macroEnabled.main+xml", Format.PPTX),
    (_FORMATS + "spreadsheetml.sheet.main+xml", Format.XLSX),
    ("ms-excel.sheet.macroEnabled.main+xml", Format.XLSX),
    ("ms-excel.sheet.binary.macroEnabled.main", Format.XLSB),
]
OPEN = "application/vnd.oasis.opendocument."
OPEN_DOCUMENTS = [("text", Format.ODT), ("spreadsheet", Format.ODS), ("presentation-template", Format.ODP)]


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
        *((zipped(typed(main)), "", kind) for main, kind in MAIN_TYPES),
        (zipped(typed("wordprocessingml.document.main+xml"), "word/embeddings/a.xlsx"), "a.xlsx", Format.DOCX),
        (zipped("ppt/presentation.xml"), "", Format.PPTX),
        (zipped("xl/workbook.xml", "[Content_Types].xml"), "", Format.XLSX),
        (zipped("xl/workbook.bin"), "", Format.XLSB),
        (zipped("META-INF/container.xml"), "", Format.EPUB),
        *((zipped("content.xml", mimetype=OPEN + name), "", kind) for name, kind in OPEN_DOCUMENTS),
        (zipped("content.xml", ("META-INF/manifest.xml", f'full-path="/" media-type="{OPEN}text"')), "", Format.ODT),
        (OLE + "Workbook".encode("utf-16-le"), "", Format.XLS),
        (OLE + "__properties_version1.0".encode("utf-16-le"), "", Format.MSG),
        (b"\x89PNG\r\n\x1a\n\0\0", "", Format.IMAGE),
        (b"\xff\xd8\xff\xe0", "a.docx", Format.IMAGE),
        (b"GIF89a", "", Format.IMAGE),
        (b"II*\0", "", Format.IMAGE),
        (b"BM\x36\0\0\0\0\0", "", Format.IMAGE),
        (b"RIFF\0\0\0\0WEBPVP8 ", "", Format.IMAGE),
        (b"{\\rtf1\\ansi hello}", "a.doc", Format.RTF),
        (b"{\\rtf1\\bin4 \0\1\2\3 hello}", "", Format.RTF),
        (b'<?xml version="1.0"?><book/>', "a.txt", Format.XML),
        (b'<rss xmlns:a="b"><channel/></rss>', "", Format.XML),
        (b"<note>x</note>", "note.xml", Format.XML),
        (b"a < b", "note.xml", Format.TEXT),
        (b'{"a": [1, 2]}', "", Format.JSON),
        (b'[{"a": 1}]', "a.txt", Format.JSON),
        (b'{"a": 1}\n{"a": 2}\n', "", Format.JSON),
        (b"[1] Smith, J. (2001)", "", Format.TEXT),
        (b'{"a": {{ template }} }', "", Format.TEXT),
        (b"[1, 2, 3]", "a.json", Format.JSON),
        (b"Message-ID: <a@b>\r\nFrom: a@b\r\nSubject: x\r\n\r\nhello", "a.txt", Format.EML),
        (b"Message-ID: <a@b>\r\nFrom: a@b\r\nSubject: x\r\n\r\nhello", "mail", Format.EML),
        (b"From a@b Thu Jan  1\nReceived: x\n y\nFrom: a@b\nDate: x\n\nhello", "", Format.EML),
        (b"From: Ann\nTo: Bob\nSubject: Memo\n\nDear Bob", "memo", Format.TEXT),
        (b"From: Ann\nTo: Bob\n\nDear Bob", "memo.eml", Format.EML),
        (b"a,b,c\n1,2,3\n4,5,6\n", "", Format.CSV),
        (b"a\tb\n1\t2\n3\t4\n", "a.dat", Format.CSV),
        (b"one line", "a.csv", Format.CSV),
        (b"Dear Ann, Bob, Carl,\nyes, no, maybe,\nall, the, best,\n", "", Format.TEXT),
        (b"| a | b |\n|---|---|\n| 1 | 2 |\n", "", Format.TEXT),
    ],
)
def test_content_decides_before_the_name(data, name, expected):
    assert detect(data, name) is expected


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"MZ\x90\0\x03\0\0\0", "Windows program"),
        (b"\x7fELF\x02\x01", "ELF"),
        (b"RIFF\0\0\0\0AVI ", "AVI"),
        (zipped("content.xml", mimetype=OPEN + "graphics"), "OpenDocument drawing"),
        (zipped("a", mimetype="application/x-other"), "application/x-other"),
        (zipped("Index/Document.iwa"), "iWork"),
        (zipped(), "a zip archive"),
        (OLE + "Quill".encode("utf-16-le"), "Publisher"),
        (zipped("a.txt"), "zip archive"),
        (b"PK\x03\x04 cut off", "broken zip"),
        (OLE + "VisioDocument".encode("utf-16-le"), "old Visio"),
        (OLE, "OLE container"),
        (bytes(range(256)) * 4, "in no known format"),
        (b"\0\0\0\0", "in no known format"),
    ],
)
def test_what_is_not_read_is_named(data, what):
    with pytest.raises(FormatUnsupported, match=what) as caught:
        detect(data, "report.pdf")
    assert "PDF, DOCX" in caught.value.message


@pytest.mark.parametrize(
    ("start", "name", "what"),
    [
        (b"\xec\xa5", "", "DOC"),
        (b"\x0f\0\xe8\x03", "", "PPT"),
        (b"\x09\x08", "", "XLS"),
        (b"", "a.DOC", "DOC"),
        (b"", "a.ppt", "PPT"),
        (b"", "a.msg", "MSG"),
    ],
)
def test_an_old_office_file_that_is_cut_off_is_broken(start, name, what):
    with pytest.raises(DocumentCorrupt, match=f"The {what} document is broken"):
        detect(OLE.ljust(512, b"\xff") + start + bytes(1000), name)


def test_an_old_office_file_is_told_by_the_top_of_its_directory():
    """A workbook with a Word document inside is a workbook."""
    entries = [
        ("Root Entry", 5, -1, -1, 1),
        ("Workbook", 2, 2, -1, -1),
        ("MBD0001", 1, -1, -1, 3),
        ("WordDocument", 2, -1, -1, -1),
    ]
    header = bytearray(512)
    header[:8], header[30:32] = OLE[:8], (9).to_bytes(2, "little")
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + bytes([2 * len(name) + 2, 0, kind, 0])
        + b"".join(number.to_bytes(4, "little", signed=True) for number in (left, right, child))
        + bytes(48)
        for name, kind, left, right, child in entries
    )
    assert detect(bytes(header) + directory) is Format.XLS


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
