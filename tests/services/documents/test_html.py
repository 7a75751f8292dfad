from __future__ import annotations

import pytest

from papermesh_services.documents import DocumentTooLarge, DocumentWithoutText, Limits, read, read_text

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
        ("table", 0, "Prices\nItem\tPrice\nInk\t5 EUR"),
        ("code", 0, "keep\n    this"),
        ("quote", 0, "quoted"),
        ("paragraph", 0, "loose text"),
    ]


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1251"])
def test_the_declared_encoding_is_used(codec):
    page = f'<html><head><meta charset="{codec}"></head><body><p>Привет, мир</p></body></html>'
    assert read(page.encode(codec)).text == "Привет, мир"


def test_a_layout_table_is_taken_apart(shape):
    document = read_text("<table><tr><td><h2>Left</h2><p>text<td><p>right</table>", "a.html")
    assert [kind for kind, _, _ in shape(document)] == ["heading", "paragraph", "paragraph"]


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
        ("<html>" + "x" * 2000, "max_html_bytes"),
    ],
)
def test_hostile_html_is_refused_by_a_named_limit(html, limit):
    limits = Limits(max_html_bytes=1000) if limit == "max_html_bytes" else Limits()
    with pytest.raises(DocumentTooLarge) as caught:
        read(html.encode(), limits=limits)
    assert caught.value.metadata["limit"] == limit
