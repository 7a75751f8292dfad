"""The methods that the bridge answers itself, where no backend has their names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

from papermesh_bridge.errors import AnswerTooLarge
from papermesh_bridge.openrpc import build_document, listed_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.health import HealthCheck
    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.json_schema import Json
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import MethodTable
    from papermesh_bridge.transcode import JsonPolicy

HEALTH_CHECK: Final = "health_check"
DISCOVER: Final = "rpc.discover"
LIST_METHODS: Final = "system.listMethods"
T = TypeVar("T")

_NAMES: Final[Json] = {"type": "array", "items": {"type": "string"}}
_TEXT: Final[Json] = {"type": "string"}
_SERVER: Final[Json] = {
    "status": {"type": "string", "enum": ["healthy", "unhealthy"]},
    "server_name": _TEXT,
    "version": _TEXT,
    "capabilities": _NAMES,
}
_BACKEND: Final[Json] = {
    "type": "object",
    "properties": {"name": _TEXT, **_SERVER, "detail": {**_TEXT, "description": "What keeps it from serving."}},
}
_HEALTH: Final[Json] = {
    "type": "object",
    "required": [*_SERVER, "backends"],
    "properties": {**_SERVER, "backends": {"type": "array", "items": _BACKEND}},
}
_DOCUMENT: Final[Json] = {
    "type": "object",
    "required": ["openrpc", "info", "methods"],
    "properties": {"openrpc": _TEXT, "info": {"type": "object"}, "methods": {"type": "array"}},
}


def _entry(name: str, summary: str, result: str, schema: Json) -> Json:
    return {"name": name, "summary": summary, "params": [], "result": {"name": result, "schema": schema}}


ENTRIES: Final = (
    _entry(HEALTH_CHECK, "Says how the servers behind this endpoint are.", "health", _HEALTH),
    _entry(DISCOVER, "Describes the methods of this endpoint: gives this document.", "document", _DOCUMENT),
    _entry(LIST_METHODS, "Lists the names of the methods that rpc.discover describes.", "names", _NAMES),
)
_NAMED: Final = frozenset(entry["name"] for entry in ENTRIES)


class Builtins:
    """Answers the built-in methods of one endpoint."""

    def __init__(self, invoker: Invoker, health: HealthCheck, policy: JsonPolicy, limits: Limits, version: str) -> None:
        self._invoker = invoker
        self._health = health
        self._policy = policy
        self._limits = limits
        self._version = version
        self._table: MethodTable[Any] | None = None
        self._document: asyncio.Task[Json | AnswerTooLarge]

    def has(self, name: str) -> bool:
        """Tells whether a name is that of a built-in method, and of no backend's."""
        return name in _NAMED and name not in self._invoker.table.routes

    async def call(self, name: str, write: Callable[[Any], T]) -> T:
        """Answers a built-in method with what `write` makes of its result."""
        if name == HEALTH_CHECK:
            return write((await self._health.report()).document)
        listing = name == LIST_METHODS
        result = listed_names(self._invoker.table, ENTRIES) if listing else await self._described()
        # It may be large where a backend has thousands of messages, and others are answered meanwhile.
        return await asyncio.to_thread(write, result)

    async def _described(self) -> Json:
        """Gives the document, made when it is first asked for, and again when the methods have changed.

        Whoever asks meanwhile waits for the same one, and it is finished even if nobody waits any more.
        """
        table = self._invoker.table
        if table is not self._table:
            self._document = asyncio.create_task(asyncio.to_thread(self._build, table))
            self._table = table
        document = await asyncio.shield(self._document)
        if isinstance(document, AnswerTooLarge):
            raise document
        return document

    def _build(self, table: MethodTable[Any]) -> Json | AnswerTooLarge:
        schemas = {each: each.schema for each in self._invoker.backends}
        known = {backend: schema for backend, schema in schemas.items() if schema is not None}
        missing = [backend.name for backend, schema in schemas.items() if schema is None]
        try:
            return build_document(
                table,
                known,
                self._policy,
                version=self._version,
                max_bytes=self._limits.max_description_bytes,
                missing=missing,
                builtins=ENTRIES,
            )
        except AnswerTooLarge as fault:
            return fault
