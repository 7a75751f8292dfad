from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_bridge.content_length import StreamFramer
from papermesh_bridge.framing import Frame, Refusal, Refused

LARGE, BAD, CUT = Refused(Refusal.TOO_LARGE), Refused(Refusal.BAD_HEADER), Refused(Refusal.CUT_OFF)
HTTP = Refused(Refusal.HTTP)


def made():
    return StreamFramer(max_bytes=1000, max_depth=5, max_header_bytes=100)


def framed(*chunks):
    framer = made()
    events = [event for chunk in chunks for event in framer.feed(chunk)] + framer.finish()
    return [event.data if isinstance(event, Frame) else event for event in events]


def cut(stream, size):
    return [stream[at : at + size] for at in range(0, len(stream), size)]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"Content-Length: 3\r\n\r\n[1]Content-Length: 3\r\n\r\n[2]", [b"[1]", b"[2]"]),
        (b"content-length:3\n\n[1]", [b"[1]"]),
        (b"\r\nCONTENT-LENGTH: 3 \r\n\r\n[1]\r\nContent-Length: 2\r\n\r\n{}", [b"[1]", b"{}"]),
        (b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 5\r\n\r\n[\r\n1]", [b"[\r\n1]"]),
        (b"Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\nx", [b"", b"x"]),
        (b"Content-Length: 2000\r\n\r\n" + b"x" * 2000 + b"Content-Length: 3\r\n\r\n[1]", [LARGE, b"[1]"]),
        (b"Content-Length: 999999999999999999\r\n\r\nx", [LARGE]),
        (b"Content-Length: 3\r\n\r\n[1", [CUT]),
        (b"Content-Length: 3\r\n", [CUT]),
        (b"Content-Length: 3\r\n\r\n[1]Content-Le", [b"[1]", CUT]),
        (b"Content-Length: x\r\n\r\n[1]\nContent-Length: 3\r\n\r\n[2]", [BAD, b"[2]"]),
        (b"Content-Length: -3\r\n\r\n[1]\nContent-Length: 3\r\n\r\n[2]", [BAD, b"[2]"]),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n[1]\nContent-Length: 3\r\n\r\n[2]", [BAD, b"[2]"]),
        (b"Content-Type: x\r\n\r\n[1]\nContent-Length: 3\r\n\r\n[2]", [BAD, b"[2]"]),
        (b"Content-Length: 3\r\njunk\r\n\r\n[1]\nContent-Length: 3\r\n\r\n[2]", [BAD, b"[2]"]),
        (b"Content-Type: " + b"x" * 5000 + b"\nContent-Length: 3\r\n\r\n[2]", [BAD, b"[2]"]),
        (b"[1]\nContent-Length: 3\n[2]", [b"[1]", b"Content-Length: 3", b"[2]"]),
        (b"Cat\n[1]\n", [b"Cat", b"[1]"]),
        (b"Content", [b"Content"]),
        (b"", []),
        (b" \r\n", []),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_the_framing_is_that_of_the_first_bytes_however_they_are_cut(stream, events, size):
    assert framed(*cut(stream, size)) == events


def test_answers_are_in_kind():
    headers, lines = made(), made()
    headers.feed(b"Content-Length: 3\r\n\r\n[1]")
    lines.feed(b"[1]")
    assert b"".join(headers.wrap(b"{}")) == b"Content-Length: 2\r\n\r\n{}"
    assert b"".join(lines.wrap(b"{}")) == b"{}\n"
    assert b"".join(made().wrap(b"{}")) == b"{}\n"


@pytest.mark.parametrize("start", [b"Content-Length: 999999\r\n\r\n", b"Content-Type: ", b"Content-Length: x\n"])
def test_what_is_skipped_is_not_kept(start):
    framer = made()
    framer.feed(start)
    for _ in range(100):
        framer.feed(b"x" * 500)
    assert len(framer._headers._buffer) <= 600


@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(1, 50))
def test_any_bodies_come_out_as_they_were(bodies, size):
    stream = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)
    assert framed(*cut(stream, size)) == bodies


@given(st.binary(max_size=200), st.integers(1, 9))
def test_the_cut_does_not_matter(rest, size):
    stream = b"Content-" + rest
    assert framed(stream) == framed(*cut(stream, size))


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b'POST /rpc HTTP/1.1\r\nContent-Length: 3\r\n\r\n[1]\n{"a":1}', [HTTP]),
        (b"GET /" + b"x" * 3000 + b" HTTP/1.0\r\n\r\n[1]", [HTTP]),
        (b"POST /rpc GOPHER/1.1\r\n[1]", [b"POST /rpc GOPHER/1.1\r", b"[1]"]),
        (b"POST", [b"POST"]),
        (b"POST /rpc HTTP/", [b"POST /rpc HTTP/"]),
        (b"POST" * 10 + b"\n[1]", [b"POST" * 10, b"[1]"]),
        (b"GET " + b"x" * 9000 + b" HTTP/1.1\n[1]", [LARGE, b"[1]"]),
    ],
)
def test_a_request_of_http_is_refused_however_it_is_cut(stream, events, size):
    assert framed(*cut(stream, size)) == events
