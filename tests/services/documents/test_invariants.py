from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import papermesh_services.documents as documents
from papermesh_services.documents import DocumentError, read, read_text

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.sampled_from(["", "a.md", "a.html", "a.txt", "a.docx", "a.pdf"])


@pytest.fixture(scope="module")
def originals(make_pdf, make_docx):
    body = "<w:p><w:r><w:t>Some text of a document</w:t></w:r></w:p>" * 5
    html = b"<html><body><h1>T</h1><table><tr><td>a<td>b</table><ul><li>x<li>y</ul><pre> z</pre></body></html>"
    return [
        make_pdf([(20, "Title"), (11, "Some text of a document")], [(11, "More of it")], pageCompression=0),
        make_docx(body),
        html,
        b"# T\n\n- a\n\n> b\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n",
        "Ein Text.\n\n1. Eins\n2. Zwei\n\nÜBERSCHRIFT\n\n- a\n".encode("utf-16"),
    ]


@st.composite
def mutations(draw):
    kinds = st.tuples(st.floats(0, 1), st.sampled_from(["flip", "cut", "insert", "repeat"]), st.binary(max_size=12))
    return draw(st.lists(kinds, min_size=1, max_size=6))


def mutate(data, changes):
    for where, kind, piece in changes:
        at = int(where * len(data))
        match kind:
            case "flip":
                data = data[:at] + bytes(byte ^ 0x55 for byte in data[at : at + 3]) + data[at + 3 :]
            case "cut":
                data = data[:at] + data[at + 20 :]
            case "insert":
                data = data[:at] + piece + data[at:]
            case "repeat":
                data = data[:at] + data[at : at + 50] * 3 + data[at:]
    return data


@pytest.mark.parametrize("which", range(5), ids=["pdf", "docx", "html", "markdown", "text"])
@QUICK
@given(changes=mutations(), name=NAMES)
def test_a_damaged_document_is_read_or_refused(originals, assert_sound, which, changes, name):
    try:
        document = read(mutate(originals[which], changes), name)
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


def test_real_files_are_read_or_refused(corpora, assert_sound):
    for path in sorted((corpora / "extract" / "files").iterdir()):
        try:
            document = read(path.read_bytes(), path.name)
        except DocumentError:
            continue
        assert_sound(document)


def test_the_words_of_real_pdfs_are_found(corpora):
    for path in sorted((corpora / "extract" / "exact").glob("*.pdf")):
        expected = path.with_suffix(".txt").read_text().split()
        found = set(read(path.read_bytes()).text.split())
        if "zh" not in path.stem:
            assert sum(word in found for word in expected) > 0.99 * len(expected), path.name


def test_the_public_names_are_sorted_and_there():
    assert documents.__all__ == sorted(documents.__all__)
    assert all(hasattr(documents, name) for name in documents.__all__)
