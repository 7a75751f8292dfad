"""What every connection does alike, whatever carries it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio

STREAMS = ("tcp", "unix", "stdio")
CONNECTIONS = (*STREAMS, "websocket")
SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}
pytestmark = pytest.mark.asyncio(loop_scope="module")


def wait_for(name):
    return {"jsonrpc": "2.0", "id": name, "method": "wait", "params": {"name": name}}


def cancel(identity):
    return {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": identity}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(serve_calc) -> Any:
    async with serve_calc() as calc:
        yield calc


@pytest.fixture
def calc(served) -> Any:
    served.calls.clear()
    served.waiting.clear()
    served.cancelled.clear()
    served.most_running = 0
    return served


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=CONNECTIONS)
async def shared(request, served, open_line) -> Any:
    """One connection for the tests that leave it as they found it."""
    async with open_line(request.param, served.target, max_message_bytes=2_000_000) as opened:
        yield opened.line


async def test_a_fast_call_is_answered_while_a_slow_one_runs(shared, calc):
    await shared.send(wait_for("slow"), SUM)
    assert (await shared.answer())["result"] == 3
    calc.let_go("slow")
    assert (await shared.answer())["id"] == "slow"


async def test_junk_gets_its_error_and_the_connection_goes_on(shared):
    for junk in (b'{"jsonrpc": "2.0", "method"\n', b"\xff\xfe\n", b"[" * 200_000 + b"\n", b"[1,}\n"):
        await shared.send(junk, SUM)
        answers = [await shared.answer(), await shared.answer()]
        assert sorted(answer.get("error", {}).get("code", 0) for answer in answers) == [-32700, 0]


async def test_large_messages_go_both_ways_and_others_beside_them(shared):
    text = "line\n" * 300_000
    await shared.send({"jsonrpc": "2.0", "id": "large", "method": "echo", "params": {"a_string": text}}, SUM)
    answers = {answer["id"]: answer["result"] for answer in (await shared.answer(), await shared.answer())}
    assert answers["large"]["a_string"] == text
    assert answers[1] == 3


async def test_a_call_can_be_cancelled_and_others_go_on(shared, calc):
    await shared.send(wait_for("x"), wait_for("y"))
    await calc.seen(2)
    await shared.send(cancel("x"))
    answer = await shared.answer()
    assert (answer["id"], answer["error"]["code"]) == ("x", -32001)
    async with asyncio.timeout(5):
        await calc.cancelled.wait()
    calc.let_go("y")
    assert (await shared.answer())["result"] == {"name": "y"}


async def test_a_stream_is_notifications_and_a_final_answer(shared):
    await shared.send({"jsonrpc": "2.0", "id": "a", "method": "count_up", "params": {"value": 3}})
    answers = [await shared.answer() for _ in range(4)]
    assert [answer.get("method") for answer in answers] == ["count_up.next"] * 3 + [None]
    assert answers[-1] == {"jsonrpc": "2.0", "id": "a", "result": {"count": 3}}


@pytest.fixture(params=CONNECTIONS)
def transport(request):
    return request.param


async def test_nothing_more_is_taken_while_too_many_calls_run(transport, calc, open_line):
    async with open_line(transport, calc.target, max_calls_per_connection=2) as opened:
        line = opened.line
        await line.send(*(wait_for(name) for name in "ab"))
        await calc.seen(2)
        await line.send(SUM, *(wait_for(name) for name in "cd"))
        answering = asyncio.create_task(line.answer())
        done, _ = await asyncio.wait((answering,), timeout=0.2)
        assert not done
        assert calc.names() == ["Wait", "Wait"]
        for name in "abcd":
            calc.let_go(name)
        answers = [await answering, *[await line.answer() for _ in range(4)]]
        assert sorted(str(answer["id"]) for answer in answers) == ["1", "a", "b", "c", "d"]
    assert calc.most_running == 2


async def test_a_caller_that_does_not_read_its_answers_is_not_read_from_and_loses_nothing(transport, calc, open_line):
    echo = {"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": "x" * 1_000_000}}
    async with open_line(transport, calc.target, slow=True, max_calls_per_connection=2) as opened:
        sending = asyncio.create_task(opened.line.send(*[echo] * 40))
        done, _ = await asyncio.wait((sending,), timeout=0.5)
        assert not done, "forty megabytes were taken from a caller that reads nothing"
        assert len(calc.calls) < 40
        for _ in range(40):
            assert len((await opened.line.answer())["result"]["a_string"]) == 1_000_000
        await sending


async def test_a_bridge_that_stops_answers_what_runs_and_takes_no_more(transport, calc, open_line):
    async with open_line(transport, calc.target) as opened:
        line = opened.line
        await line.send(wait_for("a"), wait_for("b"))
        await calc.seen(2)
        stopping = asyncio.create_task(opened.stop())
        done, _ = await asyncio.wait((stopping,), timeout=0.2)
        assert not done
        calc.let_go("b")
        assert (await line.answer())["id"] == "b"
        calc.let_go("a")
        assert (await line.answer())["result"] == {"name": "a"}
        async with asyncio.timeout(5):
            assert await ending(line) in (b"", 1001)
            await stopping


async def ending(line):
    """How the connection ends: the rest of the bytes, or the code a WebSocket is closed with."""
    if hasattr(line, "reader"):
        return await line.reader.read()
    await line.socket.wait_closed()
    return line.socket.close_code


@pytest.mark.parametrize("transport", STREAMS)
async def test_a_caller_that_has_finished_writing_is_still_answered(transport, calc, open_line):
    async with open_line(transport, calc.target) as opened:
        await opened.line.send(wait_for("a"), wait_for("b"), json.dumps(SUM).encode())
        rest = asyncio.create_task(opened.line.rest())
        await calc.seen(3)
        calc.let_go("b")
        calc.let_go("a")
        assert sorted(str(answer["id"]) for answer in await rest) == ["1", "a", "b"]


@pytest.mark.parametrize("transport", STREAMS)
async def test_an_oversized_message_gets_its_error_and_is_skipped(transport, calc, open_line):
    async with open_line(transport, calc.target, max_message_bytes=1000) as opened:
        await opened.line.send(b'{"a": "' + b"x" * 300_000 + b'"}\n', SUM)
        answers = {answer["id"]: answer for answer in (await opened.line.answer(), await opened.line.answer())}
        assert answers[None]["error"]["code"] == -32600
        assert answers[None]["error"]["data"]["details"][0]["reason"] == "MESSAGE_TOO_LARGE"
        assert answers[1]["result"] == 3
