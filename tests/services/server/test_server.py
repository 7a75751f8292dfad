"""One server from start to drain, with a service of the tests' own whose one RPC runs a job."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, wrappers_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from papermesh_services.server.config import ServerConfig
from papermesh_services.server.health import NOT_SERVING, SERVING
from papermesh_services.server.server import CannotListen, Server, ServiceDefinition
from papermesh_services.server.workers import WorkerDied

SECONDS = 30.0
NAME = "test.v1.Jobs"


class Servicer:
    """One RPC, whose request names the job to run."""

    def __init__(self, pool, config):
        self._pool = pool

    async def warm_up(self):
        await self._pool.run("echo", b"", SECONDS)

    async def Run(self, request, context):  # noqa: N802  an RPC's name
        job, _, payload = request.partition(b":")
        return wrappers_pb2.BytesValue(value=await self._pool.run(job.decode(), payload, SECONDS))

    async def Read(self, request, context):  # noqa: N802  likewise
        return wrappers_pb2.BytesValue(value=request.value[::-1])


def described():
    """The service test.v1.Jobs, in a pool of its own."""
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    value = ".google.protobuf.BytesValue"
    methods = [
        descriptor_pb2.MethodDescriptorProto(name=name, input_type=value, output_type=value) for name in ("Run", "Read")
    ]
    file = descriptor_pb2.FileDescriptorProto(
        name="test/v1/jobs.proto",
        package="test.v1",
        syntax="proto3",
        dependency=["google/protobuf/wrappers.proto"],
        service=[descriptor_pb2.ServiceDescriptorProto(name="Jobs", method=methods)],
    )
    pool.AddSerializedFile(file.SerializeToString())
    return pool.FindServiceByName(NAME)


@pytest.fixture
def definition(job_module):
    return ServiceDefinition(described(), job_module, Servicer, frozenset({"Run"}))


class Running:
    def __init__(self, server, channel):
        self.server = server
        self.channel = channel
        self.health = health_pb2_grpc.HealthStub(channel)

    async def call(self, request, method="Run"):
        answer = await self.channel.unary_unary(f"/{NAME}/{method}")(request, timeout=SECONDS)
        return wrappers_pb2.BytesValue.FromString(answer).value

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


async def test_calls_over_the_limit_are_refused_and_probes_are_not(definition, caplog):
    async with running(definition, max_concurrent_calls=1) as it:
        slow = asyncio.ensure_future(it.call(b"stuck:"))
        await until(lambda: "stuck now" in caplog.text)
        assert await failure(it.call(b"echo:")) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS")
        assert await it.check() == SERVING
        slow.cancel()
        await until(slow.done)


async def test_a_request_that_is_no_message_is_the_callers_fault(definition):
    async with running(definition) as it:
        assert await failure(it.call(b"\xff\xff\xff", "Read")) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "REQUEST_MALFORMED",
        )
        assert await it.call(wrappers_pb2.BytesValue(value=b"abc").SerializeToString(), "Read") == b"cba"


async def test_bytes_over_the_limit_are_refused_and_one_request_alone_is_not(definition, caplog):
    async with running(definition, max_pending_bytes=1000) as it:
        assert await it.call(b"echo:" + b"x" * 2000) == b"x" * 2000
        slow = asyncio.ensure_future(it.call(b"stuck:"))
        await until(lambda: "stuck now" in caplog.text)
        assert await failure(it.call(b"echo:" + b"x" * 2000)) == (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "TOO_MANY_CALLS",
        )
        assert await it.call(b"echo:small") == b"small"
        slow.cancel()
        await until(slow.done)


async def test_a_retired_server_says_so_and_still_takes_calls(definition):
    async with running(definition) as it:
        it.server.retire()
        assert await it.check() == NOT_SERVING
        assert await it.call(b"echo:hello") == b"hello"


async def test_draining_lets_running_calls_finish_and_refuses_new_ones(definition, tmp_path, caplog):
    async with running(definition) as it:
        marker = tmp_path / "go"
        slow = asyncio.ensure_future(it.call(b"wait:" + str(marker).encode()))
        await until(lambda: "waiting now" in caplog.text)
        watch = it.health.Watch(health_pb2.HealthCheckRequest(service=NAME), timeout=SECONDS)
        assert (await watch.read()).status == SERVING
        stopping = asyncio.create_task(it.server.stop())
        assert (await watch.read()).status == NOT_SERVING
        assert await it.check() == NOT_SERVING
        assert await failure(it.call(b"echo:")) == (grpc.StatusCode.UNAVAILABLE, "SERVER_DRAINING")
        marker.touch()
        assert await slow == b"waited"
        await asyncio.wait_for(stopping, SECONDS)


async def test_a_drain_has_an_end(definition, caplog):
    async with running(definition, drain_seconds=0.1) as it:
        slow = asyncio.ensure_future(it.call(b"stuck:"))
        await until(lambda: "stuck now" in caplog.text)
        await asyncio.wait_for(it.server.stop(), SECONDS)
        assert await failure(slow) == (grpc.StatusCode.UNAVAILABLE, "SERVER_DRAINING")


async def test_a_call_that_comes_while_a_server_starts_waits_and_does_not_hold_it_up(definition, caplog):
    class Early(Servicer):
        """Is called while it warms up, with what would keep its only worker."""

        async def warm_up(self):
            it = Running(server, grpc.aio.insecure_channel(server.address))
            early.append((it, asyncio.ensure_future(it.call(b"stuck:"))))
            with contextlib.suppress(TimeoutError):  # the call does not get in
                async with asyncio.timeout(0.5):
                    await it.channel.channel_ready()
            await super().warm_up()

    early: list[tuple[Running, asyncio.Future[bytes]]] = []
    config = ServerConfig(address="127.0.0.1:0", workers=1, drain_seconds=0.0, abandoned_seconds=0.0)
    server = Server(dataclasses.replace(definition, make=Early), config)
    async with asyncio.timeout(SECONDS):
        await server.start()
        [(it, call)] = early
        await until(lambda: "stuck now" in caplog.text)
        assert await it.check() == SERVING
        await server.stop()
        assert await failure(call) == (grpc.StatusCode.UNAVAILABLE, "SERVER_DRAINING")
        await it.channel.close()


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


async def test_a_server_whose_workers_cannot_start_does_not_start(definition):
    broken = dataclasses.replace(definition, job_module=f"{definition.job_module}_broken")
    server = Server(broken, ServerConfig(address="127.0.0.1:0"))
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
