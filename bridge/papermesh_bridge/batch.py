"""Executes the calls of one batch side by side, and those that a backend takes together as one call."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING

from papermesh_bridge import jsonrpc
from papermesh_bridge.errors import AnswerTooLarge
from papermesh_bridge.job import Job
from papermesh_bridge.jsonrpc import Failure, Invalid
from papermesh_bridge.session import Assembly
from papermesh_bridge.together import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_bridge.execution import Executor
    from papermesh_bridge.limits import Limits


class BatchRun:
    """One batch while it is executed."""

    def __init__(self, jobs: Sequence[Job | Invalid], size: int, executor: Executor, limits: Limits) -> None:
        self._jobs = jobs
        self._size = size
        self._executor = executor
        self._limits = limits
        self._assembly = Assembly(len(jobs), max_bytes=limits.max_batch_answer_bytes)
        self._slots = asyncio.Semaphore(limits.max_parallel_per_batch)
        self._tasks = asyncio.TaskGroup()

    async def answer(self) -> bytes | None:
        """Executes it and gives its answer, in the order of the calls; None if nothing is owed."""
        limits = self._limits
        keys = [self._executor.together_with(job) if isinstance(job, Job) else None for job in self._jobs]
        fitting = limits.max_coalesced_bytes * len(self._jobs) // self._size
        async with self._tasks:
            for indices in chunks(keys, max(1, min(limits.max_coalesced_calls, fitting))):
                self._begin(indices)
        return self._assembly.join()

    def _begin(self, indices: tuple[int, ...]) -> None:
        self._tasks.create_task(self._together(indices) if len(indices) > 1 else self._alone(indices[0]))

    async def _alone(self, index: int) -> None:
        job = self._jobs[index]
        async with self._slots:
            owed = isinstance(job, Invalid) or not job.call.notification
            self._put(index, None if owed and self._assembly.full else await self._executor.one(job), owed=owed)

    async def _together(self, indices: tuple[int, ...]) -> None:
        jobs = [job for index in indices if isinstance(job := self._jobs[index], Job)]
        async with self._slots:
            answers = [None] * len(jobs) if self._assembly.full else await self._executor.together(jobs)
        if answers is None:  # the backend takes them one by one only
            for index in indices:
                self._begin((index,))
            return
        for index, answer in zip(indices, answers, strict=True):
            self._put(index, answer, owed=True)

    def _put(self, index: int, answer: bytes | None, *, owed: bool) -> None:
        instead = functools.partial(self._no_room, self._jobs[index])
        self._assembly.put(index, instead() if owed and answer is None else answer, instead)

    def _no_room(self, job: Job | Invalid) -> bytes:
        limit = self._limits.max_batch_answer_bytes
        told = f"the answers of this batch are larger than {limit} bytes; send it in parts"
        fault = AnswerTooLarge(told, "BATCH_ANSWER_TOO_LARGE", "max_batch_answer_bytes", limit)
        if isinstance(job, Invalid):
            return jsonrpc.encode(Failure(job.id, fault.to_object()))
        return job.failure(fault)
