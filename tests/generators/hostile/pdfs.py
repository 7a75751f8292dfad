"""Hostile PDF files, put together object by object."""

from __future__ import annotations

import io
import zlib
from functools import partial

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from hostile.damage import MIB, cut, flipped, zlibbed
from hostile.model import BLANK, BROKEN, CRASHED, LARGE, LOCKED, READ, SLOW, TEXT, Hostile, add, hostile

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_SHOW = f"BT /F1 12 Tf 72 720 Td ({TEXT}) Tj ET".encode()
_PAGE = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >>"


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    """A stream object."""
    size = len(data) if length is None else length
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (size, entries, data)


def pdf(objects: dict[int, bytes], trailer: bytes = b"", *, xref: bytes | None = None) -> bytes:
    """A PDF of numbered objects, whose catalogue is object 1. xref: what stands where the right table would."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    size = max(objects) + 1
    lines = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(size)]
    out.write(xref if xref is not None else b"xref\n0 %d\n%s" % (size, b"".join(lines)))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))
    return out.getvalue()


def simple(changes: dict[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """A sound PDF of one page, but for the objects that are changed: 2 the pages, 3 the page, 4 its content."""
    return pdf(_objects() | (changes or {}), trailer)


def _objects() -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< %s /Contents 4 0 R >>" % _PAGE,
        4: stream(_SHOW),
        5: _FONT,
    }


def several_pages() -> bytes:
    """A sound PDF of six pages, as a usual program writes it."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    for page in range(6):
        for line in range(30):
            canvas.drawString(72, 760 - 20 * line, f"{page}.{line} {TEXT}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@hostile("page-tree-cycle.pdf", BROKEN, READ, BLANK)
def _page_tree_cycle() -> bytes:
    return simple({2: b"<< /Type /Pages /Kids [3 0 R 2 0 R 2 0 R] /Count 3 >>"})


@hostile("page-tree-knot.pdf", BROKEN, READ, BLANK)
def _page_tree_knot() -> bytes:
    inner = {
        number: b"<< /Type /Pages /Kids [%s] /Count 4 >>" % (b"%d 0 R " % (number + 1) * 4) for number in range(6, 40)
    }
    return simple({2: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", **inner, 40: b"<< /Type /Pages /Kids [2 0 R] >>"})


@hostile("million-pages-claimed.pdf", BROKEN, READ, LARGE, keeps="harbour")
def _million_pages_claimed() -> bytes:
    return simple({2: b"<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>"})


@hostile("more-pages-than-numbers.pdf", BROKEN, READ, LARGE, keeps="harbour")
def _more_pages_than_numbers() -> bytes:
    return simple({2: b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"})


@hostile("pages-below-zero.pdf", BROKEN, READ, LARGE, keeps="harbour")
def _pages_below_zero() -> bytes:
    return simple({2: b"<< /Type /Pages /Kids [3 0 R] /Count -7 >>"})


@hostile("hundred-thousand-pages.pdf", LARGE, SLOW, BROKEN, keeps="harbour", quick=False)
def _hundred_thousand_pages() -> bytes:
    kids = b"3 0 R " * 100_000
    return simple({2: b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % kids})


@hostile("deep-page-tree.pdf", BROKEN, READ, LARGE)
def _deep_page_tree() -> bytes:
    node = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>"
    deep = {number: node % (number + 1, number - 1) for number in range(7, 20_000)}
    return simple(
        {2: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", 6: node % (7, 2), **deep, 20_000: _objects()[3]},
    )


@hostile("giant-page.pdf", READ, LARGE, BROKEN, keeps="harbour")
def _giant_page() -> bytes:
    page = _objects()[3].replace(b"[0 0 595 842]", b"[-1e30 -1e30 1e30 1e30]")
    return simple({3: page})


@hostile("page-without-area.pdf", READ, BROKEN, BLANK, keeps="harbour")
def _page_without_area() -> bytes:
    return simple({3: _objects()[3].replace(b"[0 0 595 842]", b"[0 0 0 0]")})


@hostile("content-bomb.pdf", LARGE, BROKEN, SLOW, quick=False)
def _content_bomb() -> bytes:
    return simple({4: stream(zlibbed(b" " * MIB, 4096), b"/Filter /FlateDecode")})


@hostile("content-bomb-packed-twice.pdf", LARGE, BROKEN, SLOW, quick=False)
def _content_bomb_packed_twice() -> bytes:
    packed = zlib.compress(zlibbed(b" " * MIB, 2048), 9)
    return simple({4: stream(packed, b"/Filter [/FlateDecode /FlateDecode]")})


@hostile("operator-flood.pdf", LARGE, SLOW, READ, CRASHED, quick=False)
def _operator_flood() -> bytes:
    return simple({4: stream(zlibbed((_SHOW + b"\n") * (MIB // len(_SHOW)), 100), b"/Filter /FlateDecode")})


@hostile("saved-states.pdf", READ, LARGE, SLOW, BROKEN, CRASHED, quick=False)
def _saved_states() -> bytes:
    return simple({4: stream(zlibbed(b"q " * (MIB // 2), 32), b"/Filter /FlateDecode")})


@hostile("filters-chained.pdf", BROKEN, READ, LARGE, BLANK)
def _filters_chained() -> bytes:
    data = _SHOW
    for _ in range(40):
        data = zlib.compress(data)
    return simple({4: stream(data, b"/Filter [%s]" % (b"/FlateDecode " * 40))})


@hostile("thousand-filters.pdf", BROKEN, READ, LARGE, BLANK)
def _thousand_filters() -> bytes:
    return simple({4: stream(_SHOW, b"/Filter [%s]" % (b"/ASCIIHexDecode " * 1000))})


@hostile("form-in-itself.pdf", READ, BROKEN)
def _form_in_itself() -> bytes:
    form = stream(_SHOW + b" /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources 7 0 R")
    resources = b"<< /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 7 0 R /Contents 4 0 R >>"
    return simple({3: page, 4: stream(_SHOW + b" /X Do"), 6: form, 7: resources})


@hostile("forms-tenfold.pdf", SLOW, LARGE, BROKEN, BLANK, CRASHED, quick=False)
def _forms_tenfold() -> bytes:
    """Forms that show the next one ten times, twelve levels deep."""
    objects = {}
    for number in range(6, 18):
        resources = b"/Resources << /Font << /F1 5 0 R >> /XObject << /X %d 0 R >> >>" % (number + 1)
        objects[number] = stream(b"/X Do " * 10, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + resources)
    last = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >>"
    page = _objects()[3].replace(b"/Font", b"/XObject << /X 6 0 R >> /Font")
    return simple({3: page, 4: stream(b"/X Do"), **objects, 18: stream(_SHOW, last)})


_ELEMENT = b"<< /Type /StructElem /S /%s /P %d 0 R /Pg 3 0 R /K %s >>"


def _tagged(top: bytes, parents: bytes, elements: dict[int, bytes], pages: int = 1) -> bytes:
    """A tagged PDF whose tree begins with the elements top. parents: those that its content has, one for each piece."""
    root = b"<< /Type /StructTreeRoot /K %s /ParentTree << /Nums [0 %s] >> >>" % (top, parents)
    return simple(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * pages, pages),
            3: b"<< %s /Contents 4 0 R /StructParents 0 >>" % _PAGE,
            4: stream(b"/P <</MCID 0>> BDC %s EMC" % _SHOW),
            6: root,
            **elements,
        }
    )


@hostile("tags-in-circles.pdf", READ, keeps="harbour")
def _tags_in_circles() -> bytes:
    circle = {7: _ELEMENT % (b"Sect", 8, b"[8 0 R 0 7 0 R]"), 8: _ELEMENT % (b"Table", 7, b"[7 0 R 8 0 R 6 0 R]")}
    return _tagged(b"[7 0 R 7 0 R 8 0 R]", b"[7 0 R 8 0 R]", circle)


@hostile("tags-in-tags.pdf", READ, keeps="harbour")
def _tags_in_tags() -> bytes:
    last = 20_000
    deep = {number: _ELEMENT % (b"L", number - 1, b"%d 0 R" % (number + 1)) for number in range(7, last)}
    return _tagged(b"7 0 R", b"[%d 0 R]" % last, {**deep, last: _ELEMENT % (b"LI", last - 1, b"0")})


@hostile("tags-in-tags-at-once.pdf", READ, BROKEN, keeps="harbour")
def _tags_in_tags_at_once() -> bytes:
    return _tagged(b"<< /S /L /K " * 100_000 + b"0" + b" >>" * 100_000, b"[7 0 R]", {7: _ELEMENT % (b"P", 6, b"0")})


@hostile("million-tags-on-each-page.pdf", READ, SLOW, keeps="harbour", quick=False)
def _million_tags_on_each_page() -> bytes:
    many = b"[%s]" % (b"8 0 R " * MIB)
    return _tagged(b"7 0 R", many, {7: _ELEMENT % (b"Document", 6, many), 8: _ELEMENT % (b"P", 7, b"0")}, pages=300)


@hostile("tags-that-share-their-children.pdf", READ, SLOW, CRASHED, keeps="harbour", quick=False)
def _tags_that_share_their_children() -> bytes:
    """Elements that all have all of them as children, which a library makes room for one by one."""
    every = b" ".join(b"%d 0 R" % number for number in range(10, 20_000))
    elements = dict.fromkeys(range(10, 20000), _ELEMENT % (b"P", 7, b"9 0 R"))
    return _tagged(b"7 0 R", b"9 0 R", {7: _ELEMENT % (b"Document", 6, b"9 0 R"), 9: b"[%s]" % every, **elements})


@hostile("cells-without-end.pdf", READ, keeps="harbour")
def _cells_without_end() -> bytes:
    cells = {
        number: b"<< /Type /StructElem /S /TD /P 8 0 R /Pg 3 0 R /K %d /A << /O /Table /ColSpan %d /RowSpan %d >> >>"
        % (number - 9, 2**31 - 1, 10**9)
        for number in range(9, 2_000)
    }
    every = b"[%s]" % b" ".join(b"%d 0 R" % number for number in cells)
    return _tagged(b"7 0 R", every, {7: _ELEMENT % (b"Table", 6, b"[8 0 R]"), 8: _ELEMENT % (b"TR", 7, every), **cells})


def _with_picture(picture: bytes) -> bytes:
    page = _objects()[3].replace(b"/Font", b"/XObject << /I 6 0 R >> /Font")
    return simple({3: page, 4: stream(_SHOW + b" q 500 0 0 500 0 0 cm /I Do Q"), 6: picture})


_PICTURE = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /%s"


@hostile("picture-of-nothing.pdf", READ, BROKEN, keeps="harbour")
def _picture_of_nothing() -> bytes:
    return _with_picture(stream(bytes(range(256)) * 40, _PICTURE % (640, 480, b"DCTDecode")))


@hostile("bilevel-garbage.pdf", READ, BROKEN, keeps="harbour")
def _bilevel_garbage() -> bytes:
    return _with_picture(stream(bytes(range(255, -1, -1)) * 40, _PICTURE % (640, 480, b"JBIG2Decode")))


@hostile("wavelet-garbage.pdf", READ, BROKEN, keeps="harbour")
def _wavelet_garbage() -> bytes:
    return _with_picture(stream(b"\xff\x4f\xff\x51" + bytes(range(256)) * 9, _PICTURE % (65535, 65535, b"JPXDecode")))


@hostile("giant-picture.pdf", READ, LARGE, keeps="harbour")
def _giant_picture() -> bytes:
    return _with_picture(stream(zlibbed(bytes(MIB), 64), _PICTURE % (2_000_000, 2_000_000, b"FlateDecode")))


@hostile("giant-picture-alone.pdf", BLANK, LARGE, SLOW, BROKEN, READ, quick=False)
def _giant_picture_alone() -> bytes:
    page = _objects()[3].replace(b"/Font", b"/XObject << /I 6 0 R >> /Font")
    picture = stream(zlibbed(bytes(MIB), 1200), _PICTURE % (20_000, 20_000, b"FlateDecode"))
    return simple({3: page, 4: stream(b"q 595 0 0 842 0 0 cm /I Do Q"), 6: picture})


@hostile("table-that-is-before-itself.pdf", READ, BROKEN, keeps="harbour")
def _table_that_is_before_itself() -> bytes:
    data = simple()
    return simple(trailer=b"/Prev %d" % data.rfind(b"xref\n0"))


@hostile("tables-in-a-ring.pdf", READ, BROKEN, keeps="harbour")
def _tables_in_a_ring() -> bytes:
    data = simple(trailer=b"/Prev 0000000000")
    second = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return data.replace(b"0000000000 >>", b"%010d >>" % len(data)) + second % (data.find(b"xref\n0"), len(data))


@hostile("four-billion-entries.pdf", READ, BROKEN, LARGE, keeps="harbour")
def _four_billion_entries() -> bytes:
    return pdf(_objects(), xref=b"xref\n0 4294967295\n0000000000 65535 f \n")


@hostile("numbers-past-the-end.pdf", READ, BROKEN, LARGE, keeps="harbour")
def _numbers_past_the_end() -> bytes:
    return pdf(_objects(), b"/Size 99999999999", xref=b"xref\n8388600 9\n" + b"0000000009 00000 n \n" * 9)


@hostile("object-stream-bomb.pdf", LARGE, BROKEN, SLOW, READ, BLANK, quick=False)
def _object_stream_bomb() -> bytes:
    packed = stream(
        zlibbed(b"1 0 " * (MIB // 4), 2048), b"/Type /ObjStm /N 100000000 /First 400000000 /Filter /FlateDecode"
    )
    return pdf({6: packed, **{n: o for n, o in _objects().items() if n != 4}, 7: b"null"}, xref=_stream_table())


def _stream_table() -> bytes:
    entries = b"".join(bytes((2, 0, 6, 0, n)) for n in range(8))
    return b"8 0 obj\n" + stream(entries, b"/Type /XRef /Size 8 /W [1 2 2] /Root 1 0 R") + b"\nendobj\n"


@hostile("object-streams-in-a-ring.pdf", BROKEN, READ, BLANK)
def _object_streams_in_a_ring() -> bytes:
    ring = stream(b"7 0 << >>", b"/Type /ObjStm /N 1 /First 4 /Extends 7 0 R")
    return pdf({**_objects(), 6: ring, 7: stream(b"6 0 << >>", b"/Type /ObjStm /N 1 /First 4 /Extends 6 0 R")})


@hostile("deep-arrays.pdf", READ, BROKEN, LARGE)
def _deep_arrays() -> bytes:
    return simple({3: b"<< %s /Contents 4 0 R /Deep %s%s >>" % (_PAGE, b"[" * 200_000, b"]" * 200_000)})


@hostile("deep-arrays-drawn.pdf", READ, BROKEN, LARGE, BLANK)
def _deep_arrays_drawn() -> bytes:
    return simple({4: stream(_SHOW + b" " + b"[" * 500_000 + b"]" * 500_000 + b" TJ")})


@hostile("length-that-lies.pdf", READ, BROKEN, keeps="harbour")
def _length_that_lies() -> bytes:
    return simple({4: stream(_SHOW, length=2_147_483_647)})


@hostile("length-of-itself.pdf", READ, BROKEN, BLANK)
def _length_of_itself() -> bytes:
    return simple({4: b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % _SHOW})


@hostile("font-of-all-numbers.pdf", READ, BROKEN, LARGE, SLOW)
def _font_of_all_numbers() -> bytes:
    """A map from codes to characters that claims four billion of them."""
    cmap = (
        b"1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange\n"
        + (b"100 beginbfrange\n" + b"<00000000> <FFFFFFFF> <0041>\n" * 100 + b"endbfrange\n") * 100
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    return simple({5: font, 6: stream(cmap)})


@hostile("outline-in-a-ring.pdf", READ, BROKEN, keeps="harbour")
def _outline_in_a_ring() -> bytes:
    item = b"<< /Title (A) /Parent 6 0 R /Next %d 0 R /First %d 0 R /Dest [3 0 R /Fit] >>"
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /Names << /EmbeddedFiles 9 0 R >> >>"
    ring = {6: b"<< /First 7 0 R /Last 8 0 R /Count 9999999 >>", 7: item % (8, 7), 8: item % (7, 6)}
    return simple({1: catalogue, **ring, 9: b"<< /Kids [9 0 R 9 0 R] >>"})


@hostile("structure-in-a-ring.pdf", READ, BROKEN, keeps="harbour")
def _structure_in_a_ring() -> bytes:
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R >>"
    return simple(
        {1: catalogue, 6: b"<< /Type /StructTreeRoot /K [6 0 R 7 0 R] >>", 7: b"<< /S /Figure /K [7 0 R 6 0 R] >>"}
    )


@hostile("annotation-flood.pdf", READ, LARGE, SLOW, quick=False)
def _annotation_flood() -> bytes:
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /Contents (note) /Popup 6 0 R >>"
    return simple({3: b"<< %s /Contents 4 0 R /Annots [%s] >>" % (_PAGE, b"6 0 R " * 300_000), 6: note})


@hostile("form-fields-in-a-ring.pdf", READ, BROKEN, keeps="harbour")
def _form_fields_in_a_ring() -> bytes:
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"
    field = b"<< /FT /Tx /T (a) /V (b) /Parent %d 0 R /Kids [%d 0 R] /Subtype /Widget /Rect [0 0 9 9] >>"
    page = b"<< %s /Contents 4 0 R /Annots [6 0 R 7 0 R] >>" % _PAGE
    return simple({1: catalogue, 3: page, 6: field % (7, 7), 7: field % (6, 6)})


@hostile("programs-inside.pdf", READ, keeps="harbour")
def _programs_inside() -> bytes:
    launch = b"<< /S /Launch /F (/bin/sh) /Next << /S /URI /URI (http://127.0.0.1:1/) >> >>"
    script = b"<< /S /JavaScript /JS (while \\(true\\) {}) >>"
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s /AA << /WC %s >> >>" % (script, launch)
    return simple({1: catalogue})


@hostile("contents-of-another-file.pdf", READ, BROKEN, BLANK)
def _contents_of_another_file() -> bytes:
    return simple({4: b"<< /Length 0 /F (/etc/passwd) >>\nstream\n\nendstream"})


@hostile("dates-and-titles-without-end.pdf", READ, LARGE, keeps="harbour")
def _dates_and_titles_without_end() -> bytes:
    facts = b"<< /Title (%s) /Author (%s) /CreationDate (D:99999999999999) >>" % (b"T" * MIB, b"\x00" * MIB)
    return simple({6: facts}, b"/Info 6 0 R")


def _encrypted(user: str, owner: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(simple())))
    writer.encrypt(user, owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


for _algorithm in ("RC4-40", "RC4-128", "AES-128", "AES-256"):
    _locked = partial(_encrypted, "secret", "owner", _algorithm)
    add(Hostile(f"locked-{_algorithm.lower()}.pdf", _locked, LOCKED))
    _opens = partial(_encrypted, "", "owner", _algorithm)
    add(Hostile(f"locked-but-for-reading-{_algorithm.lower()}.pdf", _opens, READ, keeps="harbour"))


def _cut(percent: int) -> bytes:
    return cut(several_pages(), percent / 100)


def _flipped(bits: int, seed: int) -> bytes:
    return flipped(several_pages(), bits, seed)


for _percent in (1, 5, 20, 40, 60, 80, 95, 99):
    add(Hostile(f"cut-at-{_percent}.pdf", partial(_cut, _percent), BROKEN | BLANK if _percent < 60 else BROKEN | READ))
for _seed in range(12):
    _bits = 1 << _seed
    add(Hostile(f"flipped-{_bits}.pdf", partial(_flipped, _bits, _seed), BROKEN | READ | BLANK | LOCKED | LARGE))
