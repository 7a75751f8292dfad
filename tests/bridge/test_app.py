from __future__ import annotations

import asyncio
import os
import signal

import httpx
import pytest

from papermesh_bridge import Address, BackendConfig, BindError, Bridge, BridgeConfig, serve

LOCAL = Address("127.0.0.1", 0)


def wait_for(name):
    return {"jsonrpc": "2.0", "id": name, "method": "wait", "params": {"name": name}}


async def test_stopping_lets_running_calls_finish_and_takes_no_new_ones(calc, run_bridge):
    async with run_bridge(calc.target) as caller, caller.connect() as line:
        over_http = asyncio.create_task(caller.post(wait_for("http")))
        await line.send(wait_for("tcp"))
        await calc.seen(2)
        stopping = asyncio.create_task(caller.bridge.stop(5))
        for address in (caller.bridge.http_address, caller.bridge.tcp_address):
            async with asyncio.timeout(5):
                await refused(address)
        assert not stopping.done()
        calc.let_go("http")
        calc.let_go("tcp")
        assert (await line.answer())["result"] == {"name": "tcp"}
        assert (await over_http).json()["result"] == {"name": "http"}
        async with asyncio.timeout(5):
            await stopping
            assert await line.reader.read() == b""


async def test_stopping_does_not_wait_for_a_request_that_is_still_being_sent(calc, run_bridge):
    async with run_bridge(calc.target) as caller:
        address = caller.bridge.http_address
        reader, writer = await asyncio.open_connection(address.host, address.port)
        head = f"POST /rpc HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        writer.write(head.encode() + b'{"a')
        await caller.post({"jsonrpc": "2.0", "id": 1, "method": "subtract", "params": [3, 1]})
        async with asyncio.timeout(5):
            await caller.bridge.stop(60)
            assert await reader.read() == b""
        writer.close()


async def refused(address):
    """Waits until nobody takes connections any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection(address.host, address.port)
        except ConnectionError:
            return
        writer.close()
        await asyncio.sleep(0.01)


async def test_stopping_ends_calls_that_outlast_their_grace(calc, run_bridge):
    async with run_bridge(calc.target) as caller, caller.connect() as line:
        await line.send(wait_for("never"), {**wait_for("notified"), "id": None})
        await calc.seen(2)
        async with asyncio.timeout(5):
            await caller.bridge.stop(0.1)
            assert await line.reader.read() == b""
            await calc.cancelled.wait()


async def test_a_port_that_is_taken_is_said_and_nothing_is_left_behind(calc, taken_port):
    with pytest.raises(BindError, match=f"cannot listen on 127.0.0.1:{taken_port}: address already in use"):
        await Bridge(
            BridgeConfig(backends=(BackendConfig(calc.target),), http=LOCAL, tcp=Address("127.0.0.1", taken_port))
        ).start()


async def test_a_host_that_is_unknown_is_said(calc):
    config = BridgeConfig(backends=(BackendConfig(calc.target),), http=Address("no-such-host.invalid", 0))
    with pytest.raises(BindError, match=r"the host 'no-such-host\.invalid' is not known"):
        await Bridge(config).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serving_ends_on_a_signal_and_gives_the_signals_back(calc, number):
    before = signal.getsignal(number)
    ready: asyncio.Queue[Bridge] = asyncio.Queue()
    config = BridgeConfig(backends=(BackendConfig(calc.target),), http=LOCAL)
    serving = asyncio.create_task(serve(config, on_ready=ready.put_nowait))
    async with asyncio.timeout(10):
        bridge = await ready.get()
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"http://{bridge.http_address}/health")).status_code == 200
        os.kill(os.getpid(), number)
        await serving
    assert bridge.tcp_address is None
    assert signal.getsignal(number) is before


def test_the_public_names_are_sorted_and_there():
    import papermesh_bridge

    assert sorted(papermesh_bridge.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)) == (
        papermesh_bridge.__all__
    )
    assert all(getattr(papermesh_bridge, name) is not None for name in papermesh_bridge.__all__)
