from __future__ import annotations

import base64
import time
from email.message import EmailMessage

import pytest

from papermesh_services.documents import (
    Attachment,
    DocumentEncrypted,
    DocumentTooLarge,
    Format,
    Limits,
    Status,
    Watch,
    read,
)

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
HEAD = b"Message-ID: <1@x>\r\nMIME-Version: 1.0\r\nFrom: a@example.org\r\nSubject: Hello\r\n"


def mail(**headers):
    message = EmailMessage()
    for name, value in (
        {"From": "Ada <ada@example.org>", "To": "bo@example.org", "Subject": "Grüße"} | headers
    ).items():
        message[name] = value
    message["Message-ID"] = "<1@example.org>"
    return message


def texts(document):
    return [document.text[block.span.start : block.span.end] for block in document.blocks]


def test_a_mail_is_read_with_its_head_and_best_body(assert_sound):
    message = mail(Date="Tue, 02 Jan 2024 03:04:05 +0100")
    message.set_content("Dear Bo,\n\n> quoted\n\nBye — Ada\n")
    message.add_alternative("<p>HTML</p>", subtype="html")
    message.add_attachment(b"%PDF" * 10, maintype="application", subtype="pdf", filename="Rechnung für März.pdf")
    message.add_attachment("attached text", filename="notes.txt")
    document = read(bytes(message), "a.eml")
    assert_sound(document)
    assert (document.format, document.status) == (Format.EML, Status.OK)
    assert texts(document) == [
        "From: Ada <ada@example.org>\nTo: bo@example.org\nDate: Tue, 02 Jan 2024 03:04:05 +0100\nSubject: Grüße",
        "Dear Bo,",
        "quoted",
        "Bye — Ada",
    ]
    assert (document.metadata.title, document.metadata.created) == ("Grüße", "2024-01-02T03:04:05+01:00")
    assert document.traits.attachments == (
        Attachment("Rechnung für März.pdf", "application/pdf", 40),
        Attachment("notes.txt", "text/plain", 14),
    )


def test_html_is_read_where_plain_text_is_blank():
    message = mail()
    message.set_content("\n \n")
    message.add_alternative("<p>An <a href='x'>HTML</a> body<img src='cid:1'></p>", subtype="html")
    document = read(bytes(message))
    assert texts(document)[1:] == ["An HTML body"]
    assert (len(document.traits.links), document.traits.images_without_alternative) == (1, 1)


def test_an_attached_mail_is_read_too(assert_sound):
    inner, message = mail(Subject="The inner one"), mail()
    inner.set_content("Inner text.")
    inner.add_attachment(b"xyz", maintype="image", subtype="png", filename="a.png")
    message.set_content("Outer text.")
    message.add_attachment(inner)
    document = read(bytes(message))
    assert_sound(document)
    assert "Outer text." in document.text
    assert "Subject: The inner one\n\nInner text." in document.text
    assert [attachment.media_type for attachment in document.traits.attachments] == ["message/rfc822", "image/png"]


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        (b"Content-Type: text/plain; charset=koi8-r", "Привет, мир".encode("koi8-r"), "Привет, мир"),
        (b"Content-Type: text/plain; charset=no-such-thing", "Grüße aus München".encode(), "Grüße aus München"),
        (b"Content-Type: text/plain; charset=us-ascii", "Grüße".encode("cp1252"), "Grüße"),
        (b"Content-Type: text/plain; charset=punycode", b"a-" + b"9" * 2000, "a-" + "9" * 2000),
        (b"Content-Transfer-Encoding: quoted-printable", b"Gr=C3=BC=\r\n=C3=9Fe =ZZ =", "Grüße =ZZ"),
        (b"Content-Transfer-Encoding: base64", base64.b64encode("Grüße".encode())[:-1] + b"!\n", "Grüße"),
        (b"Content-Type: text/plain; format=flowed", b"one \r\ntwo\r\n-- \r\nAda", "one two"),
        (b"Content-Type: multipart/mixed", b"no boundary at all", "no boundary at all"),
        (b'Content-Type: multipart/mixed; boundary="b"', b"intro\r\n--b\r\n\r\ncut off", "cut off"),
        (b"Content-Type: broken / type; ;=", b"some text", "some text"),
    ],
)
def test_bodies_are_decoded_even_where_they_are_odd(header, body, expected):
    assert expected in read(HEAD + header + b"\r\n\r\n" + body, "a.eml").text


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
        b"Subject: =?iso-8859-1?b?R3L832U=?=",
        b"Subject: =?no-such?q?Gr=C3=BC=C3=9Fe?=",
        "Subject: Grüße".encode(),
        "Subject: Grüße".encode("cp1252"),
        b"SUBJECT:\r\n =?utf-8?q?Gr=C3=BC?=\r\n =?utf-8?q?=C3=9Fe?=",
    ],
)
def test_subjects_are_decoded(header):
    assert read(b"Message-ID: <1@x>\r\nFrom: a@b\r\n" + header + b"\r\n\r\ntext", "a.eml").metadata.title == "Grüße"


@pytest.mark.parametrize(
    "name",
    [
        b"filename*=utf-8''R%C3%BCben.pdf",
        b"filename*0*=utf-8''R%C3%BC; filename*1*=ben.pdf",
        b'filename="=?utf-8?q?R=C3=BCben.pdf?="',
    ],
)
def test_names_of_attachments_are_decoded(name):
    part = b"\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; " + name + b"\r\n\r\nx"
    document = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b" + part + b"\r\n--b--", "a.eml")
    assert document.traits.attachments == (Attachment("Rüben.pdf", "application/pdf", 1),)


def test_an_encrypted_mail_says_so_and_a_signed_one_is_read():
    with pytest.raises(DocumentEncrypted):
        read(HEAD + b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--")
    signed = MIXED.replace(b"mixed", b"signed") + b"--b\r\n\r\ntext\r\n--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--"
    document = read(HEAD + signed)
    assert document.traits.signed
    assert document.text.endswith("text")


def nested(depth):
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    return HEAD + head + b"\r\ninnermost"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (nested(5000), "deep"),
        (HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 5000 + b"x", "deep"),
        (HEAD + MIXED + b"--b\r\n\r\nx\r\n" * 100_000, "parts"),
        (
            HEAD + b"Content-Type: multipart/digest; boundary=b\r\n\r\n" + b"--b\r\n\r\nA: b\r\n\r\nx\r\n" * 9000,
            "parts",
        ),
        (HEAD + b"Content-Type: message/rfc822\r\n\r\n" + b"a: b\r\n" * 1_000_000, "headers"),
    ],
    ids=["multipart", "rfc822", "parts", "digest", "headers"],
)
def test_what_is_over_a_limit_is_left_out_and_told(data, note):
    document = read(data, "a.eml")
    assert document.status is Status.PARTIAL_LIMIT
    assert note in document.note
    assert "Hello" in document.text


@pytest.mark.parametrize(
    "flood",
    [b"X-A: b\r\n" * 1_000_000, b"X-A: " + b"b" * 2_000_000 + b"\r\n", b"X-A: b\r\n c\r\n" * 300_000],
    ids=["lines", "line", "folded"],
)
def test_a_flood_of_headers_is_refused_by_a_named_limit(flood):
    with pytest.raises(DocumentTooLarge) as caught:
        read(HEAD + flood + b"\r\ntext", "a.eml")
    assert caught.value.metadata["limit"] == "max_mail_header_bytes"


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: " + b"=?a?q?" * 100_000,
        b"Content-Type: text/plain; " + b"a=\"" + b";" * 500_000,
        b"Content-Type: multipart/mixed; " + b"a*0*=b; " * 60_000,
        b"To: " + b"<a@b>, (" * 60_000,
        b"Content-Disposition: " + b"\"\\" * 300_000,
    ],
)  # fmt: skip
def test_a_hostile_header_costs_no_time(header):
    begun = time.monotonic()
    assert "text" in read(HEAD + header + b"\r\n\r\ntext", "a.eml").text
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("encoding", "body"),
    [(b"quoted-printable", b"=41" * 1_000_000), (b"base64", base64.b64encode(b"A" * 1_000_000))],
)
def test_floods_of_encoded_text_are_refused_by_a_named_limit(encoding, body):
    data = HEAD + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    with pytest.raises(DocumentTooLarge) as caught:
        read(data, "a.eml", Limits(max_text_characters=500_000))
    assert caught.value.metadata["limit"] == "max_text_characters"


def test_a_mail_is_read_until_time_is_up():
    document = read(HEAD + b"\r\none\r\n\r\ntwo", "a.eml", watch=Watch(deadline=0))
    assert document.status is Status.PARTIAL_TIMEOUT
    assert "two" not in document.text


@pytest.mark.parametrize(
    ("encoding", "body", "size"),
    [
        ("base64", "QUJD\r\nREU=\r\n", 5),
        ("base64", "QUJDRA==", 4),
        ("quoted-printable", "a=20b=\r\nc=3D", 5),
        ("8bit", "abc", 3),
    ],
)
def test_the_size_of_an_attachment_is_that_of_what_is_in_it(encoding, body, size):
    head = f"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: {encoding}\r\n"
    mail = (
        "From: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n"
        f"\r\n--x\r\n\r\nText\r\n--x\r\n{head}\r\n{body}\r\n--x--\r\n"
    )
    (attachment,) = read(mail.encode(), "a.eml").traits.attachments
    assert (attachment.name, attachment.size_bytes) == ("a.png", size)
