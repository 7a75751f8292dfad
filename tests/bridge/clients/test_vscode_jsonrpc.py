"""What vscode-jsonrpc does beyond calls and notifications: it cancels."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.slow


async def test_a_cancelled_call_is_ended_in_the_backend_and_answered_with_its_status(
    calc, caller, node, run_client, outcome
):
    address = caller.bridge.tcp_address
    async with run_client(node, "vscode-jsonrpc.js", "tcp", address.host, str(address.port)) as client:
        slow = client.start("call_cancellable", method="wait", params={"name": "slow"}, name="slow")
        await calc.seen(1)
        await client.do("cancel", name="slow")
        async with asyncio.timeout(3):
            error = (await outcome(slow))["error"]
        assert (error["type"], error["code"], error["data"]["status"]) == ("ResponseError", -32001, "CANCELLED")
        async with asyncio.timeout(3):
            await calc.cancelled.wait()
        assert await client.call("sum", [1, 2]) == {"value": 3}


async def test_cancelling_what_has_been_answered_is_harmless(calc, caller, node, run_client, outcome):
    address = caller.bridge.tcp_address
    async with run_client(node, "vscode-jsonrpc.js", "tcp", address.host, str(address.port)) as client:
        done = client.start("call_cancellable", method="sum", params=[1, 2], name="done")
        assert await outcome(done) == {"value": 3}
        await client.do("cancel", name="done")
        assert await client.call("sum", [3, 4]) == {"value": 7}
