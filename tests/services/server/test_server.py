"""One server from start to drain, with a service of the tests' own whose one RPC runs a job."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from papermesh_services.server.config import ServerConfig
from papermesh_services.server.health import NOT_SERVING, SERVING
from papermesh_services.server.server import CannotListen, Server, ServiceDefinition
from papermesh_services.server.workers import WorkerDied

SECONDS = 30.0
NAME = "test.v1.Jobs"


@pytest.fixture
def definition(job_module):
    def add(server, pool, config):
        async def run(request, context):
            job, _, payload = request.partition(b":")
            return await pool.run(job.decode(), payload, SECONDS)

        handlers = {"Run": grpc.unary_unary_rpc_method_handler(run)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(NAME, handlers),))

    return ServiceDefinition(NAME, job_module, add)


class Running:
    def __init__(self, server, channel):
        self.server = server
        self.channel = channel
        self.health = health_pb2_grpc.HealthStub(channel)

    def call(self, request):
        return self.channel.unary_unary(f"/{NAME}/Run")(request, timeout=SECONDS)

    async def check(self):
        return (await self.health.Check(health_pb2.HealthCheckRequest(service=NAME), timeout=SECONDS)).status


@contextlib.asynccontextmanager
async def running(definition, **settings):
    server = Server(definition, ServerConfig(address="127.0.0.1:0", workers=2, abandoned_seconds=0.0, **settings))
    await server.start()
    async with grpc.aio.insecure_channel(server.address) as channel:
        try:
            yield Running(server, channel)
        finally:
            await server.stop()


async def until(condition):
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def failure(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    error = caught.value
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    return error.code(), info.reason


async def test_a_started_server_serves_and_says_so(definition):
    async with running(definition) as it:
        assert await it.check() == SERVING
        assert await it.call(b"echo:hello") == b"hello"


@pytest.mark.parametrize(
    ("request_", "code", "reason"),
    [
        (b"refuse:", grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID"),
        (b"bug:", grpc.StatusCode.INTERNAL, "INTERNAL"),
        (b"crash:", grpc.StatusCode.INTERNAL, "WORKER_CRASHED"),
        (b"\xff:", grpc.StatusCode.INTERNAL, "INTERNAL"),
    ],
)
async def test_every_failure_is_a_status_with_a_reason_and_the_server_goes_on(definition, request_, code, reason):
    async with running(definition) as it:
        assert await failure(it.call(request_)) == (code, reason)
        assert await it.call(b"echo:still here") == b"still here"


async def test_calls_over_the_limit_are_refused_and_probes_are_not(definition, tmp_path):
    async with running(definition, max_concurrent_calls=1) as it:
        marker = tmp_path / "pid"
        slow = asyncio.ensure_future(it.call(b"stuck:" + str(marker).encode()))
        await until(marker.exists)
        assert await failure(it.call(b"echo:")) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS")
        assert await it.check() == SERVING
        slow.cancel()
        await until(slow.done)


async def test_draining_lets_running_calls_finish_and_refuses_new_ones(definition, tmp_path):
    async with running(definition) as it:
        marker = tmp_path / "go"
        slow = asyncio.ensure_future(it.call(b"wait:" + str(marker).encode()))
        await until(lambda: marker.with_suffix(".started").exists())
        watch = it.health.Watch(health_pb2.HealthCheckRequest(service=NAME), timeout=SECONDS)
        assert (await watch.read()).status == SERVING
        stopping = asyncio.create_task(it.server.stop())
        assert (await watch.read()).status == NOT_SERVING
        assert await it.check() == NOT_SERVING
        assert await failure(it.call(b"echo:")) == (grpc.StatusCode.UNAVAILABLE, "SERVER_DRAINING")
        marker.touch()
        assert await slow == b"waited"
        await asyncio.wait_for(stopping, SECONDS)


async def test_a_drain_has_an_end(definition, tmp_path):
    async with running(definition, drain_seconds=0.1) as it:
        slow = asyncio.ensure_future(it.call(b"stuck:" + str(tmp_path / "pid").encode()))
        await until((tmp_path / "pid").exists)
        await asyncio.wait_for(it.server.stop(), SECONDS)
        with pytest.raises(grpc.aio.AioRpcError):
            await slow


async def test_channelz_tells_of_the_server(definition):
    async with running(definition) as it:
        stub = channelz_pb2_grpc.ChannelzStub(it.channel)
        answer = await stub.GetServers(channelz_pb2.GetServersRequest(), timeout=SECONDS)
        assert answer.server


async def test_an_address_in_use_is_an_error_of_its_own(definition):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotListen, match=address):
            await Server(definition, ServerConfig(address=address)).start()


async def test_a_server_whose_workers_cannot_start_does_not_start(definition, tmp_path):
    (tmp_path / "broken").mkdir()
    server = Server(definition, ServerConfig(address="127.0.0.1:0", document_roots=(tmp_path / "broken",)))
    with pytest.raises(WorkerDied):
        await server.start()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"max_batch_items": 0}, "max_batch_items must be above 0"),
        ({"max_processing_seconds": -1}, "max_processing_seconds must be above 0"),
        ({"workers": -1}, "workers must not be negative"),
        ({"drain_seconds": -0.5}, "drain_seconds must not be negative"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        ServerConfig(**settings)
