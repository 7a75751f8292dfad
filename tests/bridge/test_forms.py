from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_bridge import Limits
from papermesh_bridge.errors import BodyRefused
from papermesh_bridge.forms import FormReader, base_name

TYPE = "multipart/form-data; boundary=x1"


def part(head, data=b"", *more):
    headers = [b"Content-Disposition: form-data; " + head, *more]
    return b"--x1\r\n" + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + data + b"\r\n"


def form(*parts):
    return b"".join(parts) + b"--x1--\r\n"


FILE = part(b'name="file"; filename="a.txt"', b"hello")


def read(body, sizes=(10**9,), content_type=TYPE, **limits):
    reader = FormReader(content_type, replace(Limits(), **limits))
    found, at, turn = b"", 0, 0
    while at < len(body):
        size = sizes[turn % len(sizes)]
        found += reader.feed(body[at : at + size])
        at, turn = at + size, turn + 1
    reader.finish()
    return reader.fields, reader.filename, found


@given(st.lists(st.integers(1, 40), min_size=1), st.binary(max_size=300))
def test_a_form_is_the_same_however_it_is_cut(sizes, data):
    body = form(part(b'name="a"', b"1"), part(b'name="b"', "ä".encode()), part(b'name="file"; filename="f"', data))
    assert read(body, sizes) == ({"a": "1", "b": "ä"}, "f", data)


def test_data_may_look_like_a_boundary():
    data = b"\r\n--x\r\n--x2\r\n\r\n--"
    assert read(form(part(b'name="file"', data)), [3])[2] == data


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'name="file"; filename="a.txt"', "a.txt"),
        (b'name=file; filename="a b.txt"', "a b.txt"),
        (b'name="file"; filename="../../etc/passwd"', "passwd"),
        (b'name="file"; filename="/etc/passwd"', "passwd"),
        (b'name="file"; filename="C:\\\\dir\\\\a.txt"', "a.txt"),
        ('name="file"; filename="Übersicht – 日本.pdf"'.encode(), "Übersicht – 日本.pdf"),
        (b'name="file"; filename="say %22hi%22.txt"', 'say "hi".txt'),
        (b'name="file"; filename="say \\"hi\\".txt"', 'say "hi".txt'),
        (b'name="file"; filename="\xff.txt"', "�.txt"),
        (b'name="file"; filename*=UTF-8\'\'evil; filename="a.txt"', "a.txt"),
        (b'name="file"; filename=""', ""),
        (b'name="file"', ""),
    ],
)
def test_only_the_base_name_of_a_file_counts(head, name):
    assert read(form(part(head, b"x")))[1] == name


@pytest.mark.parametrize(
    ("name", "base"), [("a/b/c", "c"), ("a\\b/c", "c"), ("c", "c"), ("c/", ""), ("..", ".."), ("", "")]
)
def test_base_names(name, base):
    assert base_name(name) == base


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        (form(), "FILE_MISSING", "no file"),
        (form(part(b'name="a"', b"1")), "FILE_MISSING", "no file"),
        (form(part(b'name="doc"; filename="a.txt"', b"1")), "FILE_MISSING", "as the part 'doc'"),
        (form(FILE, FILE), "FORM_INVALID", "two files"),
        (form(FILE, part(b'name="a"', b"1")), "FORM_INVALID", "after the file"),
        (form(part(b'name="a"', b"1"), part(b'name="a"', b"1"), FILE), "FORM_INVALID", "twice"),
        (form(part(b'name="a"', b"\xff"), FILE), "FORM_INVALID", "not UTF-8"),
        (form(part(b'name="\xff"', b"1"), FILE), "FORM_INVALID", "not UTF-8"),
        (form(part(b"nothing", b"1"), FILE), "FORM_INVALID", "no name"),
        (form(part(b'name="file"', b"x", b"Content-Transfer-Encoding: base64")), "FORM_INVALID", "'base64'"),
        (b"", "FORM_CUT_OFF", "last boundary"),
        (FILE, "FORM_CUT_OFF", "last boundary"),
        (FILE[:-9], "FORM_CUT_OFF", "last boundary"),
        (form(FILE)[:-4], "FORM_CUT_OFF", "last boundary"),
        (b"--other\r\n", "FORM_INVALID", "not the form"),
        (b'{"jsonrpc": "2.0"}', "FORM_INVALID", "not the form"),
        (b"--x1\r\nbad header\r\n\r\n", "FORM_INVALID", "not the form"),
        (form(part(b'name="a"', b"x" * 101), FILE), "FIELD_TOO_LARGE", "100 bytes"),
        (form(*(part(b'name="a%d"' % n) for n in range(6)), FILE), "FORM_INVALID", "more than 5 parts"),
        (form(part(b'name="file"', b"x", b"X: " + b"y" * 300)), "FORM_INVALID", "not the form"),
        (form(part(b'name="file"', b"x", *(b"X%d: y" % n for n in range(30)))), "FORM_INVALID", "not the form"),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(body, reason, words):
    for sizes in ([10**9], [7]):
        with pytest.raises(BodyRefused, match=words) as caught:
            read(body, sizes, max_field_bytes=100, max_form_parts=5, max_header_bytes=200)
        assert caught.value.reason == reason


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'x' * 999}"],
)
def test_a_form_without_a_boundary_is_refused(content_type):
    with pytest.raises(BodyRefused, match="boundary"):
        FormReader(content_type, Limits())
