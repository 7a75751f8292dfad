from __future__ import annotations

import pytest

from papermesh_services.documents import DocumentTooLarge, Format, read, read_text

NOTES = """---
title: "The notes"
author: Ada Example
date: 2024-05-01
lang: de
---
# Head *of* all

Text with a [link](http://example.com/x), `code`,
wrapped & **strong**.<br>new <i>line</i>

- one
  - deeper
1. first

> quoted

| a | b |
|---|---|
| 1 | *2* |

```python
x = 1
```

<div><p>inner</p></div>
"""


def test_markup_is_gone_and_structure_stays(shape, assert_sound):
    document = read(NOTES.encode(), "notes.md")
    assert_sound(document)
    assert document.format is Format.MARKDOWN
    assert document.language == "de"
    assert (document.metadata.title, document.metadata.author) == ("The notes", "Ada Example")
    assert document.metadata.created == "2024-05-01"
    assert shape(document) == [
        ("heading", 1, "Head of all"),
        ("paragraph", 0, "Text with a link, code, wrapped & strong.\nnew line"),
        ("list_item", 1, "one"),
        ("list_item", 2, "deeper"),
        ("list_item", 1, "first"),
        ("quote", 0, "quoted"),
        ("table", 0, "a\tb\n1\t2"),
        ("code", 0, "x = 1"),
        ("paragraph", 0, "inner"),
    ]


def test_the_first_heading_is_the_title_where_nothing_else_is():
    assert read_text("# Top\n\ntext", "a.md").metadata.title == "Top"


def test_text_without_a_name_is_plain():
    assert read_text("*a* [b](c)").text == "*a* [b](c)"


def test_nested_lists_are_read_whole_or_refused_and_never_cut():
    nested = "\n".join("  " * level + f"- item {level}" for level in range(40))
    assert all(f"item {level}" in read(nested.encode(), "list.md").text for level in range(40))
    with pytest.raises(DocumentTooLarge):
        read(("> " * 200 + "far down").encode(), "quotes.md")


def test_links_images_and_footnotes_are_found(shape, assert_sound):
    document = read_text(
        '# A [head](h)\n\nSee [the *page*](http://e.x/p "t") and <http://e.x/a>[^1], ![a *cat*](c.png) ![](d.png)\n'
        "<img src=x>\n\n[ref]\n\n| a | b |\n|---|---|\n| [in](cell) | 2 |\n\n"
        "[^1]: word\n[^two]: More [of](it)\n\n[ref]: target\n",
        "a.md",
    )
    assert_sound(document)
    assert [(link.target, document.text[link.span.start : link.span.end]) for link in document.traits.links] == [
        ("h", "head"),
        ("http://e.x/p", "the page"),
        ("http://e.x/a", "http://e.x/a"),
        ("target", "ref"),
        ("cell", "in"),
        ("it", "of"),
    ]
    assert (document.traits.images, document.traits.images_without_alternative) == (3, 2)
    assert [text for kind, _, text in shape(document) if kind == "footnote"] == ["[1] word", "[two] More of"]
    assert "http://e.x/a[1],\n" in document.text


@pytest.mark.parametrize("authors", ["[Ada, Bo]", "['Ada', \"Bo\"]", "Ada; Bo"])
def test_several_authors_are_named_one_after_the_other(authors):
    text = f"---\ntitle: A title\nauthor: {authors}\n---\n\nText.\n"
    assert read(text.encode(), "a.md").metadata.author == "Ada; Bo"


def test_attributes_of_headings_and_marks_of_deleted_text_are_no_text():
    text = "# One {#one .wide}\n\n## Two {.plain}\n\n### Three { of them }\n\n~~old~~ new, 5~6\n"
    assert read(text.encode(), "a.md").text == "One\n\nTwo\n\nThree { of them }\n\nold new, 5~6"


def test_footnotes_of_several_paragraphs_go_on(shape):
    text = "The tide[^1] turned.\n\n[^1]: At noon.\n\n    Or later.\n\nThen:\n\n    code\n"
    assert shape(read_text(text, "a.md")) == [
        ("paragraph", 0, "The tide[1] turned."),
        ("footnote", 0, "[1] At noon."),
        ("footnote", 0, "Or later."),
        ("paragraph", 0, "Then:"),
        ("code", 0, "code"),
    ]
