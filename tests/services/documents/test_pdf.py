from __future__ import annotations

import io

import pypdf
import pytest

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentEncrypted,
    DocumentWithoutText,
    Limits,
    Status,
    Watch,
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


@pytest.mark.parametrize(
    ("name", "value", "characters", "pages"),
    [("max_pages", 1, 196, 1), ("max_text_characters", 20, 20, 1), ("max_page_characters", 30, 61, 2)],
)
def test_what_lies_within_a_limit_is_read(make_pdf, assert_sound, name, value, characters, pages):
    document = read(make_pdf(PAGE, NEXT), limits=Limits(**{name: value}))
    assert_sound(document)
    assert document.status is Status.PARTIAL_LIMIT
    assert name in document.note
    assert document.text.startswith("Annual Report")
    assert (len(document.text), len(document.pages)) == (characters, pages)


def test_of_three_thousand_pages_two_thousand_are_read(make_pdf, assert_sound):
    document = read(make_pdf(*[[(11, f"Page {number} of a long document")] for number in range(1, 3001)]))
    assert_sound(document)
    assert len(document.pages) == 2000
    assert document.status is Status.PARTIAL_LIMIT
    assert document.note.startswith("The first 2,000 of 3,000 pages were read (max_pages). Give it in parts")
    assert document.text.endswith("Page 2000 of a long document")


def test_time_that_runs_out_leaves_what_was_read(make_pdf, assert_sound):
    document = read(make_pdf(PAGE, NEXT), watch=Watch(deadline=0.0))
    assert_sound(document)
    assert document.status is Status.PARTIAL_TIMEOUT
    assert "1 of 2 pages" in document.note
    assert "Annual Report" in document.text
    assert "last year, which" not in document.text


def test_each_page_is_told_when_it_has_been_read(make_pdf):
    told = []
    read(make_pdf(PAGE, NEXT), watch=Watch(on_page=told.append))
    assert [text.split("\n")[0] for text in told] == [PAGE[0][1], NEXT[0][1]]


@pytest.mark.parametrize("limit", range(20, 60))
def test_pages_left_out_for_a_limit_are_never_passed_over_in_silence(make_pdf, limit):
    pages = [[(11, "wo-"), (11, "rd")] for _ in range(12)]
    document = read(make_pdf(*pages), limits=Limits(max_text_characters=limit))
    assert len(document.text) <= limit
    assert document.status is Status.PARTIAL_LIMIT
