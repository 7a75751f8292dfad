from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_bridge.framing import Frame, JsonFramer, Refusal, Refused

LARGE, DEEP = Refused(Refusal.TOO_LARGE), Refused(Refusal.TOO_DEEP)


def framed(*chunks: bytes, max_bytes: int = 1000, max_depth: int = 5, end: bool = True):
    framer = JsonFramer(max_bytes=max_bytes, max_depth=max_depth)
    events = [event for chunk in chunks for event in framer.feed(chunk)]
    if end:
        events += framer.finish()
    return [event.data if isinstance(event, Frame) else event for event in events]


@pytest.mark.parametrize(
    ("stream", "frames"),
    [
        (b"", []),
        (b" \r\n\t\n", []),
        (b'{"a":1}\n', [b'{"a":1}']),
        (b'{"a":1}', [b'{"a":1}']),
        (b'{"a":1}\r\n{"b":2}\r\n', [b'{"a":1}', b'{"b":2}']),
        (b'{"a":1}{"b":2}[3]', [b'{"a":1}', b'{"b":2}', b"[3]"]),
        (b'{"a":1} {"b":2}\n\n[3]', [b'{"a":1}', b'{"b":2}', b"[3]"]),
        (b'{\n  "a": [\n    1\n  ]\n}\n[2]\n', [b'{\n  "a": [\n    1\n  ]\n}', b"[2]"]),
        (b'{"a":"}\\"{"}\n[1]', [b'{"a":"}\\"{"}', b"[1]"]),
        (b'{"a":"\\\\"}[1]', [b'{"a":"\\\\"}', b"[1]"]),
        (b'{"":{},"b":[]}[]', [b'{"":{},"b":[]}', b"[]"]),
        (b"[true,false,null,-1.5e3]\n", [b"[true,false,null,-1.5e3]"]),
    ],
)
def test_values_end_with_their_bracket(stream, frames):
    assert framed(stream) == frames


@pytest.mark.parametrize(
    ("stream", "frames"),
    [
        (b"garbage\n[1]\n", [b"garbage", b"[1]"]),
        (b"garbage", [b"garbage"]),
        (b"1\n[1]\n", [b"1", b"[1]"]),
        (b"[1]garbage\n[2]\n", [b"[1]", b"garbage", b"[2]"]),
        (b'{"a" 1}\n[1]\n', [b'{"a" 1}', b"[1]"]),
        (b"[1}\n[2]\n", [b"[1}", b"[2]"]),
        (b"{1:2}\n[2]\n", [b"{1:2}", b"[2]"]),
        (b'["a\nb"]\n[2]\n', [b'["a', b'b"]', b"[2]"]),
        (b"[1,]\n[2]\n", [b"[1,]", b"[2]"]),
        (b'{"a":1,}\n[2]\n', [b'{"a":1,}', b"[2]"]),
        (b"[1 2]\n[2]\n", [b"[1 2]", b"[2]"]),
        (b"{,}\n]\n[2]\n", [b"{,}", b"]", b"[2]"]),
        (b'{"a":1\n{"b":2}\n', [b'{"a":1', b'{"b":2}']),
        (b'{"a":1\r\n{"b":2}\r\n', [b'{"a":1\r', b'{"b":2}']),
        (b'{"a":1', [b'{"a":1']),
        (b'{"a":', [b'{"a":']),
        (b"[1,\n[2],\n[3],\n", [b"[1,", b"[2]", b",", b"[3]", b","]),
    ],
)
def test_where_the_text_stops_being_json_the_next_line_begins_anew(stream, frames):
    assert framed(stream) == frames


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b'["' + b"x" * 2000 + b'"]\n[1]\n', [LARGE, b"[1]"]),
        (b"x" * 2000 + b"\n[1]\n", [LARGE, b"[1]"]),
        (b"x" * 2000, [LARGE]),
        (b'["' + b"x" * 2000, [LARGE]),
        (b"[[[[[[1]]]]]]\n[1]\n", [DEEP, b"[1]"]),
        (b"[[[[[1]]]]]\n[1]\n", [b"[[[[[1]]]]]", b"[1]"]),
        (b"[" * 900 + b"\n[1]\n", [DEEP, b"[1]"]),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 5000])
def test_what_is_over_a_limit_is_refused_once_and_skipped(stream, events, size):
    assert framed(*(stream[at : at + size] for at in range(0, len(stream), size))) == events


def test_what_is_skipped_is_not_kept():
    framer = JsonFramer(max_bytes=1000, max_depth=5)
    for _ in range(100):
        framer.feed(b"x" * 500)
    assert len(framer._buffer) <= 1500


def test_a_message_is_given_as_soon_as_its_bracket_closes():
    assert framed(b'{"a":1}', end=False) == [b'{"a":1}']


def test_lines_of_a_long_broken_value_are_not_all_read_again():
    lines = b"[\n" * 3 + b'["' + b"x" * 100_000 + b'"}\n[1]\n'
    assert framed(lines, max_bytes=10**6) == [b"[", b'["' + b"x" * 100_000 + b'"}', b"[1]"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
VALUES = st.lists(st.lists(JSON, max_size=3) | st.dictionaries(st.text(), JSON, max_size=3), max_size=5)


@given(values=VALUES, indent=st.sampled_from([None, 1]), join=st.sampled_from(["", "\n", "\r\n", " "]), data=st.data())
def test_however_a_stream_is_cut_its_values_come_out(values, indent, join, data):
    texts = [json.dumps(value, indent=indent, ensure_ascii=data.draw(st.booleans())) for value in values]
    stream = join.join(texts).encode("utf-8", "surrogatepass")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    frames = framed(*chunks, max_bytes=10**6, max_depth=50)
    assert [json.loads(frame) for frame in frames] == values


@given(st.lists(st.binary(max_size=40) | st.text(alphabet='{}[]",:\\ \n1a').map(str.encode), max_size=8))
def test_any_bytes_are_framed_and_a_good_line_after_them_is_found(chunks):
    frames = framed(*chunks, b'\n"\n}\n\n', b'{"good":1}\n')
    assert frames[-1] == b'{"good":1}'


@given(st.binary(max_size=200), st.integers(1, 9))
def test_the_cut_does_not_matter(stream, size):
    assert framed(stream) == framed(*(stream[at : at + size] for at in range(0, len(stream), size)))
