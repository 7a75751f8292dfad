"""What the elements of well-known XML vocabularies are: DocBook, JATS, TEI, FictionBook, DITA, and HTML's.

Names without namespaces, and rules on them. Whoever has the elements decides what is around them.
"""

from __future__ import annotations

from typing import Final

from papermesh_services.documents.model import BlockKind

INLINE: Final = frozenset(
    [
        *("a", "b", "bold", "em", "emphasis", "ext-link", "foreign", "hi", "i", "italic", "monospace", "sc", "span"),
        *("strong", "sub", "subscript", "sup", "superscript", "tt", "u", "ulink", "underline", "xref", "tspan"),
        *("inline-formula", "inlineequation", "styled-content", "named-content"),
    ]
)
"""What stands in a line of text wherever it is."""

INLINE_IN_TEXT: Final = frozenset(
    ["abbr", "code", "email", "link", "literal", "mark", "persName", "placeName", "q", "quote", "ref"]
)
"""What stands in a line of text within a text, and elsewhere is a value."""

SECTIONS: Final = frozenset(
    [
        *("appendix", "article", "body", "book", "chapter", "div", "div1", "div2", "div3", "front", "part"),
        *("preface", "refsect1", "refsect2", "sec", "section", "sect1", "sect2", "sect3", "sect4", "sect5"),
        *("simplesect", "topic", "ack", "ref-list", "app", "fn-group", "notes", "glossary", "boxed-text", "abstract"),
    ]
)
WHOLE: Final = frozenset(["body", "front"])
"""The sections that are no level of their own."""

INFO: Final = frozenset(["title-group", "info", "articleinfo", "bookinfo", "title-info"])
TITLES: Final = frozenset(["title", "head", "heading", "article-title", "book-title"])
ROWS: Final = frozenset(["row", "tr", "strow", "sthead"])
CELLS: Final = frozenset(["entry", "cell", "td", "th", "stentry"])
TABLES: Final = frozenset(["table", "informaltable", "tgroup", "simpletable"])
UNSEEN: Final = frozenset(["script", "style", "binary", "fw", "indexterm", "index-term", "teiHeader"])
UNCHOSEN: Final = frozenset(["sic", "orig", "abbr"])
"""What is left out where something stands in its place."""

TEX: Final = frozenset(["tex-math", "textual-form"])
"""What is left out after a formula that says the same."""

NOTE_MARKS: Final = frozenset(["fn", "table-fn", "aff", "corresp", "author-notes"])
"""What marks lead to that are no text themselves."""

CHOICES: Final = frozenset(["choice", "alternatives"])
BREAKS: Final = frozenset(["lb", "br", "break", "pb", "cb", "sbr"])
TEXTUAL: Final = frozenset(
    [
        *("p", "para", "simpara", "ab", "l", "v", "subtitle", "term", "titlePart", "speaker", "stage", "text-author"),
        *("mixed-citation", "aff", "disp-formula", "shortdesc", "cmd", "attribution"),
    ]
)
"""What holds a line of text and what stands in it."""

KINDS: Final = {
    **dict.fromkeys((*TEXTUAL, "abstract"), BlockKind.PARAGRAPH),
    **dict.fromkeys(
        ("programlisting", "screen", "literallayout", "pre", "preformat", "codeblock", "msgblock"), BlockKind.CODE
    ),
    **dict.fromkeys(("footnote", "fn"), BlockKind.FOOTNOTE),
    **dict.fromkeys(("caption", "figcaption"), BlockKind.CAPTION),
    **dict.fromkeys(("listitem", "list-item", "li"), BlockKind.LIST_ITEM),
    **dict.fromkeys(("blockquote", "disp-quote", "epigraph"), BlockKind.QUOTE),
}
KINDS_BETWEEN_TEXTS: Final = {"code": BlockKind.CODE, "quote": BlockKind.QUOTE, "cite": BlockKind.QUOTE}
"""What these are where they stand between paragraphs, not in one."""

CAPTIONED: Final = TABLES | {"figure", "fig", "table-wrap", "example", "informalfigure"}
LABELLED: Final = frozenset(["sec", "fig", "table-wrap", "ref", "list-item", "boxed-text", "app", "appendix"])
BLOCKS: Final = (
    KINDS.keys()
    | TABLES
    | ROWS
    | CELLS
    | SECTIONS
    | CAPTIONED
    | {
        *("list", "itemizedlist", "orderedlist", "variablelist", "simplelist", "ul", "ol", "dl", "def-list", "lg"),
        *("mediaobject", "equation", "informalequation", "poem", "stanza", "sp", "note", "tip", "warning", "caution"),
        *("important", "qandaset", "procedure", "step", "fig-group", "media", "graphic"),
    }
)
"""What ends a line of text."""

WRAPPERS: Final = frozenset(
    [BlockKind.LIST_ITEM, BlockKind.QUOTE, BlockKind.FOOTNOTE, BlockKind.CAPTION, BlockKind.HEADING]
)
"""What makes the paragraphs in it be of its kind."""
