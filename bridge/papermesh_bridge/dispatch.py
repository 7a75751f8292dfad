"""JSON-RPC messages to answers: parse, execute, write; the one place where an exception becomes an error object.

Nothing but cancellation leaves `Dispatcher.answer`.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from typing import TYPE_CHECKING, Final

from papermesh_bridge import jsonrpc
from papermesh_bridge.context import CallContext
from papermesh_bridge.errors import (
    AnswerTooLarge,
    CallError,
    InternalFault,
    InvalidRequest,
    MethodNotFound,
    ShuttingDown,
)
from papermesh_bridge.gate import while_wanted
from papermesh_bridge.handler import UNKNOWN_CALLER, Caller
from papermesh_bridge.job import Job
from papermesh_bridge.jsonrpc import Batch, Call, Failure, Invalid, Message
from papermesh_bridge.session import Assembly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_bridge.gate import Gate
    from papermesh_bridge.handler import HealthReport
    from papermesh_bridge.headers import HeaderRule
    from papermesh_bridge.health import HealthCheck
    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.watching import Watcher

_logger = logging.getLogger(__name__)
HEALTH_CHECK: Final = "health_check"
CANCEL: Final = "$/cancelRequest"
OWN_METHODS: Final = frozenset({HEALTH_CHECK})
"""The methods of the bridge itself, by which its calls are counted."""


class Dispatcher:
    """Answers the messages of one endpoint. Implements `handler.Handler`."""

    def __init__(
        self,
        invoker: Invoker,
        health: HealthCheck,
        limits: Limits,
        gate: Gate,
        headers: HeaderRule,
        watcher: Watcher,
    ) -> None:
        self._invoker = invoker
        self._health = health
        self._limits = limits
        self._gate = gate
        self._headers = headers
        self._watcher = watcher

    async def answer(self, payload: bytes, caller: Caller = UNKNOWN_CALLER) -> bytes | None:
        """Gives the answer to one message, or None if nothing is owed."""
        observer = self._watcher.observer
        observer.received(len(payload))
        answer = await self._answer(payload, caller)
        if answer is not None:
            observer.answered(len(answer))
        return answer

    async def health(self) -> HealthReport:
        """Says how the backends of this endpoint are."""
        return await self._health.report()

    async def _answer(self, payload: bytes, caller: Caller) -> bytes | None:
        context = self._context(caller)
        large = len(payload) > self._limits.offload_bytes
        message = await self._parsed(payload, large)
        del payload  # it may be large, and is not needed while the call runs
        items = message.items if isinstance(message, Batch) else (message,)
        jobs = [self._job(item, caller, context, large) for item in items]
        del items
        if caller.session is not None:
            caller.session.read()
        try:
            return await (self._batch(jobs) if isinstance(message, Batch) else self._one(jobs[0]))
        finally:
            _forget(caller, jobs)

    def _context(self, caller: Caller) -> CallContext:
        try:
            return self._headers.read(caller.headers, time.monotonic())
        except InvalidRequest as fault:
            return CallContext(refusal=fault)

    async def _parsed(self, payload: bytes, large: bool) -> Message:
        limits = self._limits
        parse = functools.partial(jsonrpc.parse, max_depth=limits.max_depth, max_batch_items=limits.max_batch_items)
        return await asyncio.to_thread(parse, payload) if large else parse(payload)

    def _job(self, item: Call | Invalid, caller: Caller, context: CallContext, large: bool) -> Job | Invalid:
        if isinstance(item, Invalid):
            return item
        cancellation = None
        if caller.session is not None and not item.notification:
            cancellation = caller.session.enter(item.id)
        return Job(item, caller, context, large, cancellation)

    async def _batch(self, jobs: list[Job | Invalid]) -> bytes | None:
        self._watcher.observer.batch(len(jobs))
        assembly = Assembly(len(jobs), max_bytes=self._limits.max_batch_answer_bytes)
        rest = enumerate(jobs)
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self._limits.max_parallel_per_batch, len(jobs))):
                workers.create_task(self._work(rest, assembly))
        return assembly.join()

    async def _work(self, rest: Iterator[tuple[int, Job | Invalid]], assembly: Assembly) -> None:
        for index, job in rest:
            no_room = functools.partial(self._no_room, job)
            owed = isinstance(job, Invalid) or not job.call.notification
            assembly.put(index, no_room() if owed and assembly.full else await self._one(job), no_room)

    def _no_room(self, job: Job | Invalid) -> bytes:
        limit = self._limits.max_batch_answer_bytes
        told = f"the answers of this batch are larger than {limit} bytes; send it in parts"
        fault = AnswerTooLarge(told, "BATCH_ANSWER_TOO_LARGE", "max_batch_answer_bytes", limit)
        identity = job.id if isinstance(job, Invalid) else job.call.id
        return jsonrpc.encode(Failure(identity, fault.to_object()))

    async def _one(self, job: Job | Invalid) -> bytes | None:
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

    async def _executed(self, job: Job) -> bytes:
        with self._watcher.call(job.call, self._known(job.call.method), job.context) as watched:
            try:
                if self._gate.closed:
                    raise ShuttingDown  # noqa: TRY301 - it is told like every other refusal
                if job.context.refusal is not None:
                    raise job.context.refusal.with_traceback(None)  # noqa: TRY301 - likewise
                async with while_wanted(job.cancellation, job.context.deadline), self._gate.room:
                    return await self._result(job, watched.context)
            except CallError as fault:
                watched.fault = fault
            except Exception:
                _logger.exception("the call of %r failed inside the bridge", job.call.method[:128])
                watched.fault = InternalFault()
            return job.failure(watched.fault)

    def _known(self, method: str) -> str | None:
        """Gives the full name of a method, never what only a caller has made up; None where there is none."""
        route = self._invoker.table.routes.get(method)
        if route is not None:
            return route.method.rpc
        return method if method in OWN_METHODS else None

    async def _result(self, job: Job, context: CallContext) -> bytes:
        method = job.call.method
        if method == HEALTH_CHECK and HEALTH_CHECK not in self._invoker.table.routes:
            return job.success((await self.health()).document)
        route = self._invoker.find(method)
        if route.method.streaming:
            told = f"{route.method.rpc} streams, and only methods with one request and one response can be called"
            raise MethodNotFound(method[:128], told, reason="STREAMING_METHOD")
        return await self._invoker.call(route, job.call.params, job.success, large=job.large, context=context)


def _cancel(job: Job) -> None:
    params = job.call.params
    identity = params.get("id") if isinstance(params, dict) else None
    if job.caller.session is not None and isinstance(identity, str | int | float) and not isinstance(identity, bool):
        job.caller.session.cancel(identity)


def _forget(caller: Caller, jobs: list[Job | Invalid]) -> None:
    if caller.session is None:
        return
    for job in jobs:
        if isinstance(job, Job) and job.cancellation is not None:
            caller.session.leave(job.call.id, job.cancellation)
