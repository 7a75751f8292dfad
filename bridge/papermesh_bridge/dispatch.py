"""JSON-RPC messages to answers: parse, execute, write; the one place where an exception becomes an error object.

Nothing but cancellation leaves `Dispatcher.answer`.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import TYPE_CHECKING, Any

from papermesh_bridge import jsonrpc
from papermesh_bridge.errors import CallError, InternalFault, MethodNotFound, ShuttingDown
from papermesh_bridge.jsonrpc import Batch, Call, Failure, Invalid, Message, Success
from papermesh_bridge.session import Assembly

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from papermesh_bridge.builtin import Builtins
    from papermesh_bridge.handler import HealthReport
    from papermesh_bridge.health import HealthCheck
    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.limits import Limits

_logger = logging.getLogger(__name__)


class Gate:
    """What all calls of a bridge pass: a bound on those that run, and whether there may be new ones."""

    def __init__(self, limits: Limits) -> None:
        self.room = asyncio.Semaphore(limits.max_calls)
        self.closed = False
        self._max_unattended = limits.max_calls
        self._unattended: set[asyncio.Task[Any]] = set()

    async def unattended(self, work: Coroutine[Any, Any, Any]) -> None:
        """Waits for work that goes on even if nobody waits for it any more; no more of it than calls may run."""
        if len(self._unattended) >= self._max_unattended:
            await work
            return
        task = asyncio.create_task(work)
        self._unattended.add(task)
        task.add_done_callback(self._unattended.discard)
        await asyncio.shield(task)

    async def drain(self, grace: float) -> None:
        """Refuses new calls, and gives unattended work this many seconds to finish."""
        self.closed = True
        if not self._unattended:
            return
        _, late = await asyncio.wait(self._unattended, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


class Dispatcher:
    """Answers the messages of one endpoint. Implements `handler.Handler`."""

    def __init__(self, invoker: Invoker, health: HealthCheck, builtins: Builtins, limits: Limits, gate: Gate) -> None:
        self._invoker = invoker
        self._builtins = builtins
        self._health = health
        self._limits = limits
        self._gate = gate

    async def answer(self, payload: bytes) -> bytes | None:
        """Gives the answer to one message, or None if nothing is owed."""
        large = len(payload) > self._limits.offload_bytes
        message = await self._parsed(payload, large)
        del payload  # it may be large, and is not needed while the call runs
        if isinstance(message, Batch):
            return await self._batch(message, large)
        return await self._one(message, large)

    async def health(self) -> HealthReport:
        """Says how the backends of this endpoint are."""
        return await self._health.report()

    async def _parsed(self, payload: bytes, large: bool) -> Message:
        limits = self._limits
        parse = functools.partial(jsonrpc.parse, max_depth=limits.max_depth, max_batch_items=limits.max_batch_items)
        return await asyncio.to_thread(parse, payload) if large else parse(payload)

    async def _batch(self, batch: Batch, large: bool) -> bytes | None:
        assembly = Assembly(len(batch.items))
        rest = enumerate(batch.items)
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self._limits.max_parallel_per_batch, len(batch.items))):
                workers.create_task(self._work(rest, assembly, large))
        return assembly.join()

    async def _work(self, rest: Iterator[tuple[int, Call | Invalid]], assembly: Assembly, large: bool) -> None:
        for index, item in rest:
            assembly.put(index, await self._one(item, large))

    async def _one(self, item: Call | Invalid, large: bool) -> bytes | None:
        if isinstance(item, Invalid):
            return jsonrpc.encode(Failure(item.id, item.error))
        if not item.notification:
            return await self._executed(item, large)
        # Who sends a notification need not stay to see it done.
        await self._gate.unattended(self._executed(item, large))
        return None

    async def _executed(self, call: Call, large: bool) -> bytes:
        try:
            if self._gate.closed:
                raise ShuttingDown  # noqa: TRY301 - it is told like every other refusal
            async with self._gate.room:
                return await self._result(call, large)
        except CallError as fault:
            return jsonrpc.encode(Failure(call.id, fault.to_object()))
        except Exception:
            _logger.exception("the call of %r failed inside the bridge", call.method[:128])
            return jsonrpc.encode(Failure(call.id, InternalFault().to_object()))

    async def _result(self, call: Call, large: bool) -> bytes:
        if self._builtins.has(call.method):
            return await self._builtins.call(call.method, lambda result: jsonrpc.encode(Success(call.id, result)))
        route = self._invoker.find(call.method)
        if route.method.streaming:
            told = f"{route.method.rpc} streams, and only methods with one request and one response can be called"
            raise MethodNotFound(call.method[:128], told, reason="STREAMING_METHOD")
        return await self._invoker.call(
            route, call.params, lambda result: jsonrpc.encode(Success(call.id, result)), large=large
        )
