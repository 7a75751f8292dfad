"""HTTP connections: kept for further requests, and let go when the bridge stops, with an answer or closed."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest

SECONDS = 10.0
SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}
WAIT = {"jsonrpc": "2.0", "id": 2, "method": "wait", "params": ["x"]}


def request(call, version="1.1", more="", kind="application/json"):
    body = json.dumps(call).encode()
    return (
        f"POST /rpc HTTP/{version}\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n{more}\r\n".encode()
        + body
    )


class Connection:
    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer

    def send(self, *calls, **how):
        self._writer.write(b"".join(request(call, **how) for call in calls))

    async def answer(self):
        """The next answer, a number if it is HTTP's own; None where the connection is closed instead."""
        async with asyncio.timeout(SECONDS):
            try:
                head = await self._reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return None
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            body = await self._reader.readexactly(int(length.split()[1]))
            status = int(head.split()[1])
            return json.loads(body) if status == 200 else status


@contextlib.asynccontextmanager
async def connected(caller):
    address = caller.bridge.http_address
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.fixture
async def connection(caller):
    async with connected(caller) as made:
        yield made


async def test_a_connection_is_kept_for_further_requests(connection):
    for _ in range(3):
        connection.send(SUM)
        assert (await connection.answer())["result"] == 3


async def test_requests_sent_ahead_are_answered_in_their_order(connection, calc):
    connection.send(WAIT, SUM, SUM)
    calc.let_go("x")
    assert [(await connection.answer())["id"] for _ in range(3)] == [2, 1, 1]


@pytest.mark.parametrize("how", [{"version": "1.0"}, {"more": "Connection: close\r\n"}])
async def test_a_connection_is_closed_for_who_asks_for_it(connection, how):
    connection.send(SUM, **how)
    assert (await connection.answer())["result"] == 3
    assert await connection.answer() is None


async def test_a_refused_body_that_has_come_keeps_the_connection(connection):
    connection.send(SUM, kind="text/plain")
    connection.send(SUM)
    assert await connection.answer() == 415
    assert (await connection.answer())["result"] == 3


async def test_a_connection_without_a_call_is_closed_when_the_bridge_stops(caller, connection):
    connection.send(SUM)
    assert (await connection.answer())["result"] == 3
    await asyncio.wait_for(caller.bridge.stop(SECONDS), SECONDS)
    connection.send(SUM)
    assert await connection.answer() is None


async def test_a_request_that_comes_while_a_call_finishes_is_never_left_without_a_word(caller, connection, calc):
    connection.send(WAIT)
    await calc.seen(1)
    stopping = asyncio.create_task(caller.bridge.stop(SECONDS))
    async with asyncio.timeout(SECONDS):
        while await is_open(caller):
            pass
    connection.send(SUM)
    calc.let_go("x")
    assert (await connection.answer())["result"] == {"name": "x"}
    late = await connection.answer()
    assert late is None or late["error"]["data"]["details"][0]["reason"] == "SHUTTING_DOWN"
    await asyncio.wait_for(stopping, SECONDS)


async def test_requests_sent_ahead_of_the_stop_have_an_answer_or_an_end(caller, connection, calc):
    connection.send(WAIT, SUM, SUM)
    await calc.seen(1)
    stopping = asyncio.create_task(caller.bridge.stop(SECONDS))
    async with asyncio.timeout(SECONDS):
        while await is_open(caller):
            pass
    calc.let_go("x")
    assert (await connection.answer())["result"] == {"name": "x"}
    answers = []
    while (answer := await connection.answer()) is not None:
        answers.append(answer)
    assert [answer.get("result") for answer in answers] == [3] * len(answers)
    await asyncio.wait_for(stopping, SECONDS)


async def is_open(caller):
    try:
        async with connected(caller):
            return True
    except ConnectionError:
        return False


async def test_a_call_that_outlasts_the_grace_ends_with_its_connection_and_without_a_fault(
    caller, connection, calc, caplog
):
    connection.send(WAIT, kind="application/json-rpc")  # which goes the usual way
    await calc.seen(1)
    await asyncio.wait_for(caller.bridge.stop(0.05), SECONDS)
    assert await connection.answer() is None
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
