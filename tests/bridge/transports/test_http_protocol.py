"""What a caller over HTTP may hold and for how long, and offers of other protocols, told by bytes on a connection."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest

WAIT = 10.0
CALL = b'{"jsonrpc": "2.0", "id": 1, "method": "subtract", "params": [5, 3]}'
HOST = b"POST /rpc HTTP/1.1\r\nHost: localhost\r\n"
JAVA = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAA\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(CALL), CALL)
COUNTED = b"Content-Length: %d\r\n\r\n%b" % (len(CALL), CALL)


@contextlib.asynccontextmanager
async def connected(caller):
    address = caller.bridge.http_address
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def answered(reader):
    """The status of the next answer, and its body; None where the connection is closed instead."""
    async with asyncio.timeout(WAIT):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        length = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
        return int(head.split()[1]), await reader.readexactly(length)


async def served(caller):
    """Waits until there is room for a connection."""
    status = None
    async with asyncio.timeout(WAIT):
        while status != 200:
            async with connected(caller) as (reader, writer):
                writer.write(HOST + COUNTED)
                status, _ = await answered(reader) or (None, b"")


@pytest.mark.parametrize("body", [COUNTED, CHUNKED], ids=["counted", "chunked"])
@pytest.mark.parametrize("offer", [JAVA, b"Connection: Upgrade\r\nUpgrade: websocket\r\n"], ids=["h2c", "websocket"])
@pytest.mark.parametrize("pieces", [1, 2, 3, 50])
async def test_an_offer_to_go_on_in_another_protocol_is_passed_over_and_the_call_answered(caller, body, offer, pieces):
    message = (HOST + offer + body) * 2 + HOST + COUNTED
    size = -(-len(message) // pieces)
    async with connected(caller) as (reader, writer):
        for start in range(0, len(message), size):
            writer.write(message[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
        for _ in range(3):
            status, answer = await answered(reader)
            assert (status, json.loads(answer)["result"]) == (200, 2)


@pytest.mark.parametrize(
    "head",
    [
        HOST + b"X-Long: " + b"x" * 3000,
        HOST + b"X: x\r\n" * 500,
        b"POST /" + b"x" * 3000,
        HOST + b"X-Long: " + b"x" * 3000 + b"\r\n\r\n",
        HOST + JAVA + b"X-Long: " + b"x" * 3000 + b"\r\n\r\n",
    ],
    ids=["one header", "many headers", "address", "complete", "with an offer"],
)
async def test_a_head_over_the_limit_is_refused_before_it_has_come(calc, run_bridge, limits, head):
    async with (
        run_bridge(calc.target, limits=limits(max_request_head_bytes=2000)) as caller,
        connected(caller) as (reader, writer),
    ):
        writer.write(head)
        status, told = await answered(reader)
        assert status == 431
        assert b"2000 bytes" in told
        assert await answered(reader) is None


async def test_a_body_does_not_count_as_a_head(calc, run_bridge, limits):
    call = CALL.replace(b"5", b" " * 5000 + b"5")
    async with (
        run_bridge(calc.target, limits=limits(max_request_head_bytes=2000)) as caller,
        connected(caller) as (reader, writer),
    ):
        for _ in range(2):
            writer.write(HOST + b"Content-Length: %d\r\n\r\n%b" % (len(call), call))
            assert (await answered(reader))[0] == 200


@pytest.mark.parametrize(("begun", "end"), [(b"", None), (HOST, 408), (HOST + COUNTED + HOST, 408)])
async def test_a_head_that_does_not_come_is_given_up(calc, run_bridge, limits, begun, end):
    async with (
        run_bridge(calc.target, limits=limits(request_head_seconds=0.1)) as caller,
        connected(caller) as (reader, writer),
    ):
        writer.write(begun[:-10])
        await writer.drain()
        writer.write(begun[-10:])
        answers = [await answered(reader)]
        if answers[0] and answers[0][0] == 200:
            writer.write(b"X: 1\r\n")
            answers = [await answered(reader)]
        assert (answers[0] and answers[0][0]) == end


async def test_a_call_may_take_longer_than_its_head(calc, run_bridge, limits):
    async with (
        run_bridge(calc.target, limits=limits(request_head_seconds=0.05)) as caller,
        connected(caller) as (reader, writer),
    ):
        call = CALL.replace(b"subtract", b"calc.v1.Calculator/Wait").replace(b"[5, 3]", b'["slow"]')
        writer.write(HOST + b"Content-Length: %d\r\n\r\n%b" % (len(call), call))
        await calc.seen(1)
        await asyncio.sleep(0.2)  # what is tested is that nothing happens meanwhile
        calc.let_go("slow")
        assert (await answered(reader))[0] == 200


async def test_connections_over_the_limit_are_told_so_and_make_room_when_they_go(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_connections=2)) as caller:
        async with connected(caller) as (first, writer), connected(caller):
            writer.write(HOST + COUNTED)
            assert (await answered(first))[0] == 200
            async with connected(caller) as (reader, _):
                status, told = await answered(reader)
                assert status == 503
                assert b"already 2 connections" in told
                assert await answered(reader) is None
        await served(caller)


async def test_a_caller_that_never_reads_is_given_up(calc, run_bridge, limits):
    text = "x" * 8_000_000
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": text}}).encode()
    async with (
        run_bridge(calc.target, limits=limits(write_idle_seconds=0.1, max_connections=1)) as caller,
        connected(caller) as (reader, writer),
    ):
        reader._transport.pause_reading()
        writer.write(HOST + b"Content-Length: %d\r\n\r\n%b" % (len(call), call))
        await calc.seen(1)
        await served(caller)


async def test_junk_after_a_call_does_not_take_its_answer(calc, caller):
    async with connected(caller) as (reader, writer):
        call = CALL.replace(b"subtract", b"calc.v1.Calculator/Wait").replace(b"[5, 3]", b'["first"]')
        writer.write(HOST + b"Content-Length: %d\r\n\r\n%b" % (len(call), call) + b"\x00junk\r\n\r\n")
        await calc.seen(1)
        calc.let_go("first")
        status, answer = await answered(reader)
        assert (status, json.loads(answer)["result"]) == (200, {"name": "first"})
        assert await answered(reader) is None


async def test_junk_is_refused(caller):
    async with connected(caller) as (reader, writer):
        writer.write(b"\x00junk\r\n\r\n")
        assert (await answered(reader))[0] == 400
        assert await answered(reader) is None
