"""A pool of worker processes, driven from asyncio: bounded, with a deadline on every job, and never broken by one.

A worker that dies takes only its own job along, which is tried once more; one that passes its deadline is killed
and replaced. Workers come from a fork server that has the heavy modules loaded, so a new one costs little.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from typing import TYPE_CHECKING, Final

from google.rpc import status_pb2

from papermesh_services.server.errors import ServiceError, draining
from papermesh_services.server.worker import DONE, READY, WorkerSettings, run, send_content

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

    from papermesh_services.server.spool import Content

START_SECONDS: Final = 60.0
"""How long a new worker may take until it is ready; the first one also loads the fork server."""

STOP_PAUSE_SECONDS: Final = 0.1
"""How long stopping waits before it looks again for workers to end."""

log = logging.getLogger(__name__)


class JobFailed(Exception):
    """A job ended with a status that the caller is to be told."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status


class WorkerDied(Exception):
    """A worker process ended in the middle of a job, or did not start."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is to do, and with what."""

    name: str
    request: bytes
    content: Content | None = None


class Worker:
    """One worker process and our end of its pipe. Its blocking calls run in the pool's threads."""

    def __init__(self, process: ForkServerProcess, connection: Connection) -> None:
        self.process = process
        self._connection = connection

    @classmethod
    def start(cls, settings: WorkerSettings) -> Worker:
        """Starts a worker and waits until it is ready. Blocks."""
        try:
            start_fork_server()
            context = multiprocessing.get_context("forkserver")
            ours, theirs = context.Pipe()
            process = context.Process(target=run, args=(theirs, settings), daemon=True)
            process.start()
        except OSError as error:
            raise WorkerDied(f"no worker process can be made: {error.strerror or error}") from error
        theirs.close()
        worker = cls(process, ours)
        try:
            if ours.poll(START_SECONDS) and ours.recv_bytes() == READY:
                return worker
        except (EOFError, OSError) as error:
            worker.end()
            raise WorkerDied("a worker process ended while it started; its standard error says why") from error
        worker.end()
        raise WorkerDied(f"a worker process was not ready within {START_SECONDS:.0f} s")

    def exchange(self, job: Job) -> bytes:
        """Does one job and returns its response. Blocks until there is one, or until the process ends."""
        try:
            self._connection.send_bytes(job.name.encode())
            self._connection.send_bytes(job.request)
            send_content(self._connection, job.content, self.process.pid or 0)
            answer = self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerDied(f"worker process {self.process.pid} ended in the middle of a job") from error
        if answer[:1] == DONE:
            return answer[1:]
        raise JobFailed(status_pb2.Status.FromString(answer[1:]))

    def kill(self) -> None:
        """Kills the process. A thread waiting in exchange is told so by WorkerDied."""
        self.process.kill()

    def end(self) -> None:
        """Kills the process and gives back what it held. Blocks for a moment."""
        self.process.kill()
        self.process.join()
        self._connection.close()
        self.process.close()


class WorkerPool:
    """Runs jobs in at most `size` worker processes, which are started as they are needed and kept.

    abandoned_seconds: how long a worker may go on with a job nobody waits for, before it is killed.
    """

    def __init__(self, settings: WorkerSettings, size: int, abandoned_seconds: float) -> None:
        self._settings = settings
        self._abandoned_seconds = abandoned_seconds
        self._places = asyncio.Semaphore(size)
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._jobs: set[asyncio.Task[bytes]] = set()
        self._stopping = False
        self._threads = ThreadPoolExecutor(size + 1, thread_name_prefix="papermesh-worker")
        preload(settings.module)

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers there are now."""
        return [worker.process.pid or 0 for worker in (*self._idle, *self._busy)]

    async def start(self) -> None:
        """Starts the first worker, so that a broken installation is known at once. Raises WorkerDied."""
        # Workers heed no signal but SIGKILL, so an interpreter that exits without stop() would wait for them for ever.
        atexit.register(self._kill_all)
        self._idle.append(await self._new_worker())

    async def run(self, job: str, request: bytes, seconds: float, content: Content | None = None) -> bytes:
        """Does one job and returns its serialised response.

        seconds: how long it may take, waiting for a worker included. content: the document, where it is not in the
        request. Raises JobFailed with the status the worker gave, or ServiceError (PROCESSING_TIMEOUT,
        WORKER_CRASHED, SERVER_DRAINING once the pool is stopped).
        """
        if self._stopping:
            raise draining()
        deadline = asyncio.get_running_loop().time() + seconds
        # A job can outlive its caller, who then closes the file.
        held = os.dup(content) if isinstance(content, int) else content
        task = asyncio.create_task(self._place_and_run(Job(job, request, held), deadline))
        task.add_done_callback(lambda _: os.close(held) if isinstance(held, int) else None)
        self._jobs.add(task)
        task.add_done_callback(self._forget)
        # Shielded: when the caller goes, the task still has a worker to put back or to end.
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def stop(self) -> None:
        """Ends every worker. Jobs still running fail with WORKER_CRASHED."""
        self._stopping = True
        try:
            while self._jobs:
                # Again each time: a job that was being placed has a worker only now.
                self._kill_all()
                await asyncio.wait(set(self._jobs), timeout=STOP_PAUSE_SECONDS)
        finally:
            self._kill_all()
            atexit.unregister(self._kill_all)
        while self._idle:
            await self._end(self._idle.pop())
        self._threads.shutdown()

    def _kill_all(self) -> None:
        for worker in (*self._idle, *self._busy):
            worker.kill()

    def _forget(self, task: asyncio.Task[bytes]) -> None:
        self._jobs.discard(task)
        if not task.cancelled():
            task.exception()  # Looked at here, because its awaiter may be gone.

    async def _place_and_run(self, job: Job, deadline: float) -> bytes:
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            raise ServiceError(
                "PROCESSING_TIMEOUT", "The document waited for a free worker until its deadline; the server is busy."
            ) from None
        try:
            if self._stopping:
                raise draining()
            return await self._try_twice(job, deadline)
        finally:
            self._places.release()

    async def _try_twice(self, job: Job, deadline: float) -> bytes:
        for last in (False, True):
            try:
                return await self._attempt(job, deadline)
            except WorkerDied as error:
                log.warning("%s%s", error, "" if last or self._stopping else "; the job is tried once more")
                if last or self._stopping:
                    break
        raise ServiceError("WORKER_CRASHED", "The worker process ended while it read the document.")

    async def _attempt(self, job: Job, deadline: float) -> bytes:
        worker = await self._take_idle() or await self._new_worker()
        self._busy.add(worker)
        exchange = asyncio.get_running_loop().run_in_executor(self._threads, worker.exchange, job)
        in_time = False
        try:
            in_time = await finished(exchange, deadline - asyncio.get_running_loop().time())
        except asyncio.CancelledError:
            in_time = await finished(exchange, self._abandoned_seconds)
            raise
        finally:
            if not in_time:
                worker.kill()
            await asyncio.wait({exchange})
            self._busy.discard(worker)
            died = isinstance(exchange.exception(), WorkerDied)
            if died or not in_time:
                await self._end(worker)
            else:
                self._idle.append(worker)
        if not in_time:
            raise ServiceError("PROCESSING_TIMEOUT", "The document took longer to read than its deadline allows.")
        return exchange.result()

    async def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            await self._end(worker)
        return None

    async def _new_worker(self) -> Worker:
        return await asyncio.get_running_loop().run_in_executor(self._threads, Worker.start, self._settings)

    async def _end(self, worker: Worker) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, worker.end)


async def finished(exchange: asyncio.Future[bytes], seconds: float) -> bool:
    """Waits for an exchange, and says whether it was over within so many seconds."""
    done, _ = await asyncio.wait({exchange}, timeout=max(0.0, seconds))
    return bool(done)


def start_fork_server() -> None:
    """Starts the process that forks the workers, unless it runs, with the signals blocked that we answer for all.

    Ctrl-C, and many a supervisor, signal every process of a group; a worker that heeds that cannot finish its
    document, and the fork server would show a traceback.
    """
    resource_tracker.ensure_running()  # Which unblocks the signals where it is started on the way.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_preloaded = {"papermesh_services.server.worker"}


def preload(module: str) -> None:
    """Has the fork server load a module once for all workers. It takes effect until the first worker is started."""
    _preloaded.add(module)
    multiprocessing.get_context("forkserver").set_forkserver_preload(sorted(_preloaded))
