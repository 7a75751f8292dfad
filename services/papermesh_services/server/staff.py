"""The worker processes there are, driven from asyncio: started as they are needed, kept, replaced, and ended.

Whoever uses a worker has a place first; there are as many places as there may be workers.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, TypeVarTuple

from papermesh_services.server.process import Worker, WorkerDied

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.server.process import Job
    from papermesh_services.server.worker import WorkerSettings

PARTIAL_SHARE: Final = 0.25
"""The most of a job's time that is kept for giving what has been read until then."""

ArgumentTs = TypeVarTuple("ArgumentTs")
ResultT = TypeVar("ResultT")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How workers are used; ServerConfig has the same names, and says what they mean."""

    size: int = 1
    workers_per_document: int = 0
    abandoned_seconds: float = 1.0
    max_processing_seconds: float = 20.0
    max_cpu_seconds: float = 20.0
    partial_seconds: float = 2.0
    max_jobs_per_worker: int = 500
    max_worker_resident_bytes: int = 512 * 1024 * 1024
    quarantine_size: int = 1000
    quarantine_seconds: float = 3600.0

    def reading_seconds(self, left: float) -> float:
        """After how many of the seconds that are left a reader is to stop with what it has."""
        return left - min(self.partial_seconds, PARTIAL_SHARE * left)


class Staff:
    """The workers, and the places they work in."""

    def __init__(self, settings: WorkerSettings, pool: PoolSettings) -> None:
        self._settings = settings
        self._pool = pool
        self._places = asyncio.Semaphore(pool.size)
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._threads = ThreadPoolExecutor(pool.size + 1, thread_name_prefix="papermesh-worker")
        self.waiting = 0
        """How many wait for a place. Any thread may look."""

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers there are now."""
        return [worker.process.pid or 0 for worker in (*self._idle, *self._busy)]

    @property
    def has_place(self) -> bool:
        """Whether there is a place that nobody waits for."""
        return not self._places.locked()

    async def enter(self, deadline: float) -> None:
        """Takes a place, without a pause if there is one. Raises TimeoutError where there is none in time."""
        if self.has_place:
            await self._places.acquire()
            return
        self.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        finally:
            self.waiting -= 1

    def leave(self) -> None:
        """Gives a place back."""
        self._places.release()

    async def hire(self) -> Worker:
        """Starts a worker that nobody has anything to do for yet. Raises WorkerNotStarted."""
        worker = await self._started()
        self._idle.append(worker)
        return worker

    async def take(self) -> Worker:
        """A worker for whoever has a place. Raises WorkerNotStarted."""
        worker = await self._take_idle() or await self._started()
        self._busy.add(worker)
        return worker

    def exchange(self, worker: Worker, job: Job, seconds: float) -> asyncio.Future[bytes]:
        """Has a worker do a job, in a thread; it is told that it has so many seconds."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, worker.exchange, job, seconds, self._pool.max_cpu_seconds)

    async def put_back(self, worker: Worker, *, usable: bool) -> None:
        """Keeps a worker for the next job, if it is still good for one. usable: whether it has ended its last well."""
        self._busy.discard(worker)
        if not usable or worker.jobs >= self._pool.max_jobs_per_worker:
            await self._end(worker)
        elif worker.resident_bytes() > self._pool.max_worker_resident_bytes:
            log.info("worker process %s has grown and is replaced", worker.process.pid)
            await self._end(worker)
        else:
            self._idle.append(worker)

    def kill_all(self) -> None:
        """Kills every worker. Those that have an exchange are told so there."""
        for worker in (*self._idle, *self._busy):
            worker.kill()

    async def dismiss(self) -> None:
        """Ends the workers that are idle, and takes no more work."""
        while self._idle:
            await self._end(self._idle.pop())
        self._threads.shutdown()

    async def in_thread(self, call: Callable[[*ArgumentTs], ResultT], *arguments: *ArgumentTs) -> ResultT:
        """Calls what blocks."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    async def _started(self) -> Worker:
        return await self.in_thread(Worker.start, self._settings)

    async def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            await self._end(worker)
        return None

    async def _end(self, worker: Worker) -> None:
        await self.in_thread(worker.end)


def ended_well(exchange: asyncio.Future[bytes]) -> bool:
    """Whether a worker has lived through an exchange that is over."""
    return not isinstance(exchange.exception(), WorkerDied)


async def gone_by_the_end_of(task: asyncio.Future[Any]) -> bool:
    """Waits until a task has ended, whatever happens, and says whether who waits here was cancelled meanwhile."""
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    return cancelled


async def finished(exchange: asyncio.Future[bytes], seconds: float) -> bool:
    """Waits for an exchange, and says whether it was over within so many seconds."""
    done, _ = await asyncio.wait({exchange}, timeout=max(0.0, seconds))
    return bool(done)
