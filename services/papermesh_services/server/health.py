"""grpc.health.v1 for asyncio: Check, Watch and List.

The servicer that comes with grpcio-health-checking has no List, and holds its lock while it writes to a watcher,
so that one watcher who does not read would stop the server from changing its own state; hence this one, on the
same generated stubs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from papermesh_services.server.calls import Context

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class HealthServicer(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # grpc_health has no types
    """The state of some services and of the server as a whole (""); all are NOT_SERVING until set."""

    def __init__(self, services: Iterable[str]) -> None:
        self._statuses: dict[str, int] = dict.fromkeys(("", *services), NOT_SERVING)
        self._changed = asyncio.Event()

    def set_all(self, status: int) -> None:
        """Sets the state of every service and tells the watchers."""
        self._statuses = dict.fromkeys(self._statuses, status)
        # A fresh event for the next change: whoever waits for this one holds the old one.
        self._changed.set()
        self._changed = asyncio.Event()

    async def Check(self, request: health_pb2.HealthCheckRequest, context: Context) -> health_pb2.HealthCheckResponse:
        """Answers with the state of one service; NOT_FOUND for a service that is not here."""
        status = self._statuses.get(request.service)
        if status is None:
            await context.abort(
                grpc.StatusCode.NOT_FOUND,
                f"There is no service {request.service!r} here. Ask without a name for the server itself.",
            )
        return health_pb2.HealthCheckResponse(status=status)

    async def Watch(
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """Sends the state of one service now and whenever it changes; SERVICE_UNKNOWN for one that is not here."""
        last = None
        while True:
            changed = self._changed
            status = self._statuses.get(request.service, SERVICE_UNKNOWN)
            if status != last:
                yield health_pb2.HealthCheckResponse(status=status)
                last = status
            else:
                await changed.wait()

    async def List(self, request: health_pb2.HealthListRequest, context: Context) -> health_pb2.HealthListResponse:
        """Answers with the state of every service."""
        return health_pb2.HealthListResponse(
            statuses={name: health_pb2.HealthCheckResponse(status=status) for name, status in self._statuses.items()}
        )
