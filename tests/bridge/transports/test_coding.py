from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_bridge.errors import BodyRefused
from papermesh_bridge.transports.coding import Decoder, accepts_gzip

SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}
MIB = 1024 * 1024


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def packed(data):
    return gzip.compress(data, mtime=0)  # the names of tests must not change with the time


def unpacked(coding, body, size=10**9):
    decoder = Decoder(coding)
    pieces = [piece for at in range(0, len(body), size) for piece in decoder.feed(body[at : at + size])]
    decoder.finish()
    assert max(map(len, pieces), default=0) <= 64 * 1024
    return b"".join(pieces)


@given(st.binary(max_size=2000), st.integers(2, 50), st.integers(1, 300))
@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", packed), ("x-gzip", packed), ("deflate", zlib.compress), ("deflate", raw_deflate)],
)
def test_what_was_packed_is_unpacked_however_it_is_cut(coding, pack, data, size, times):
    assert unpacked(coding, pack(data * times), size) == data * times


def test_gzip_files_one_after_the_other_are_one_body():
    assert unpacked("gzip", packed(b"a" * 70_000) + packed(b"b")) == b"a" * 70_000 + b"b"


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072])
def test_a_body_of_exactly_some_pieces_is_complete(size):
    assert unpacked("gzip", packed(bytes(size))) == bytes(size)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"not packed", "not compressed"),
        (packed(b"hello")[:-1], "cut off"),
        (packed(b"hello" * 1000)[:20], "cut off"),
        (packed(b"hello") + b"rest", "not compressed"),
        (packed(b"hello")[:-8] + bytes(8), "not compressed"),
    ],
)
def test_what_is_broken_is_refused(body, words):
    with pytest.raises(BodyRefused, match=words) as caught:
        unpacked("gzip", body)
    assert caught.value.reason == "BODY_CORRUPT"


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("gzipped", False),
        (";;,,=", False),
    ],
)
def test_who_takes_gzip(header, accepted):
    assert accepts_gzip(header) == accepted


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", packed), ("GZIP", packed), ("deflate", zlib.compress), ("identity", bytes)],
)
async def test_a_call_may_come_compressed(caller, coding, pack):
    body = pack(json.dumps(SUM).encode())
    answer = await caller.http.post("/rpc", content=body, headers={"Content-Encoding": coding})
    assert answer.json()["result"] == 3


@pytest.mark.parametrize("body", [b"", b"x", packed(b"{}")[:-3]])
async def test_a_call_that_is_badly_compressed_is_refused_and_the_next_is_not(caller, body):
    answer = await caller.http.post("/rpc", content=body, headers={"Content-Encoding": "gzip"})
    if body:
        assert answer.status_code == 400
    else:
        assert answer.json()["error"]["code"] == -32700  # an empty body needs no unpacking
    assert (await caller.post(SUM)).json()["result"] == 3


async def test_a_bomb_is_refused_and_never_unpacked(calc, run_bridge, limits):
    bomb = packed(bytes(200 * MIB))
    async with run_bridge(calc.target, limits=limits(max_message_bytes=10 * MIB)) as caller:
        tracemalloc.start()
        try:
            answer = await caller.http.post("/rpc", content=bomb, headers={"Content-Encoding": "gzip"})
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert answer.status_code == 413
        assert most < 25 * MIB
        assert (await caller.post(SUM)).json()["result"] == 3


@pytest.mark.parametrize(
    ("header", "size", "coding"),
    [
        ("gzip", 5000, "gzip"),
        ("gzip", 500_000, "gzip"),
        ("gzip", 10, None),
        ("identity", 5000, None),
        ("gzip;q=0", 5000, None),
    ],
)
async def test_large_answers_are_compressed_for_who_takes_them_so(caller, header, size, coding):
    call = {"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": "All present. " * (size // 13)}}
    answer = await caller.http.post("/rpc", json=call, headers={"Accept-Encoding": header})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.json()["result"]["a_string"] == call["params"]["a_string"]
    if coding:
        assert int(answer.headers["content-length"]) < size / 10


async def test_an_answer_without_a_body_stays_without(caller):
    answer = await caller.http.post("/rpc", json={"jsonrpc": "2.0", "method": "update", "params": [1]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-encoding" not in answer.headers


async def test_the_health_is_compressed_like_any_answer(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(min_gzip_bytes=10)) as caller:
        answer = await caller.http.get("/health")
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.json()["status"] == "healthy"
        assert isinstance(answer, httpx.Response)
        head = await caller.http.head("/health")
        assert "content-encoding" not in head.headers
