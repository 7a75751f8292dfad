"""What people are told where a document is over a limit or broken: what, of what, and what to do about it."""

from __future__ import annotations

import re

import pytest

from papermesh_services.documents import DocumentCorrupt, DocumentTooLarge, Limits, Status, read

WHAT_TO_DO = re.compile(r"\. (?:Give|Save|Put|Get|Make|Allow|Print|Install) [^.]+\.$")
SMALL = Limits(
    max_document_bytes=3_000,
    max_text_characters=1_000,
    max_cells=10,
    max_html_bytes=2_500,
    max_nesting=20,
    max_html_attributes=10,
    max_html_elements=50,
    max_lines=20,
    max_json_nesting=10,
    max_mail_header_bytes=500,
    max_mail_parts=3,
    max_mail_nesting=2,
    max_markdown_bytes=2_500,
    max_markdown_nesting=5,
)
MAIL = "From: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\n"
PARTS = 'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + "--x\r\n\r\ntext\r\n" * 9
NESTED = "".join(f'Content-Type: multipart/mixed; boundary="x{n}"\r\n\r\n--x{n}\r\n' for n in range(9))
MANY = " ".join(f'b{number}="x"' for number in range(20))

REFUSED = {
    "max_document_bytes": ("a.txt", "x" * 4_000),
    "max_text_characters": ("a.html", f"<p>{'word ' * 400}</p>"),
    "max_html_bytes": ("a.html", f"<p>{'word ' * 590}</p>"),
    "max_nesting": ("a.xml", f"<?xml version='1.0'?>{'<a>' * 30}text"),
    "max_html_attributes": ("a.xml", f"<?xml version='1.0'?><a {MANY}>text</a>"),
    "max_html_elements": ("a.html", "<p>text" * 60),
    "max_json_nesting": ("a.json", "[" * 20 + "1" + "]" * 20),
    "max_mail_header_bytes": ("a.eml", f"{MAIL}X-Long: {'x ' * 400}\r\n\r\ntext"),
    "max_markdown_bytes": ("a.md", "word " * 590),
    "max_markdown_nesting": ("a.md", ">" * 20 + " text"),
}
CUT = {
    "max_cells": ("a.csv", "a,b,c\n" * 20),
    "max_lines": ("a.txt", "text\n" * 40),
    "max_mail_parts": ("a.eml", MAIL + PARTS),
    "max_mail_nesting": ("a.eml", f"{MAIL}{NESTED}\r\ntext"),
}
BROKEN = {
    "a.json": '{"a": 1, "b": }',
    "a.xml": "<?xml version='1.0'?><a><p>text</p><p>cut o",
    "a.rtf": "{\\rtf1 text\\par {\\b more",
}


@pytest.mark.parametrize("limit", REFUSED)
def test_a_document_over_a_limit_is_refused_with_its_name_and_what_to_do(limit):
    name, text = REFUSED[limit]
    with pytest.raises(DocumentTooLarge) as caught:
        read(text.encode(), name, SMALL)
    assert caught.value.metadata == {"limit": limit, "value": str(getattr(SMALL, limit))}
    assert WHAT_TO_DO.search(caught.value.message)
    assert caught.value.message.endswith(f", or have {limit} raised on the server.")


@pytest.mark.parametrize("limit", CUT)
def test_a_document_that_was_read_up_to_a_limit_says_so(limit):
    name, text = CUT[limit]
    document = read(text.encode(), name, SMALL)
    assert document.status is Status.PARTIAL_LIMIT
    assert limit in document.note
    assert WHAT_TO_DO.search(document.note)


@pytest.mark.parametrize("name", BROKEN)
def test_a_document_that_is_broken_says_what_to_do(name):
    document = read(BROKEN[name].encode(), name)
    assert document.status is Status.CORRUPT
    assert WHAT_TO_DO.search(document.note)


@pytest.mark.parametrize("name", ["a.xml", "a.json", "a.docx", "a.pdf"])
def test_a_document_that_cannot_be_read_says_what_to_do(name):
    data = {"a.xml": b"<?xml version='1.0'?><a", "a.json": b"{,", "a.docx": b"PK\x03\x04cut", "a.pdf": b"%PDF-1.7\ncut"}
    with pytest.raises(DocumentCorrupt) as caught:
        read(data[name], name)
    assert WHAT_TO_DO.search(caught.value.message)
