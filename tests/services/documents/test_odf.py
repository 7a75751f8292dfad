from __future__ import annotations

import pytest

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentWithoutText,
    Limits,
    Status,
    Watch,
    read,
)

STYLES = """
<style:style style:name="Q" style:family="paragraph" style:parent-style-name="Quotations"/>
<style:style style:name="Cap" style:family="paragraph" style:parent-style-name="Caption"/>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="HiddenSheet" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="HiddenSlide" style:family="drawing-page">
<style:drawing-page-properties presentation:visibility="hidden"/></style:style>
"""
META = (
    "<dc:title>The title</dc:title><meta:initial-creator>Ada</meta:initial-creator>"
    "<meta:creation-date>2024-01-02T03:04:05Z</meta:creation-date><dc:language>de-DE</dc:language>"
)


def p(text, style=""):
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def cell(text="", attributes=""):
    return f"<table:table-cell {attributes}>{p(text) if text else ''}</table:table-cell>"


def row(*cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def sheet(*rows, name="Sheet", style=""):
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


TEXT = (
    '<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>'
    "</text:changed-region></text:tracked-changes>"
    '<text:h text:outline-level="2">Section</text:h>'
    + p("a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d <text:span>e</text:span> f")
    + p("seen<text:span text:style-name='Gone'>unseen</text:span>")
    + p("see <text:a xlink:href='https://example.org/'>here</text:a>!")
    + p("quoted", "Q")
    + p("Figure 1", "Cap")
    + f"<text:list><text:list-item>{p('one')}{p('more')}<text:list><text:list-item>{p('deeper')}</text:list-item>"
    "</text:list></text:list-item></text:list>"
    + p(
        "noted<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p>"
        "</text:note-body></text:note> on<office:annotation><dc:creator>Bo</dc:creator><text:p>Really?</text:p>"
        "</office:annotation>"
    )
    + sheet(row(cell("wide", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", cell("c")),
            row(cell("a"), cell("b"), cell()))
    + p("<draw:frame><draw:image/><svg:desc>a cat</svg:desc></draw:frame><draw:frame><draw:image/></draw:frame>")
    + p("<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>")
)  # fmt: skip


def test_a_text_is_read_with_its_structure(make_odf, shape, assert_sound):
    running = "<style:header><text:p>ACME Ltd</text:p></style:header><style:footer><text:p>3</text:p></style:footer>"
    document = read(make_odf("text", TEXT, STYLES, {"meta.xml": META, "styles.xml": running}))
    assert_sound(document)
    assert shape(document) == [
        ("heading", 2, "Section"),
        ("paragraph", 0, "a  b\tc\nd e f"),
        ("paragraph", 0, "seen"),
        ("paragraph", 0, "see here!"),
        ("quote", 0, "quoted"),
        ("caption", 0, "Figure 1"),
        ("list_item", 1, "one"),
        ("paragraph", 0, "more"),
        ("list_item", 2, "deeper"),
        ("paragraph", 0, "noted on"),
        ("table", 0, "wide\t\tc\na\tb"),
        ("paragraph", 0, "boxed"),
        ("footnote", 0, "a note"),
        ("comment", 0, "Really?"),
        ("header", 0, "ACME Ltd"),
    ]
    traits = document.traits
    assert (traits.tracked_changes, traits.hidden_text, traits.comments) == (True, True, 1)
    assert (traits.images, traits.images_without_alternative) == (2, 1)
    assert [(one.target, document.text[one.span.start : one.span.end]) for one in traits.links] == [
        ("https://example.org/", "here")
    ]
    metadata = document.metadata
    assert (metadata.title, metadata.author, metadata.created) == ("The title", "Ada", "2024-01-02T03:04:05Z")
    assert document.language == "de-DE"


def test_sheets_are_pages_of_tables(make_odf, shape, assert_sound):
    pages = []
    first = sheet(
        row(cell("Item"), cell("Price"), attributes='table:number-rows-repeated="1"'),
        row(cell("Ink"), cell("", 'office:value="5"'), cell("", 'table:number-columns-repeated="16000"')),
        row(cell(), attributes='table:number-rows-repeated="1000000"'),
        row(cell("", 'table:number-columns-repeated="3"'), cell("far")),
        name="First",
    )
    second = sheet(row(cell("x", 'table:number-columns-repeated="3"'), attributes='table:number-rows-repeated="2"'),
                   name="Second", style="HiddenSheet")  # fmt: skip
    document = read(make_odf("spreadsheet", first + second, STYLES), watch=Watch(on_page=pages.append))
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "First"),
        ("table", 0, "Item\tPrice\nInk\t5"),
        ("paragraph", 0, "far"),
        ("heading", 1, "Second"),
        ("table", 0, "x\tx\tx\nx\tx\tx"),
    ]
    assert [bool(page.note) for page in document.pages] == [False, True]
    assert len(pages) == 2


@pytest.mark.parametrize(
    ("repeated", "limits"),
    [("", Limits()), ("table:number-columns-repeated='1000000'", Limits(max_cells=5000)), ("", Limits(max_cells=10))],
)
def test_cells_repeated_without_end_are_cut(make_odf, assert_sound, repeated, limits):
    many = row(cell("again", repeated), attributes="table:number-rows-repeated='1048576'")
    document = read(make_odf("spreadsheet", sheet(many)), limits=limits)
    assert_sound(document)
    assert document.status is Status.PARTIAL_LIMIT
    assert document.note
    assert "again" in document.text
    assert len(document.text) < 8_000_000


def test_slides_are_pages_with_titles_and_notes(make_odf, shape, assert_sound):
    title = f'<draw:frame presentation:class="title"><draw:text-box>{p("Title")}</draw:text-box></draw:frame>'
    said = f"<draw:frame><draw:text-box>{p('say it')}</draw:text-box></draw:frame>"
    notes = f"<presentation:notes>{said}</presentation:notes>"
    slides = (
        f"<draw:page>{title}<draw:frame><draw:text-box>{p('text')}</draw:text-box></draw:frame>{notes}</draw:page>"
        f'<draw:page draw:style-name="HiddenSlide"><draw:custom-shape>{p("shape")}</draw:custom-shape></draw:page>'
    )
    document = read(make_odf("presentation", slides, STYLES))
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Title"),
        ("paragraph", 0, "text"),
        ("comment", 0, "say it"),
        ("paragraph", 0, "shape"),
    ]
    assert [block.page for block in document.blocks] == [1, 1, 1, 2]
    assert [bool(page.note) for page in document.pages] == [False, True]


def test_an_encrypted_file_is_told(make_odf):
    entry = "<manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(DocumentEncrypted):
        read(make_odf("text", p("x"), parts={"META-INF/manifest.xml": entry}))


def test_of_a_broken_text_what_can_be_read_is_kept(make_odf, shape):
    document = read(make_odf("text", p("fine") + "<text:list><text:list-item>" + p("open") + "<text:p>half"))
    assert document.status is Status.CORRUPT
    assert [text for _, _, text in shape(document)] == ["fine", "open", "half"]


def formula(path):
    return f'<draw:frame><draw:object xlink:href="{path}"/><draw:image/></draw:frame>'


def test_formulas_stand_where_they_are_embedded(make_odf, shape):
    body = p(f"Euler wrote {formula('./Object 1')} once.") + p(formula("Object 1/")) + p(f"No{formula('gone')}thing.")
    parts = {"Object 1/content.xml": "<math><mrow><msup><mi>e</mi><mi>x</mi></msup><mo>=</mo><mn>1</mn></mrow></math>"}
    assert shape(read(make_odf("text", body, parts=parts))) == [
        ("paragraph", 0, "Euler wrote e^x=1 once."),
        ("paragraph", 0, "e^x=1"),
        ("paragraph", 0, "Nothing."),
    ]


@pytest.mark.parametrize("content", ["<math><mi>x", "<office:chart>12</office:chart>"])
def test_an_embedded_object_that_is_no_formula_or_broken_harms_nothing(content, make_odf, shape):
    body = p(f"before{formula('Object 1')}after")
    text = shape(read(make_odf("text", body, parts={"Object 1/content.xml": content})))
    assert text in ([("paragraph", 0, "beforeafter")], [("paragraph", 0, "beforexafter")])


def test_lines_of_code_are_one_block(make_odf, shape):
    lines = [p("def f():", "Code"), p("<text:s text:c='4'/>return 1", "Code")]
    styles = '<style:style style:name="Code" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>'
    assert shape(read(make_odf("text", "".join([*lines, p("So."), lines[0]]), styles))) == [
        ("code", 0, "def f():\n    return 1"),
        ("paragraph", 0, "So."),
        ("code", 0, "def f():"),
    ]


@pytest.mark.parametrize("style", ["Caption", "TableCaption", "Figure_20_Caption"])
def test_captions_are_told_by_the_names_of_their_styles(style, make_odf, shape):
    assert shape(read(make_odf("text", p("The boats.", style)))) == [("caption", 0, "The boats.")]


INDENTS = "".join(
    f'<style:style style:name="In{number}" style:family="paragraph">'
    f'<style:paragraph-properties fo:margin-left="{length}"/></style:style>'
    for number, length in enumerate(["0cm", "0.953cm", "1.905cm", "1in"])
)


def bullets(*texts):
    items = "".join(f"<text:list-item>{text if '<' in text else p(text)}</text:list-item>" for text in texts)
    return f"<text:list>{items}</text:list>"


def boxed(*content, kind=""):
    return f'<draw:frame presentation:class="{kind}"><draw:text-box>{"".join(content)}</draw:text-box></draw:frame>'


@pytest.mark.parametrize(
    ("box", "levels"),
    [
        (bullets("one", bullets("two", bullets("three")), "four"), [1, 2, 3, 1]),
        (bullets("one") + p("a", "In1") + p("b", "In2") + p("c", "In1") + bullets("two"), [1, 2, 3, 2, 1]),
        (bullets("one") + p("a", "In3") + bullets("two") + p("after", "In3"), [1, 2, 1, 0]),
        (bullets("one") + p("a", "In1") + p("plain", "In0") + bullets("two"), [1, 0, 0, 1]),
        (p("before", "In1") + bullets("one"), [0, 1]),
    ],
)
def test_lists_of_slides_are_nested_by_their_elements_or_by_how_far_in_they_stand(make_odf, shape, box, levels):
    document = read(make_odf("presentation", f"<draw:page>{boxed(box)}</draw:page>", INDENTS))
    assert [level for _, level, _ in shape(document)] == levels
    assert [kind for kind, _, _ in shape(document)] == ["list_item" if level else "paragraph" for level in levels]


def test_footers_of_slides_come_once_and_page_numbers_not_at_all(make_odf, shape):
    footer, number = (
        boxed(p("ACME"), kind="footer"),
        boxed(p("<text:page-number>7</text:page-number>"), kind="page-number"),
    )
    notes = f"<presentation:notes>{boxed(p('Speak up.'), kind='notes')}{number}{footer}</presentation:notes>"
    declared = "<presentation:footer-decl presentation:name='f'>Declared</presentation:footer-decl>"
    slides = "".join(f"<draw:page>{boxed(p(text))}{footer}{number}{notes}</draw:page>" for text in ("one", "two"))
    assert shape(read(make_odf("presentation", declared + slides))) == [
        ("paragraph", 0, "one"),
        ("comment", 0, "Speak up."),
        ("footer", 0, "Declared"),
        ("footer", 0, "ACME"),
        ("paragraph", 0, "two"),
        ("comment", 0, "Speak up."),
    ]


def test_a_picture_that_stands_for_a_table_or_a_chart_is_none(make_odf):
    preview = "<draw:image xlink:href='Pictures/preview.svm'/>"
    frames = (
        f"<draw:frame>{sheet(row(cell('a'), cell('b')), row(cell('c'), cell('d')))}{preview}</draw:frame>"
        f"<draw:frame><draw:object xlink:href='./Object 1'/>{preview}</draw:frame><draw:frame>{preview}</draw:frame>"
    )
    page = f"<draw:page>{frames}</draw:page>"
    assert read(make_odf("presentation", page, parts={"Object 1/content.xml": CHART})).traits.images == 1
    assert read(make_odf("presentation", page)).traits.images == 2


def test_signs_of_fonts_of_symbols_are_what_they_mean(make_odf):
    font = '<style:text-properties style:font-name="Wingdings1"/>'
    style = f'<style:style style:name="W" style:family="text">{font}</style:style>'
    document = read(make_odf("text", p("done <text:span text:style-name='W'>\uf0fc</text:span>\uf0fc"), style))
    assert document.text == "done ✓\uf0fc"


@pytest.mark.parametrize(
    ("style", "expected"),
    [("Quote", ("quote", 0)), ("Intense_20_Quote", ("quote", 0)), ("HTML_20_Preformatted", ("code", 0))],
)
def test_styles_of_other_programs_are_known_by_their_names(make_odf, shape, style, expected):
    assert shape(read(make_odf("text", p("text", style)))) == [(*expected, "text")]


@pytest.mark.parametrize(
    ("style", "level"), [("List_20_Bullet_20_2", 2), ("List_20_3_20_Start", 3), ("List_20_Number", 1)]
)
def test_items_are_as_deep_as_the_name_of_their_style_says(make_odf, shape, style, level):
    inherited = f'<style:style style:name="P" style:family="paragraph" style:parent-style-name="{style}"/>'
    assert shape(read(make_odf("text", bullets(p("item", "P")), inherited))) == [("list_item", level, "item")]


CHART = (
    "<office:body><office:chart><chart><title><text:p>By region</text:p></title>"
    "<table:table><table:table-row><table:table-cell/><table:table-cell><text:p>Q1</text:p></table:table-cell>"
    "</table:table-row><table:table-row><table:table-cell><text:p>East</text:p></table:table-cell><table:table-cell>"
    "<text:p>10</text:p><draw:g><svg:desc>Data.B2</svg:desc></draw:g></table:table-cell></table:table-row></table:table>"
    "</chart></office:chart></office:body>"
)


def test_charts_are_read_as_their_titles_and_tables(make_odf, shape, assert_sound):
    body = p("before") + p("at <draw:frame><draw:object xlink:href='./Object 1'/></draw:frame>it")
    document = read(make_odf("text", body, parts={"Object 1/content.xml": CHART}))
    assert_sound(document)
    assert [text for _, _, text in shape(document)] == ["before", "By region", "Q1\nEast\t10", "at it"]


def test_of_charts_on_sheets_the_titles_are_read(make_odf, shape):
    drawn = "<draw:frame><draw:object xlink:href='./Object 1'/></draw:frame>"
    first = sheet(row(cell("Q1"), f"<table:table-cell>{drawn}</table:table-cell>"), row(cell("10"), cell("20")))
    document = read(make_odf("spreadsheet", first + sheet(row(cell("x"))), parts={"Object 1/content.xml": CHART}))
    assert [text for _, _, text in shape(document)] == ["Sheet", "Q1\n10\t20", "By region", "Sheet", "x"]


@pytest.mark.parametrize(
    ("listed", "fault"),
    [(["styles.xml"], DocumentWithoutText), (["styles.xml", "content.xml"], DocumentCorrupt), ([], DocumentCorrupt)],
    ids=["styles alone", "content lost", "no list"],
)
def test_a_file_of_styles_alone_is_whole_and_has_no_text(make_zip, listed, fault):
    spaces = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type=""/>' for name in listed)
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text-template",
        "META-INF/manifest.xml": f"<manifest:manifest {spaces}>{entries}</manifest:manifest>",
        "styles.xml": "<styles/>",
    }
    with pytest.raises(fault):
        read(make_zip(parts))
