"""Calls of one batch that a backend takes together are one call to it, and nobody can tell but by the time it takes."""

from __future__ import annotations

import asyncio

import grpc
import httpx
import pytest

from papermesh_bridge import Alias


def divide(identity, minuend, subtrahend, **members):
    params = {"minuend": minuend, "subtrahend": subtrahend}
    return {"jsonrpc": "2.0", "id": identity, "method": "divide", "params": params, **members}


MIXED = [
    divide("a", 1, 2),
    {"jsonrpc": "2.0", "id": "sum", "method": "sum", "params": [1, 2]},
    divide("b", 1, 0),
    divide("c", "x", 1),
    {"no": "request"},
    divide("d", 9, 3),
]


async def test_calls_of_one_method_are_sent_as_one(caller, calc):
    answers = (await caller.post(MIXED)).json()
    assert sorted(calc.names()) == ["DivideAll", "Sum"]
    assert [answer["id"] for answer in answers] == ["a", "sum", "b", "c", None, "d"]
    assert answers[0]["result"] == {"quotient": 0.5}
    assert answers[5]["result"] == {"quotient": 3}
    assert (answers[2]["error"]["code"], answers[2]["error"]["message"]) == (-32602, "division by zero")
    assert answers[3]["error"]["message"].startswith("Invalid params: minuend")


async def test_each_answer_is_what_the_single_call_gets(caller):
    together = (await caller.post(MIXED)).json()
    assert together == [(await caller.post(each)).json() for each in MIXED]


@pytest.mark.parametrize("status", ["UNIMPLEMENTED", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"])
async def test_calls_that_are_not_taken_together_are_made_one_by_one(caller, calc, status):
    calc.refuse_together = grpc.StatusCode[status]
    answers = (await caller.post(MIXED)).json()
    assert sorted(calc.names()) == ["Divide", "Divide", "Divide", "DivideAll", "Sum"]
    assert answers == [(await caller.post(each)).json() for each in MIXED]


async def test_a_failure_of_the_call_is_told_to_each(caller, calc):
    calc.refuse_together = grpc.StatusCode.PERMISSION_DENIED
    answers = (await caller.post(MIXED)).json()
    assert [answer.get("error", {}).get("code") for answer in answers] == [-32007, None, -32007, -32602, -32600, -32007]


async def test_an_answer_with_too_few_outcomes_is_a_fault_told_to_each(caller, calc):
    answers = (await caller.post([divide(1, 13, 1), divide(2, 1, 1)])).json()
    assert [answer["error"]["code"] for answer in answers] == [-32603, -32603]


@pytest.mark.parametrize("bound", [{"max_coalesced_calls": 3}, {"max_coalesced_bytes": 400}])
async def test_many_calls_are_sent_in_parts(calc, run_bridge, limits, bound):
    async with run_bridge(calc.target, limits=limits(**bound)) as caller:
        answers = (await caller.post([divide(n, n, 1) for n in range(10)])).json()
    assert [answer["result"]["quotient"] for answer in answers] == list(range(10))
    sizes = [len(request.calls) for name, request in calc.calls if name == "DivideAll"]
    assert max(sizes, default=0) <= 4
    assert sum(sizes) + calc.names().count("Divide") == 10
    assert len(calc.calls) < 10


async def test_it_can_be_switched_off(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_coalesced_calls=1)) as caller:
        await caller.post([divide(1, 1, 1), divide(2, 1, 1)])
    assert calc.names() == ["Divide", "Divide"]


async def test_a_call_alone_and_notifications_are_sent_as_they_are(caller, calc):
    notification = divide(None, 4, 2)
    del notification["id"]
    await caller.post([divide(1, 1, 1), notification, notification])
    assert calc.names() == ["Divide"] * 3


async def test_another_name_for_the_method_goes_its_own_way(calc, run_bridge):
    alias = Alias("quotient", "calc.v1.Calculator/Divide", unwrap=True)
    async with run_bridge(calc.target, methods=(alias,)) as caller:
        renamed = [divide(n, n, 1, method="quotient") for n in range(2)]
        answers = (await caller.post([*renamed, divide(2, 2, 1), divide(3, 3, 1)])).json()
    assert [answer["result"] for answer in answers] == [0, 1, {"quotient": 2}, {"quotient": 3}]
    assert calc.names() == ["DivideAll", "DivideAll"]


async def test_one_of_them_can_be_cancelled(caller, calc):
    async with caller.connect() as line:
        await line.send([divide(n, 99, 1) for n in range(3)])
        await calc.seen(1)
        await line.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}})
        await line.send({"jsonrpc": "2.0", "id": "sum", "method": "sum", "params": [1]})
        assert (await line.answer())["result"] == 1
        calc.let_go("99")
        answers = await line.answer()
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32001, None]


async def test_when_all_are_cancelled_so_is_their_call(caller, calc):
    async with caller.connect() as line:
        await line.send([divide(n, 99, 1) for n in range(2)])
        await calc.seen(1)
        await line.send(*({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": n}} for n in range(2)))
        assert [answer["error"]["code"] for answer in await line.answer()] == [-32001, -32001]
        async with asyncio.timeout(5):
            await calc.cancelled.wait()


def test_the_services_of_papermesh_take_documents_together(mesh):
    def call(identity, **params):
        return {"jsonrpc": "2.0", "id": identity, "method": "classify_document", "params": params}

    batch = [*(call(n, text=f"Invoice {n}. Total due.") for n in range(3)), call(3, file_path="nowhere.pdf")]
    with httpx.Client(base_url=mesh.http, trust_env=False) as http:
        answers = http.post("/rpc", json=batch).json()
        assert [answer["id"] for answer in answers] == [0, 1, 2, 3]
        assert all(answer["result"]["category"] for answer in answers[:3])
        assert answers[3]["error"] == http.post("/rpc", json=batch[3]).json()["error"]
