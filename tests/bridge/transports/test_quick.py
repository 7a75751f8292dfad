"""Calls over HTTP by the quick way and by the usual one, told apart by how their bytes come, answered alike."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json

import pytest

WAIT = 10.0


def posted(method, params, number, *headers):
    body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
    head = ["POST /rpc HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


async def answered(reader):
    async with asyncio.timeout(WAIT):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return head, json.loads(await reader.readexactly(length))


@pytest.fixture
async def connection(caller):
    address = caller.bridge.http_address
    reader, writer = await asyncio.open_connection(address.host, address.port)
    yield reader, writer
    writer.close()
    await writer.wait_closed()


async def test_pipelined_calls_are_answered_in_their_order(calc, connection):
    reader, writer = connection
    writer.write(
        posted("calc.v1.Calculator/Wait", {"name": "first"}, 1)
        + posted("subtract", [5, 3], 2)
        + posted("subtract", [9, 3], 3)
    )
    await calc.seen(1)
    calc.let_go("first")
    answers = [(await answered(reader))[1] for _ in range(3)]
    assert [each["id"] for each in answers] == [1, 2, 3]
    assert [each["result"] for each in answers] == [{"name": "first"}, 2, 6]


@pytest.mark.parametrize("at", [10, 60, -20, -1], ids=["request line", "headers", "body", "last byte"])
async def test_a_call_that_comes_in_two_pieces_is_answered(connection, at):
    reader, writer = connection
    message = posted("subtract", [5, 3], 1)
    for number in range(2):  # the connection stays usable, whichever way the first went
        writer.write(message[:at] if number == 0 else message)
        await writer.drain()
        if number == 0:
            await asyncio.sleep(0)
            writer.write(message[at:])
        assert (await answered(reader))[1]["result"] == 2


async def test_a_caller_that_goes_away_ends_its_call(calc, caller):
    address = caller.bridge.http_address
    _, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(posted("calc.v1.Calculator/Wait", {"name": "nobody"}, 1))
    await calc.seen(1)
    writer.close()
    async with asyncio.timeout(WAIT):
        await calc.cancelled.wait()


async def test_a_call_that_runs_when_the_bridge_stops_is_answered_and_its_connection_closed(calc, caller, connection):
    reader, writer = connection
    writer.write(posted("calc.v1.Calculator/Wait", {"name": "last"}, 1))
    await calc.seen(1)
    stopping = asyncio.create_task(caller.bridge.stop(WAIT))
    await asyncio.sleep(0)
    calc.let_go("last")
    head, answer = await answered(reader)
    assert answer["result"] == {"name": "last"}
    assert b"connection: close" in head
    async with asyncio.timeout(WAIT):
        assert await reader.read() == b""
        await stopping


async def test_a_large_answer_is_compressed_for_a_caller_that_takes_it_so(connection):
    reader, writer = connection
    call = ("echo", {"a_string": "x" * 5000}, 1)
    writer.write(posted(*call, "Accept-Encoding: gzip, deflate"))
    async with asyncio.timeout(WAIT):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
        assert b"content-encoding: gzip" in head
        packed = json.loads(gzip.decompress(await reader.readexactly(length)))
    writer.write(posted(*call))
    head, plain = await answered(reader)
    assert b"content-encoding" not in head.lower()
    assert b"vary: accept-encoding" in head.lower()
    assert packed == plain


CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": "x" * 2000}}).encode()
MESSAGES = {"call": CALL, "notification": CALL.replace(b'"id": 1, ', b""), "junk": b"junk"}


def request_with(*lines, body=CALL, first="POST /rpc HTTP/1.1", host="Host: localhost"):
    return "\r\n".join([first, host, f"Content-Length: {len(body)}", *lines, "", ""]).encode("latin-1"), body


REQUESTS = {
    **{name: request_with(body=body) for name, body in MESSAGES.items()},
    **{
        line: request_with(*line.split("\n"))
        for line in (
            "Content-Type: application/json",
            "Content-Type: application/json; charset=utf-8",
            "Content-Type: Application/JSON",
            "Content-Type:",
            "Content-Type: text/plain",
            "Content-Type: text/plain\nContent-Type: application/json",
            "Content-Encoding: identity",
            "Content-Encoding: br",
            "Accept-Encoding: gzip",
            "Accept-Encoding: gzip;q=0",
            "Accept-Encoding: identity\nAccept-Encoding: gzip",
            "Host: evil.example",
            "Origin: https://evil.example",
            "Origin: https://app.example.com",
            "Connection: close",
            "Connection: keep-alive",
            "Expect: something",
            "Grpc-Timeout: soon",
            "Grpc-Timeout: 1S\nGrpc-Timeout: 2S",
            "X-Tenant: one\nX-Tenant: two",
            "X-Name : spaced",
        )
    },
    **{
        first: request_with(first=first)
        for first in (
            "POST /rpc HTTP/1.0",
            "POST /rpc?x=1 HTTP/1.1",
            "POST /rpc/ HTTP/1.1",
            "POST /%72pc HTTP/1.1",
            "POST http://localhost/rpc HTTP/1.1",
            "PUT /rpc HTTP/1.1",
        )
    },
    "another host": request_with(host="Host: evil.example"),
    "no host": request_with(host="X-Host: none"),
}


@pytest.mark.parametrize("origins", [(), ("https://app.example.com",)], ids=["same origin", "other origins"])
async def test_both_ways_answer_alike(calc, run_bridge, origins):
    async with run_bridge(calc.target, cors_origins=origins, metadata=("x-tenant",)) as caller:
        for name, (head, body) in REQUESTS.items():
            assert await all_of(caller, head + body) == await all_of(caller, head, body), name


async def all_of(caller, *pieces):
    """Status, headers and body of the answer to a request, and whether the connection is kept."""
    address = caller.bridge.http_address
    reader, writer = await asyncio.open_connection(address.host, address.port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        if piece is not pieces[-1]:  # the rest is to come after the bridge has read this
            await caller.http.get("/health")
    async with asyncio.timeout(WAIT):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status, *headers = head.strip().split(b"\r\n")
        given = dict(each.split(b": ", 1) for each in headers if not each.startswith(b"vary"))
        given[b"vary"] = {word for each in headers if each.startswith(b"vary") for word in each[6:].split(b", ")}
        given[b"date"] = b"date" in given
        body = await reader.readexactly(int(given.get(b"content-length", 0)))
        writer.write(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            kept = b"404" in await reader.read()
    writer.close()
    return status, given, body, kept
