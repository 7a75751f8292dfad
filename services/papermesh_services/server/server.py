"""One gRPC server: its workers, its services, health, reflection and channelz, from start to drain."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import grpc
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health_pb2_grpc

from papermesh_services.server.calls import CallGate
from papermesh_services.server.health import NOT_SERVING, SERVING, HealthServicer
from papermesh_services.server.reflection import add_reflection
from papermesh_services.server.worker import WorkerSettings
from papermesh_services.server.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.server.config import ServerConfig

GOODBYE_SECONDS: Final = 0.5
"""How long open streams (watchers of the health, reflection) are left to read the last message."""
OPEN_SERVICES: Final = ("grpc.health.v1.Health", "grpc.channelz.v1.Channelz")

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address is taken, or is no address of this machine."""


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """A service for a Server to run.

    name: its full name, for health and reflection.
    job_module: the module that does its jobs in a worker.
    add: makes the servicer and adds it to the server.
    """

    name: str
    job_module: str
    add: Callable[[grpc.aio.Server, WorkerPool, ServerConfig], None]


class Server:
    """Runs one service. Make it, start it, stop it, once each, on one event loop."""

    def __init__(self, definition: ServiceDefinition, config: ServerConfig) -> None:
        self._definition = definition
        self._config = config
        self._pool = WorkerPool(
            WorkerSettings(definition.job_module, config.document_roots, config.limits, config.max_worker_memory_bytes),
            config.worker_count,
            config.abandoned_seconds,
        )
        self._gate = CallGate(config.max_concurrent_calls)
        self._health = HealthServicer([definition.name])
        self._server = self._assembled()
        self._address = ""

    @property
    def address(self) -> str:
        """Where the server listens, with the real port; empty before it is started."""
        return self._address

    async def start(self) -> None:
        """Starts listening, then the workers; it is SERVING when this returns. Raises CannotListen, WorkerDied."""
        self._address = bound_address(self._server, self._config.address)
        await self._server.start()
        try:
            await self._pool.start()
        except BaseException:
            await self._server.stop(None)
            await self._pool.stop()
            raise
        self._health.set_all(SERVING)
        log.info("%s serves on %s", self._definition.name, self._address)

    async def stop(self) -> None:
        """Drains: NOT_SERVING at once, running calls finish (within drain_seconds), then everything ends."""
        self._health.set_all(NOT_SERVING)
        if not await self._gate.close(self._config.drain_seconds):
            log.warning(
                "%s: calls still running after %g s are cut off", self._definition.name, self._config.drain_seconds
            )
        await self._server.stop(GOODBYE_SECONDS)
        await self._pool.stop()

    def _assembled(self) -> grpc.aio.Server:
        server = grpc.aio.server(
            interceptors=(self._gate,),
            options=(
                ("grpc.max_receive_message_length", self._config.max_message_bytes),
                ("grpc.max_send_message_length", -1),
                ("grpc.so_reuseport", 0),
                ("grpc.enable_channelz", 1),
            ),
        )
        self._definition.add(server, self._pool, self._config)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        channelz.add_channelz_servicer(server)
        add_reflection(server, [self._definition.name, *OPEN_SERVICES])
        return server


def bound_address(server: grpc.aio.Server, address: str) -> str:
    """Binds a server to an address and returns it with the real port. Raises CannotListen."""
    try:
        port = server.add_insecure_port(address)
    except RuntimeError:
        port = 0
    if not port:
        raise CannotListen(f"cannot listen on {address}: it is in use already, or no address of this machine")
    return address if address.startswith("unix:") else f"{address.rpartition(':')[0]}:{port}"
