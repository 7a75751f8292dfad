from __future__ import annotations

import time

from papermesh_services.documents import Limits, Status, Watch, read


def box(*paragraphs, place="", name="a shape", attributes=""):
    ph = f"<p:nvPr><p:ph {place}/></p:nvPr>" if place else "<p:nvPr/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="{name}" {attributes}/>{ph}</p:nvSpPr>'
        f"<p:txBody>{''.join(paragraphs)}</p:txBody></p:sp>"
    )


def p(text, properties="", run=""):
    return f"<a:p><a:pPr {properties}/><a:r><a:rPr>{run}</a:rPr><a:t>{text}</a:t></a:r></a:p>"


def slide(*shapes, show="1"):
    return f'<p:sld show="{show}"><p:cSld><p:spTree>{"".join(shapes)}</p:spTree></p:cSld></p:sld>'


TITLE = 'type="title"'
TABLE = (
    "<p:graphicFrame><a:tbl>"
    f'<a:tr><a:tc gridSpan="2"><a:txBody>{p("wide")}</a:txBody></a:tc><a:tc hMerge="1"><a:txBody/></a:tc></a:tr>'
    f"<a:tr><a:tc><a:txBody>{p('a')}</a:txBody></a:tc><a:tc><a:txBody>{p('b')}</a:txBody></a:tc></a:tr>"
    "</a:tbl></p:graphicFrame>"
)


def test_slides_come_in_the_order_of_the_presentation(make_pptx, shape, assert_sound):
    pages = []
    data = make_pptx(
        box(p("text"), place="") + box(p("First"), place=TITLE),
        slide(box(p("Second"), place=TITLE), show="0"),
    )
    document = read(data, watch=Watch(on_page=pages.append))
    assert_sound(document)
    assert shape(document) == [("heading", 1, "First"), ("paragraph", 0, "text"), ("heading", 1, "Second")]
    assert [page.note != "" for page in document.pages] == [False, True]
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert pages == ["First\n\ntext", "Second"]


def test_lists_tables_and_text_boxes_are_told_apart(make_pptx, shape, assert_sound):
    body = box(p("one"), p("deeper", 'lvl="1"'), place='type="body"')
    plain = box("<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>no bullet</a:t></a:r></a:p>", p("x"), place='idx="1"')
    group = f"<p:grpSp><p:grpSp>{box(p('grouped'))}</p:grpSp></p:grpSp>"
    document = read(make_pptx(body + plain + TABLE + group))
    assert_sound(document)
    assert shape(document) == [
        ("list_item", 1, "one"),
        ("list_item", 2, "deeper"),
        ("paragraph", 0, "no bullet"),
        ("list_item", 1, "x"),
        ("table", 0, "wide\na\tb"),
        ("paragraph", 0, "grouped"),
    ]
    assert [(cell.row, cell.column) for cell in document.blocks[4].cells] == [(0, 0), (1, 0), (1, 1)]


def test_notes_comments_and_footers_are_beside_the_text(make_pptx, relations, shape, assert_sound):
    footer = box(p("ACME"), place='type="ftr"') + box(p("7"), place='type="sldNum"')
    spaces = 'xmlns:p="p" xmlns:a="a"'
    note = box(p("say hello"), place='type="body"') + box(p("1"), place='type="sldNum"')
    notes = f"<p:notes {spaces}>{note}</p:notes>"
    comments = f"<p:cmLst {spaces}><p:cm><p:text>too long</p:text></p:cm></p:cmLst>"
    parts = {
        "ppt/slides/_rels/s2.xml.rels": relations(n=("notesSlide", "../n.xml"), c=("comments", "../c.xml")),
        "ppt/n.xml": notes,
        "ppt/c.xml": comments,
    }
    document = read(make_pptx(box(p("One")) + footer, box(p("Two")) + footer, parts=parts))
    assert_sound(document)
    assert shape(document) == [
        ("paragraph", 0, "One"),
        ("footer", 0, "ACME"),
        ("comment", 0, "say hello"),
        ("comment", 0, "too long"),
        ("paragraph", 0, "Two"),
    ]
    assert document.traits.comments == 1


def test_links_pictures_charts_and_hidden_shapes_are_found(make_pptx, relations, shape, assert_sound):
    link = p("here", run='<a:hlinkClick r:id="l"/>')
    picture = '<p:pic><p:nvPicPr><p:cNvPr id="1" descr="{}"/></p:nvPicPr></p:pic>'
    chart = '<p:graphicFrame><c:chart xmlns:c="c" r:id="ch"/></p:graphicFrame>'
    parts = {
        "ppt/slides/_rels/s1.xml.rels": relations(
            l=("hyperlink", "https://example.org/", True), ch=("chart", "../ch.xml"), o=("package", "../book.xlsx")
        ),
        "ppt/book.xlsx": "12345",
        "ppt/ch.xml": "<chart><title><p><t>Sales</t></p></title><ser><tx><v>2024</v></tx><cat><v>Jan</v>"
        "<v>Feb</v></cat><val><v>1.5</v><v>0.30000000000000004</v></val></ser></chart>",
    }
    hidden = box(p("secret"), attributes='hidden="1"')
    document = read(make_pptx(box(link) + picture.format("a cat") + picture.format("") + chart + hidden, parts=parts))
    assert_sound(document)
    assert shape(document) == [
        ("paragraph", 0, "here"),
        ("paragraph", 0, "Sales"),
        ("table", 0, "2024\nJan\t1.5\nFeb\t0.3"),
    ]
    traits = document.traits
    assert [(one.target, document.text[one.span.start : one.span.end]) for one in traits.links] == [
        ("https://example.org/", "here")
    ]
    assert (traits.images, traits.images_without_alternative, traits.hidden_text) == (2, 1, True)
    assert [(one.name, one.size_bytes) for one in traits.attachments] == [("book.xlsx", 5)]


def test_a_broken_slide_leaves_the_others(make_pptx, shape):
    document = read(make_pptx(box(p("One")), box(p("Two")) + "<broken>", box(p("Three"))))
    assert document.status is Status.CORRUPT
    assert document.note
    assert [text for _, _, text in shape(document)] == ["One", "Two", "Three"]


def test_slides_over_the_limit_are_left_out(make_pptx):
    document = read(make_pptx(*(box(p("Slide")) for _ in range(5))), limits=Limits(max_pages=3))
    assert document.status is Status.PARTIAL_LIMIT
    assert len(document.pages) == 3


def test_what_was_read_when_time_ran_out_is_kept(make_pptx):
    deadlines = []
    watch = Watch(deadline=time.monotonic() + 60, on_page=lambda _: deadlines.append(1))

    class Expiring(Watch):
        @property
        def expired(self):
            return len(deadlines) >= 2

    document = read(make_pptx(*(box(p("Slide")) for _ in range(5))), watch=Expiring(on_page=watch.on_page))
    assert document.status is Status.PARTIAL_TIMEOUT
    assert len(document.pages) == 2


def test_a_presentation_that_names_a_slide_over_and_over_has_it_once(make_pptx):
    data = make_pptx(box(p("One")), parts={})
    many = '<p:sldId id="256" r:id="rId1"/>' * 1000
    space = 'xmlns:p="p" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    looped = make_pptx(
        box(p("One")), parts={"ppt/presentation.xml": f"<p:presentation {space}>{many}</p:presentation>"}
    )
    assert len(read(data).pages) == len(read(looped).pages) == 1


def test_equations_are_written_on_one_line(make_pptx, shape):
    power = "<m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    space = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    equation = f"<a:p {space}><a:r><a:t>so </a:t></a:r><m:oMath><m:r><m:t>E=m</m:t></m:r>{power}</m:oMath></a:p>"
    document = read(make_pptx(f"<p:sp><p:txBody>{equation}</p:txBody></p:sp>"))
    assert [text for _, _, text in shape(document)] == ["so E=mc^2"]
