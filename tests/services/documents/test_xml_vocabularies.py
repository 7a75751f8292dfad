"""XML of vocabularies that texts are written in, each with what only it has."""

from __future__ import annotations

import pytest

from papermesh_services.documents import Limits, Status, read

JATS = """<?xml version="1.0"?><article xmlns:mml="http://www.w3.org/1998/Math/MathML"><front><article-meta><title-group>
<article-title>Tides of <italic>the</italic> harbour</article-title></title-group><contrib-group><contrib>
<collab>Harbour group</collab><xref ref-type="aff">1</xref></contrib></contrib-group>
<aff><label>1</label><institution>Harbour University</institution>, <country>Norway</country></aff>
<abstract><title>Abstract</title><p>We measure.</p></abstract></article-meta></front>
<body><sec><label>1</label><title>Introduction</title>
<p>The tide <inline-formula><mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>
</inline-formula> is high<xref ref-type="fn">1</xref>, as in <xref ref-type="bibr">[1]</xref>.<fn><label>1</label>
<p>A note.</p></fn> More.</p>
<disp-formula><label>(1)</label><alternatives><mml:math><mml:mi>E</mml:mi><mml:mo>=</mml:mo><mml:mfrac><mml:mi>a</mml:mi>
<mml:mi>b</mml:mi></mml:mfrac></mml:math><tex-math>no</tex-math></alternatives></disp-formula>
<p>And <inline-formula><alternatives><tex-math>\\documentclass{x}\\begin{document}$x+1$\\end{document}</tex-math>
<mml:math><mml:mi>no</mml:mi></mml:math></alternatives></inline-formula> too.</p>
<preformat>  keep
    this</preformat><code>x = 1</code>
<fig><label>Figure 1</label><caption><title>The harbour.</title><p>From above.</p></caption></fig>
<table-wrap><label>Table 1</label><caption><p>Prices</p></caption><table><tr><th>Item<fn><p>Of the shop.</p></fn></th>
<th>Price</th></tr><tr><td>Ink</td><td>5</td></tr></table></table-wrap></sec></body><back><ref-list><title>References</title>
<ref><mixed-citation>Roe R. <article-title>Boats</article-title>. <source>Ships</source>. 1999;<volume>3</volume>:5.
</mixed-citation></ref></ref-list></back></article>"""

DOCBOOK = """<?xml version="1.0"?><article xmlns="http://docbook.org/ns/docbook"><info><title>The harbour</title></info>
<para>The tide<footnote><para>At noon.</para><para>Or later.</para></footnote> turned <command>slowly</command>, in
<guimenu>File</guimenu>.<itemizedlist><listitem><para>one</para></listitem></itemizedlist></para>
<table><title>Prices</title><tgroup><row><entry>a</entry><entry><para>b</para><para>c</para></entry></row>
<row><entry>1</entry><entry>2</entry></row></tgroup></table></article>"""

TEI = """<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div>
<head>Chapter <hi>one</hi></head><p>The tide<note n="1">A note.</note> turned at <date>1900</date>
by <persName>Bo <surname>Sample</surname></persName>;
<choice><sic>teh</sic><corr>the</corr></choice> <del>old</del><add>new</add> end.<lb/>Then.</p>
<list><item>one</item></list><lg><l>A verse</l></lg></div></body><back><note>An endnote.</note></back></text></TEI>"""

FICTIONBOOK = """<?xml version="1.0"?><FictionBook xmlns:l="http://www.w3.org/1999/xlink"><body><section>
<title><p>One</p><p>and two</p></title><p>The tide<a l:href="#n1" type="note">[1]</a> turned.</p>
<cite><p>As said.</p></cite></section></body>
<body name="notes"><section id="n1"><title><p>1</p></title><p>A note.</p></section></body>
<binary id="a.jpg">AAAA</binary></FictionBook>"""


def test_articles_of_journals_have_their_formulas_captions_and_notes(shape, assert_sound):
    document = read(JATS.encode(), "a.xml")
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Tides of the harbour"),
        ("paragraph", 0, "contrib-group.contrib:\ncollab: Harbour group"),
        ("paragraph", 0, "1 Harbour University, Norway"),
        ("heading", 2, "Abstract"),
        ("paragraph", 0, "We measure."),
        ("heading", 2, "1 Introduction"),
        ("paragraph", 0, "The tide x^2 is high, as in [1]. More."),
        ("footnote", 0, "A note."),
        ("paragraph", 0, "(1) E=a/b"),
        ("paragraph", 0, "And x+1 too."),
        ("code", 0, "keep\n    this"),
        ("code", 0, "x = 1"),
        ("caption", 0, "Figure 1 The harbour."),
        ("caption", 0, "From above."),
        ("caption", 0, "Table 1 Prices"),
        ("table", 0, "Item\tPrice\nInk\t5"),
        ("footnote", 0, "Of the shop."),
        ("heading", 2, "References"),
        ("paragraph", 0, "Roe R. Boats. Ships. 1999;3:5."),
    ]


def test_a_paragraph_of_docbook_goes_on_around_its_footnotes(shape):
    assert shape(read(DOCBOOK.encode(), "a.xml")) == [
        ("heading", 1, "The harbour"),
        ("paragraph", 0, "The tide turned slowly, in File."),
        ("list_item", 1, "one"),
        ("footnote", 0, "At noon."),
        ("footnote", 0, "Or later."),
        ("caption", 0, "Prices"),
        ("table", 0, "a\tb c\n1\t2"),
    ]


def test_editions_are_read_as_they_are_meant(shape):
    assert shape(read(TEI.encode(), "a.xml")) == [
        ("heading", 1, "Chapter one"),
        ("paragraph", 0, "The tide turned at 1900 by Bo Sample; the new end. Then."),
        ("footnote", 0, "A note."),
        ("list_item", 1, "one"),
        ("paragraph", 0, "A verse"),
        ("footnote", 0, "An endnote."),
    ]


def test_books_of_fiction_have_their_notes_and_no_pictures(shape):
    assert shape(read(FICTIONBOOK.encode(), "a.fb2")) == [
        ("heading", 1, "One and two"),
        ("paragraph", 0, "The tide turned."),
        ("quote", 0, "As said."),
        ("footnote", 0, "A note."),
    ]


def test_tables_of_more_cells_than_are_read_are_cut(assert_sound):
    rows = "<tr><td>one</td><td>two</td></tr>" * 20_000
    document = read(f"<?xml version='1.0'?><a><p>x</p><table>{rows}</table></a>".encode(), limits=Limits(max_cells=999))
    assert_sound(document)
    assert (document.status, len(document.blocks[-1].cells)) == (Status.PARTIAL_LIMIT, 999)
    assert "999 cells" in document.note


HEADED_TEI = """<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title>The river</title><title>Again</title><author>Bo <x/></author><author><persName><forename>Ann</forename>
<surname>Lee</surname></persName></author></titleStmt><publicationStmt>
<date when="2024-05-06">May</date></publicationStmt>
<sourceDesc><p>Born digital</p></sourceDesc></fileDesc></teiHeader><text><body><p>Text.</p></body></text></TEI>"""
HEADED_DOCBOOK = """<?xml version="1.0"?><book><info><title>The river</title>
<author><personname>Bo</personname></author>
<authorgroup><author><surname>Lee</surname><firstname>Ann</firstname></author></authorgroup><date>2024-05-06</date></info>
<chapter><para>Text.<author>No</author></para></chapter></book>"""
HEADED_JATS = """<?xml version="1.0"?><article><front><article-meta><title-group>
<article-title>The river</article-title>
</title-group><contrib-group><contrib contrib-type="author"><string-name>Bo</string-name><aff>X</aff></contrib>
<contrib contrib-type="author"><name><surname>Lee</surname><given-names>Ann</given-names></name></contrib>
<contrib contrib-type="editor"><string-name>No</string-name></contrib></contrib-group>
<pub-date><day>6</day><month>5</month><year>2024</year></pub-date></article-meta></front><body><p>Text.</p></body>
<back><ref-list><ref><person-group><name><surname>No</surname></name></person-group></ref></ref-list></back></article>"""


@pytest.mark.parametrize("text", [HEADED_TEI, HEADED_DOCBOOK, HEADED_JATS])
def test_heads_say_who_wrote_what_and_when(text):
    found = read(text.encode()).metadata
    assert (found.title, found.author, found.created) == ("The river", "Bo, Ann Lee", "2024-05-06")


def test_other_data_has_no_author():
    text = '<?xml version="1.0"?><orders><info><author>Bo</author><date>2024-05-06</date></info><p>Text.</p></orders>'
    found = read(text.encode()).metadata
    assert (found.author, found.created) == ("", "")


def test_the_head_of_an_edition_is_no_text(shape):
    assert shape(read(HEADED_TEI.encode())) == [("paragraph", 0, "Text.")]


def test_texts_that_stand_for_pictures_and_entries_of_an_index_are_no_text(shape):
    figure = "<mediaobject><imageobject/><textobject><phrase>a boat</phrase></textobject></mediaobject>"
    body = f"<para>The tide<indexterm><primary>tide</primary></indexterm> turned.</para><figure>{figure}</figure>"
    text = f'<?xml version="1.0"?><article>{body}<indexterm><primary>x</primary></indexterm><para>End.</para></article>'
    assert shape(read(text.encode())) == [("paragraph", 0, "The tide turned."), ("paragraph", 0, "End.")]


def test_an_outline_is_known_by_its_name():
    data = b'<opml version="2.0"><body><outline text="Boats"/></body></opml>'
    assert read(data, "a.opml").text == "Boats"


def test_an_outline_is_items_as_deep_as_they_are_nested(shape, assert_sound):
    data = b"""<?xml version="1.0"?><!-- a list --><opml version="2.0"><head><title>Harbour</title>
<expansionState>1</expansionState></head><body><outline text="Boats &amp; nets" _note="Two&#10;lines">
<outline text="Nets" htmlUrl="https://example.org/" xmlUrl="https://example.org/feed"/></outline>
<outline title="Tides"/><outline/></body></opml>"""
    document = read(data, "a.opml")
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Harbour"),
        ("list_item", 1, "Boats & nets"),
        ("paragraph", 0, "Two\nlines"),
        ("list_item", 2, "Nets"),
        ("list_item", 1, "Tides"),
    ]
    assert document.metadata.title == "Harbour"
    assert [link.target for link in document.traits.links] == ["https://example.org/"]
