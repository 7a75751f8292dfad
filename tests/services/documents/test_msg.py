from __future__ import annotations

import contextlib
import struct

import pytest

from papermesh_services.documents import (
    Attachment,
    DocumentEncrypted,
    DocumentError,
    Format,
    Limits,
    Status,
    Watch,
    msg_rtf,
    read,
    rtf_html,
)

SENDER, ADDRESS, TO, SUBJECT, HEADERS, BODY, HTML, RTF = 0x0C1A, 0x5D01, 0x0E04, 0x0037, 0x007D, 0x1000, 0x1013, 0x1009
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


WRAPPED = rb"""{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial{\*\falt X};}}
{\*\htmltag64 <html>\'0a}{\*\htmltag64 <body>}\htmlrtf {\htmlrtf0 {\*\htmltag84 <h1>}\htmlrtf {\b\htmlrtf0
Caf\'e9{\*\mhtmltag84 lost}
 \htmlrtf &\htmlrtf0{\*\htmltag84 &amp;} \u8364?\u-10179?\u-8704?
{\*\htmltag92 </h1>}\htmlrtf }\par\htmlrtf0
{\*\htmltag84 <table><tr><td>}{\f1\'cf\'f0\'e8}{\*\htmltag84 <td>}2{\*\htmltag84 </table>}
{\*\htmltag84 <a href="x:y\'7b\{">}link{\*\htmltag92 </a>}{\pntext lost}\htmlrtf }\htmlrtf0{\*\htmltag92 </body>}}"""


def test_html_in_disguise_of_rtf_is_read_as_html(make_msg, pack_rtf, shape, assert_sound):
    document = read(make_msg({**HEAD, RTF: pack_rtf(WRAPPED)}))
    assert_sound(document)
    assert document.status is Status.OK
    assert shape(document)[1:] == [
        ("heading", 1, "Café & €😀"),
        ("table", 0, "При\t2"),
        ("paragraph", 0, "link"),
    ]
    assert [link.target for link in document.traits.links] == ["x:y{{"]


@pytest.mark.parametrize("packed", [True, False])
def test_a_body_of_rtf_alone_is_read(make_msg, pack_rtf, shape, packed):
    rich = rb"{\rtf1\ansi Dear Bo,\par here {\b it} is:\par\trowd\intbl a\cell b\cell\row\pard Ada\par}" + b" " * 200
    body = pack_rtf(rich) if packed else struct.pack("<II4sI", len(rich) + 12, 0, b"MELA", 0) + rich
    document = read(make_msg({**HEAD, BODY: "", RTF: body}))
    assert document.status is Status.OK
    assert [(kind, text) for kind, _, text in shape(document)[1:]] == [
        ("paragraph", "Dear Bo,"),
        ("paragraph", "here it is:"),
        ("table", "a\tb"),
        ("paragraph", "Ada"),
    ]


def test_a_plain_body_wins_over_one_of_rtf(make_msg, pack_rtf):
    document = read(make_msg({**HEAD, BODY: "plain", RTF: pack_rtf(rb"{\rtf1 rich}")}))
    assert document.text.endswith("plain")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed[:12] + b"\1\2\3\4" + packed[16:],
        lambda packed: packed[:-30],
        lambda packed: packed[:8] + b"what" + packed[12:],
        lambda packed: packed[:60] + b"\xff" * 9 + packed[69:],
        lambda packed: packed[:7],
    ],
)
def test_a_damaged_body_of_rtf_is_told(make_msg, pack_rtf, spoil):
    rich = rb"{\rtf1\ansi " + b"".join(b"Line %d.\\par " % number for number in range(40)) + b"}"
    document = read(make_msg({**HEAD, RTF: spoil(pack_rtf(rich))}))
    assert document.status is Status.CORRUPT
    assert "damaged" in document.note
    assert "Rüben" in document.text


def test_a_body_of_rtf_is_unpacked_up_to_a_limit(make_msg, pack_rtf):
    rich = rb"{\rtf1 begin\par " + b"x" * 20_000 + rb"\par end}"
    document = read(make_msg({**HEAD, RTF: pack_rtf(rich)}), limits=Limits(max_archive_part_bytes=5_000))
    assert document.status is Status.PARTIAL_LIMIT
    assert "max_archive_part_bytes" in document.note
    assert "begin" in document.text
    assert "end" not in document.text


@pytest.mark.parametrize(
    "body",
    [
        b"{" * 100_000,
        b"}" * 100_000,
        b"{\\*\\htmltag {\\htmlrtf " * 10_000,
        b"\\u-10179?" * 10_000,
        b"\\bin99999999 ",
        b"\\'e4" * 10_000,
    ],
)
def test_floods_in_html_in_rtf_cost_no_more_than_their_size(make_msg, pack_rtf, body):
    data = b"{\\rtf1\\fromhtml1 {\\*\\htmltag <p>}before " + body + b" after"
    plain = struct.pack("<II4sI", len(data) + 12, 0, b"MELA", 0) + data
    text = rtf_html.html(msg_rtf.unpack(plain, 10_000_000, Watch()).data, Limits(), Watch())
    assert text.startswith("<p>before")


def test_the_header_of_the_internet_wins_where_there_is_one(make_msg):
    header = "From: =?utf-8?q?J=C3=BCrgen?= <j@x.org>\r\nDate: Tue, 02 Jan 2024 03:04:05 +0100\r\n\r\n"
    document = read(make_msg({**HEAD, HEADERS: header, BODY: "text"}))
    assert document.metadata.author == "Jürgen <j@x.org>"
    assert document.metadata.created == "2024-01-02T03:04:05+01:00"


@pytest.mark.parametrize("body", [{}, {RTF: rb"{\rtf1\fromtext \par}"}])
def test_an_encrypted_message_says_so(make_msg, pack_rtf, body):
    packed = {number: pack_rtf(content) for number, content in body.items()}
    with pytest.raises(DocumentEncrypted):
        read(make_msg({**HEAD, **packed}, [{LONG_NAME: "a", TYPE: "application/pgp-encrypted", DATA: b"x"}]))


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
