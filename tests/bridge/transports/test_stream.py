from __future__ import annotations

import asyncio
import json
import socket
import struct

import pytest

SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}


def wait_for(name):
    return {"jsonrpc": "2.0", "id": name, "method": "wait", "params": {"name": name}}


@pytest.mark.parametrize("join", [b"\n", b"\r\n", b"", b" ", b"\n\n"])
async def test_messages_may_be_on_lines_or_one_after_the_other(caller, join):
    async with caller.connect() as line:
        await line.send(join.join(json.dumps({**SUM, "id": n}).encode() for n in range(5)))
        answers = await line.rest()
    assert sorted(answer["id"] for answer in answers) == [0, 1, 2, 3, 4]


async def test_a_message_that_comes_byte_by_byte_is_answered(caller):
    async with caller.connect() as line:
        for byte in json.dumps(SUM).encode():
            await line.send(bytes([byte]))
        assert (await line.answer())["result"] == 3


async def test_a_connection_is_not_read_on_while_too_many_calls_run(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_calls_per_connection=2)) as caller, caller.connect() as line:
        await line.send(*(wait_for(name) for name in "abcd"))
        await calc.seen(2)
        assert (await caller.call("sum", [1]))["result"] == 1, "others are served"
        assert calc.names().count("Wait") == 2
        for name in "abcd":
            calc.let_go(name)
        assert sorted([(await line.answer())["id"] for _ in range(4)]) == list("abcd")
    assert calc.most_running <= 3


async def write_on(writer):
    while True:
        await writer.drain()
        writer.write(b"\n")
        await asyncio.sleep(0.02)


async def test_a_caller_that_never_reads_is_given_up(calc, run_bridge, limits):
    echo = {"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": "x" * 3_000_000}}
    async with run_bridge(calc.target, limits=limits(write_idle_seconds=0.2)) as caller:
        address = caller.bridge.tcp_address
        _, writer = await asyncio.open_connection(address.host, address.port, limit=1000)
        writer.write((json.dumps(echo).encode() + b"\n") * 10)
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionError):
                await write_on(writer)
        writer.transport.abort()


async def test_a_caller_that_resets_the_connection_cancels_its_calls(caller, calc):
    async with caller.connect() as line:
        await line.send(wait_for("x"))
        await calc.seen(1)
        raw = line.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.writer.transport.abort()
        async with asyncio.timeout(5):
            await calc.cancelled.wait()


async def test_a_connection_too_many_is_told_and_closed(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_connections=1)) as caller, caller.connect() as first:
        await first.send(SUM)
        assert (await first.answer())["result"] == 3
        async with caller.connect() as second:
            answers = await second.rest()
        assert answers[0]["error"]["data"]["details"][0]["reason"] == "TOO_MANY_CONNECTIONS"
        await first.send(SUM)
        assert (await first.answer())["result"] == 3


@pytest.mark.parametrize("start", [b"POST / HTTP/1.1\r\n", b"GET /x?y=z HTTP/1.0\r\n"])
@pytest.mark.parametrize("cut", [1000, 3])
async def test_a_web_page_cannot_make_a_browser_call(caller, calc, start, cut):
    async with caller.connect() as line:
        line.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await line.send(start[:cut])
        if cut < len(start):
            await caller.call("health_check")  # by now the first part has been read
        await line.send(start[cut:] + b"Host: x\r\n\r\n", SUM)
        async with asyncio.timeout(5):
            data = await line.reader.read(100_000)
        assert b"does not speak HTTP" in data
    assert "Sum" not in calc.names()


def headed(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


async def headed_answer(reader):
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"Content-Length: ")
        return json.loads(await reader.readexactly(int(head.split()[1])))


async def test_content_length_framing_is_answered_in_kind_and_pipelined(caller, calc):
    async with caller.connect() as line:
        await line.send(headed(wait_for("slow")) + headed(SUM))
        assert (await headed_answer(line.reader))["result"] == 3
        calc.let_go("slow")
        assert (await headed_answer(line.reader))["id"] == "slow"


async def test_bad_headers_and_bodies_get_their_errors_and_the_stream_goes_on(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_message_bytes=1000)) as caller, caller.connect() as line:
        for bad, code, reason in (
            (headed(b"{"), -32700, "PARSE_ERROR"),
            (headed(b"x" * 5000), -32600, "MESSAGE_TOO_LARGE"),
            (b"Content-Length: many\r\n\r\n", -32700, "BAD_HEADER"),
        ):
            await line.send(bad)
            error = (await headed_answer(line.reader))["error"]
            assert (error["code"], error["data"]["details"][0]["reason"]) == (code, reason)
            await line.send(headed(SUM))
            assert (await headed_answer(line.reader))["result"] == 3
        await line.send(headed(SUM)[:-1])
        line.writer.write_eof()
        assert (await headed_answer(line.reader))["error"]["data"]["details"][0]["reason"] == "CUT_OFF"
        assert await line.reader.read() == b""


def cancel(identity):
    return {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": identity}}


@pytest.mark.parametrize("params", [{"id": "other"}, {"id": None}, {"id": True}, {"id": [1]}, {}, [], None])
async def test_cancelling_what_does_not_run_does_nothing(caller, params):
    async with caller.connect() as line:
        await line.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": params}, SUM)
        assert (await line.rest()) == [{"jsonrpc": "2.0", "id": 1, "result": 3}]


async def test_calls_of_a_batch_can_be_cancelled_before_they_begin(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_parallel_per_batch=1)) as caller, caller.connect() as line:
        await line.send([wait_for("a"), wait_for("b"), wait_for("c")])
        await calc.seen(1)
        await line.send(cancel("b"))
        await line.send(SUM)
        assert (await line.answer())["result"] == 3
        calc.let_go("a")
        calc.let_go("c")
        answers = await line.answer()
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32001, None]
    assert [request.name for name, request in calc.calls if name == "Wait"] == ["a", "c"]


async def test_a_call_of_another_connection_cannot_be_cancelled(caller, calc):
    async with caller.connect() as line, caller.connect() as other:
        await line.send(wait_for("x"))
        await calc.seen(1)
        await other.send(cancel("x"), SUM)
        assert (await other.answer())["result"] == 3
        calc.let_go("x")
        assert (await line.answer())["result"] == {"name": "x"}
