"""One gRPC server: its workers, its services, health, reflection and channelz, from start to drain."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import grpc
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health_pb2_grpc

from papermesh_services.server.calls import CallGate
from papermesh_services.server.handlers import service_handler
from papermesh_services.server.health import NOT_SERVING, SERVING, HealthServicer
from papermesh_services.server.heap import Heap, share_one_heap
from papermesh_services.server.reflection import add_reflection
from papermesh_services.server.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import ServiceDescriptor

    from papermesh_services.server.config import ServerConfig

GOODBYE_SECONDS: Final = 1.0
"""How long open streams (watchers of the health, reflection) and slow readers of a last answer are left."""
READ_AHEAD_BYTES: Final = 1024 * 1024
"""What gRPC makes ready for the next bytes of a connection, and holds while none come: else as much as ever came in
one go, or twice that, which can be a whole message. Versions that do not know the option are not bounded by it."""
OPEN_SERVICES: Final = ("grpc.health.v1.Health", "grpc.channelz.v1.Channelz")

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address is taken, or is no address of this machine. where: the address, as it was given."""

    def __init__(self, where: str) -> None:
        super().__init__(f"cannot listen on {where}: it is in use already, or no address of this machine")
        self.where = where


class Servicer(Protocol):
    """What answers the RPCs of a service: a coroutine method of the RPC's name for each, and this."""

    async def warm_up(self) -> None:
        """Is called once the workers are there, before the first call."""


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """A service for a Server to run.

    service: its descriptor.
    job_module: the module that does its jobs in a worker.
    make: makes the servicer, which has a method for each RPC.
    unread: the RPCs whose servicer takes the request as bytes, for a worker to read.
    """

    service: ServiceDescriptor
    job_module: str
    make: Callable[[WorkerPool, ServerConfig], Servicer]
    unread: frozenset[str] = frozenset()


class Server:
    """Runs one service. Make it, start it, stop it, once each, on one event loop."""

    def __init__(self, definition: ServiceDefinition, config: ServerConfig) -> None:
        share_one_heap()
        self._definition = definition
        self._config = config
        self._heap = Heap()
        self._pool = WorkerPool(
            config.worker_settings(definition.job_module), config.pool_settings, config.recognition_settings
        )
        self._gate = CallGate(
            config.max_concurrent_calls, config.max_pending_bytes, config.download_idle_seconds, self._heap.call_ended
        )
        self._health = HealthServicer([definition.service.full_name])
        self._servicer = definition.make(self._pool, config)
        self._server = self._assembled()
        self._drain_until: float | None = None
        self._address = ""

    @property
    def address(self) -> str:
        """Where the server listens, with the real port; empty before it is started."""
        return self._address

    async def start(self) -> None:
        """Takes its address and starts the workers, then serves. Raises CannotListen, WorkerDied.

        Whoever connects before that waits: a call that was let in would hold up the start, or be refused for nothing.
        """
        self._address = bound_address(self._server, self._config.address)
        try:
            await self._pool.start()
            await self._servicer.warm_up()
            self._health.set_all(SERVING)
            await self._server.start()
        except BaseException:
            await self._server.stop(None)
            await self._pool.stop()
            raise
        log.info("%s serves on %s", self._definition.service.full_name, self._address)

    def retire(self) -> None:
        """Tells whoever asks for the health that the server is stopping, and begins the time for that.

        Calls are still taken, so that a bridge in front can finish what it has begun. Called by stop if not before.
        """
        if self._drain_until is None:
            self._health.set_all(NOT_SERVING)
            self._drain_until = time.monotonic() + self._config.drain_seconds

    async def stop(self) -> None:
        """Drains: NOT_SERVING at once, running calls finish within drain_seconds or are told SERVER_DRAINING."""
        self.retire()
        if not await self._gate.close(max(0.0, (self._drain_until or 0.0) - time.monotonic())):
            log.warning("calls still running after %g s are cut off", self._config.drain_seconds)
        # The workers first: a call that is cut off waits for its worker before its caller is told.
        await self._pool.stop()
        await self._server.stop(GOODBYE_SECONDS)
        await self._heap.close()

    def _assembled(self) -> grpc.aio.Server:
        server = grpc.aio.server(
            interceptors=(self._gate,),
            options=(
                ("grpc.max_receive_message_length", self._config.max_message_bytes),
                ("grpc.max_send_message_length", -1),
                ("grpc.experimental.tcp_max_read_buffer_size", READ_AHEAD_BYTES),
                ("grpc.so_reuseport", 0),
                ("grpc.enable_channelz", 1),
            ),
        )
        definition = self._definition
        server.add_generic_rpc_handlers((service_handler(definition.service, self._servicer, definition.unread),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        channelz.add_channelz_servicer(server)
        add_reflection(server, [definition.service.full_name, *OPEN_SERVICES])
        return server


def bound_address(server: grpc.aio.Server, address: str) -> str:
    """Binds a server to an address and returns it with the real port. Raises CannotListen."""
    try:
        port = server.add_insecure_port(address)
    except RuntimeError:
        port = 0
    if not port:
        raise CannotListen(address)
    return address if address.startswith("unix:") else f"{address.rpartition(':')[0]}:{port}"
