"""What only WebSockets do; what they share with other connections is in test_connections."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from papermesh_bridge import EndpointConfig

SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}
WAIT = {"jsonrpc": "2.0", "id": 2, "method": "wait", "params": {"name": "x"}}


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Whatever callers do, the log stays empty."""
    yield
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


async def closed(line):
    """Waits until the connection is closed, and gives the code."""
    async with asyncio.timeout(10):
        await line.socket.wait_closed()
    return line.socket.close_code


@pytest.mark.parametrize(
    "message",
    [
        '{"jsonrpc":"2.0","id":1,"method":"sum","params":[1,2]}',
        b'{"jsonrpc":"2.0","id":1,"method":"sum","params":[1,2]}',
        ['{"jsonrpc":"2.0","id":1', "", ',"method":"sum",', '"params":[1,2]}'],
        [b'{"jsonrpc":"2.0","id":1', b',"method":"sum","params":[1,2]}', b""],
    ],
)
async def test_text_and_bytes_are_taken_whole_or_in_fragments_and_answered_as_text(caller, open_websocket, message):
    async with open_websocket(caller) as line:
        await line.socket.send(message)
        assert await line.answer() == {"jsonrpc": "2.0", "id": 1, "result": 3}


async def test_pings_are_answered(caller, open_websocket):
    async with open_websocket(caller) as line, asyncio.timeout(5):
        await (await line.socket.ping())


@pytest.mark.parametrize("message", ["x" * 1001, ["x" * 100] * 11], ids=["whole", "in fragments"])
async def test_a_message_that_is_too_large_closes_with_1009(calc, run_bridge, limits, open_websocket, message):
    async with run_bridge(calc.target, limits=limits(max_message_bytes=1000)) as caller:
        async with open_websocket(caller) as line:
            await line.send(WAIT)
            await calc.seen(1)
            await line.socket.send(message)
            assert await closed(line) == 1009
        async with asyncio.timeout(5):
            await calc.cancelled.wait()
        assert (await caller.call("sum", [1]))["result"] == 1


@contextlib.asynccontextmanager
async def by_hand(caller, headers="", status=b"HTTP/1.1 101 "):
    """A WebSocket of which nothing is done but what the test does."""
    address = caller.bridge.http_address
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((address.host, address.port))
    reader, writer = await asyncio.open_connection(sock=raw)
    writer.write(
        f"GET /rpc HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{headers}"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    async with asyncio.timeout(10):
        assert (await reader.readline()).startswith(status)
        await reader.readuntil(b"\r\n\r\n")
        yield reader, writer
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def test_a_caller_that_only_writes_gets_to_see_why_its_message_is_too_large(calc, run_bridge, limits):
    size = 20_000_000
    async with run_bridge(calc.target, limits=limits(max_message_bytes=1000)) as caller, by_hand(caller) as raw:
        reader, writer = raw
        writer.write(b"\x81\xff" + size.to_bytes(8, "big") + b"mask" + b"x" * size)
        await writer.drain()
        assert (await reader.read())[2:4] == (1009).to_bytes(2, "big")


@pytest.mark.parametrize("message", [b"\xff", [b'{"a', b"\xc3", b'"}']])
async def test_text_that_is_no_utf_8_closes_with_1007(caller, open_websocket, message):
    async with open_websocket(caller) as line:
        await line.socket.send(message, text=True)
        assert await closed(line) == 1007


async def test_closing_cancels_what_runs(caller, calc, open_websocket):
    async with open_websocket(caller) as line:
        await line.send(WAIT)
        await calc.seen(1)
    async with asyncio.timeout(5):
        await calc.cancelled.wait()


async def test_notifications_are_executed_though_their_caller_has_gone(caller, calc, open_websocket):
    async with open_websocket(caller) as line:
        await line.send(*[{"jsonrpc": "2.0", "method": "update", "params": [n]} for n in range(9)])
    await calc.seen(9)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"additional_headers": {"Host": "evil.example.com"}}, 421),
        ({"origin": "https://evil.example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"path": "/nothing/rpc"}, 403),
        ({"path": "/health"}, 403),
    ],
)
async def test_pages_of_others_and_unknown_paths_are_refused(caller, calc, open_websocket, options, status):
    with pytest.raises(InvalidStatus) as refused:
        async with open_websocket(caller, **options):
            pass
    assert refused.value.response.status_code == status


@pytest.mark.parametrize("headers", ["X: y\r\n" * 200, f"X: {'y' * 20_000}\r\n"], ids=["many", "long"])
async def test_headers_that_are_too_many_or_too_long_are_refused(caller, headers):
    async with by_hand(caller, headers, b"HTTP/1.1 431 ") as (reader, _):
        assert await reader.read() == b""


async def test_pages_of_this_machine_may_connect(caller, open_websocket):
    async with open_websocket(caller, origin="http://localhost:3000") as line:
        await line.send(SUM)
        assert (await line.answer())["result"] == 3


async def test_each_endpoint_has_its_own(calc, run_bridge, open_websocket):
    endpoint = EndpointConfig("sums", (calc.target,))
    async with run_bridge(calc.target, endpoints=(endpoint,)) as caller, open_websocket(caller, "/sums/rpc") as line:
        await line.send(SUM)
        assert (await line.answer())["result"] == 3


async def test_the_headers_it_was_opened_with_are_those_of_every_call(caller, calc, open_websocket):
    async with open_websocket(caller, additional_headers={"Grpc-Timeout": "5S"}) as line:
        for _ in range(2):
            await line.send(SUM)
            assert (await line.answer())["result"] == 3
    assert all(deadline <= 6 for deadline in calc.deadlines)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["jsonrpc-2.0"], "jsonrpc-2.0"),
        (["graphql-ws", "jsonrpc"], "jsonrpc"),
        (["jsonrpc", "jsonrpc-2.0"], "jsonrpc-2.0"),
        (["graphql-ws"], None),
        (None, None),
    ],
)
async def test_the_subprotocol_of_json_rpc_is_chosen(caller, open_websocket, offered, chosen):
    async with open_websocket(caller, subprotocols=offered) as line:
        assert line.socket.subprotocol == chosen


async def test_a_connection_too_many_is_told(calc, run_bridge, limits, open_websocket):
    async with run_bridge(calc.target, limits=limits(max_connections=1)) as caller:
        async with open_websocket(caller) as line:
            with pytest.raises(InvalidStatus) as refused:
                async with open_websocket(caller):
                    pass
            assert refused.value.response.status_code == 503
            assert b"there are already 1 connections" in refused.value.response.body
            await line.send(SUM)
            assert (await line.answer())["result"] == 3
        async with asyncio.timeout(5):
            while True:
                try:
                    async with open_websocket(caller):
                        break
                except InvalidStatus:
                    await asyncio.sleep(0.01)


async def test_a_caller_that_never_reads_is_given_up(calc, run_bridge, limits, open_websocket):
    echo = {"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": "x" * 3_000_000}}
    async with (
        run_bridge(calc.target, limits=limits(write_idle_seconds=0.2)) as caller,
        open_websocket(caller, max_queue=1) as line,
    ):
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionClosed):
                await line.send(*[echo] * 100)


async def test_pings_of_a_caller_that_does_not_read_are_not_read(caller):
    ping = b"\x89\xfdmask" + b"x" * 125
    async with by_hand(caller) as (_, writer):
        writer.write(ping * 80_000)
        sending = asyncio.create_task(writer.drain())
        done, _ = await asyncio.wait((sending,), timeout=2)
        assert not done, "the answers to ten megabytes of pings are kept for a caller that reads nothing"
        writer.transport.abort()
        await asyncio.gather(sending, return_exceptions=True)
    assert (await caller.call("sum", [1]))["result"] == 1


async def test_stopping_at_once_ends_what_runs_and_the_connection(calc, run_bridge, open_websocket):
    async with run_bridge(calc.target) as caller, open_websocket(caller) as line:
        await line.send(WAIT)
        await calc.seen(1)
        async with asyncio.timeout(5):
            await caller.bridge.stop(0.05)
            await calc.cancelled.wait()
        assert await closed(line) == 1006


async def test_stopping_does_not_wait_for_a_caller_that_does_not_close(calc, run_bridge):
    async with run_bridge(calc.target) as caller, by_hand(caller) as (reader, _):
        await caller.bridge.stop(60)
        assert (await reader.read())[2:4] == (1001).to_bytes(2, "big")
