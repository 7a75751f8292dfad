"""jayson over TCP: a connection for each call and notification, half of it closed as soon as nothing more is sent."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


async def test_a_notification_is_executed_to_its_end_though_its_sender_has_closed_its_half(
    calc, caller, node, run_client
):
    address = caller.bridge.tcp_address
    async with run_client(node, "jayson.js", "tcp", address.host, str(address.port)) as client:
        assert await client.do("notify", method="wait", params={"name": "slow"}) == {}
        await calc.seen(1)
        assert await client.call("sum", [1, 2]) == {"value": 3}
        assert calc.running == 1
        calc.let_go("slow")
    assert not calc.cancelled.is_set()


async def test_the_bridge_closes_its_half_too(calc, run_bridge, limits, node, run_client):
    async with run_bridge(calc.target, limits=limits(max_connections=8)) as caller:
        address = caller.bridge.tcp_address
        async with run_client(node, "jayson.js", "tcp", address.host, str(address.port)) as client:
            for number in range(20):
                assert await client.call("sum", [number, 1]) == {"value": number + 1}
                await client.do("notify", method="update", params=[number])
                await calc.seen(2 * number + 2)
