"""grpc.health.v1 of an exposed service: SERVING while the legacy server can be reached and calls are taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # grpc_health has no types
    """The state of some services and of the server as a whole, which is one and the same."""

    def __init__(self, services: Iterable[str]) -> None:
        self._services = frozenset(("", *services))
        self._reached = False
        self._stopping = False
        self._changed = asyncio.Event()

    def reached(self, reached: bool) -> None:
        """Takes note of whether the legacy server can be reached."""
        self._reached = reached
        self._wake()

    def stop(self) -> None:
        """Is NOT_SERVING from now on, and ends the watches once they have told so."""
        self._stopping = True
        self._wake()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 - named as in the proto
        """Answers with the state of a service; NOT_FOUND for one that is not here."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no service {request.service[:128]!r} here")
        return health_pb2.HealthCheckResponse(status=self._status(request.service))

    async def Watch(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: ARG002, N802 - likewise
        """Sends the state of a service now and whenever it changes; SERVICE_UNKNOWN for one that is not here."""
        last = None
        while True:
            changed, stopping, status = self._changed, self._stopping, self._status(request.service)
            if status != last:
                yield health_pb2.HealthCheckResponse(status=status)
                last = status
            if stopping:
                return
            await changed.wait()

    async def List(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802 - likewise
        """Answers with the state of every service."""
        states = {name: health_pb2.HealthCheckResponse(status=self._status(name)) for name in self._services}
        return health_pb2.HealthListResponse(statuses=states)

    def _status(self, service: str) -> int:
        if service not in self._services:
            return int(_UNKNOWN)
        return int(_SERVING if self._reached and not self._stopping else _NOT_SERVING)

    def _wake(self) -> None:
        # A fresh event for the next change: whoever waits for this one holds the old one.
        self._changed.set()
        self._changed = asyncio.Event()
