"""Executes calls: past the gate, to a built-in method or a backend, and every exception becomes an error object.

Nothing but cancellation leaves it.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge import jsonrpc
from papermesh_bridge.errors import (
    AnswerTooLarge,
    CallCancelled,
    CallError,
    InternalFault,
    MethodNotFound,
    ShuttingDown,
)
from papermesh_bridge.gate import unless_cancelled
from papermesh_bridge.jsonrpc import Failure, Invalid
from papermesh_bridge.session import once_all
from papermesh_bridge.together import NotTogether

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence

    from papermesh_bridge.builtin import Builtins
    from papermesh_bridge.gate import Gate
    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.job import Job
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Route
    from papermesh_bridge.upstream import Backend

_logger = logging.getLogger(__name__)
CANCEL: Final = "$/cancelRequest"


class Executor:
    """Makes the calls of one endpoint."""

    def __init__(self, invoker: Invoker, builtins: Builtins, limits: Limits, gate: Gate) -> None:
        self._invoker = invoker
        self._builtins = builtins
        self._limits = limits
        self._gate = gate

    async def one(self, job: Job | Invalid) -> bytes | None:
        """Makes one call and gives its answer, or None if nothing is owed."""
        if isinstance(job, Invalid):
            return jsonrpc.encode(Failure(job.id, job.error))
        if not job.call.notification:
            return await self._executed(job)
        if job.call.method == CANCEL:
            _cancel(job)
        else:
            # Who sends a notification need not stay to see it done.
            await self._gate.unattended(self._executed(job))
        return None

    def together_with(self, job: Job) -> Hashable | None:
        """Gives what is equal for calls that a backend takes together; None for a call that is made alone."""
        route = self._invoker.table.routes.get(job.call.method)
        return route if route and route.method.together and not job.call.notification else None

    async def together(self, jobs: Sequence[Job]) -> list[bytes] | None:
        """Makes calls as one; None if the backend takes them one by one only."""
        wanted = [job for job in jobs if not job.unwanted]
        try:
            ends: Sequence[bytes | CallError] = await self._ends(wanted)
        except NotTogether:
            return None
        except CallError as fault:
            ends = [fault] * len(wanted)
        except Exception:
            _logger.exception("calls of %r failed inside the bridge", jobs[0].call.method[:128])
            ends = [InternalFault()] * len(wanted)
        by_job = dict(zip(wanted, ends, strict=True))
        return [_told(job, by_job.get(job)) for job in jobs]

    async def _ends(self, jobs: Sequence[Job]) -> list[bytes | CallError]:
        if not jobs:
            return []
        if self._gate.closed:
            raise ShuttingDown
        cancellations = [job.cancellation for job in jobs if job.cancellation]
        async with unless_cancelled(once_all(cancellations) if cancellations else None), self._gate.room:
            route = self._invoker.find(jobs[0].call.method)
            calls = [(job.call.params, job.success) for job in jobs]
            return await self._invoker.call_together(route, calls, large=jobs[0].large, context=jobs[0].context)

    async def _executed(self, job: Job) -> bytes:
        try:
            if self._gate.closed:
                raise ShuttingDown  # noqa: TRY301 - it is told like every other refusal
            async with unless_cancelled(job.cancellation), self._gate.room:
                return await self._result(job)
        except CallError as fault:
            return job.failure(fault)
        except Exception:
            _logger.exception("the call of %r failed inside the bridge", job.call.method[:128])
            return job.failure(InternalFault())

    async def _result(self, job: Job) -> bytes:
        method = job.call.method
        if self._builtins.has(method):
            return await self._builtins.call(method, job.success)
        route = self._invoker.find(method)
        if route.method.server_streaming:
            return await self._streamed(job, route)
        return await self._invoker.call(route, job.call.params, job.success, large=job.large, context=job.context)

    async def _streamed(self, job: Job, route: Route[Backend]) -> bytes:
        if route.method.client_streaming:
            told = f"{route.method.rpc} streams both ways, which JSON-RPC has no form for; call it over gRPC"
            raise MethodNotFound(job.call.method[:128], told, reason="BIDIRECTIONAL_METHOD")
        results = self._invoker.results(route, job.call.params, large=job.large, context=job.context)
        async with contextlib.aclosing(results):
            if job.call.notification or job.caller.notify is None:
                return job.success(await self._gathered(results))
            return job.success({"count": await _passed_on(results, job, job.caller.notify)})

    async def _gathered(self, results: AsyncGenerator[tuple[Any, int], None]) -> list[Any]:
        limits, room = self._limits, self._limits.max_answer_bytes
        gathered: list[Any] = []
        async for result, size in results:
            room -= size
            if room < 0:
                raise _too_long("max_answer_bytes", limits.max_answer_bytes)
            if len(gathered) == limits.max_stream_items:
                raise _too_long("max_stream_items", limits.max_stream_items)
            gathered.append(result)
        return gathered


async def _passed_on(
    results: AsyncGenerator[tuple[Any, int], None], job: Job, notify: Callable[[bytes], Awaitable[None]]
) -> int:
    """Sends each result as a notification as it comes, and gives their number."""
    count = 0
    async for result, _ in results:
        try:
            await notify(jsonrpc.encode_next(job.call.method, job.call.id, result))
        except (ConnectionError, TimeoutError):  # nobody reads them any more
            raise CallCancelled from None
        count += 1
    return count


def _too_long(limit: str, value: int) -> AnswerTooLarge:
    told = f"the stream is longer than {limit} ({value}); call it over TCP or WebSocket, where it comes bit by bit"
    return AnswerTooLarge(told, "STREAM_TOO_LONG", limit, value)


def _told(job: Job, end: bytes | CallError | None) -> bytes:
    if end is None or job.unwanted:
        return job.failure(CallCancelled())
    return job.failure(end) if isinstance(end, CallError) else end


def _cancel(job: Job) -> None:
    params = job.call.params
    identity = params.get("id") if isinstance(params, dict) else None
    if job.caller.session is not None and isinstance(identity, str | int | float) and not isinstance(identity, bool):
        job.caller.session.cancel(identity)
