from __future__ import annotations

import base64
import random

import pytest

from papermesh_services.documents import DocumentCorrupt, Format, Limits, Status, read, read_text

MASTERS = (
    "<office:master-styles><style:master-page><style:header><text:p>ACME Ltd</text:p></style:header>"
    "<draw:frame><draw:text-box><text:p>click here</text:p></draw:text-box></draw:frame></style:master-page>"
    "</office:master-styles>"
)
META = "<office:meta><dc:title>The title</dc:title><dc:language>de-DE</dc:language></office:meta>"
SETTINGS = "<office:settings><text:p>a setting</text:p></office:settings>"
GONE = '<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>'
TEXT = (
    '<text:h text:outline-level="2">Section</text:h>'
    "<text:p>kept<text:span text:style-name='Gone'>hidden</text:span><text:note><text:note-body><text:p>a note</text:p>"
    "</text:note-body></text:note></text:p>"
)
SHEET = (
    '<table:table table:name="Prices"><table:table-row><table:table-cell><text:p>Ink</text:p></table:table-cell>'
    '<table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25 %</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)
SLIDE = '<draw:page><draw:frame presentation:class="title"><text:p>Welcome</text:p></draw:frame></draw:page>'


@pytest.mark.parametrize(
    ("kind", "body", "expected", "blocks"),
    [
        ("text", TEXT, Format.ODT, [("heading", 2, "Section"), ("paragraph", 0, "kept"), ("footnote", 0, "a note")]),
        ("spreadsheet", SHEET, Format.ODS, [("heading", 1, "Prices"), ("table", 0, "Ink\t25 %")]),
        ("presentation", SLIDE, Format.ODP, [("heading", 1, "Welcome")]),
    ],
)
def test_a_flat_file_is_read_as_one_in_a_container(make_flat_odf, shape, assert_sound, kind, body, expected, blocks):
    data = make_flat_odf(kind, body, GONE, META + SETTINGS + MASTERS)
    document = read(data, "a.xml")
    assert_sound(document)
    assert document.format is expected
    assert (document.metadata.title, document.language) == ("The title", "de-DE")
    running = [("header", 0, "ACME Ltd"), ("paragraph", 0, "click here")] if expected is Format.ODT else []
    assert sorted(shape(document)) == sorted(blocks + running)
    assert read_text(data.decode(), "a.fodt").text == document.text


def test_what_flat_pictures_are_made_of_is_not_read(make_flat_odf):
    picture = base64.encodebytes(random.Random(1).randbytes(3_000_000)).decode()
    frame = f"<draw:frame>%s<draw:image><office:binary-data>{picture}</office:binary-data></draw:image></draw:frame>"
    body = f"<text:p>before{frame % '<svg:desc>a cat</svg:desc>'}{frame % ''}</text:p><text:p>after</text:p>"
    document = read(make_flat_odf("text", body), limits=Limits(max_text_characters=100))
    assert document.status is Status.OK
    assert (document.traits.images, document.traits.images_without_alternative) == (2, 1)
    assert "before" in document.text
    assert len(document.text) < 30


def test_formulas_and_charts_stand_in_a_flat_file_and_other_objects_are_left_out(make_flat_odf, shape):
    chart = "<office:document><office:body><office:chart><text:p>Sales</text:p></office:chart></office:body>"
    chart += "</office:document>"
    other = chart.replace("chart", "text").replace("Sales", "12")
    body = (
        '<text:p>so <draw:frame><draw:object><math xmlns="m"><mfrac><mi>a</mi><mi>b</mi></mfrac></math></draw:object>'
        f"</draw:frame> it is</text:p><text:p><draw:frame><draw:object>{chart}</draw:object></draw:frame>"
        f"<draw:frame><draw:object>{other}</draw:object></draw:frame>end</text:p>"
    )
    assert [text for _, _, text in shape(read(make_flat_odf("text", body)))] == ["so a/b it is", "Sales", "end"]


def test_embedded_files_and_signatures_of_a_flat_file_are_told(make_flat_odf):
    embedded = "<draw:object-ole><office:binary-data>QQ==</office:binary-data></draw:object-ole>"
    body = f"<text:p>x<draw:frame>{embedded}</draw:frame></text:p>"
    traits = read(make_flat_odf("text", body, parts="<Signature>AA==</Signature>")).traits
    assert traits.signed
    assert [one.name for one in traits.attachments] == ["Object 1"]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_flat_file_in_another_encoding_is_read(make_flat_odf, encoding):
    text = make_flat_odf("text", "<text:p>Füße</text:p>").decode().replace("UTF-8", encoding)
    document = read(text.encode(encoding))
    assert (document.format, document.text) == (Format.ODT, "Füße")


def test_of_a_broken_flat_file_what_can_be_read_is_kept(make_flat_odf, shape):
    document = read(make_flat_odf("text", "<text:p>whole</text:p><text:p>torn</text:q>"))
    assert document.status is Status.CORRUPT
    assert document.note == "The document is broken XML. Save the document again."
    assert [text for _, _, text in shape(document)] == ["whole", "torn"]


def test_a_broken_flat_file_without_a_text_is_corrupt(make_flat_odf):
    with pytest.raises(DocumentCorrupt):
        read(make_flat_odf("text", "<text:p/></text:q>"))


def test_other_xml_that_speaks_of_opendocument_is_xml(make_flat_odf):
    drawing = make_flat_odf("graphics", "<draw:page><text:p>drawn</text:p></draw:page>")
    assert read(drawing).format is Format.XML
    assert read(b"<list>application/vnd.oasis.opendocument.text<a>b</a></list>", "a.xml").format is Format.XML


REGION = "<text:changed-region text:id='{0}'><text:{1}><office:change-info/></text:{1}></text:changed-region>"


def marked(which, text):
    return f"<text:change-start text:change-id='{which}'/>{text}<text:change-end text:change-id='{which}'/>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<text:p>a {marked('in', 'new')} {marked('out', 'old')}b</text:p>", "a new b"),
        (f"<text:p>{marked('out', 'moved')}left</text:p><text:p>{marked('in', 'moved')}</text:p>", "left\n\nmoved"),
        (f"<text:p>one {marked('out', '</text:p><text:p>')}two</text:p><text:p>three</text:p>", "one two\n\nthree"),
        (f"<text:p>{marked('out', 'gone</text:p><text:p>')}kept</text:p>", "kept"),
        (f"<text:h>One {marked('out', 'x</text:h><text:p>gone</text:p><text:p>y')}two</text:p>", "One two"),
        (f"<text:p>a{marked('out', '<text:s/><text:tab/><text:note><text:p>n</text:p></text:note>')}b</text:p>", "ab"),
        ("<text:p>a<text:change-start text:change-id='out'/>b</text:p>", "a"),
        (
            f"<text:p>a{marked('out', '</text:p><table:table><table:table-row/></table:table><text:p>')}b</text:p>",
            "a\n\nb",
        ),
    ],
)
def test_text_that_is_deleted_where_it_stands_is_left_out(make_flat_odf, body, text):
    changes = REGION.format("in", "insertion") + REGION.format("out", "deletion")
    data = make_flat_odf("text", f"<text:tracked-changes>{changes}</text:tracked-changes>{body}")
    document = read(data, "a.fodt")
    assert document.text == text
    assert document.traits.tracked_changes


def test_a_row_of_deleted_text_is_no_row(make_flat_odf):
    def row(*cells):
        inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row>{inner}</table:table-row>"

    rows = row("a", "b") + row(marked("out", "c"), marked("out", "d")) + row("e", "f")
    changes = f"<text:tracked-changes>{REGION.format('out', 'deletion')}</text:tracked-changes>"
    document = read(make_flat_odf("text", f"{changes}<table:table>{rows}</table:table>"), "a.fodt")
    assert [(cell.row, document.text[cell.span.start : cell.span.end]) for cell in document.blocks[0].cells] == [
        (0, "a"), (0, "b"), (1, "e"), (1, "f")
    ]  # fmt: skip
