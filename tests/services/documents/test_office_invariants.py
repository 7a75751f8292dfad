"""Office files that are damaged, hostile or real: each is read or refused, in bounded time, and keeps its promises."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papermesh_services.documents import DocumentCorrupt, DocumentError, DocumentTooLarge, Limits, Status, read

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
OFFICE = (".docx", ".doc", ".pptx", ".xlsx", ".xls", ".xlsb", ".odt", ".ods", ".odp")
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def old_workbook():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for number in range(40):
        sheet.write(number, number % 5, f"text {number}" if number % 2 else number * 1.5)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def originals(make_docx, make_doc, make_ppt, record, make_pptx, make_xlsx, make_odf):
    table = f"<w:tbl><w:tr><w:tc>{PARAGRAPH.format('a')}</w:tc><w:tc>{PARAGRAPH.format('b')}</w:tc></w:tr></w:tbl>"
    link = '<w:p><w:hyperlink w:anchor="x"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>'
    box = "<p:sp><p:txBody><a:p><a:r><a:t>text</a:t></a:r></a:p></p:txBody></p:sp>"
    cells = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c></row></sheetData>'
    sheet = (
        '<table:table table:name="T"><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    said = record(0x0F9F, bytes(4)) + record(0x0FA0, "text".encode("utf-16-le")) + record(0x0FA1, bytes(20))
    return {
        "docx": make_docx(PARAGRAPH.format("Some text") * 3 + table + link),
        "doc": make_doc(
            [
                ("Some text\r", 0, b""),
                ("a\x07", 0, bytes.fromhex("162401")),
                ("\x07", 0, bytes.fromhex("162401172401")),
            ],
            runs=[(2, 4, bytes.fromhex("3c0801"))],
            styles=[(0, 0xFFF, "Normal", b""), (1, 0, "#1", b"")],
        ),
        "ppt": make_ppt([([record(0xF004, record(0xF00D, said, version=15), version=15)], said, b"")], notes={1: []}),
        "pptx": make_pptx(box, box),
        "xlsx": make_xlsx(cells, cells, strings="<si><t>shared</t></si>"),
        "odt": make_odf(
            "text", "<text:h>Title</text:h><text:p>text <text:a xlink:href='u'>here</text:a></text:p>" + sheet
        ),
        "ods": make_odf("spreadsheet", sheet),
        "odp": make_odf("presentation", "<draw:page><draw:frame><text:p>text</text:p></draw:frame></draw:page>"),
        "xls": old_workbook(),
    }


CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["flip", "cut", "insert", "repeat"]), st.binary(max_size=12)),
    min_size=1,
    max_size=6,
)


def repacked(data, which, change):
    """The container with one part of it changed, so that the damage reaches what reads the part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = old.namelist()
        for index, name in enumerate(names):
            content = old.read(name)
            new.writestr(name, change(content) if index == which % len(names) else content)
    return buffer.getvalue()


def hold(assert_sound, data):
    try:
        document = read(data)
    except DocumentError:
        return
    assert_sound(document)


@pytest.mark.parametrize("kind", ["docx", "doc", "ppt", "pptx", "xlsx", "odt", "ods", "odp", "xls"])
@QUICK
@given(changes=CHANGES)
def test_a_damaged_file_is_read_or_refused(originals, damaged, assert_sound, kind, changes):
    hold(assert_sound, damaged(originals[kind], changes))


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx", "odt", "ods", "odp"])
@QUICK
@given(changes=CHANGES, which=st.integers(0, 8))
def test_a_file_with_a_damaged_part_is_read_or_refused(originals, damaged, assert_sound, kind, changes, which):
    hold(assert_sound, repacked(originals[kind], which, lambda part: damaged(part, changes)))


def noise(length):
    return "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz ", k=length))


@pytest.mark.parametrize(
    "body",
    [
        PARAGRAPH.format("text") + "<w:sdt>" * 300,
        PARAGRAPH.format("text") + "<w:tbl><w:tr><w:tc>" * 100,
        PARAGRAPH.format("text") + "<w:p " + " ".join(f'a{number}=""' for number in range(100_000)) + "/>",
    ],
    ids=["deep", "tables in tables", "attributes"],
)
def test_hostile_elements_stop_the_part_and_leave_what_came_before(make_docx, body):
    document = read(make_docx(body))
    assert document.status is not Status.OK
    assert document.text == "text"


def test_a_table_of_wide_cells_is_cut(make_docx, assert_sound):
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="999999"/></w:tcPr></w:tc><w:tc>{PARAGRAPH.format(noise(9))}</w:tc>'
    limits = Limits(max_archive_ratio=10_000)
    document = read(make_docx("<w:tbl>" + f"<w:tr>{wide}</w:tr>" * 3_000 + "</w:tbl>"), limits=limits)
    assert_sound(document)
    assert document.status is Status.PARTIAL_LIMIT
    assert document.text.count("\t") <= limits.max_cells


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/footnotes.xml"])
def test_entities_are_expanded_in_no_encoding_and_no_part(make_zip, part, encoding):
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY a "aaaa">]><d x="&a;">&a;</d>'
    parts = {"[Content_Types].xml": "<x/>", "word/document.xml": f"<w:document {NS}/>", part: bomb.encode(encoding)}
    with pytest.raises(DocumentCorrupt, match="document type"):
        read(make_zip(parts))


def test_all_parts_together_are_limited(make_docx):
    notes = f"<w:footnotes {NS}><w:footnote>{PARAGRAPH.format(noise(3000))}</w:footnote></w:footnotes>"
    data = make_docx(PARAGRAPH.format("text"), word__footnotes=notes)
    document = read(data, limits=Limits(max_archive_bytes=2000))
    assert document.status is Status.PARTIAL_LIMIT
    assert "2,000 bytes together" in document.note


def test_entries_that_overlap_unpack_within_the_limits():
    """Many names for one and the same packed part, as in a zip that unpacks to far more than it has."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {NS}>{PARAGRAPH.format('text')}</w:document>")
        archive.writestr("[Content_Types].xml", "<x/>")
        for number in range(200):
            archive.writestr(f"word/header{number}.xml", "<x/>")
            archive.infolist()[-1].header_offset = 0
    assert_refused_or_small(packed.getvalue())


def assert_refused_or_small(data):
    try:
        document = read(data)
    except DocumentError:
        return
    assert len(document.text) < 1000


def test_a_zip_of_too_many_entries_is_refused(make_zip):
    parts = {"[Content_Types].xml": "", "word/document.xml": f"<w:document {NS}/>"}
    with pytest.raises(DocumentTooLarge) as caught:
        read(make_zip({**parts, **{f"word/{number}": "" for number in range(10_050)}}))
    assert caught.value.metadata["limit"] == "max_archive_entries"


def test_relations_in_circles_are_followed_once(make_pptx, relations):
    circle = relations(n=("notesSlide", "s1.xml"), s=("slide", "s1.xml"))
    place = "<p:nvSpPr><p:nvPr><p:ph type='body'/></p:nvPr></p:nvSpPr>"
    slide = f"<p:sp>{place}<p:txBody><a:p><a:r><a:t>text</a:t></a:r></a:p></p:txBody></p:sp>"
    document = read(make_pptx(slide, parts={"ppt/slides/_rels/s1.xml.rels": circle}))
    assert document.text == "text\n\ntext"


def test_chains_of_sectors_in_circles_are_followed_once():
    data = bytearray(old_workbook())
    table = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    for number in range(128):
        struct.pack_into("<I", data, table + 4 * number, 0)
    with pytest.raises(DocumentError):
        read(bytes(data))


@pytest.mark.slow
def test_real_office_files_are_read_or_refused_for_a_reason(corpora, assert_sound):
    refused = {}
    paths = [path for path in sorted((corpora / "extract" / "files").iterdir()) if path.suffix in OFFICE]
    assert paths
    for path in paths:
        try:
            document = read(path.read_bytes(), path.name)
        except DocumentError as fault:
            refused[path.name] = fault.reason
            continue
        assert_sound(document)
        assert document.status is Status.OK, path.name
    assert set(refused.values()) <= {"DOCUMENT_ENCRYPTED", "DOCUMENT_WITHOUT_TEXT"}
    assert len(refused) <= 2
