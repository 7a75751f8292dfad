from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import papermesh_services.documents as documents
from papermesh_services.documents import DocumentError, Status, read, read_text

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KINDS = ["pdf", "docx", "html", "markdown", "text", "rtf", "csv", "json", "xml", "eml", "msg", "epub", "ipynb"]
NAMES = st.sampled_from(["", *(f"a.{suffix}" for suffix in (*KINDS, "md", "txt", "tsv"))])


@pytest.fixture(scope="module")
def originals(make_pdf, make_docx, make_msg, make_epub):
    body = "<w:p><w:r><w:t>Some text of a document</w:t></w:r></w:p>" * 5
    html = b"<html><body><h1>T</h1><table><tr><td>a<td>b</table><ul><li>x<li>y</ul><pre> z</pre></body></html>"
    return [
        make_pdf([(20, "Title"), (11, "Some text of a document")], [(11, "More of it")], pageCompression=0),
        make_docx(body),
        html,
        b"# T\n\n- a\n\n> b\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n",
        "Ein Text.\n\n1. Eins\n2. Zwei\n\nÜBERSCHRIFT\n\n- a\n".encode("utf-16"),
        rb"{\rtf1{\fonttbl{\f0\fcharset204 A;}}{\info{\title T}}\s1 a\par\trowd\intbl b\cell c\cell\row\pard "
        rb'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt d}}{\footnote e\par}\u8212?\'e4\par}',
        b'a;b\n1;"two\nlines"\n3;4\n',
        b'{"a": "text", "b": [1, {"c": null}], "d": "\\u00fc"}',
        b'<?xml version="1.0"?><book><title>T</title><para>a <b>c</b> d</para><x><y>1</y></x><table><row>'
        b"<td>1</td></row></table></book>",
        b"Message-ID: <1@x>\r\nFrom: a\r\nSubject: =?utf-8?q?=C3=BC?=\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
        b"Content-Type: text/html; charset=koi8-r\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nPGI+eDwvYj4="
        b"\r\n--b\r\nContent-Disposition: attachment; filename*=utf-8''x\r\n\r\nx\r\n--b--",
        make_msg({0x0037: "Subject", 0x1000: "Body"}, [{0x3707: "a", 0x3701: b"x"}]),
        make_epub("<h1>a</h1><p>b</p>", "<p>c</p>"),
        b'{"cells": [{"cell_type": "markdown", "source": ["# a\\n"]}, {"cell_type": "code", "source": "x"}], '
        b'"nbformat": 4}',
    ]


CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["flip", "cut", "insert", "repeat"]), st.binary(max_size=12)),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("which", range(len(KINDS)), ids=KINDS)
@QUICK
@given(changes=CHANGES, name=NAMES)
def test_a_damaged_document_is_read_or_refused(originals, damaged, assert_sound, which, changes, name):
    try:
        document = read(damaged(originals[which], changes), name)
    except DocumentError:
        return
    assert_sound(document)


@QUICK
@given(text=st.text(max_size=400), name=NAMES)
def test_any_text_is_read_or_refused(assert_sound, text, name):
    try:
        document = read_text(text, name)
    except DocumentError:
        return
    assert_sound(document)


@QUICK
@given(
    lines=st.lists(
        st.sampled_from(
            ["", "Title", "A LINE", "- item", "1. one", "2.1 Two", "====", "> q", "a  \tb   c", "wo-", "rd", "ö\u0301",
             "한", "\u1161x", "\u0301", "本", "# h", "```", "|a|b|", "|-|-|", "<div>", "<p>x", "</table>", "•"]
        ),
        max_size=25,
    ),
    name=NAMES,
)  # fmt: skip
def test_any_lines_are_read_or_refused(assert_sound, lines, name):
    try:
        document = read_text("\n".join(lines), name)
    except DocumentError:
        return
    assert_sound(document)


SAMPLE = "Résumé: über «cafés» – naïve.\n\nDie Straße führt über die Brücke, hier.\n"
WRITTEN = {
    "a.txt": SAMPLE,
    "a.md": "# Überschrift\n\n- café\n- naïve\n\n" + SAMPLE,
    "a.html": "<html><body><h1>Überschrift</h1>\n<p>café,\nnaïve</p><pre>ü\né</pre></body></html>",
    "a.csv": 'Größe,Café\n1,"naïve\nzwei"\n2,über\n',
    "a.json": '{"Größe": "café",\n "text": ["naïve", "über"]}',
    "a.xml": "<?xml version='1.0'?>\n<buch><p>café,\nnaïve</p>\n<x><größe>über</größe></x></buch>",
    "a.eml": "Message-ID: <1@x>\nFrom: a@b\nSubject: café\n\nnaïve über\n\nBrücke\n",
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_however_a_file_is_written_its_text_is_the_same(name, form, ends):
    expected = read(WRITTEN[name].encode(), name)
    written = unicodedata.normalize(form, WRITTEN[name]).replace("\n", ends)
    codecs = ["utf-8", "utf-8-sig"]
    codecs += [] if name == "a.eml" else ["utf-16", "utf-16-le", "utf-32"]
    codecs += ["cp1252"] if form == "NFC" else []
    for codec in codecs:
        document = read(written.encode(codec), name)
        assert document.text == expected.text, codec
        assert [block.kind for block in document.blocks] == [block.kind for block in expected.blocks]


def test_real_files_are_read_or_refused(corpora, assert_sound):
    for path in sorted((corpora / "extract" / "files").iterdir()):
        try:
            document = read(path.read_bytes(), path.name)
        except DocumentError:
            continue
        assert_sound(document)


OURS = ["csv", "tsv", "json", "ipynb", "xml", "eml", "msg", "epub", "rtf", "html", "htm", "md", "txt", "rst"]


@pytest.mark.slow
def test_real_files_of_text_formats_have_text_and_a_status(corpora, assert_sound):
    statuses = {}
    for path in sorted(path for suffix in OURS for path in (corpora / "extract" / "files").glob(f"*.{suffix}")):
        try:
            document = read(path.read_bytes(), path.name)
        except DocumentError as fault:
            statuses[path.name] = fault.reason
            continue
        assert_sound(document)
        statuses[path.name] = document.status
        assert document.status is not Status.OK or document.text.strip()
    assert sum(status is Status.OK for status in statuses.values()) >= 0.9 * len(statuses), statuses


def test_the_words_of_real_pdfs_are_found(corpora):
    for path in sorted((corpora / "extract" / "exact").glob("*.pdf")):
        expected = path.with_suffix(".txt").read_text().split()
        found = set(read(path.read_bytes()).text.split())
        if "zh" not in path.stem:
            assert sum(word in found for word in expected) > 0.99 * len(expected), path.name


def test_the_public_names_are_sorted_and_there():
    assert documents.__all__ == sorted(documents.__all__)
    assert all(hasattr(documents, name) for name in documents.__all__)
