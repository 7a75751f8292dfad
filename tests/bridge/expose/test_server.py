"""How an exposed service lives: what it waits for, what it says of itself, and how it ends, with its child."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess

import grpc
import pytest
from google.protobuf import descriptor_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from papermesh_bridge import Address, BindError
from papermesh_bridge.expose import ExposeConfig, Exposure

CALC = "calc.v1.Calculator"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def is_gone(number):
    """Waits until a process has ended."""
    async with asyncio.timeout(10):
        while True:
            try:
                os.kill(number, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("way", ["http", "tcp"])
async def test_a_server_that_is_not_there_is_waited_for(run_exposed, legacy_process, free_port, way):
    address = Address("127.0.0.1", free_port)
    where = {"http": f"http://{address}/rpc"} if way == "http" else {"tcp": address}
    async with run_exposed(**where) as peer:
        health = health_pb2_grpc.HealthStub(peer.channel)
        watch = health.Watch(health_pb2.HealthCheckRequest(service=CALC), timeout=10)
        assert (await watch.read()).status == NOT_SERVING
        failed = await peer.fail("Update")
        assert (failed.code, failed.reason) == ("UNAVAILABLE", "LEGACY_UNREACHABLE")
        assert "RetryInfo" in failed.details
        assert str(free_port) not in failed.message
        async with legacy_process(way, port=free_port):
            assert (await watch.read()).status == SERVING
            assert (await peer.call("Subtract", minuend=3, subtrahend=1)).difference == 2
        assert (await watch.read()).status == NOT_SERVING


async def test_a_command_that_cannot_be_started_is_told(run_exposed, caplog):
    async with run_exposed(command=("/no/such/program",)) as peer:
        failed = await peer.fail("Update")
        assert (failed.code, failed.reason) == ("UNAVAILABLE", "LEGACY_UNREACHABLE")
        assert "/no/such/program" not in failed.message
    assert "/no/such/program" in caplog.text


@pytest.mark.parametrize("way", ["http", "tcp", "stdio"])
async def test_calls_of_a_server_that_dies_are_told(run_legacy, way):
    async with run_legacy(way) as peer:
        await peer.reached()
        held = asyncio.create_task(peer.fail("Wait", name="held"))
        await peer.saw("wait")
        dying = await peer.fail("Wait", name="die")
        for failed in (dying, await held):
            assert (failed.code, failed.reason) == ("UNAVAILABLE", "LEGACY_CONNECTION_LOST")
            assert "RetryInfo" not in failed.details  # it may have been done


async def test_a_retry_is_suggested_where_the_contract_says_that_it_does_no_harm(run_legacy, contract):
    found = descriptor_pb2.FileDescriptorSet.FromString(contract.read_bytes())
    (wait,) = (each for each in found.file[-1].service[0].method if each.name == "Wait")
    wait.options.idempotency_level = wait.options.IDEMPOTENT
    contract.write_bytes(found.SerializeToString())
    async with run_legacy("tcp") as peer:
        failed = await peer.fail("Wait", name="die")
        assert (failed.code, failed.reason) == ("UNAVAILABLE", "LEGACY_CONNECTION_LOST")
        assert failed.details["RetryInfo"].retry_delay.seconds == 1


async def test_a_server_that_does_not_read_is_given_up_and_reached_again(run_exposed):
    arrived, done, handlers = asyncio.Queue(), asyncio.Event(), []

    async def ignore(reader, writer):
        handlers.append(asyncio.current_task())
        arrived.put_nowait(None)
        await done.wait()
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(ignore, "127.0.0.1", 0)
    address = Address(*server.sockets[0].getsockname())
    async with run_exposed(tcp=address, limits={"write_idle_seconds": 0.2}) as peer, asyncio.timeout(10):
        await arrived.get()
        failed = await peer.fail("Echo", a_string="x" * 20_000_000)
        assert (failed.code, failed.reason) == ("UNAVAILABLE", "LEGACY_CONNECTION_LOST")
        await arrived.get()
    done.set()
    server.close()
    await asyncio.gather(*handlers, server.wait_closed())


async def test_a_child_that_does_not_read_is_started_again(run_exposed, tmp_path):
    starts = tmp_path / "starts"
    command = ("/bin/sh", "-c", f"echo >> {starts}; exec sleep 60")
    async with run_exposed(command=command, limits={"write_idle_seconds": 0.2}) as peer, asyncio.timeout(10):
        assert (await peer.fail("Echo", a_string="x" * 1_000_000)).reason == "LEGACY_CONNECTION_LOST"
        while starts.read_text().count("\n") < 2:
            await asyncio.sleep(0.01)


async def test_a_child_that_dies_is_started_again(run_legacy):
    async with run_legacy("stdio") as peer:
        await peer.reached()
        for _ in range(3):
            assert (await peer.fail("Wait", name="die")).reason == "LEGACY_CONNECTION_LOST"
            await peer.reached()
        assert (await peer.call("Subtract", minuend=3, subtrahend=1)).difference == 2


async def test_what_a_child_says_on_standard_error_is_on_ours(run_legacy, capfd):
    async with run_legacy("stdio") as peer:
        await peer.reached()
    assert "the legacy server says hello" in capfd.readouterr().err


@pytest.mark.parametrize("stubborn", ["", "yes"])
async def test_a_child_ends_with_the_service_whatever_it_does(
    run_exposed, legacy_command, monkeypatch, stubborn, tmp_path
):
    monkeypatch.setenv("STUBBORN", stubborn)
    pid = tmp_path / "pid"
    command = ("/bin/sh", "-c", f'echo $$ > {pid}; exec "$@"', "sh", *legacy_command())
    async with run_exposed(command=command, limits={"child_stop_seconds": 0.3}) as peer:
        await peer.reached()
        number = int(pid.read_text())
    await is_gone(number)


async def test_a_child_of_the_child_that_keeps_its_output_open_holds_nothing_up(
    run_exposed, legacy_command, tmp_path, caplog
):
    pid = tmp_path / "pid"
    command = ("/bin/sh", "-c", f'setsid sleep 60 & echo $! > {pid}; exec "$@"', "sh", *legacy_command())
    async with asyncio.timeout(10):
        async with run_exposed(command=command, limits={"child_stop_seconds": 0.3}) as peer:
            await peer.reached()
    os.kill(int(pid.read_text()), signal.SIGKILL)
    assert "did not end" not in caplog.text


async def test_stopping_lets_running_calls_finish_and_refuses_new_ones(run_legacy):
    async with run_legacy("stdio") as peer:
        await peer.reached()
        watch = health_pb2_grpc.HealthStub(peer.channel).Watch(health_pb2.HealthCheckRequest(), timeout=10)
        assert (await watch.read()).status == SERVING
        late = peer.start("Wait", name="held")
        await peer.saw("wait")
        stopping = asyncio.create_task(peer.exposure.stop(5))
        assert (await watch.read()).status == NOT_SERVING
        failed = await peer.fail("NotifySum")
        assert (failed.code, failed.reason) == ("UNAVAILABLE", "SHUTTING_DOWN")
        assert not stopping.done()
        late.cancel()
        async with asyncio.timeout(5):
            await stopping


async def test_stopping_waits_for_the_answer(run_legacy):
    async with run_legacy("tcp") as peer:
        await peer.reached()
        call = peer.start("Wait", name="held")
        await peer.saw("wait")
        released = peer.start("NotifySum")
        await peer.saw("notify_sum")
        await asyncio.gather(peer.exposure.stop(5), released)
        assert (await call).name == "held"


async def test_stopping_ends_calls_that_outlast_their_grace(run_legacy):
    async with run_legacy("tcp") as peer:
        await peer.reached()
        call = peer.start("Wait", name="held")
        await peer.saw("wait")
        async with asyncio.timeout(5):
            await peer.exposure.stop(0.1)
            with pytest.raises(grpc.aio.AioRpcError):
                await call


async def test_a_port_that_is_taken_is_said(contract, taken_port):
    config = ExposeConfig(descriptors=contract, http="http://127.0.0.1:1/", listen=Address("127.0.0.1", taken_port))
    with pytest.raises(BindError, match=f"cannot listen on 127.0.0.1:{taken_port}"):
        await Exposure(config).start()


async def test_health_knows_its_services(run_legacy):
    async with run_legacy("tcp") as peer:
        await peer.reached()
        health = health_pb2_grpc.HealthStub(peer.channel)
        listed = await health.List(health_pb2.HealthListRequest(), timeout=10)
        assert {name: each.status for name, each in listed.statuses.items()} == {"": SERVING, CALC: SERVING}
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await health.Check(health_pb2.HealthCheckRequest(service="no.such"), timeout=10)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_grpcurl_needs_no_proto(run_legacy, grpcurl):
    async with run_legacy("tcp") as peer:

        async def run(*arguments):
            command = [grpcurl, "-plaintext", *arguments]
            return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=30)

        where = str(peer.exposure.address)
        listed = (await run(where, "list")).stdout.split()
        versions = [f"grpc.reflection.{version}.ServerReflection" for version in ("v1", "v1alpha")]
        assert listed == [CALC, "grpc.health.v1.Health", *versions]
        for name in listed:
            assert f"service {name.rpartition('.')[2]}" in (await run(where, "describe", name)).stdout
        method = await run(where, "describe", f"{CALC}.Subtract")
        assert "rpc Subtract ( .calc.v1.SubtractRequest )" in method.stdout, method.stderr
        called = await run("-d", '{"minuend": 42, "subtrahend": 23}', where, f"{CALC}/Subtract")
        assert '"difference": 19' in called.stdout
        failed = await run("-d", '{"code": -32005, "message": "gone"}', where, f"{CALC}/FailWith")
        assert "NotFound" in failed.stderr
        assert "JSONRPC_ERROR" in failed.stderr
        for version in versions:
            asked = await run("-d", '{"list_services": ""}', where, f"{version}/ServerReflectionInfo")
            assert CALC in asked.stdout
