"""Documents made for the tests, and the promises every document has to keep."""

from __future__ import annotations

import io
import itertools
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
def make_doc() -> Callable[..., bytes]:
    """Makes an old Word file of Word 97 of paragraphs, each with its mark at the end: (text, style, modifiers).

    runs: (first character, end, modifiers). lengths: of the stories after the main one, by their order in the head.
    styles: (number, style it builds on, name, modifiers). tables: by their places in the head. head: numbers that
    are put into it, by place: (size in bytes, number).
    """
    return _doc


_TEXT, _PARAGRAPHS, _RUNS = 1024, 4, 5


def _doc(
    paragraphs, *, runs=(), lengths=(), styles=(), tables=None, narrow=False, pieces=None, head=None, streams=None
):
    text = "".join(text for text, _, _ in paragraphs)
    raw, width = (text.encode("cp1252"), 1) if narrow else (text.encode("utf-16-le"), 2)
    units = len(raw) // width
    ends = list(itertools.accumulate((len(one.encode("utf-16-le")) // 2 for one, _, _ in paragraphs), initial=0))
    papx = [style.to_bytes(2, "little") + changes for _, style, changes in paragraphs]
    papx = [(bytes([0, len(one) // 2]) if len(one) % 2 == 0 else bytes([(len(one) + 1) // 2])) + one for one in papx]
    paragraph_page = _looks_page([_TEXT + width * end for end in ends], papx, 13)
    bounds = sorted({0, units, *(at for run in runs for at in run[:2])})
    said = {run[0]: bytes([len(run[2])]) + run[2] for run in runs}
    run_page = _looks_page([_TEXT + width * at for at in bounds], [said.get(at, b"") for at in bounds[:-1]], 1)
    place = _TEXT * 2 | 1 << 30 if narrow else _TEXT
    pieces = pieces or [(0, units, place)]
    table = struct.pack(f"<{len(pieces) + 1}I", *(one[0] for one in pieces), pieces[-1][1])
    table += b"".join(struct.pack("<HIH", 0, one[2], 0) for one in pieces)
    all_tables = {
        1: _style_sheet(styles),
        12: struct.pack("<III", 0, 1 << 30, _RUNS),
        13: struct.pack("<III", 0, 1 << 30, _PARAGRAPHS),
        33: b"\x02" + struct.pack("<I", len(table)) + table,
        **(tables or {}),
    }
    fib, written = bytearray(_TEXT), b""
    struct.pack_into("<HH", fib, 0, 0xA5EC, 193)
    struct.pack_into("<H", fib, 10, 0x0200)
    struct.pack_into("<8I", fib, 76, units - sum(lengths), *lengths, *[0] * (7 - len(lengths)))
    for index, content in all_tables.items():
        struct.pack_into("<II", fib, 154 + 8 * index, len(written), len(content))
        written += content
    for at, (size, number) in (head or {}).items():
        fib[at : at + size] = number.to_bytes(size, "little")
    stream = bytes(fib) + raw
    assert len(stream) <= 512 * _PARAGRAPHS
    stream = stream.ljust(512 * _PARAGRAPHS, b"\0") + paragraph_page + run_page
    return _ole({**(streams or {}), "WordDocument": stream, "1Table": written})


def _looks_page(bounds, entries, width):
    """A page of looks: where each begins and ends, where they stand in the page, and how many there are."""
    first, places, body = 4 * len(bounds) + width * len(entries), b"", b""
    first += first % 2
    for entry in entries:
        places += bytes([(first + len(body)) // 2 if entry else 0]).ljust(width, b"\0")
        body += entry.ljust(len(entry) + len(entry) % 2, b"\0")
    page = (struct.pack(f"<{len(bounds)}I", *bounds) + places).ljust(first, b"\0") + body
    assert len(page) < 512
    return page.ljust(511, b"\0") + bytes([len(entries)])


def _style_sheet(styles):
    made = {}
    for number, above, name, changes in styles:
        builtin = int(name[1:]) if name.startswith("#") else 0xFFE
        name = "irgendwas" if name.startswith("#") else name
        update = struct.pack("<HH", len(changes) + 2, number) + changes
        base = struct.pack("<HHHHH", builtin, above << 4 | 1, 2, 0, 0)
        made[number] = base + struct.pack("<H", len(name)) + name.encode("utf-16-le") + bytes(2) + update
    count = max(made, default=-1) + 1
    body = b"".join(
        struct.pack("<H", len(one)) + one.ljust(len(one) + len(one) % 2, b"\0")
        for one in (made.get(number, b"") for number in range(count))
    )
    return struct.pack("<HHH", 4, count, 10) + body


@pytest.fixture(scope="session")
def record() -> Callable[..., bytes]:
    """Makes a record of an old Office file: its kind, its body, its instance and its version."""
    return _record


def _record(kind, body=b"", instance=0, version=0):
    return struct.pack("<HHI", instance << 4 | version, kind, len(body)) + body


@pytest.fixture(scope="session")
def make_ppt() -> Callable[..., bytes]:
    """Makes an old PowerPoint file of slides: the shapes on each, the records of its outline, and more records of it.

    notes: shapes on pages of notes, by the number of the slide, from 1. links: targets. edits: how often it was saved.
    """
    return _ppt


def _ppt(slides, *, notes=None, links=(), edits=1, token=0xE391C05F, key=0):
    stream, places = b"", {}

    def put(number, data):
        nonlocal stream
        places[number] = len(stream)
        stream += data

    def page(shapes, facts, more=b""):
        drawn = _record(0xF002, _record(0xF003, _record(0xF004) + b"".join(shapes), version=15), version=15)
        return facts + _record(0x040C, drawn, version=15) + more

    def entry(place, number):
        return _record(0x03F3, struct.pack("<IIIII", place, 0, 0, number, 0))

    listed = noted = b""
    for number, (shapes, outline, more) in enumerate(slides, start=1):
        under = 1000 + number if number in (notes or {}) else 0
        facts = _record(0x03EF, struct.pack("<I8xIIHH", 0, 0, under, 0, 0), version=2)
        put(10 + number, _record(0x03EE, page(shapes, facts, more), version=15))
        listed += entry(10 + number, 255 + number) + outline
    for number, shapes in (notes or {}).items():
        put(500 + number, _record(0x03F0, page(shapes, _record(0x03F1, bytes(8))), version=15))
        noted += entry(500 + number, 1000 + number)
    told = b"".join(
        _record(
            0x0FD7,
            _record(0x0FD3, struct.pack("<I", number)) + _record(0x0FBA, href.encode("utf-16-le"), 1),
            version=15,
        )
        for number, href in enumerate(links, start=1)
    )
    lists = _record(0x0FF0, listed, 0, 15) + _record(0x0FF0, noted, 2, 15)
    put(1, _record(0x03E8, _record(0x0409, told, version=15) + lists, version=15))
    last = 0
    for _ in range(edits):
        directory = len(stream)
        body = b"".join(struct.pack("<II", number | 1 << 20, at) for number, at in places.items())
        stream += _record(0x1772, body)
        edit = struct.pack("<IIIIIIHH", 0, 0, last, directory, 1, 600, 1, 0) + (struct.pack("<I", key) if key else b"")
        last, stream = len(stream), stream + _record(0x0FF5, edit)
        places = {}
    user = _record(0x0FF6, struct.pack("<III", 20, token, last))
    return _ole({"PowerPoint Document": stream, "Current User": user})


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
def damaged() -> Callable[[bytes, list[tuple[float, str, bytes]]], bytes]:
    """Changes a file: where (a share of its length), how (flip, cut, insert, repeat), and what is put in."""

    def change(data, changes):
        for where, kind, piece in changes:
            at = int(where * len(data))
            match kind:
                case "flip":
                    data = data[:at] + bytes(byte ^ 0x15 for byte in data[at : at + 3]) + data[at + 3 :]
                case "cut":
                    data = data[:at] + data[at + 20 :]
                case "insert":
                    data = data[:at] + piece + data[at:]
                case "repeat":
                    data = data[:at] + data[at : at + 50] * 3 + data[at:]
        return data

    return change


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
