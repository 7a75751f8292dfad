"""One call, from request bytes to response bytes: params, the legacy server's answer, the response.

Everything that goes wrong leaves here as a CallError.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from papermesh_bridge.expose import messages
from papermesh_bridge.expose.faults import CallTimeout, LegacyLost, Refused
from papermesh_bridge.jsonrpc import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.expose.config import ExposeLimits
    from papermesh_bridge.expose.contract import Exposed
    from papermesh_bridge.expose.legacy import Legacy
    from papermesh_bridge.expose.messages import Request
    from papermesh_bridge.expose.translate import Translator

P = ParamSpec("P")
T = TypeVar("T")


class Calls:
    """Makes the calls of one exposed service."""

    def __init__(self, legacy: Legacy, translator: Translator, limits: ExposeLimits) -> None:
        self._legacy = legacy
        self._translator = translator
        self._limits = limits
        self._room = asyncio.Semaphore(limits.max_calls_in_flight)

    async def call(self, rpc: Exposed, request: bytes, deadline: float | None) -> bytes:
        """Gives the serialized response. `deadline` is how many seconds the caller waits. Raises CallError."""
        seconds = self._limits.call_timeout_seconds if deadline is None else deadline
        try:
            async with asyncio.timeout(seconds):
                return await self._called(rpc, request)
        except TimeoutError:
            raise CallTimeout(rpc.name, round(seconds, 3)) from None
        except LegacyLost:
            raise LegacyLost(idempotent=rpc.method.idempotent) from None

    async def _called(self, rpc: Exposed, request: bytes) -> bytes:
        written = await self._run(len(request), self._written, rpc, request)
        del request  # it may be large, and is not needed while the call runs
        async with self._room:
            reply = await self._legacy.call(written)
        if isinstance(reply.outcome, Failure):
            raise Refused(reply.outcome.error)
        return await self._run(reply.size, self._translator.response, reply.outcome.result, rpc)

    def _written(self, rpc: Exposed, request: bytes) -> Request:
        return messages.write_request(rpc.name, self._translator.params(request, rpc))

    async def _run(self, size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if size > self._limits.offload_bytes:
            return await asyncio.to_thread(work, *args, **kwargs)
        return work(*args, **kwargs)
