"""JSON-RPC messages to answers: parse, execute, write.

Nothing but cancellation leaves `Dispatcher.answer`.
"""

from __future__ import annotations

import asyncio
import functools
import time
from typing import TYPE_CHECKING

from papermesh_bridge import jsonrpc
from papermesh_bridge.batch import BatchRun
from papermesh_bridge.context import CallContext
from papermesh_bridge.errors import InvalidRequest
from papermesh_bridge.handler import UNKNOWN_CALLER, Caller
from papermesh_bridge.job import Job
from papermesh_bridge.jsonrpc import Batch, Call, Invalid, Message

if TYPE_CHECKING:
    from papermesh_bridge.execution import Executor
    from papermesh_bridge.handler import HealthReport
    from papermesh_bridge.headers import HeaderRule
    from papermesh_bridge.health import HealthCheck
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.watching import Observer


class Dispatcher:
    """Answers the messages of one endpoint. Implements `handler.Handler`."""

    def __init__(
        self, executor: Executor, health: HealthCheck, limits: Limits, headers: HeaderRule, observer: Observer
    ) -> None:
        self._executor = executor
        self._health = health
        self._limits = limits
        self._headers = headers
        self._observer = observer

    async def answer(self, payload: bytes, caller: Caller = UNKNOWN_CALLER) -> bytes | None:
        """Gives the answer to one message, or None if nothing is owed."""
        size, context = len(payload), self._context(caller)
        self._observer.received(size)
        message = await self._parsed(payload)
        del payload  # it may be large, and is not needed while the call runs
        items = message.items if isinstance(message, Batch) else (message,)
        jobs = [self._job(item, caller, context, size) for item in items]
        if caller.session is not None:
            caller.session.read()
        try:
            answer = await (self._batch(jobs, size) if isinstance(message, Batch) else self._executor.one(jobs[0]))
        finally:
            _forget(caller, jobs)
        if answer is not None:
            self._observer.answered(len(answer))
        return answer

    async def health(self) -> HealthReport:
        """Says how the backends of this endpoint are."""
        return await self._health.report()

    async def _batch(self, jobs: list[Job | Invalid], size: int) -> bytes | None:
        self._observer.batch(len(jobs))
        return await BatchRun(jobs, size, self._executor, self._limits).answer()

    def _context(self, caller: Caller) -> CallContext:
        try:
            return self._headers.read(caller.headers, time.monotonic())
        except InvalidRequest as fault:
            return CallContext(refusal=fault)

    async def _parsed(self, payload: bytes) -> Message:
        limits = self._limits
        parse = functools.partial(jsonrpc.parse, max_depth=limits.max_depth, max_batch_items=limits.max_batch_items)
        return await asyncio.to_thread(parse, payload) if len(payload) > limits.offload_bytes else parse(payload)

    def _job(self, item: Call | Invalid, caller: Caller, context: CallContext, size: int) -> Job | Invalid:
        if isinstance(item, Invalid):
            return item
        cancellation = None
        if caller.session is not None and not item.notification:
            cancellation = caller.session.enter(item.id)
        return Job(item, caller, context, size > self._limits.offload_bytes, cancellation)


def _forget(caller: Caller, jobs: list[Job | Invalid]) -> None:
    if caller.session is None:
        return
    for job in jobs:
        if isinstance(job, Job) and job.cancellation is not None:
            caller.session.leave(job.call.id, job.cancellation)
