"""RPCs that stream: one array over HTTP, notifications on connections, an array of requests."""

from __future__ import annotations

import asyncio

import pytest


def count_up(value, identity=1):
    return {"jsonrpc": "2.0", "id": identity, "method": "count_up", "params": {"value": value}}


def next_of(value, subscription=1):
    result = {"subscription": subscription, "result": {"value": value}}
    return {"jsonrpc": "2.0", "method": "count_up.next", "params": result}


async def test_over_http_a_stream_is_one_array(caller):
    assert (await caller.post(count_up(3))).json()["result"] == [{"value": 0}, {"value": 1}, {"value": 2}]
    assert (await caller.post(count_up(0))).json()["result"] == []


async def test_a_stream_that_fails_in_the_middle_is_an_error(caller):
    error = (await caller.post(count_up(-2))).json()["error"]
    assert (error["code"], error["message"], error["data"]["status"]) == (-32603, "the rest is lost", "DATA_LOSS")


@pytest.mark.parametrize(
    ("bound", "told"),
    [({"max_stream_items": 5}, "max_stream_items"), ({"max_answer_bytes": 100_000}, "max_answer_bytes")],
)
async def test_a_stream_that_is_too_long_for_an_array_is_an_error_and_ends(calc, run_bridge, limits, bound, told):
    async with run_bridge(calc.target, limits=limits(**bound)) as caller:
        error = (await caller.post(count_up(1001))).json()["error"]
        assert (error["code"], error["data"]["status"]) == (-32008, "RESOURCE_EXHAUSTED")
        detail = error["data"]["details"][0]
        assert (detail["reason"], detail["metadata"]["limit"]) == ("STREAM_TOO_LONG", told)
        async with asyncio.timeout(5):
            await calc.cancelled.wait()
        assert len((await caller.post(count_up(4))).json()["result"]) == 4


async def test_on_a_connection_a_stream_is_notifications_and_a_final_answer(caller):
    async with caller.connect() as line:
        await line.send(count_up(3, "a"))
        assert await line.rest() == [
            *(next_of(value, "a") for value in range(3)),
            {"jsonrpc": "2.0", "id": "a", "result": {"count": 3}},
        ]


async def test_on_a_connection_too_a_stream_that_fails_ends_with_its_error(caller):
    async with caller.connect() as line:
        await line.send(count_up(-2))
        *first, last = await line.rest()
    assert first == [next_of(0), next_of(1)]
    assert last["error"]["message"] == "the rest is lost"


async def test_a_stream_can_be_cancelled_and_others_go_on_beside_it(caller, calc):
    async with caller.connect() as line:
        await line.send(count_up(1000, 7))
        assert await line.answer() == next_of(0, 7)
        await line.send({"jsonrpc": "2.0", "id": 8, "method": "sum", "params": [1, 2]})
        while "method" in (answer := await line.answer()):
            pass
        assert answer == {"jsonrpc": "2.0", "id": 8, "result": 3}
        await line.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 7}})
        while "method" in (answer := await line.answer()):
            pass
        assert (answer["id"], answer["error"]["code"]) == (7, -32001)
        async with asyncio.timeout(5):
            await calc.cancelled.wait()


async def test_a_stream_is_not_read_faster_than_its_caller_reads(caller, calc):
    address = caller.bridge.tcp_address
    reader, writer = await asyncio.open_connection(address.host, address.port, limit=1000)
    writer.write(b'{"jsonrpc":"2.0","id":1,"method":"count_up","params":[1000]}\n')
    await reader.readline()
    assert (await caller.call("sum", [1]))["result"] == 1, "others are served"
    writer.close()
    await writer.wait_closed()
    async with asyncio.timeout(5):
        await calc.cancelled.wait()


async def test_a_stream_in_a_batch_and_a_stream_nobody_asked_an_answer_of(caller, calc):
    answers = (
        await caller.post([count_up(2, "a"), {**count_up(1, "b"), "method": "calc.v1.Calculator/CountUp"}])
    ).json()
    assert [answer["result"] for answer in answers] == [[{"value": 0}, {"value": 1}], [{"value": 0}]]
    notification = count_up(2)
    del notification["id"]
    assert (await caller.post(notification)).status_code == 204
    async with caller.connect() as line:
        await line.send(notification)
        assert await line.rest() == []
    assert calc.names() == ["CountUp"] * 4


async def test_a_stream_of_requests_is_an_array(caller, calc):
    assert (await caller.call("sum_up", [{"value": 1}, {"value": 2}, {}]))["result"] == {"total": 3}
    assert (await caller.call("sum_up", []))["result"] == {"total": 0}
    assert [values for _, values in calc.calls] == [[1, 2, 0], []]


@pytest.mark.parametrize(
    ("params", "field", "told"),
    [
        ({"value": 1}, "", "expected an array of calc.v1.HelloRequest, one for each message of the stream"),
        (None, "", "expected an array of calc.v1.HelloRequest, one for each message of the stream"),
        ([{"value": 1}, {"value": "x"}], "[1].value", None),
        ([{"value": 1}, 2], "[1]", "expected an object, got a number"),
    ],
)
async def test_what_is_no_array_of_requests_is_refused(caller, calc, params, field, told):
    error = (await caller.call("sum_up", params))["error"]
    assert error["code"] == -32602
    violation = error["data"]["details"][1]["fieldViolations"][0]
    assert violation["field"] == field
    assert told is None or violation["description"] == told
    assert calc.calls == []


async def test_streams_both_ways_are_refused_clearly(caller):
    error = (await caller.call("chat", []))["error"]
    assert (error["code"], error["data"]["details"][0]["reason"]) == (-32601, "BIDIRECTIONAL_METHOD")
    assert "call it over gRPC" in error["data"]["details"][1]["fieldViolations"][0]["description"]
