from __future__ import annotations

import pytest

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentError,
    DocumentTooLarge,
    DocumentWithoutText,
    Format,
    Status,
    Watch,
    read,
)

BOOK = """<?xml version="1.0" encoding="{}"?>
<!DOCTYPE book PUBLIC "-//X//Y" "http://nowhere.example/docbook.dtd">
<book xml:lang="fr"><info><title>Le livre</title></info>
<chapter><title>Premier <emphasis>chapitre</emphasis></title>
<para>Un <b>mot</b> et un <link>lien</link>,
coupé&nbsp;net &amp; sûr.</para>
<itemizedlist><listitem><para>Un</para></listitem><listitem><para>Deux</para></listitem></itemizedlist>
<programlisting>x = 1
  y</programlisting>
<table><tgroup><row><entry>a</entry><entry>b <i>c</i></entry></row>
<row><entry>1</entry><entry>2</entry></row></tgroup></table>
<section><title>Une section</title><para>Fin.</para></section></chapter></book>"""


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_text_is_read_by_its_paragraphs_and_titles(shape, assert_sound, codec):
    document = read(BOOK.format(codec).encode(codec), "book.xml")
    assert_sound(document)
    assert (document.format, document.status, document.language) == (Format.XML, Status.OK, "fr")
    assert document.metadata.title == "Le livre"
    assert shape(document) == [
        ("heading", 1, "Le livre"),
        ("heading", 2, "Premier chapitre"),
        ("paragraph", 0, "Un mot et un lien, coupé net & sûr."),
        ("list_item", 1, "Un"),
        ("list_item", 1, "Deux"),
        ("code", 0, "x = 1\n  y"),
        ("table", 0, "a\tb c\n1\t2"),
        ("heading", 3, "Une section"),
        ("paragraph", 0, "Fin."),
    ]


def test_data_is_an_outline_of_names_and_values(shape, assert_sound):
    data = b"""<shop><item><name>Ink</name><price>5</price><empty/></item><item><name>Pen</name>
    <about>Writes. &lt;p&gt;A &lt;a href="x"&gt;link&lt;/a&gt;&lt;/p&gt;</about></item></shop>"""
    document = read(data, "a.xml")
    assert_sound(document)
    assert [text for _, _, text in shape(document)] == [
        "shop.item:\nname: Ink\nprice: 5",
        "item:\nname: Pen",
        "Writes.",
        "A link",
    ]
    assert [link.target for link in document.traits.links] == ["x"]


LAUGHS = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(12))


@pytest.mark.parametrize(
    "data",
    [
        f'<!DOCTYPE a [<!ENTITY e0 "lol">{LAUGHS}]><a><p>before &e12; after</p></a>',
        f'<!DOCTYPE a [<!ENTITY e0 "lol">{LAUGHS}]><a x="&e12;"><p>before after</p></a>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a><p>before &e; after</p></a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a><p>before after</p></a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><a><p>before after</p></a>',
    ],
)
def test_entities_are_not_made_and_nothing_is_fetched(data):
    try:
        assert read(f'<?xml version="1.0"?>{data}'.encode()).text.split() in (["before", "after"], ["before"])
    except DocumentError as fault:
        assert isinstance(fault, DocumentCorrupt | DocumentTooLarge)  # noqa: PT017 - either is right


def test_what_is_nested_too_deeply_is_refused():
    with pytest.raises(DocumentTooLarge) as caught:
        read(b"<?xml version='1.0'?>" + b"<a>" * 100_000 + b"x")
    assert caught.value.metadata["limit"] == "max_nesting"


@pytest.mark.parametrize("data", ["<a><p>some text</p><p>cut o", "<a><p>some text</p></b><p>x</p></a>"])
def test_what_is_broken_is_read_as_far_as_it_goes(data):
    document = read(f'<?xml version="1.0"?>\n{data}'.encode())
    assert document.text.startswith("some text")
    assert document.status is Status.CORRUPT
    assert "line 2" in document.note


def test_long_documents_are_read_part_by_part():
    document = read(b"<?xml version='1.0'?><a>" + b"<r><n>x</n></r>" * 50_000 + b"</a>")
    assert document.text.count("n: x") == 50_000


def test_xml_is_read_until_time_is_up():
    document = read(b"<?xml version='1.0'?><a><p>one</p><p>two</p></a>", watch=Watch(deadline=0))
    assert (document.text, document.status) == ("one", Status.PARTIAL_TIMEOUT)


@pytest.mark.parametrize("value", [b"x", b">"])
def test_a_flood_of_attributes_is_refused(value):
    attributes = b"".join(b'a%d="%s" ' % (number, value) for number in range(100_000))
    with pytest.raises(DocumentTooLarge) as caught:
        read(b"<?xml version='1.0'?><a " + attributes + b">x</a>")
    assert caught.value.metadata["limit"] == "max_html_attributes"


def test_a_flood_of_faults_ends_the_reading():
    document = read(b"<?xml version='1.0'?><a><p>text</p>" + b"<b>&x;</c>" * 100_000)
    assert (document.text, document.status) == ("text", Status.CORRUPT)


@pytest.mark.parametrize("text", ["before &co; after", "before &co;&else; after"])
def test_text_that_stands_in_entities_of_the_documents_own_is_said_to_be_missing(text):
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY co "Acme"><!ENTITY unused "x">]><d><p>{text}</p></d>'
    document = read(xml.encode(), "a.xml")
    assert document.status is Status.CORRUPT
    assert "&co;" in document.note
    assert "unused" not in document.note
    assert "before" in document.text


def test_a_text_of_nothing_but_entities_is_refused_with_their_names():
    with pytest.raises(DocumentCorrupt, match=r"entities that it declares itself.*&co;"):
        read(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY co "Acme">]><d>&co;</d>', "a.xml")


def test_entities_that_are_declared_and_not_used_harm_nothing():
    document = read(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY co "Acme">]><d>Text</d>', "a.xml")
    assert (document.status, document.note) == (Status.OK, "")


def test_attributes_are_read_where_there_is_no_text_at_all():
    data = (
        b'<list xml:lang="en" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b">'
        b'<entry id="aav" name="Austro-\nAsiatic &amp; more"/><group><entry id="afa"/></group></list>'
    )
    document = read(data, "a.xml")
    assert document.text == "entry:\nid: aav\nname: Austro- Asiatic & more\n\nentry:\nid: afa"
    assert read(b'<list><entry id="aav">text</entry></list>', "a.xml").text == "list:\nentry: text"


def test_a_drawing_without_words_has_no_text():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg>'
    with pytest.raises(DocumentWithoutText):
        read(svg, "a.svg")
