from __future__ import annotations

import contextlib

import pytest

from papermesh_services.documents import (
    Attachment,
    DocumentEncrypted,
    DocumentError,
    Format,
    Limits,
    Status,
    read,
)

SENDER, ADDRESS, TO, SUBJECT, HEADERS, BODY, HTML = 0x0C1A, 0x5D01, 0x0E04, 0x0037, 0x007D, 0x1000, 0x1013
LONG_NAME, TYPE, DATA = 0x3707, 0x370E, 0x3701
HEAD = {SENDER: "Ada", ADDRESS: "ada@example.org", TO: "Bo", SUBJECT: "Rüben"}


def test_a_message_is_read_with_its_head_and_what_is_attached(make_msg, assert_sound, shape):
    inner = ({SUBJECT: "The inner one", BODY: "Inner text."}, [{LONG_NAME: "b.bin", DATA: b"xyz"}])
    attachments = [{LONG_NAME: "a.pdf", TYPE: "Application/PDF", DATA: b"%PDF" * 30}, {LONG_NAME: "", "message": inner}]
    document = read(make_msg({**HEAD, BODY: "Dear Bo,\r\n\r\nhere it is.\0"}, attachments), "mail.msg")
    assert_sound(document)
    assert (document.format, document.status) == (Format.MSG, Status.OK)
    assert [text for _, _, text in shape(document)] == [
        "From: Ada <ada@example.org>\nTo: Bo\nDate: 2024-01-17T21:20:00Z\nSubject: Rüben",
        "Dear Bo,",
        "here it is.",
        "Date: 2024-01-17T21:20:00Z\nSubject: The inner one",
        "Inner text.",
    ]
    assert document.metadata.title == "Rüben"
    assert document.metadata.created == "2024-01-17T21:20:00Z"
    assert document.traits.attachments == (
        Attachment("a.pdf", "application/pdf", 120),
        Attachment("", "application/vnd.ms-outlook", 0),
        Attachment("b.bin", "", 3),
    )


def test_html_stands_in_for_a_plain_body_in_the_encoding_it_says(make_msg):
    page = "<html><p>Привет, <a href=x>мир</a></p>".encode("cp1251")
    document = read(make_msg({**HEAD, HTML: page}))
    assert "Привет, мир" in document.text
    assert [link.target for link in document.traits.links] == ["x"]


def test_the_header_of_the_internet_wins_where_there_is_one(make_msg):
    header = "From: =?utf-8?q?J=C3=BCrgen?= <j@x.org>\r\nDate: Tue, 02 Jan 2024 03:04:05 +0100\r\n\r\n"
    document = read(make_msg({**HEAD, HEADERS: header, BODY: "text"}))
    assert document.metadata.author == "Jürgen <j@x.org>"
    assert document.metadata.created == "2024-01-02T03:04:05+01:00"


def test_an_encrypted_message_says_so(make_msg):
    with pytest.raises(DocumentEncrypted):
        read(make_msg(HEAD, [{LONG_NAME: "a", TYPE: "application/pgp-encrypted", DATA: b"x"}]))


@pytest.mark.parametrize("limits", [Limits(max_mail_nesting=2), Limits(max_mail_parts=3)])
def test_messages_in_messages_are_read_up_to_a_limit(make_msg, limits):
    nested = ({SUBJECT: "last"},)
    for number in range(8):
        nested = ({SUBJECT: f"level {number}"}, [{LONG_NAME: "m", "message": nested}])
    document = read(make_msg(*nested), limits=limits)
    assert document.status is Status.PARTIAL_LIMIT
    assert "level 7" in document.text
    assert "level 0" not in document.text
    assert "not read to its end" in document.note


def test_a_message_cut_off_anywhere_is_read_or_refused(make_msg):
    data = make_msg({**HEAD, BODY: "text " * 50})
    for length in range(512, len(data), 97):
        with contextlib.suppress(DocumentError):
            assert read(data[:length], "a.msg").text
