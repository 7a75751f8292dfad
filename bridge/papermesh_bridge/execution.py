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
    released,
)
from papermesh_bridge.gate import while_wanted
from papermesh_bridge.jsonrpc import Failure, Invalid
from papermesh_bridge.session import once_all
from papermesh_bridge.together import NotTogether

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence

    from papermesh_bridge.builtin import Builtins
    from papermesh_bridge.context import CallContext
    from papermesh_bridge.gate import Gate
    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.job import Job
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Route
    from papermesh_bridge.upstream import Backend
    from papermesh_bridge.watching import Observer, Watched, Watcher

_logger = logging.getLogger(__name__)
CANCEL: Final = "$/cancelRequest"


class Executor:
    """Makes the calls of one endpoint."""

    def __init__(self, invoker: Invoker, builtins: Builtins, limits: Limits, gate: Gate, watcher: Watcher) -> None:
        self._invoker = invoker
        self._builtins = builtins
        self._limits = limits
        self._gate = gate
        self._watcher = watcher

    async def one(self, job: Job | Invalid) -> bytes | None:
        """Makes one call and gives its answer, or None if nothing is owed."""
        if isinstance(job, Invalid):
            self._watcher.observer.refused(job.error.code)
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
        with contextlib.ExitStack() as watching:
            watched = {job: watching.enter_context(self._watched(job)) for job in jobs}
            wanted = {job: each for job, each in watched.items() if not job.unwanted}
            try:
                ends: Sequence[bytes | CallError] = await self._ends(wanted)
            except NotTogether:
                for each in watched.values():
                    each.forget()
                return None
            except CallError as fault:
                ends = [released(fault)] * len(wanted)
            except Exception:
                _logger.exception("calls of %r failed inside the bridge", jobs[0].call.method[:128])
                ends = [InternalFault()] * len(wanted)
            by_job = dict(zip(wanted, ends, strict=True))
            return [_told(job, by_job.get(job), each) for job, each in watched.items()]

    async def _ends(self, wanted: Mapping[Job, Watched]) -> list[bytes | CallError]:
        if not wanted:
            return []
        jobs = list(wanted)
        first = jobs[0]  # they are of one message, so that they have one deadline; their traces can only go on as one
        self._admit(first)
        cancellations = [job.cancellation for job in jobs if job.cancellation]
        together = once_all(cancellations) if cancellations else None
        async with while_wanted(together, first.context.deadline), self._gate.room:
            route = self._invoker.find(first.call.method)
            calls = [(job.call.params, job.success) for job in jobs]
            context = wanted[first].context
            return await self._invoker.call_together(route, calls, large=first.large, context=context)

    async def _executed(self, job: Job) -> bytes:
        with self._watched(job) as watched:
            try:
                self._admit(job)
                async with while_wanted(job.cancellation, job.context.deadline), self._gate.room:
                    return await self._result(job, watched.context)
            except CallError as fault:
                watched.fault = released(fault)
            except Exception:
                _logger.exception("the call of %r failed inside the bridge", job.call.method[:128])
                watched.fault = InternalFault()
            return job.failure(watched.fault)

    def _watched(self, job: Job) -> Watched:
        method = job.call.method
        route = self._invoker.table.routes.get(method)
        # Never what only a caller has made up.
        known = route.method.rpc if route else method if self._builtins.has(method) else None
        return self._watcher.call(job.call, known, job.context)

    def _admit(self, job: Job) -> None:
        """Raises what keeps a call from being made."""
        if self._gate.closed:
            raise ShuttingDown
        if job.context.refusal is not None:
            raise job.context.refusal.with_traceback(None)

    async def _result(self, job: Job, context: CallContext) -> bytes:
        method = job.call.method
        if self._builtins.has(method):
            return await self._builtins.call(method, job.success)
        route = self._invoker.find(method)
        if route.method.server_streaming:
            return await self._streamed(job, route, context)
        return await self._invoker.call(route, job.call.params, job.success, large=job.large, context=context)

    async def _streamed(self, job: Job, route: Route[Backend], context: CallContext) -> bytes:
        if route.method.client_streaming:
            told = f"{route.method.rpc} streams both ways, which JSON-RPC has no form for; call it over gRPC"
            raise MethodNotFound(job.call.method[:128], told, reason="BIDIRECTIONAL_METHOD")
        results = self._invoker.results(route, job.call.params, large=job.large, context=context)
        async with contextlib.aclosing(results):
            if job.call.notification or job.caller.notify is None:
                return job.success(await self._gathered(results))
            return job.success({"count": await _passed_on(results, job, job.caller.notify, self._watcher.observer)})

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
    results: AsyncGenerator[tuple[Any, int], None],
    job: Job,
    notify: Callable[[bytes], Awaitable[None]],
    observer: Observer,
) -> int:
    """Sends each result as a notification as it comes, and gives their number."""
    count = 0
    async for result, _ in results:
        message = jsonrpc.encode_next(job.call.method, job.call.id, result)
        observer.answered(len(message))
        try:
            await notify(message)
        except (ConnectionError, TimeoutError):  # nobody reads them any more
            raise CallCancelled from None
        count += 1
    return count


def _too_long(limit: str, value: int) -> AnswerTooLarge:
    told = f"the stream is longer than {limit} ({value}); call it over TCP or WebSocket, where it comes bit by bit"
    return AnswerTooLarge(told, "STREAM_TOO_LONG", limit, value)


def _told(job: Job, end: bytes | CallError | None, watched: Watched) -> bytes:
    if end is None or job.unwanted:
        end = CallCancelled()
    if isinstance(end, bytes):
        return end
    watched.fault = end
    return job.failure(end)


def _cancel(job: Job) -> None:
    params = job.call.params
    identity = params.get("id") if isinstance(params, dict) else None
    if job.caller.session is not None and isinstance(identity, str | int | float) and not isinstance(identity, bool):
        job.caller.session.cancel(identity)
