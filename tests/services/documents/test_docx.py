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
        ("paragraph", 0, "a note"),
    ]


@pytest.mark.parametrize("body", ["<w:p>", "&undefined;", "<w:p></w:q>"])
def test_broken_xml_is_corrupt(make_docx, body):
    with pytest.raises(DocumentCorrupt):
        read(make_docx(p("fine") + body))


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
