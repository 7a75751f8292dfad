from __future__ import annotations

import io

import pypdf
import pytest

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentTooLarge,
    DocumentWithoutText,
    Limits,
    read,
)

PAGE = [
    (20, "Annual Report"),
    (11, ""),
    (11, "The company delivered what it had promised to its custom-"),
    (11, "ers in the past year, and it expects to do so again."),
    (11, ""),
    (14, "1.1 Outlook"),
    (11, ""),
    (11, "Sales will grow by a tenth if the weather is as good as it"),
]
NEXT = [(11, "was last year, which nobody can promise to the owners."), (11, ""), (11, "- one"), (11, "- two")]


def test_a_pdf_is_read_with_pages_headings_and_metadata(make_pdf, shape, assert_sound):
    document = read(make_pdf(PAGE, NEXT))
    assert_sound(document)
    assert document.reader == "pdfium"
    assert document.language == "en"
    assert (document.metadata.title, document.metadata.author) == ("A made-up title", "Ada Example")
    assert document.metadata.created[10] == "T"
    assert shape(document) == [
        ("heading", 1, "Annual Report"),
        (
            "paragraph",
            0,
            "The company delivered what it had promised to its customers in the past year, "
            "and it expects to do so again.",
        ),
        ("heading", 2, "1.1 Outlook"),
        (
            "paragraph",
            0,
            "Sales will grow by a tenth if the weather is as good as it was last year, "
            "which nobody can promise to the owners.",
        ),
        ("list_item", 1, "one"),
        ("list_item", 1, "two"),
    ]
    second = document.pages[1].span
    assert document.text[second.start :].startswith("was last year")


def test_empty_pages_are_counted(make_pdf, assert_sound):
    document = read(make_pdf([], [(11, "text in the middle")], [], []))
    assert_sound(document)
    assert len(document.pages) == 4
    assert [page.span.end > page.span.start for page in document.pages] == [False, True, False, False]


def test_a_pdf_without_text_says_so(make_pdf):
    with pytest.raises(DocumentWithoutText, match="scan"):
        read(make_pdf([]))


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_password_is_asked_for_only_where_one_is_needed(make_pdf, algorithm):
    def encrypted(password):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(PAGE)))
        writer.encrypt(password, owner_password="owner", algorithm=algorithm)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    assert "Annual Report" in read(encrypted("")).text
    with pytest.raises(DocumentEncrypted, match="password"):
        read(encrypted("secret"))


@pytest.mark.parametrize("keep", [9, 60, 200])
def test_a_pdf_cut_off_is_corrupt(make_pdf, keep):
    with pytest.raises(DocumentCorrupt, match="PDF"):
        read(make_pdf(PAGE)[:keep])


def test_page_and_text_limits_are_named(make_pdf):
    for limits, name in ((Limits(max_pages=1), "max_pages"), (Limits(max_text_characters=20), "max_text_characters")):
        with pytest.raises(DocumentTooLarge) as caught:
            read(make_pdf(PAGE, NEXT), limits=limits)
        assert caught.value.metadata["limit"] == name


def test_many_pages_are_fine(make_pdf, assert_sound):
    document = read(make_pdf(*[NEXT] * 300))
    assert_sound(document)
    assert len(document.pages) == 300
