"""A legacy server in a process of its own, an exposed service in front of it, and a gRPC caller."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2

from papermesh_bridge import Address
from papermesh_bridge.expose import ExposeConfig, ExposeLimits, Exposure, LegacyMethod

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from google.protobuf.descriptor_pool import DescriptorPool

WAIT = 10.0
LEGACY = Path(__file__).parent / "legacy_server.py"
CALC = "calc.v1.Calculator"
METHODS = (
    LegacyMethod(f"{CALC}/Subtract", params="positional", wrap=True),
    LegacyMethod(f"{CALC}/Sum", params="positional", wrap=True),
    LegacyMethod(f"{CALC}/GetData", wrap=True),
)
QUICK = ExposeLimits(retry_seconds=0.2, probe_seconds=0.05, child_stop_seconds=1.0, connect_timeout_seconds=5.0)
KINDS = {
    each.DESCRIPTOR.full_name: each
    for each in (error_details_pb2.ErrorInfo, error_details_pb2.RetryInfo, error_details_pb2.BadRequest)
}


@dataclass
class Failed:
    """How a call failed."""

    code: str
    message: str
    details: dict[str, Any]
    status: status_pb2.Status

    @property
    def reason(self) -> str:
        return self.details["ErrorInfo"].reason


@dataclass
class Peer:
    """A gRPC caller of an exposed service."""

    exposure: Exposure
    channel: grpc.aio.Channel
    pool: DescriptorPool

    def message(self, name: str, **values: Any) -> Any:
        return GetMessageClass(self.pool.FindMessageTypeByName(f"calc.v1.{name}"))(**values)

    def start(self, rpc: str, timeout: float | None = WAIT, **values: Any) -> Any:
        """Begins a call."""
        method = self.pool.FindServiceByName(CALC).methods_by_name[rpc]
        request, response = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
        call = self.channel.unary_unary(f"/{CALC}/{rpc}", request.SerializeToString, response.FromString)
        return call(request(**values), timeout=timeout)

    async def call(self, rpc: str, timeout: float | None = WAIT, **values: Any) -> Any:
        async with asyncio.timeout(WAIT):
            return await self.start(rpc, timeout, **values)

    async def fail(self, rpc: str, timeout: float | None = WAIT, **values: Any) -> Failed:
        """Calls, and tells how it failed."""
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.call(rpc, timeout, **values)
        return failure(caught.value)

    async def seen(self) -> list[str]:
        """What the legacy server has seen."""
        return list((await self.call("GetServerInfo")).capabilities)

    async def saw(self, what: str) -> None:
        """Waits until the legacy server has seen a message."""
        async with asyncio.timeout(WAIT):
            while not any(each.startswith(what) for each in await self.seen()):
                await asyncio.sleep(0.01)

    async def reached(self) -> None:
        """Waits until the legacy server can be called."""
        async with asyncio.timeout(WAIT):
            while True:
                with contextlib.suppress(grpc.aio.AioRpcError):
                    return await self.start("GetServerInfo")
                await asyncio.sleep(0.01)


def failure(fault: grpc.aio.AioRpcError) -> Failed:
    trailing = dict(fault.trailing_metadata())
    status = status_pb2.Status.FromString(trailing.get("grpc-status-details-bin", b""))
    details = {}
    for each in status.details:
        name = each.type_url.rpartition("/")[2]
        if name in KINDS:
            details[name.rpartition(".")[2]] = KINDS[name].FromString(each.value)
    return Failed(fault.code().name, fault.details(), details, status)


@pytest.fixture(scope="session")
def failed():
    """Reads how a call failed."""
    return failure


@pytest.fixture(scope="session")
def descriptor_set():
    """Makes a FileDescriptorSet of serialized files, as protoc writes it."""

    def make(files):
        found = descriptor_pb2.FileDescriptorSet()
        for data in files:
            found.file.add().ParseFromString(data)
        return found.SerializeToString()

    return make


@pytest.fixture
def contract(tmp_path, calc_files, descriptor_set) -> Path:
    path = tmp_path / "contract.binpb"
    path.write_bytes(descriptor_set(calc_files))
    return path


@contextlib.asynccontextmanager
async def _process(mode: str, framing: str = "lines", port: int = 0) -> AsyncIterator[tuple[Any, int]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, LEGACY, mode, framing, str(port), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(WAIT):
            yield process, int(await process.stdout.readline())
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.fixture(scope="session")
def legacy_process():
    """Runs the legacy server over TCP or HTTP: `async with legacy_process("tcp") as (process, port)`."""
    return _process


@pytest.fixture(scope="session")
def legacy_command():
    """The command of the legacy server on its standard streams."""
    return lambda framing="lines": (sys.executable, str(LEGACY), "stdio", framing)


@pytest.fixture
def run_exposed(contract, calc_schema):
    """Runs an exposed service: `async with run_exposed(tcp=..., limits={...}) as peer`."""

    @contextlib.asynccontextmanager
    async def run(limits=None, **options):
        given = {"descriptors": contract, "methods": METHODS, "listen": Address("127.0.0.1", 0), **options}
        exposure = Exposure(ExposeConfig(limits=replace(QUICK, **(limits or {})), **given))
        await exposure.start()
        try:
            async with grpc.aio.insecure_channel(
                str(exposure.address), options=[("grpc.use_local_subchannel_pool", 1)]
            ) as channel:
                yield Peer(exposure, channel, calc_schema.pool)
        finally:
            await exposure.stop(0)

    return run


@pytest.fixture
def run_legacy(run_exposed, legacy_process, legacy_command):
    """Runs a legacy server and exposes it: `async with run_legacy("tcp", "lines") as peer`."""

    @contextlib.asynccontextmanager
    async def run(mode, framing="lines", **options):
        if mode == "stdio":
            async with run_exposed(command=legacy_command(framing), framing=framing, **options) as peer:
                yield peer
            return
        async with legacy_process(mode, framing) as (_, port):
            address = Address("127.0.0.1", port)
            where = {"http": f"http://{address}/rpc"} if mode == "http" else {"tcp": address, "framing": framing}
            async with run_exposed(**where, **options) as peer:
                yield peer

    return run
