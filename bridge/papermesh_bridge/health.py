"""How the backends of an endpoint are, as the document that `health_check` and `GET /health` give."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.context import CallContext
from papermesh_bridge.errors import STATUS_NAMES, CallError
from papermesh_bridge.handler import HealthReport
from papermesh_bridge.schema import Route, Schema
from papermesh_bridge.upstream import Backend, CallFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.limits import Limits

SERVER_NAME: Final = "papermesh_bridge"
_FACTS: Final = "get_server_info"


class HealthCheck:
    """Asks every backend of an endpoint how it is, all at the same time."""

    def __init__(self, invoker: Invoker, limits: Limits, version: str) -> None:
        self._invoker = invoker
        self._limits = limits
        self._version = version

    async def report(self) -> HealthReport:
        """Gives the report. One server's facts stand at its top where the endpoint has only one."""
        backends = self._invoker.backends
        entries = await asyncio.gather(*(self._entry(backend) for backend in backends))
        healthy = all(entry["status"] == "healthy" for entry in entries)
        facts = entries[0] if len(entries) == 1 else self._summary(entries)
        document = {
            "status": "healthy" if healthy else "unhealthy",
            "server_name": facts["server_name"],
            "version": facts["version"],
            "capabilities": facts["capabilities"],
            "backends": entries,
        }
        return HealthReport(healthy, document)

    def _summary(self, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        capabilities = sorted({name for entry in entries for name in entry["capabilities"]})
        return {"server_name": SERVER_NAME, "version": self._version, "capabilities": capabilities}

    async def _entry(self, backend: Backend) -> dict[str, Any]:
        trouble, facts = await asyncio.gather(self._trouble(backend), self._facts(backend))
        entry = {"name": backend.name, "status": "unhealthy" if trouble else "healthy", **facts}
        if detail := trouble or backend.stale:
            entry["detail"] = detail
        return entry

    async def _trouble(self, backend: Backend) -> str:
        """Says what keeps a backend from serving; nothing where it serves."""
        if backend.schema is None:
            return backend.trouble
        try:
            serving = await backend.is_serving(self._limits.health_timeout_seconds)
        except CallFailed as failed:
            return f"its health check failed: {STATUS_NAMES[failed.status]}"
        return "" if serving else "it is not serving now"

    async def _facts(self, backend: Backend) -> dict[str, Any]:
        told = await self._told(backend)
        capabilities = told.get("capabilities")
        return {
            "server_name": told.get("server_name", told.get("serverName", backend.name)),
            "version": told.get("version", ""),
            "capabilities": capabilities if isinstance(capabilities, list) else _method_names(backend.schema),
        }

    async def _told(self, backend: Backend) -> dict[str, Any]:
        """Gives what the server says of itself, if it has a method for that and answers in time."""
        method = backend.schema.named(_FACTS) if backend.schema else None
        if method is None:
            return {}
        context = CallContext(deadline=time.monotonic() + self._limits.health_timeout_seconds)
        try:
            told = await self._invoker.call(Route(backend, method), None, lambda result: result, context=context)
        except CallError:
            return {}
        return told if isinstance(told, dict) else {}


def _method_names(schema: Schema | None) -> list[str]:
    names = (method.option_name or method.snake_name for method in schema.methods) if schema else ()
    return sorted({name for name in names if name})
