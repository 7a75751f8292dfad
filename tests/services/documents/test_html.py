from __future__ import annotations

import pytest

from papermesh_services.documents import (
    BlockKind,
    DocumentTooLarge,
    DocumentWithoutText,
    Limits,
    Status,
    Watch,
    read,
    read_text,
)

PAGE = """<!doctype html><html lang="en-gb"><head><title>A page</title><meta name=author content="Ada Example">
<style>p {color: red}</style></head><body><script>var x = "<p>no</p>";</script>
<h1>Main  title</h1><p>First <b>para</b>graph,<br>two&nbsp;lines.</p><template>no</template>
<div hidden>no</div><div style="display: none">no</div><ul><li>one<ul><li>deeper</ul><li>two</ul>
<table><caption>Prices</caption><tr><th>Item<th>Price<tr><td>Ink<td>5 <i>EUR</i></table>
<pre>  keep
    this</pre><blockquote><p>quoted</p></blockquote>loose text</body></html>"""


def test_a_page_is_read_as_it_is_seen(shape, assert_sound):
    document = read(PAGE.encode(), "page.html")
    assert_sound(document)
    assert (document.language, document.metadata.title, document.metadata.author) == ("en-GB", "A page", "Ada Example")
    assert shape(document) == [
        ("heading", 1, "Main title"),
        ("paragraph", 0, "First paragraph,\ntwo lines."),
        ("list_item", 1, "one"),
        ("list_item", 2, "deeper"),
        ("list_item", 1, "two"),
        ("caption", 0, "Prices"),
        ("table", 0, "Item\tPrice\nInk\t5 EUR"),
        ("code", 0, "keep\n    this"),
        ("quote", 0, "quoted"),
        ("paragraph", 0, "loose text"),
    ]


def test_links_are_listed_with_their_place(assert_sound):
    document = read_text(
        "<p> A  <a href=one>first <b>link</b> </a>, <a href=two>second</a><a href=two>third</a> <a name=x>none</a>"
        "<a href=pic><img src=x></a><table><tr><td>1<td><a href=cell> in a\n cell</a><tr><td>2<td>3</table>"
        "<a href=block><h2>head</h2><p>text</p></a>",
        "a.html",
    )
    assert_sound(document)
    assert [(link.target, document.text[link.span.start : link.span.end]) for link in document.traits.links] == [
        ("one", "first link"),
        ("two", "second"),
        ("two", "third"),
        ("pic", ""),
        ("cell", "in a cell"),
        ("block", "head"),
        ("block", "text"),
    ]


@pytest.mark.parametrize(
    ("html", "images", "without"),
    [
        ("<img src=a alt=x>", 1, 0),
        ("<img src=a alt>", 1, 0),
        ("<img src=a>", 1, 1),
        ("<img src=a role=presentation>", 1, 0),
        ("<table><tr><td>a<td><img src=b><tr><td>c<td>d</table>", 1, 1),
    ],
)
def test_images_are_counted_with_those_that_no_text_stands_for(html, images, without):
    traits = read_text(f"<p>text {html}", "a.html").traits
    assert (traits.images, traits.images_without_alternative) == (images, without)


@pytest.mark.parametrize(
    ("html", "hidden"),
    [
        ("<div hidden>secret</div>", True),
        ("<div style='DISPLAY : none'>secret</div>", True),
        ("<span style='font-size:0'>secret</span>", True),
        ("<span aria-hidden=true>secret</span>", True),
        ("<div hidden> <i></i></div>", False),
        ("<span style='font-size:0.9em'>seen</span>", False),
        ("<script hidden>var x</script>", False),
    ],
)
def test_hidden_text_is_told(html, hidden):
    assert read_text(f"<p>text {html}", "a.html").traits.hidden_text is hidden


def test_captions_and_footnotes_are_what_they_are(shape):
    page = (
        "<figure><img src=a alt=b><figcaption>A <i>figure</i></figcaption></figure>"
        "<section class=footnotes><ol><li><p>One</p><li>Two</ol></section><aside epub:type=footnote>Three</aside>"
    )
    assert shape(read_text(page, "a.html")) == [
        ("caption", 0, "A figure"),
        ("footnote", 0, "One"),
        ("footnote", 0, "Two"),
        ("footnote", 0, "Three"),
    ]


def test_cells_that_span_several_keep_the_others_in_their_columns():
    document = read_text("<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>", "a.html")
    cells = document.blocks[0].cells
    found = {(cell.row, cell.column): document.text[cell.span.start : cell.span.end] for cell in cells}
    assert found == {
        (0, 0): "a", (0, 1): "b", (1, 1): "c", (1, 2): "d", (2, 0): "e", (2, 1): "f", (2, 2): "g"
    }  # fmt: skip


def test_a_page_is_read_until_time_is_up():
    document = read(b"<html><p>one<p>two", watch=Watch(deadline=0))
    assert (document.text, document.status) == ("one", Status.PARTIAL_TIMEOUT)
    assert "Time ran out" in document.note


def test_spans_without_end_cost_nothing():
    row = "<tr>" + "<td colspan=1000 rowspan=1000>x" * 50
    assert read_text("<table>" + row * 100 + "</table>", "a.html").text.count("x") == 5000


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1251"])
def test_the_declared_encoding_is_used(codec):
    page = f'<html><head><meta charset="{codec}"></head><body><p>Привет, мир</p></body></html>'
    assert read(page.encode(codec)).text == "Привет, мир"


def test_a_layout_table_is_taken_apart(shape):
    document = read_text("<table><tr><td><h2>Left</h2><p>text<td><p>right</table>", "a.html")
    assert [kind for kind, _, _ in shape(document)] == ["heading", "paragraph", "paragraph"]


ROWS = "<tr><td>one{}<td>two<tr><td>three<td>four"
HEADS = "<tr><th>A<th>B"


@pytest.mark.parametrize("start", [
    "<table><thead>" + HEADS + "</thead>", "<table>" + HEADS, "<table border=1><tr><td>A<td>B", "<table><tr><td>A<td>B",
    "<table><caption>Data</caption><tr><td>A<td>B", "<table role=grid><tr><td>A<td>B",
    "<table summary=s><tr><td>A<td>B", "<table><tr><td scope=col>A<td scope=col>B",
])  # fmt: skip
@pytest.mark.parametrize("inside", [
    "<ul><li>in</ul>", "<h4>in</h4>", "<pre>in</pre>", "<form>in</form>", "<blockquote>in</blockquote>",
])  # fmt: skip
def test_what_stands_in_one_cell_does_not_take_a_table_of_data_apart(start, inside):
    document = read_text(start + ROWS.format(inside) + "</table>", "a.html")
    assert document.blocks[-1].kind is BlockKind.TABLE
    found = [document.text[cell.span.start : cell.span.end] for cell in document.blocks[-1].cells]
    assert found == ["A", "B", "one in", "two", "three", "four"]


def test_a_table_in_a_table_of_data_is_text_of_its_cell():
    inner = "<table><caption>C</caption><tr><td>i<td>j</table>"
    document = read_text("<table>" + HEADS + ROWS.format(inner) + "</table>", "a.html")
    assert document.text == "A\tB\none C i j\ttwo\nthree\tfour"


@pytest.mark.parametrize("html", [
    "<table role=presentation border=1>" + HEADS + "<tr><td><h2>a</h2><td>b</table>",
    "<table border=1>" + HEADS + "<tr><td><table><tr><td><img src=x>a</table><td>b<tr><td>c<td>d</table>",
    "<table border=1><caption>c</caption><tr><td><h2>a</h2><tr><td>b<tr><td>c</table>",
    "<table><tr><th><table><tr><th><p>a</table><th>b<tr><th>c<th>d</table>",
    "<table><tr><th>a<td><ul><li>b<li>c</ul><tr><th>d<td><ul><li>e<li>f</ul></table>",
    "<table><tr><td><h3>a</h3><td><h3>b</h3><tr><td><h3>a</h3><td><h3>b</h3><tr><td><h3>a</h3><td><h3>b</h3></table>",
    "<table><tr><th>menu<td>" + "<p>long" * 2000 + "<tr><th>a<td>b</table>",
    "<table><tr><td><h3>a</h3>b<td>" + "long " * 100 + "<tr><td>a<td>b<tr><td>c<td>" + "long " * 100 + "</table>",
])  # fmt: skip
def test_a_table_for_the_look_of_pages_and_mails_is_taken_apart(html):
    assert not any(block.kind is BlockKind.TABLE for block in read_text(html, "a.html").blocks)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>x <font face='Symbol, serif'>\uf061</font> y", "x α y"),
        ("<p>x <span style='color:red; font-family: \"Symbol\"'><b>\uf0ae</b>a</span> y", "x →a y"),
        ("<p>x <font face=Arial>\uf061</font>", "x \uf061"),
    ],
)
def test_signs_of_a_font_of_symbols_are_what_they_mean(html, text):
    assert read_text(html, "a.html").text == text


@pytest.mark.parametrize(
    ("back", "kinds"),
    [
        ("<a href='#ref2'>↑</a>", ["paragraph", "footnote"]),
        ("<a href='#top'>↑</a>", ["paragraph", "paragraph"]),
        ("<a href='#ref2'>See there</a>", ["paragraph", "paragraph"]),
    ],
)
def test_a_paragraph_with_an_arrow_back_to_its_mark_is_a_footnote(shape, back, kinds):
    page = f"<p>Text<a href='#note-2'><sup>2</sup></a>.<p id=note-2>2. The note.{back}"
    found = shape(read_text(page, "a.html"))
    assert [kind for kind, _, _ in found] == kinds
    assert found[0][2] == "Text."


def test_a_page_without_text_says_so():
    with pytest.raises(DocumentWithoutText):
        read(b"<html><body><img src=x><script>1</script></body></html>")


@pytest.mark.parametrize(
    ("html", "limit"),
    [
        ("<html>" + "<div>" * 100_000 + "x", "max_nesting"),
        ("<html>" + "<b>" * 100_000 + "x", "max_nesting"),
        ("<html><p " + " ".join(f"a{i}" for i in range(50_000)) + ">x", "max_html_attributes"),
        ("<html><p " + "".join(f'a{i}=">"' for i in range(50_000)) + ">x", "max_html_attributes"),
        ("<html>" + "<br>" * 600_000, "max_html_elements"),
        ("<html>" + "x" * 2000, "max_html_bytes"),
    ],
)
def test_hostile_html_is_refused_by_a_named_limit(html, limit):
    limits = Limits(max_html_bytes=1000) if limit == "max_html_bytes" else Limits()
    with pytest.raises(DocumentTooLarge) as caught:
        read(html.encode(), limits=limits)
    assert caught.value.metadata["limit"] == limit


@pytest.mark.parametrize(
    "html",
    [
        'tide<a href="#fn1" class="footnote-ref" role="doc-noteref"><sup>1</sup></a>.',
        'tide.<a href="#a" epub:type="noteref">1</a>',
        "tide<math><semantics><mrow></mrow><annotation>e^x</annotation></semantics></math>.",
    ],
)
def test_marks_of_footnotes_and_sources_of_formulas_are_no_text(html, shape):
    assert shape(read_text(f"<p>The {html}</p>", "a.html")) == [("paragraph", 0, "The tide.")]


def test_formulas_are_read_on_one_line():
    power = (
        "<math>\n <mrow>\n <msup>\n <mi> x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mi>a</mi><mi>b</mi></mfrac></mrow>"
    )
    power += "</math>"
    assert read_text(f"<p>Where {power} holds", "a.html").text == "Where x^2=a/b holds"
    table = f"<table><tr><td>one<td>{power}<tr><td>two<td>three</table>"
    assert read_text(table, "a.html").text == "one\tx^2=a/b\ntwo\tthree"


def test_all_authors_are_named():
    facts = [("author", "Ada"), ("Author", "Bo"), ("dcterms.date", "2024-05-06")]
    head = "".join(f'<meta name="{name}" content="{content}">' for name, content in facts)
    metadata = read_text(f"<html><head>{head}</head><body>Text</body></html>", "a.html").metadata
    assert (metadata.author, metadata.created) == ("Ada; Bo", "2024-05-06")


def test_links_side_by_side_are_words_of_their_own():
    page = "<nav><a href=/a>One</a><a href=/b>Two</a><a href=/b>fold</a></nav><p>so<a href=/c>on</a></p>"
    document = read(f"<html><body>{page}</body></html>".encode(), "a.html")
    assert document.text == "One Twofold\n\nsoon"
    named = [document.text[link.span.start : link.span.end] for link in document.traits.links]
    assert named == ["One", "Two", "fold", "on"]
