"""A bridge is a JSON-RPC server too: gRPC, exposed service, JSON-RPC, bridge, gRPC, and all of it back."""

from __future__ import annotations

import asyncio

import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from papermesh_bridge import Address
from papermesh_bridge.expose import LegacyMethod

CALC = "calc.v1.Calculator"


@pytest.fixture(params=["http", "tcp", "tcp by position"])
async def peer(request, calc, run_bridge, run_exposed):
    async with run_bridge(calc.target, methods=()) as caller:
        kind, _, position = request.param.partition(" ")
        address = caller.bridge.tcp_address
        where = {"tcp": Address(address.host, address.port), "cancel": True}
        if kind == "http":
            where = {"http": f"http://{caller.bridge.http_address}/rpc"}
        rpcs = ("Subtract", "Sum", "Echo", "FailWith", "Wait", "GetData") if position else ()
        methods = tuple(LegacyMethod(f"{CALC}/{rpc}", params="positional") for rpc in rpcs)
        async with run_exposed(**where, methods=methods) as running:
            await running.reached()
            yield running


async def test_messages_survive_the_round_trip(peer):
    assert (await peer.call("Subtract", minuend=0, subtrahend=23)).difference == -23
    assert (await peer.call("Sum", values=[2**30, 2**30])).total == 2**31
    assert await peer.call("NotifyHello") == peer.message("Empty")
    values = {
        "a_uint64": 2**64 - 1, "a_double": float("inf"), "some_bytes": b"\xfb\xff", "a_colour": 1,
        "many_children": [{"first_name": "Ada", "left_child": {}}, {}], "int_by_name": {"a": 1}, "this_text": "",
        "an_optional_int": 0, "boxed_int": {"value": 2**62}, "a_time": {"seconds": 1, "nanos": 5},
        "a_struct": {"fields": {"a": {"null_value": 0}}}, "a_value": {"list_value": {}}, "a_mask": {"paths": ["a_b"]},
        "name_by_bool": {True: "yes"},
    }  # fmt: skip
    assert await peer.call("Echo", **values) == peer.message("Everything", **values)
    assert (await peer.call("GetData")).data[0].string_value == "hello"


@pytest.mark.parametrize(
    "item",
    [
        {"child": {"first_name": "Ada", "left_child": {"first_name": "Eve"}}},
        {"error": {"code": 5, "message": "no"}},
        {},
    ],
)
async def test_what_is_inline_in_json_is_a_message_again(peer, item):
    assert await peer.call("EchoItem", **item) == peer.message("Item", **item)


async def test_an_error_keeps_its_status_and_details(peer):
    details = [any_pb2.Any() for _ in range(3)]
    details[0].Pack(error_details_pb2.ErrorInfo(reason="DISK_FULL", domain="example.org", metadata={"disk": "1"}))
    details[1].Pack(error_details_pb2.QuotaFailure(violations=[{"subject": "größe", "description": "full"}]))
    details[2].type_url, details[2].value = "type.googleapis.com/example.Unknown", b"\x08\x01"
    status = status_pb2.Status(code=11, message="out of rangé", details=details)
    failed = await peer.fail("FailWith", code=11, message=status.message, details=status.SerializeToString())
    assert (failed.code, failed.message) == ("OUT_OF_RANGE", "out of rangé")
    assert failed.status == status


async def test_a_call_that_is_cancelled_is_cancelled_at_the_end(peer, calc):
    call = peer.start("Wait", name="held")
    await calc.seen(2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(10):
        await calc.cancelled.wait()


async def test_a_backend_that_is_away_is_unavailable_with_the_reason_of_the_bridge(peer, calc):
    await calc.server.stop(0)
    failed = await peer.fail("Subtract")
    assert (failed.code, failed.reason) == ("UNAVAILABLE", "BACKEND_UNAVAILABLE")
    assert "RetryInfo" in failed.details
