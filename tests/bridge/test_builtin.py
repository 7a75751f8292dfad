from __future__ import annotations

import asyncio

import pytest

from papermesh_bridge import Alias, BackendConfig, EndpointConfig, JsonPolicy
from papermesh_bridge.openrpc import OPENRPC

WAIT = 10.0


async def test_the_methods_of_an_endpoint_describe_themselves(caller):
    document = (await caller.call("rpc.discover"))["result"]
    assert document["openrpc"] == OPENRPC
    names = [method["name"] for method in document["methods"]]
    assert {"subtract", "echo", "rpc.discover", "system.listMethods", "health_check"} <= set(names)
    assert (await caller.call("system.listMethods"))["result"] == names


async def test_what_is_listed_can_be_called(caller):
    names = (await caller.call("system.listMethods"))["result"]
    assert len(names) > 12
    for name in names:
        # Every method of a backend refuses these before the backend is called.
        error = (await caller.call(name, {"junk": 1})).get("error", {"code": 0})
        assert error["code"] == (0 if "." in name or name == "health_check" else -32602), name


async def test_a_connection_is_told_the_same(caller):
    async with caller.connect() as line:
        await line.send({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"})
        assert (await line.answer())["result"] == (await caller.call("rpc.discover"))["result"]


async def test_the_document_is_built_once(caller):
    every = await asyncio.gather(*(caller.call("rpc.discover") for _ in range(5)))
    assert all(each == every[0] for each in every)


async def test_each_endpoint_describes_itself_under_its_own_policy(calc, run_bridge):
    endpoint = EndpointConfig("camel", ("calc",), JsonPolicy(spelling="camel"))
    async with run_bridge(BackendConfig(calc.target, "calc"), endpoints=(endpoint,)) as caller:
        schemas = [
            (await caller.call("rpc.discover", path=path))["result"]["components"]["schemas"]["calc.v1.Info"]
            for path in ("/rpc", "/camel/rpc")
        ]
    assert [next(iter(schema["properties"])) for schema in schemas] == ["server_name", "serverName"]


async def test_a_backend_that_comes_later_is_described_then(
    calc, serve_calc, run_bridge, describe_files, free_port, limits
):
    files = describe_files({"Other": [("Ask", "Empty", "Empty", "ask")]}, "other.v1")
    target = f"127.0.0.1:{free_port}"
    quick = limits(startup_seconds=0.2, retry_seconds=0.2)
    backends = BackendConfig(calc.target, "calc"), BackendConfig(target, "other")
    async with run_bridge(*backends, limits=quick) as caller:
        before = (await caller.call("rpc.discover"))["result"]
        assert before["info"]["description"].endswith("missing here: other.")
        async with serve_calc(files=files, services=("other.v1.Other",), target=target), asyncio.timeout(WAIT):
            while "ask" not in (await caller.call("system.listMethods"))["result"]:
                await asyncio.sleep(0.05)
            after = (await caller.call("rpc.discover"))["result"]
    assert "missing" not in after["info"]["description"]
    assert after["info"]["version"] != before["info"]["version"]


async def test_a_description_that_is_too_large_is_an_error_and_the_names_are_still_told(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_description_bytes=5000)) as caller:
        for _ in range(2):
            error = (await caller.call("rpc.discover"))["error"]
            assert error["code"] == -32008
            assert error["data"]["details"][0]["reason"] == "DESCRIPTION_TOO_LARGE"
        assert "echo" in (await caller.call("system.listMethods"))["result"]


async def test_a_caller_that_goes_away_does_not_spoil_it_for_the_next(caller):
    asked = asyncio.create_task(caller.call("rpc.discover"))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert (await caller.call("rpc.discover"))["result"]["openrpc"] == OPENRPC


@pytest.mark.parametrize("name", ["rpc.discover", "system.listMethods", "health_check"])
async def test_a_name_that_a_backend_has_is_the_backends(calc, run_bridge, name):
    async with run_bridge(calc.target, methods=(Alias(name, "calc.v1.Calculator/GetServerInfo"),)) as caller:
        assert (await caller.call(name))["result"]["server_name"] == "calc_server"
