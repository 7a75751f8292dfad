from __future__ import annotations

import pytest
from grpc_health.v1 import health_pb2

from papermesh_bridge import BackendConfig, EndpointConfig


@pytest.fixture
async def pair(serve_calc, run_bridge, describe_files):
    """A bridge over two servers, one of which does not say who it is."""
    files = describe_files({"Other": [("Repeat", "Empty", "Empty", ""), ("Ask", "Empty", "Empty", "ask")]}, "other.v1")
    async with (
        serve_calc() as first,
        serve_calc(files=files, services=("other.v1.Other",)) as second,
        run_bridge(
            BackendConfig(first.target, "calc"),
            BackendConfig(second.target, "other"),
            endpoints=(EndpointConfig("calc", ("calc",)), EndpointConfig("other", ("other",))),
        ) as caller,
    ):
        yield first, second, caller


CALC = {
    "name": "calc",
    "status": "healthy",
    "server_name": "calc_server",
    "version": "1.2.3",
    "capabilities": ["echo", "subtract"],
}
OTHER = {"name": "other", "status": "healthy", "server_name": "other", "version": "", "capabilities": ["ask", "repeat"]}


async def test_the_document_covers_every_backend(pair):
    _, _, caller = pair
    answer = await caller.http.get("/health")
    assert answer.status_code == 200
    document = answer.json()
    assert document["status"] == "healthy"
    assert document["server_name"] == "papermesh_bridge"
    assert document["version"]
    assert document["capabilities"] == ["ask", "echo", "repeat", "subtract"]
    assert document["backends"] == [CALC, OTHER]
    assert (await caller.call("health_check"))["result"] == document


async def test_the_view_of_one_server_is_that_server(pair):
    _, _, caller = pair
    document = (await caller.http.get("/calc/health")).json()
    assert {key: document[key] for key in CALC if key != "name"} == {key: CALC[key] for key in CALC if key != "name"}
    assert (await caller.call("health_check", path="/other/rpc"))["result"]["server_name"] == "other"


async def test_a_server_that_is_not_serving_makes_its_views_unhealthy(pair):
    first, _, caller = pair
    await first.health.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    answer = await caller.http.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unhealthy"
    assert answer.json()["backends"][0] == {**CALC, "status": "unhealthy", "detail": "it is not serving now"}
    assert (await caller.http.get("/calc/health")).status_code == 503
    assert (await caller.http.get("/other/health")).status_code == 200
    assert (await caller.call("health_check"))["result"]["status"] == "unhealthy"


async def test_a_server_that_has_gone_is_unhealthy(pair):
    first, _, caller = pair
    await first.server.stop(0)
    answer = await caller.http.get("/calc/health")
    assert answer.status_code == 503
    assert answer.json()["backends"][0]["detail"] == "its health check failed: UNAVAILABLE"


async def test_a_server_that_was_never_there_is_unhealthy(run_bridge, free_port):
    async with run_bridge(BackendConfig(f"127.0.0.1:{free_port}", "gone")) as caller:
        answer = await caller.http.get("/health")
    assert answer.status_code == 503
    assert answer.json()["backends"] == [
        {
            "name": "gone",
            "status": "unhealthy",
            "server_name": "gone",
            "version": "",
            "capabilities": [],
            "detail": "it cannot be reached; is it running?",
        }
    ]
