"""grpc.health.v1 as clients see it."""

from __future__ import annotations

import asyncio
import contextlib

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from papermesh_services.server.health import NOT_SERVING, SERVICE_UNKNOWN, SERVING, HealthServicer

SECONDS = 10.0


@contextlib.asynccontextmanager
async def served():
    servicer = HealthServicer(["a.v1.A"])
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield servicer, health_pb2_grpc.HealthStub(channel)
    await server.stop(None)


def request(service=""):
    return health_pb2.HealthCheckRequest(service=service)


@pytest.mark.parametrize("service", ["", "a.v1.A"])
async def test_check_tells_the_state(service):
    async with served() as (servicer, stub):
        assert (await stub.Check(request(service), timeout=SECONDS)).status == NOT_SERVING
        servicer.set_all(SERVING)
        assert (await stub.Check(request(service), timeout=SECONDS)).status == SERVING


async def test_check_of_an_unknown_service_is_not_found():
    async with served() as (_, stub):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Check(request("b.v1.B"), timeout=SECONDS)
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND


async def test_watch_tells_every_change_to_every_watcher():
    async with served() as (servicer, stub):
        streams = [stub.Watch(request("a.v1.A"), timeout=SECONDS) for _ in range(3)]
        for status in (NOT_SERVING, SERVING, NOT_SERVING):
            servicer.set_all(status)
            assert [(await stream.read()).status for stream in streams] == [status] * 3


async def test_watch_of_an_unknown_service_waits():
    async with served() as (_, stub):
        stream = stub.Watch(request("b.v1.B"), timeout=SECONDS)
        assert (await stream.read()).status == SERVICE_UNKNOWN


async def test_watchers_who_do_not_read_do_not_stop_the_server():
    async with served() as (servicer, stub):
        idle = [stub.Watch(request(), timeout=SECONDS) for _ in range(20)]
        for number in range(2000):
            servicer.set_all(SERVING if number % 2 else NOT_SERVING)
            await asyncio.sleep(0)
        assert (await stub.Check(request(), timeout=SECONDS)).status == SERVING
        for stream in idle:
            stream.cancel()


async def test_list_tells_the_state_of_every_service():
    async with served() as (servicer, stub):
        servicer.set_all(SERVING)
        answer = await stub.List(health_pb2.HealthListRequest(), timeout=SECONDS)
        assert {name: status.status for name, status in answer.statuses.items()} == {"": SERVING, "a.v1.A": SERVING}
