from __future__ import annotations

import io
import zipfile

import pytest

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentTooLarge,
    DocumentWithoutText,
    Limits,
    Status,
    read,
)

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f"""<w:styles {NS}>
<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>
<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
</w:styles>"""
CORE = """<c xmlns:dc="d" xmlns:t="t"><dc:title>The title</dc:title><dc:creator>Ada</dc:creator>
<t:created>2024-01-02T03:04:05Z</t:created><dc:language>fr-FR</dc:language></c>"""


def p(text, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def item(text, level):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def row(*cells):
    return "<w:tr>" + "".join(f"<w:tc>{p(cell)}</w:tc>" for cell in cells) + "</w:tr>"


BODY = (
    p("Chapter", '<w:outlineLvl w:val="0"/>')
    + p("Section", '<w:pStyle w:val="Mine"/>')
    + p("Looped", '<w:pStyle w:val="Loop"/>')
    + "<w:p><w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
    + "<w:ins><w:r><w:t>added</w:t><w:br/><w:t>line</w:t></w:r></w:ins>"
    + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>"
    + item("one", 0)
    + item("deeper", 1)
    + "<w:tbl>" + row("Item", "Price") + row("Ink", "5") + "</w:tbl>"
    + "<w:p><w:r><w:pict><w:txbxContent>" + p("boxed") + "</w:txbxContent></w:pict></w:r></w:p>"
)  # fmt: skip
NOTES = (
    f'<w:footnotes {NS}><w:footnote w:type="separator">{p("no")}</w:footnote>'
    f"<w:footnote>{p('a note')}</w:footnote></w:footnotes>"
)


def test_a_docx_is_read_with_its_structure(make_docx, shape, assert_sound):
    data = make_docx(BODY, word__styles=STYLES, word__footnotes=NOTES, docProps__core=CORE)
    document = read(data, "wrong.pdf")
    assert_sound(document)
    assert document.reader == "docx"
    assert document.language == "fr-FR"
    metadata = document.metadata
    assert (metadata.title, metadata.author, metadata.created) == ("The title", "Ada", "2024-01-02T03:04:05Z")
    assert shape(document) == [
        ("heading", 1, "Chapter"),
        ("heading", 2, "Section"),
        ("paragraph", 0, "Looped"),
        ("paragraph", 0, "kept added\nline"),
        ("list_item", 1, "one"),
        ("list_item", 2, "deeper"),
        ("table", 0, "Item\tPrice\nInk\t5"),
        ("paragraph", 0, "boxed"),
        ("footnote", 0, "a note"),
    ]
    assert document.traits.tracked_changes
    assert document.traits.hidden_text


@pytest.mark.parametrize("body", ["<w:p>", "&undefined;", "<w:p></w:q>"])
def test_of_broken_xml_what_can_be_read_is_kept(make_docx, shape, body):
    document = read(make_docx(p("fine") + body))
    assert document.status is Status.CORRUPT
    assert "word/document.xml" in document.note
    assert shape(document) == [("paragraph", 0, "fine")]


def test_broken_xml_without_a_text_is_corrupt(make_docx):
    with pytest.raises(DocumentCorrupt):
        read(make_docx("<w:p></w:q>"))


def test_what_stands_beside_the_body_comes_after_it_and_once(make_docx, relations, shape, assert_sound):
    named = {
        "h1": ("header", "header1.xml"),
        "h2": ("header", "header2.xml"),
        "f": ("footer", "footer1.xml"),
        "n": ("footer", "footer2.xml"),
    }
    parts = {
        "word__header1": f"<w:hdr {NS}>{p('ACME Ltd')}{p('Secret')}</w:hdr>",
        "word__header2": f"<w:hdr {NS}>{p('ACME Ltd')}{p('Secret')}</w:hdr>",
        "word__footer1": f"<w:ftr {NS}>{p('Page 3')}</w:ftr>",
        "word__footer2": f"<w:ftr {NS}>{p('3')}</w:ftr>",
        "word__endnotes": f"<w:endnotes {NS}><w:endnote>{p('an end')}{p('note')}</w:endnote></w:endnotes>",
        "word__comments": f"<w:comments {NS}><w:comment>{p('Really?')}</w:comment></w:comments>",
    }
    document = read(make_docx(p("Body"), relations=relations(**named), **parts))
    assert_sound(document)
    assert shape(document) == [
        ("paragraph", 0, "Body"),
        ("footnote", 0, "an end\nnote"),
        ("comment", 0, "Really?"),
        ("header", 0, "ACME Ltd\nSecret"),
        ("footer", 0, "Page 3"),
    ]
    assert document.traits.comments == 1


R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (f'<w:p>{{}}<w:hyperlink r:id="x" {R}>{{}}</w:hyperlink>{{}}</w:p>', [("https://example.org/", "here")]),
        ('<w:p>{}<w:hyperlink w:anchor="top">{}</w:hyperlink>{}</w:p>', [("#top", "here")]),
        ("<w:p>{}<w:fldSimple w:instr='HYPERLINK \"https://a.b\"'>{}</w:fldSimple>{}</w:p>", [("https://a.b", "here")]),
        (
            '<w:p>{}<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "https://</w:instrText></w:r>'
            '<w:r><w:instrText>a.b"</w:instrText><w:fldChar w:fldCharType="separate"/></w:r>{}'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>{}</w:p>',
            [("https://a.b", "here")],
        ),
        (f'<w:p>{{}}<w:hyperlink r:id="gone" {R}>{{}}</w:hyperlink>{{}}</w:p>', []),
    ],
)
def test_links_are_found_with_their_text(make_docx, relations, assert_sound, body, links):
    runs = [f"<w:r><w:t>{text}</w:t></w:r>" for text in ("Look e\u0301 ", "here", " now")]
    data = make_docx(body.format(*runs), relations=relations(x=("hyperlink", "https://example.org/", True)))
    document = read(data)
    assert_sound(document)
    assert document.text == "Look é here now"
    assert [(one.target, document.text[one.span.start : one.span.end]) for one in document.traits.links] == links


def test_cells_keep_their_columns_where_others_are_merged(make_docx, assert_sound):
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("wide") + "</w:tc>"
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    nested = f"<w:tc><w:tbl>{row('in', 'ner')}</w:tbl></w:tc>"
    body = f"<w:tbl><w:tr>{wide}<w:tc>{p('c')}</w:tc></w:tr><w:tr>{merged}<w:tc>{p('b')}</w:tc>{nested}</w:tr></w:tbl>"
    document = read(make_docx(body))
    assert_sound(document)
    assert document.text == "wide\t\tc\n\tb\tin ner"
    assert [(cell.row, cell.column) for cell in document.blocks[0].cells] == [(0, 0), (0, 2), (1, 1), (1, 2)]


def test_a_drawing_is_read_once_and_its_pictures_are_counted(make_docx, shape):
    picture = '<w:drawing><docPr descr="{}"/><pic><blip/></pic></w:drawing>'
    choice = f"<mc:Choice><w:txbxContent>{p('boxed')}</w:txbxContent></mc:Choice>"
    fallback = f"<mc:Fallback><w:txbxContent>{p('boxed')}</w:txbxContent></mc:Fallback>"
    either = f'<mc:AlternateContent xmlns:mc="mc">{choice}{fallback}</mc:AlternateContent>'
    document = read(make_docx(f"<w:p><w:r>{either}{picture.format('a cat')}{picture.format('')}</w:r></w:p>"))
    assert shape(document) == [("paragraph", 0, "boxed")]
    assert (document.traits.images, document.traits.images_without_alternative) == (2, 1)


M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        ("<m:f><m:num>{a}</m:num><m:den>{b}</m:den></m:f>", "a/b"),
        ("<m:sSup><m:e>{a}</m:e><m:sup>{b}</m:sup></m:sSup>", "a^b"),
        ("<m:d><m:dPr/><m:e>{a}</m:e><m:e>{b}</m:e></m:d>", "(a|b)"),
        ("<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e>{a}</m:e></m:d>", "[a]"),
        ("<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{a}</m:sub><m:sup/><m:e>{b}</m:e></m:nary>", "∑_ab"),
    ],
)
def test_equations_are_written_on_one_line(make_docx, equation, text):
    parts = {name: f"<m:r><m:t>{name}</m:t></m:r>" for name in "ab"}
    document = read(make_docx(f"<w:p><m:oMath {M}>{equation.format(**parts)}</m:oMath></w:p>"))
    assert document.text == text


def test_styles_tell_captions_and_the_depth_of_lists(make_docx, shape):
    styles = f"""<w:styles {NS}><w:docDefaults><w:lang w:val="de-DE"/></w:docDefaults>
    <w:style w:styleId="C"><w:name w:val="caption"/></w:style>
    <w:style w:styleId="L"><w:name w:val="List Bullet 2"/></w:style>
    <w:style w:styleId="P"><w:name w:val="List Paragraph"/></w:style></w:styles>"""
    styled = [p(name, f'<w:pStyle w:val="{name}"/>') for name in "CLP"]
    document = read(make_docx("".join(styled), word__styles=styles))
    assert shape(document) == [("caption", 0, "C"), ("list_item", 2, "L"), ("paragraph", 0, "P")]
    assert document.language == "de-DE"


def test_the_strict_form_with_its_own_namespaces_is_read(make_zip, shape):
    strict = "http://purl.oclc.org/ooxml"
    kind = f"{strict}/officeDocument/relationships/officeDocument"
    body = f"<w:document xmlns:w='{strict}/wordprocessingml/main'><w:body>{p('strict')}</w:body></w:document>"
    relation = f'<Relationships><Relationship Id="r" Type="{kind}" Target="/word/document.xml"/></Relationships>'
    parts = {"[Content_Types].xml": "<x/>", "_rels/.rels": relation, "word/document.xml": body}
    assert shape(read(make_zip(parts))) == [("paragraph", 0, "strict")]


def test_form_controls_embedded_files_and_signatures_are_found(make_zip, relations):
    control = f"<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>{p('chosen')}</w:sdtContent></w:sdt>"
    document = read(
        make_zip(
            {
                "_rels/.rels": relations(m=("officeDocument", "word/document.xml"), s=("origin", "s.sigs")),
                "word/document.xml": f"<w:document {NS}><w:body>{control}</w:body></w:document>",
                "word/_rels/document.xml.rels": relations(o=("oleObject", "embeddings/o.bin")),
                "word/embeddings/o.bin": b"1234",
            }
        )
    )
    traits = document.traits
    assert document.text == "chosen"
    assert (traits.forms, traits.signed) == (True, True)
    assert [(one.name, one.size_bytes) for one in traits.attachments] == [("o.bin", 4)]


def test_a_docx_without_text_says_so(make_docx):
    with pytest.raises(DocumentWithoutText):
        read(make_docx("<w:p/>"))


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d x="&b;">&b;</d>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", bomb)
    with pytest.raises(DocumentCorrupt, match="document type"):
        read(buffer.getvalue())


def test_encrypted_entries_are_encrypted(make_docx):
    data = bytearray(make_docx(p("text")))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    with pytest.raises(DocumentEncrypted):
        read(bytes(data))


@pytest.mark.parametrize(
    ("body", "limits", "name"),
    [
        (p("a" * 3_000_000), Limits(), "max_archive_ratio"),
        (p("a" * 3_000_000), Limits(max_archive_part_bytes=1000), "max_archive_part_bytes"),
        (p("a"), Limits(max_archive_entries=1), "max_archive_entries"),
        ("<w:sdt>" * 300 + p("a") + "</w:sdt>" * 300, Limits(), "max_nesting"),
        (p("aaaa"), Limits(max_text_characters=3), "max_text_characters"),
    ],
)
def test_bombs_are_stopped_by_a_named_limit(make_docx, body, limits, name):
    with pytest.raises(DocumentTooLarge) as caught:
        read(make_docx(body), limits=limits)
    assert caught.value.metadata["limit"] == name


def test_lines_of_code_are_one_block(make_docx, shape):
    styles = f'<w:styles {NS}><w:style w:styleId="S"><w:name w:val="Source Code"/></w:style></w:styles>'
    code = '<w:pStyle w:val="S"/>'
    body = p("def f():", code) + p("    return 1", code) + p("So.") + p("x = 1", code)
    assert shape(read(make_docx(body, word__styles=styles))) == [
        ("code", 0, "def f():\n    return 1"),
        ("paragraph", 0, "So."),
        ("code", 0, "x = 1"),
    ]


def changed(text, mark="", properties=""):
    """A paragraph whose own mark is inserted, deleted or moved."""
    return p(text, f"{properties}<w:rPr><w:{mark} w:id='1'/></w:rPr>" if mark else properties)


HEADING = '<w:outlineLvl w:val="0"/>'
GONE = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
EMPTIED = "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        (changed("one ", "del") + changed("two ", "del") + p("three") + p("four"), ["one two three", "four"]),
        (changed("one", "moveFrom") + p(" two"), ["one two"]),
        (changed("one", "ins") + p("two"), ["one", "two"]),
        (p("one") + GONE + p("two"), ["one", "two"]),
        (changed("last", "del"), ["last"]),
        (changed("one", "del") + "<w:tbl>" + row("a", "b") + "</w:tbl>" + p("two"), ["one", "a\tb", "two"]),
        ("<w:tbl><w:tr><w:tc>" + changed("a", "del") + p("b") + "</w:tc><w:tc>" + changed("c", "del")
         + "</w:tc></w:tr>" + row("d", "e") + "</w:tbl>" + p("f"), ["ab\tc\nd\te", "f"]),
        ("<w:p><w:r><w:txbxContent>" + changed("boxed", "del") + "</w:txbxContent><w:t>text</w:t></w:r></w:p>",
         ["boxed", "text"]),
    ],
)  # fmt: skip
def test_paragraphs_whose_mark_is_deleted_are_joined_with_the_next(make_docx, shape, assert_sound, body, blocks):
    document = read(make_docx(body))
    assert_sound(document)
    assert [text for _, _, text in shape(document)] == blocks


@pytest.mark.parametrize(
    ("body", "block"),
    [
        (changed("Title ", "del", HEADING) + p("and text"), ("paragraph", 0, "Title and text")),
        (changed("Title", "del", HEADING) + EMPTIED, ("heading", 1, "Title")),
        (changed("Title ", "del", HEADING) + GONE + EMPTIED, ("heading", 1, "Title")),
        (GONE + p("Title", HEADING), ("heading", 1, "Title")),
        (changed("", "del", HEADING) + p("text"), ("paragraph", 0, "text")),
    ],
)
def test_joined_paragraphs_are_what_the_last_with_text_is(make_docx, shape, body, block):
    assert shape(read(make_docx(body))) == [block]


def test_deleted_rows_and_cells_are_not_read(make_docx, shape):
    gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('x')}</w:tc><w:tc><w:tbl>{row('y', 'z')}</w:tbl></w:tc></w:tr>"
    new = f"<w:tr><w:trPr><w:ins/></w:trPr><w:tc>{p('c')}</w:tc><w:tc>{p('d')}</w:tc></w:tr>"
    cells = f"<w:tr><w:tc><w:tcPr><w:cellDel/></w:tcPr>{p('x')}</w:tc><w:tc>{p('e')}</w:tc><w:tc>{p('f')}</w:tc></w:tr>"
    document = read(make_docx("<w:tbl>" + row("a", "b") + gone + new + cells + "</w:tbl>"))
    assert shape(document) == [("table", 0, "a\tb\nc\td\ne\tf")]
    assert document.traits.tracked_changes


def test_moved_text_is_read_where_it_stands_now(make_docx, shape):
    body = (
        "<w:p><w:moveFromRangeStart w:name='m'/><w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom>"
        "<w:moveFromRangeEnd/><w:r><w:t>first</w:t></w:r></w:p>"
        "<w:p><w:moveToRangeStart w:name='m'/><w:moveTo><w:r><w:t>moved </w:t></w:r></w:moveTo><w:moveToRangeEnd/>"
        "<w:r><w:t>then</w:t></w:r></w:p>"
    )
    assert [text for _, _, text in shape(read(make_docx(body)))] == ["first", "moved then"]


def field(instruction, result):
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}{instruction}{separate}{result}{end}"


def instruction(text):
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def run(text):
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_fields_in_the_instruction_of_a_field_are_no_text(make_docx):
    sex = field(instruction("MERGEFIELD Sex"), run("female") + "<w:r><w:tab/></w:r>")
    title = field(instruction("IF ") + sex + instruction(' = "female" "Ms" "Mr"'), run("Ms"))
    host = field(instruction("MERGEFIELD Host"), run("x.example"))
    link = field(instruction('HYPERLINK "http://') + host + instruction('/"'), run("see ") + field("", run("this")))
    document = read(make_docx(f"<w:p>{run('Dear ')}{title}{run(' Smith, ')}{link}{run('.')}</w:p>"))
    assert document.text == "Dear Ms Smith, see this."
    links = [(link.target, document.text[link.span.start : link.span.end]) for link in document.traits.links]
    assert links == [("http://x.example/", "see this")]


def test_a_field_that_never_ends_takes_no_text_of_later_notes(make_docx):
    opened = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{instruction("IF")}'
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p>{body}</w:p></w:footnote>'
        for number, body in enumerate((opened, field(instruction("PAGE"), run("seven"))), start=2)
    )
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = read(
        make_docx(f"<w:p>{run('Text')}</w:p>", word__footnotes=f"<w:footnotes {names}>{notes}</w:footnotes>")
    )
    assert document.text == "Text\n\nseven"
