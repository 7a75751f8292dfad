"""The gRPC server of an exposed service: its RPCs as bytes, health, reflection, and the one place of its errors."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, NoReturn

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2_grpc

from papermesh_bridge.address import Address
from papermesh_bridge.errors import STATUS_NAMES, BindError, CallError, InternalFault, ShuttingDown
from papermesh_bridge.expose.faults import StreamingMethod, TooManyCalls
from papermesh_bridge.expose.health import Health
from papermesh_bridge.expose.reflection import add_reflection
from papermesh_bridge.expose.status import Statuses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from papermesh_bridge.expose.calls import Calls
    from papermesh_bridge.expose.config import ExposeLimits
    from papermesh_bridge.expose.contract import Contract, Exposed

_logger = logging.getLogger(__name__)
_DETAILS: Final = "grpc-status-details-bin"
_GOODBYE_SECONDS: Final = 1.0
_CODES: Final = {code.name: code for code in grpc.StatusCode}


class ExposedServer(grpc.GenericRpcHandler):
    """Serves a contract. Start it and stop it once each, on one event loop."""

    def __init__(self, contract: Contract, calls: Calls, limits: ExposeLimits) -> None:
        self._contract = contract
        self._calls = calls
        self._limits = limits
        self._statuses = Statuses(contract.pool)
        self._handlers = {path: self._handler(rpc) for path, rpc in contract.rpcs.items()}
        self._running = 0
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.health = Health(contract.services)
        self._server = self._assembled()

    async def start(self, address: Address) -> Address:
        """Returns when calls are taken, with the port really used. Raises BindError."""
        try:
            port = self._server.add_insecure_port(str(address))
        except RuntimeError:
            port = 0
        if not port:
            raise BindError(address, "it is in use already, or no address of this machine")
        await self._server.start()
        return Address(address.host, port)

    async def stop(self, grace: float) -> None:
        """Refuses new calls, gives the running ones this many seconds, and ends everything."""
        self._stopping = True
        self.health.stop()
        try:
            async with asyncio.timeout(grace):
                await self._idle.wait()
        except TimeoutError:
            _logger.warning("%d calls still running after %g s are cut off", self._running, grace)
            await self._server.stop(None)
        await self._server.stop(_GOODBYE_SECONDS)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Gives the handler of an RPC; None for one that is not of the contract."""
        return self._handlers.get(handler_call_details.method)

    def _assembled(self) -> grpc.aio.Server:
        server = grpc.aio.server(
            options=(
                ("grpc.max_receive_message_length", self._limits.max_request_bytes),
                ("grpc.max_send_message_length", -1),  # bounded by max_answer_bytes
                ("grpc.so_reuseport", 0),
            )
        )
        server.add_generic_rpc_handlers((self,))
        health_pb2_grpc.add_HealthServicer_to_server(self.health, server)
        add_reflection(server, self._contract)
        return server

    def _handler(self, rpc: Exposed) -> Any:
        async def call(request: bytes, context: Any) -> bytes:
            return await self._answered(rpc, request, context)

        async def refuse(requests: AsyncIterator[bytes], context: Any) -> None:  # noqa: ARG001 - as gRPC calls it
            await self._fail(StreamingMethod(rpc.method.rpc), context)

        if rpc.method.streaming:
            return grpc.stream_stream_rpc_method_handler(refuse)
        return grpc.unary_unary_rpc_method_handler(call)

    async def _answered(self, rpc: Exposed, request: bytes, context: Any) -> bytes:
        try:
            return await self._counted(rpc, request, context.time_remaining())
        except CallError as fault:
            await self._fail(fault, context)
        except Exception:
            _logger.exception("the call of %s failed inside the bridge", rpc.method.rpc)
            await self._fail(InternalFault(), context)

    async def _counted(self, rpc: Exposed, request: bytes, deadline: float | None) -> bytes:
        if self._stopping:
            raise ShuttingDown
        if self._running >= self._limits.max_calls:
            raise TooManyCalls(self._limits.max_calls)
        self._running += 1
        self._idle.clear()
        try:
            return await self._calls.call(rpc, request, deadline)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def _fail(self, fault: CallError, context: Any) -> NoReturn:
        status = self._statuses.of(fault.to_object())
        trailing = ((_DETAILS, status.SerializeToString()),)
        await context.abort(_CODES[STATUS_NAMES[status.code]], status.message, trailing)
        raise AssertionError("abort raises")
