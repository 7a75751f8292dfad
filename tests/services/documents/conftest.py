"""Documents made for the tests, and the promises every document has to keep."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents import Document

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Makes a PDF of pages, each a list of (size of letters, line); an empty line is a gap."""

    def make(*pages: list[tuple[int, str]], **options: object) -> bytes:
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=A4, **options)
        canvas.setTitle("A made-up title")
        canvas.setAuthor("Ada Example")
        for page in pages:
            y = 780.0
            for size, line in page:
                canvas.setFont("Helvetica", size)
                canvas.drawString(72, y, line)
                y -= 1.25 * size if line else 0.8 * size
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def raw_pdf() -> Callable[..., bytes]:
    """Makes a PDF of its objects, each the bytes between "obj" and "endobj", by number; 1 is the catalog."""

    def make(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
        data = b"%PDF-1.7\n"
        places = {}
        for number, content in objects.items():
            places[number] = len(data)
            data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places))
        end = b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n"
        size = max(objects) + 1
        return data + b"xref\n0 1\n0000000000 65535 f \n" + table + end % (size, trailer, len(data))

    return make


@pytest.fixture(scope="session")
def stream() -> Callable[..., bytes]:
    """Makes a stream object of its content."""

    def make(content: bytes, extra: bytes = b"") -> bytes:
        return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), extra, content)

    return make


@pytest.fixture(scope="session")
def make_docx() -> Callable[..., bytes]:
    """Makes a DOCX of the XML of its body, and of further parts."""

    def make(body: str, relations: str = "", **parts: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", _TYPES)
            archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
            if relations:
                archive.writestr("word/_rels/document.xml.rels", relations)
            for name, content in parts.items():
                archive.writestr(name.replace("__", "/") + ".xml", content)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def make_ole() -> Callable[[dict], bytes]:
    """Makes an OLE container of names with bytes, or with a folder of such; each stream less than 4 KiB."""
    return _ole


def _ole(tree):
    entries, mini, mini_table = [], b"", []

    def add(name, content, kind):
        index = len(entries)
        entries.append(None)
        first, size, child = -2, 0, -1
        if isinstance(content, dict):
            child = chain(list(content.items()))
        elif content:
            nonlocal mini
            first, size = len(mini_table), len(content)
            count = -(-size // 64)
            mini += content.ljust(64 * count, b"\0")
            mini_table.extend([*range(first + 1, first + count), -2])
        entries[index] = [name, kind, child, -1, first, size]
        return index

    def chain(items):
        before = first = -1
        for name, content in items:
            index = add(name, content, 1 if isinstance(content, dict) else 2)
            if before >= 0:
                entries[before][3] = index
            else:
                first = index
            before = index
        return first

    add("Root Entry", tree, 5)
    listed = b"".join(_ole_entry(*entry) for entry in entries[1:])
    sizes = [_sectors(listed + bytes(128)), _sectors(_numbers(mini_table)), _sectors(mini)]
    table, starts, at = [-3], [], 1
    for size in sizes:
        starts.append(at if size else -2)
        table.extend([*range(at + 1, at + size), -2] if size else [])
        at += size
    assert len(table) <= 128
    entries[0][4:] = [starts[2], len(mini)]
    directory = _ole_entry(*entries[0]) + listed
    first = (62, 3, 0xFFFE, 9, 6, 0, 1, starts[0], 0, 4096, starts[1], sizes[1], -2, 0)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6xIIiIIiIiI", *first)
    header += struct.pack("<i", 0) + b"\xff" * 432
    return header + b"".join(map(_padded, (_numbers(table), directory, _numbers(mini_table), mini)))


def _numbers(numbers):
    raw = struct.pack(f"<{len(numbers)}i", *numbers)
    return raw.ljust(512 * _sectors(raw), b"\xff")


def _padded(data):
    return data.ljust(512 * _sectors(data), b"\0")


def _sectors(data):
    return -(-len(data) // 512)


def _ole_entry(name, kind, child, right, first, size):
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return head + struct.pack("<iii", -1, right, child) + bytes(36) + struct.pack("<iII", first, size, 0)


@pytest.fixture(scope="session")
def make_msg() -> Callable[..., bytes]:
    """Makes an Outlook message of text properties by number, of attachments of the same and of moments."""

    def folder(texts, attachments=(), header=32):
        tree = {}
        for number, value in texts.items():
            name = f"__substg1.0_{number:04X}{'001F' if isinstance(value, str) else '0102'}"
            tree[name] = value.encode("utf-16-le") if isinstance(value, str) else value
        sent = struct.pack("<HHIQ", 0x0040, 0x0039, 0, 133_500_000_000_000_000)
        page = struct.pack("<HHIQ", 0x0003, 0x3FFD, 0, 1251)
        tree["__properties_version1.0"] = bytes(header) + sent + page
        for number, attachment in enumerate(attachments):
            inner = attachment.pop("message", None)
            made = folder(attachment, header=8)
            if inner is not None:
                made["__substg1.0_3701000D"] = folder(inner[0], inner[1] if len(inner) > 1 else (), 24)
            tree[f"__attach_version1.0_#{number:08X}"] = made
        return tree

    return lambda *parts: _ole({"__nameid_version1.0": {}, **folder(*parts)})


@pytest.fixture(scope="session")
def pack_rtf() -> Callable[[bytes], bytes]:
    """Packs an RTF document as Outlook does it to the body of a message."""
    return _packed


_AT_FIRST = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def _packed(data):
    known, at, steps = _AT_FIRST + data, len(_AT_FIRST), []
    while at < len(known):
        for length in range(min(17, len(known) - at), 1, -1):
            place = known.rfind(known[at : at + length], max(0, at - 4000), at + length - 1)
            if place >= 0:
                steps.append(struct.pack(">H", place % 4096 << 4 | length - 2))
                at += length
                break
        else:
            steps.append(known[at : at + 1])
            at += 1
    steps.append(struct.pack(">H", at % 4096 << 4))
    content = b""
    for first in range(0, len(steps), 8):
        eight = steps[first : first + 8]
        content += bytes([sum((len(step) - 1) << bit for bit, step in enumerate(eight))]) + b"".join(eight)
    check = zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(content) + 12, len(data), b"LZFu", check) + content


@pytest.fixture(scope="session")
def make_epub() -> Callable[..., bytes]:
    """Makes a book of pages, and of further parts."""

    def make(*pages: str, **parts: str) -> bytes:
        items = "".join(
            f'<item id="p{i}" href="p%20{i}.xhtml" media-type="application/xhtml+xml"/>' for i in range(len(pages))
        )
        spine = "".join(f'<itemref idref="p{i}"/>' for i in range(len(pages)))
        nav = '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        about = "<dc:title>A made-up book</dc:title><dc:creator>Ada Example</dc:creator><dc:creator>Bo</dc:creator>"
        about += "<dc:language>de</dc:language><dc:date>2024-05-01</dc:date>"
        package = f'<package xmlns:dc="d"><metadata>{about}</metadata><manifest>{nav}{items}</manifest>'
        package += f'<spine><itemref idref="n"/>{spine}</spine></package>'
        container = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            archive.writestr("META-INF/container.xml", container)
            archive.writestr("OPS/book.opf", "<!DOCTYPE package>" + package)
            archive.writestr("OPS/nav.xhtml", "<html><body><p>Contents</p></body></html>")
            for number, page in enumerate(pages):
                archive.writestr(f"OPS/p {number}.xhtml", f"<html><body>{page}</body></html>")
            for name, content in parts.items():
                archive.writestr(name.replace("__", "/") + ".xml", content)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def make_zip() -> Callable[..., bytes]:
    """Makes a zip container of parts, in their order."""

    def make(parts: dict[str, str | bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return make


_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="session")
def relations() -> Callable[..., str]:
    """Makes the part of the relations of a part: id=(kind, target), or id=(kind, address, True) for an external one."""

    def make(**named: tuple) -> str:
        made = "".join(
            f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}"'
            + (' TargetMode="External"/>' if external else "/>")
            for name, (kind, target, *external) in named.items()
        )
        return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{made}</Relationships>'

    return make


@pytest.fixture(scope="session")
def make_pptx(make_zip, relations) -> Callable[..., bytes]:
    """Makes a PPTX of the XML of the shapes of its slides, and of further parts."""

    def make(*slides: str, parts: dict[str, str] | None = None) -> bytes:
        space = (
            'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
            f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_R}"'
        )
        ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(len(slides), 0, -1))
        named = {f"rId{n}": ("slide", f"slides/s{n}.xml") for n in range(1, len(slides) + 1)}
        made = {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": relations(m=("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {space}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(**named),
        }
        for number, slide in enumerate(reversed(slides), start=1):
            content = (
                slide
                if slide.startswith("<p:sld ")
                else f"<p:sld><p:cSld><p:spTree>{slide}</p:spTree></p:cSld></p:sld>"
            )
            made[f"ppt/slides/s{number}.xml"] = content.replace("<p:sld", f"<p:sld {space}", 1)
        return make_zip({**made, **(parts or {})})

    return make


@pytest.fixture(scope="session")
def make_xlsx(make_zip, relations) -> Callable[..., bytes]:
    """Makes an XLSX of the XML in its sheets, its shared strings, and further parts."""

    def make(
        *sheets: str, strings: str = "", states: tuple[str, ...] = (), parts: dict[str, str] | None = None
    ) -> bytes:
        space = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_R}"'
        states = states + ("visible",) * (len(sheets) - len(states))
        listed = "".join(
            f'<sheet name="Sheet {n}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
            for n, state in enumerate(states, 1)
        )
        named = {f"rId{n}": ("worksheet", f"worksheets/s{n}.xml") for n in range(1, len(sheets) + 1)}
        made = {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": relations(m=("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f"<workbook {space}><sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                **named, st=("styles", "styles.xml"), sh=("sharedStrings", "sharedStrings.xml")
            ),
            "xl/styles.xml": f'<styleSheet {space}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
            "xl/sharedStrings.xml": f"<sst {space}>{strings}</sst>",
        }
        for number, sheet in enumerate(sheets, start=1):
            made[f"xl/worksheets/s{number}.xml"] = f"<worksheet {space}>{sheet}</worksheet>"
        return make_zip({**made, **(parts or {})})

    return make


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODF_SPACES = (
    " ".join(
        f'xmlns:{name}="{_ODF}{space}:1.0"'
        for name, space in {
            **{one: one for one in ("office", "text", "table", "style", "meta", "presentation", "form", "manifest")},
            "draw": "drawing",
            "fo": "xsl-fo-compatible",
            "svg": "svg-compatible",
        }.items()
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


@pytest.fixture(scope="session")
def make_odf(make_zip) -> Callable[..., bytes]:
    """Makes an OpenDocument file of a kind ("text", "spreadsheet", "presentation") of the XML of its body."""

    def make(kind: str, body: str, styles: str = "", parts: dict[str, str] | None = None) -> bytes:
        content = (
            f"<office:document-content {_ODF_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
        )
        wrapped = {
            name: content if content.startswith("<math") else f"<office:part {_ODF_SPACES}>{content}</office:part>"
            for name, content in (parts or {}).items()
        }
        return make_zip({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **wrapped})

    return make


@pytest.fixture(scope="session")
def make_flat_odf() -> Callable[..., bytes]:
    """Makes an OpenDocument file of one XML: of a kind, the XML of its body, of its styles, and of further parts."""

    def make(kind: str, body: str, styles: str = "", parts: str = "") -> bytes:
        declared = f'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.{kind}"'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {_ODF_SPACES} {declared}>{parts}'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
        ).encode()

    return make


@pytest.fixture(scope="session")
def assert_sound() -> Callable[[Document], None]:
    """Checks what every Document promises of its text, its blocks and its pages."""

    def check(document: Document) -> None:
        text = document.text
        assert unicodedata.is_normalized("NFC", text)
        assert not {"\0", "\r"} & set(text)
        text.encode("utf-8")
        _check_spans(text, [block.span for block in document.blocks], empty_allowed=False)
        for block in document.blocks:
            assert block.page <= len(document.pages)
            _check_cells(text, block)
        if document.pages:
            assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
            _check_spans(text, [page.span for page in document.pages], empty_allowed=True)
        for link in document.traits.links:
            assert 0 <= link.span.start <= link.span.end <= len(text)
            assert text[link.span.start : link.span.end].strip() == text[link.span.start : link.span.end]

    return check


def _check_spans(text, spans, *, empty_allowed):
    at = 0
    for span in spans:
        assert at <= span.start <= span.end <= len(text)
        assert empty_allowed or span.start < span.end
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()


def _check_cells(text, block):
    for cell in block.cells:
        assert block.span.start <= cell.span.start < cell.span.end <= block.span.end
        assert not {"\t", "\n"} & set(text[cell.span.start : cell.span.end])
    if block.cells:
        rows = text[block.span.start : block.span.end].split("\n")
        assert {cell.row for cell in block.cells} == set(range(len(rows)))


@pytest.fixture(scope="session")
def shape() -> Callable[[Document], list[tuple[str, int, str]]]:
    """A document's blocks as (kind, level, text)."""

    def of(document: Document) -> list[tuple[str, int, str]]:
        return [(b.kind.value, b.level, document.text[b.span.start : b.span.end]) for b in document.blocks]

    return of
