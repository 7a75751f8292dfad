from __future__ import annotations

import datetime
import io
import struct

import pytest
import xlwt

from papermesh_services.documents import DocumentTooLarge, Limits, Status, Watch, read

SHARED = "<si><t>Item</t></si><si><r><t>Ri</t></r><r><t>ch</t></r><rPh><t>reading</t></rPh></si>"
CELLS = """<sheetData>
<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c>
<c r="D2" t="inlineStr"><is><t>in line</t></is></c></row>
<row r="3"><c r="B3"><v>5</v></c><c r="C3"><v>0.30000000000000004</v></c><c r="D3" s="1"><v>45292</v></c></row>
<row r="5"><c r="B5" t="b"><v>1</v></c></row>
<row r="1048576"><c r="XFD1048576" s="1"/></row>
</sheetData>"""


def one(reference, value="1", kind=""):
    return f'<c r="{reference}" {kind}><v>{value}</v></c>'


def rows(*cells):
    return "<sheetData>" + "".join(f'<row r="{number}">{cell}</row>' for number, cell in cells) + "</sheetData>"


def test_a_sheet_is_read_as_people_see_it(make_xlsx, shape, assert_sound):
    pages = []
    document = read(
        make_xlsx(CELLS, rows((1, one("A1"))), rows(), strings=SHARED, states=("visible", "hidden")),
        watch=Watch(on_page=pages.append),
    )
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Sheet 1"),
        ("table", 0, "Item\tRich\tin line\n5\t0.3\t2024-01-01"),
        ("paragraph", 0, "TRUE"),
        ("heading", 1, "Sheet 2"),
        ("paragraph", 0, "1"),
    ]
    assert [bool(page.note) for page in document.pages] == [False, True, False]
    assert pages[1:] == ["Sheet 2\n\n1", ""]
    assert document.status is Status.OK


STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="164" formatCode="&quot;$&quot;#,##0.00"/></numFmts>
<cellStyleXfs><xf numFmtId="3"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="999"/></cellXfs>
<dxfs><dxf><numFmt numFmtId="164" formatCode="0"/></dxf></dxfs></styleSheet>"""


@pytest.mark.parametrize("between", ["", "x:"])
def test_numbers_are_read_as_they_are_shown(make_xlsx, shape, between):
    sheet = rows(
        (1, one("B1", "0.25", 's="1"') + one("C1", "1234.5", 's="2" t="n"') + one("D1", "45292", 's="3"')),
        (2, one("B2", "0.5", 's="1"') + one("C2", "0.1", 's="4"') + one("D2", "-7", "t='n' s='2'")),
        (3, one("B3", "0", 's="1" t="s"') + one("C3", "1", 's="1" t="b"') + one("D3", "3")),
        (4, "<c r='B4' s='1'><f>B1*2</f><v>0.5</v></c>" + one("C4", "1e3", 's="2"') + one("D4", "0.1", 's="1"')),
    )
    sheet = sheet.replace("<", f"<{between}").replace(f"<{between}/", f"</{between}") if between else sheet
    declared = '<sheetPr xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>' if between else ""
    document = read(make_xlsx(declared + sheet, strings="<si><t>text</t></si>", parts={"xl/styles.xml": STYLES}))
    assert shape(document)[1][2].split("\n") == [
        "25%\t$1,234.50\t2024-01-01",
        "50%\t0.1\t-$7.00",
        "text\tTRUE\t3",
        "50%\t$1,000.00\t10%",
    ]


@pytest.mark.parametrize("between", ["", "x:"])
def test_cells_show_their_errors(make_xlsx, between):
    sheet = rows(
        (1, one("A1", "#N/A", "t='e'") + '<c r="B1" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c>' + one("C1", "5"))
    )
    sheet = sheet.replace("<", f"<{between}").replace(f"<{between}/", f"</{between}") if between else sheet
    declared = '<sheetPr xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>' if between else ""
    assert read(make_xlsx(declared + sheet)).text.split("\n\n")[1] == "#N/A\t#DIV/0!\t5"


def test_a_number_that_is_hidden_by_its_format_is_not_read(make_xlsx):
    styles = STYLES.replace("&quot;$&quot;#,##0.00", ";;;")
    document = read(make_xlsx(rows((1, one("A1", "7", 's="2"') + one("B1", "5"))), parts={"xl/styles.xml": styles}))
    assert document.text == "Sheet 1\n\n5"


@pytest.mark.parametrize("between", ["", "<f>A1</f>", "<f t='shared' si='0'/>"])
def test_a_date_before_the_first_is_a_number(make_xlsx, between):
    sheet = rows((1, f"<c r='A1' s='3'>{between}<v>-5</v></c>" + one("B1", "-0.5", 's="1"') + one("C1", "1", 's="3"')))
    assert read(make_xlsx(sheet, parts={"xl/styles.xml": STYLES})).text == "Sheet 1\n\n-5\t-50%\t1900-01-01"


@pytest.mark.parametrize(
    ("sheet", "hidden"),
    [
        ("<sheetData><row r='1' hidden='1'><c r='A1'><v>1</v></c></row></sheetData>", True),
        ("<sheetData><row r='1'><c r='A1'><v>1</v></c></row><row r='2' hidden='1'/></sheetData>", False),
        ("<sheetData><row r='1' hidden='1'/><row r='2'><c r='A2'><v>1</v></c></row></sheetData>", False),
        ("<cols><col min='2' max='3' hidden='true'/></cols>" + rows((1, one("A1") + one("C1"))), True),
        ("<cols><col min='2' max='16384' hidden='1'/></cols>" + rows((1, one("A1") + "<c r='C1' s='1'/>")), False),
        ("<cols><col min='1' max='1' hidden='0'/></cols>" + rows((1, one("A1"))), False),
    ],
)
def test_what_stands_in_hidden_rows_and_columns_is_read_and_told(make_xlsx, sheet, hidden):
    document = read(make_xlsx(sheet))
    assert "1" in document.text.split("\n\n")[1]
    assert document.traits.hidden_text is hidden


def test_links_comments_and_text_boxes_of_a_sheet_are_read(make_xlsx, relations, shape, assert_sound):
    sheet = rows((1, one("A1", "0", 't="s"'))) + '<hyperlinks><hyperlink ref="A1" r:id="l"/></hyperlinks>'
    drawing = "<wsDr><sp><txBody><p><r><t>boxed</t></r></p></txBody></sp><pic><nvPicPr><cNvPr/></nvPicPr></pic></wsDr>"
    parts = {
        "xl/worksheets/_rels/s1.xml.rels": relations(
            l=("hyperlink", "https://example.org/", True), c=("comments", "../c.xml"), d=("drawing", "../d.xml")
        ),
        "xl/c.xml": "<comments><comment><text><r><t>Really?</t></r></text></comment></comments>",
        "xl/d.xml": drawing,
    }
    document = read(make_xlsx(sheet, strings=SHARED, parts=parts))
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Sheet 1"),
        ("paragraph", 0, "Item"),
        ("paragraph", 0, "boxed"),
        ("comment", 0, "Really?"),
    ]
    traits = document.traits
    assert [(link.target, document.text[link.span.start : link.span.end]) for link in traits.links] == [
        ("https://example.org/", "Item")
    ]
    assert (traits.comments, traits.images, traits.images_without_alternative) == (1, 1, 1)


@pytest.mark.parametrize(
    "sheet",
    [
        rows((1, one("A1")), (1048576, one("XFD1048576"))),
        "<sheetData><row r='1'><c r='A1'><v>1</v></c></row><row r='9999999'><c><v>1</v></c></row></sheetData>"
        + "<x/>" * 10,
        rows((1, one("A1")), (4_000_000_000, one("ZZZZZZ4000000000"))),
    ],
)
def test_a_sheet_that_spans_too_much_is_left_out_and_the_others_read(make_xlsx, shape, sheet):
    document = read(make_xlsx(sheet, rows((1, one("A1", "7")))))
    assert document.status is Status.PARTIAL_LIMIT
    assert "spans" in document.note
    assert shape(document) == [("heading", 1, "Sheet 2"), ("paragraph", 0, "7")]


def test_a_declared_dimension_is_not_believed(make_xlsx, shape):
    document = read(make_xlsx('<dimension ref="A1:XFD1048576"/>' + rows((1, one("A1", "7")))))
    assert shape(document) == [("heading", 1, "Sheet 1"), ("paragraph", 0, "7")]


def test_a_long_string_shown_by_many_cells_takes_no_memory_but_its_own(make_xlsx, assert_sound):
    long = "".join(f"word {number} " for number in range(10_000))
    sheet = rows(*((number, one(f"A{number}", "0", 't="s"')) for number in range(1, 2_000)))
    limits = Limits(max_text_characters=1_000_000)
    document = read(make_xlsx(sheet, strings=f"<si><t>{long}</t></si>"), limits=limits)
    assert_sound(document)
    assert document.status is Status.PARTIAL_LIMIT
    assert 800_000 < len(document.text) <= limits.max_text_characters


def test_of_too_many_cells_the_first_are_read(make_xlsx, assert_sound):
    sheet = rows(*((number, one(f"A{number}") + one(f"B{number}")) for number in range(1, 100)))
    document = read(make_xlsx(sheet), limits=Limits(max_cells=60))
    assert_sound(document)
    assert document.status is Status.PARTIAL_LIMIT
    assert len(document.blocks[1].cells) == 60


@pytest.fixture
def xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Prices")
    for column, value in enumerate(["Item", 5, 1.5, True]):
        sheet.write(1, 1 + column, value)
    sheet.write(1, 5, datetime.date(2024, 1, 2), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    hidden = book.add_sheet("Hidden")
    hidden.write(0, 0, "x" * 5000)
    hidden.visibility = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_numbers_of_an_old_workbook_are_read_as_they_are_shown(shape):
    book = xlwt.Workbook()
    for name in ("First", "Second"):
        sheet = book.add_sheet(name)
        for column, (value, code) in enumerate(
            [(0.25, "0%"), (1234567, "#,##0"), (1234.5, '"$"#,##0.00'), (7, "General")]
        ):
            sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    buffer = io.BytesIO()
    book.save(buffer)
    shown = ("table", 0, "25%\t1,234,567\t$1,234.50\t7")
    assert shape(read(buffer.getvalue())) == [("heading", 1, "First"), shown, ("heading", 1, "Second"), shown]


def test_cells_of_an_old_workbook_show_their_errors(shape):
    book = xlwt.Workbook()
    for name in ("First", "Second"):
        sheet = book.add_sheet(name)
        for column, code in enumerate((0x2A, 0x07, 0x17)):
            sheet.row(0).set_cell_error(column, code)
        sheet.write(0, 3, name)
        sheet.write(1, 0, xlwt.Formula("1/2"))
    buffer = io.BytesIO()
    book.save(buffer)
    data = bytearray(buffer.getvalue())
    for at in (place for place in range(len(data)) if data[place : place + 4] == struct.pack("<HH", 6, 29)):
        data[at + 10 : at + 18] = b"\x02\x00\x24\x00\x00\x00\xff\xff"
    assert [text for _, _, text in shape(read(bytes(data)))] == [
        "First", "#N/A\t#DIV/0!\t#REF!\tFirst\n#NUM!", "Second", "#N/A\t#DIV/0!\t#REF!\tSecond\n#NUM!"
    ]  # fmt: skip


def test_an_old_workbook_is_read(xls, shape, assert_sound):
    document = read(xls)
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Prices"),
        ("table", 0, "Item\t5\t1.5\tTRUE\t2024-01-02"),
        ("heading", 1, "Hidden"),
        ("paragraph", 0, "x" * 5000),
    ]
    assert [bool(page.note) for page in document.pages] == [False, True]
    assert document.metadata.size_bytes == len(xls)


def test_dimensions_that_an_old_sheet_declares_are_not_believed(xls, shape):
    at = xls.index(struct.pack("<HH", 0x200, 14))
    wild = xls[: at + 4] + struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0) + xls[at + 18 :]
    assert shape(read(wild)) == shape(read(xls))


def test_an_old_sheet_that_spans_too_much_is_refused(xls):
    at = xls.index(struct.pack("<HHHH", 0xFD, 10, 1, 1))
    far = xls[: at + 4] + struct.pack("<HH", 0xFFFF, 0xFFFF) + xls[at + 8 :]
    with pytest.raises(DocumentTooLarge) as caught:
        read(far)
    assert caught.value.metadata["limit"] == "max_cells"


def test_long_strings_of_an_old_workbook_are_counted_by_the_cells_that_show_them(xls):
    with pytest.raises(DocumentTooLarge):
        read(xls, limits=Limits(max_text_characters=4000))


def varint(number):
    found = b""
    while True:
        number, low = number >> 7, number & 0x7F
        found += bytes([low | (0x80 if number else 0)])
        if not number:
            return found


def record(kind, content=b""):
    # The high bit of the first byte says that the number of the kind has a second one.
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + varint(len(content)) + content


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


@pytest.fixture
def make_xlsb(make_zip, relations):
    def make(*cells, style=0):
        sheet = record(129) + record(148, bytes(16)) + record(145)
        before = -1
        for row, column, kind, content in cells:
            sheet += record(0, struct.pack("<I", row) + bytes(13)) if row != before else b""
            before = row
            sheet += record(kind, struct.pack("<II", column, style) + content)
        code = record(44, struct.pack("<H", 164) + wide('0.0" kg"'))
        looks = (
            record(617, struct.pack("<I", 2))
            + record(47, bytes(16))
            + record(47, struct.pack("<HH", 0, 164) + bytes(12))
            + record(618)
        )
        bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Binary"))
        return make_zip(
            {
                "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
                "_rels/.rels": relations(m=("officeDocument", "xl/workbook.bin")),
                "xl/workbook.bin": record(131) + record(143) + bundle + record(144) + record(157) + record(132),
                "xl/_rels/workbook.bin.rels": relations(
                    rId1=("worksheet", "worksheets/sheet1.bin"),
                    s=("sharedStrings", "sharedStrings.bin"),
                    t=("styles", "styles.bin"),
                ),
                "xl/styles.bin": record(278)
                + record(615, struct.pack("<I", 1))
                + code
                + record(616)
                + looks
                + record(279),
                "xl/sharedStrings.bin": record(159, struct.pack("<II", 1, 1))
                + record(19, b"\0" + wide("shared"))
                + record(160),
                "xl/worksheets/sheet1.bin": sheet + record(146) + record(130),
            }
        )

    return make


def test_a_binary_workbook_is_read(make_xlsb, shape, assert_sound):
    number = struct.pack("<d", 2.5)
    document = read(make_xlsb((0, 0, 7, struct.pack("<I", 0)), (1, 0, 5, number), (1, 1, 6, wide("own"))))
    assert_sound(document)
    assert shape(document)[0] == ("heading", 1, "Binary")
    assert "shared" in document.text
    assert "2.5" in document.text


def test_numbers_of_a_binary_workbook_are_read_as_they_are_shown(make_xlsb):
    cells = [(row, column, 5, struct.pack("<d", row + column / 10)) for row in (0, 2) for column in (1, 3)]
    assert read(make_xlsb(*cells, style=1)).text.split("\n\n")[1:] == ["0.1 kg\t\t0.3 kg", "2.1 kg\t\t2.3 kg"]


def test_cells_of_a_binary_workbook_show_their_errors(make_xlsb):
    formula = bytes([0x07]) + struct.pack("<HI", 0, 0) + bytes(4)
    cells = (0, 0, 3, bytes([0x2A])), (0, 1, 11, formula), (0, 2, 3, bytes([0x2B])), (0, 3, 7, struct.pack("<I", 0))
    assert read(make_xlsb(*cells)).text == "Binary\n\n#N/A\t#DIV/0!\t#GETTING_DATA\tshared"


def test_a_binary_sheet_that_spans_too_much_is_left_out(make_xlsb):
    number = struct.pack("<d", 2.5)
    with pytest.raises(DocumentTooLarge) as caught:
        read(make_xlsb((0, 0, 5, number), (1 << 20, 1 << 30, 5, number)))
    assert caught.value.metadata["limit"] == "max_cells"
