"""A pool of worker processes, driven from asyncio: bounded, with a deadline on every job, and never broken by one.

A worker that dies takes only its own job along, which is tried once more; one that passes its deadline is killed
and replaced, and so is one that has grown, or has done its share. Workers come from a fork server that has the heavy
modules loaded, so a new one costs little.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from papermesh_services.server.errors import ServiceError, draining
from papermesh_services.server.fork_server import preload
from papermesh_services.server.process import (
    Job,
    JobFailed,
    Pages,
    ProcessorTimeSpent,
    WorkerDied,
    WorkerNotStarted,
)
from papermesh_services.server.quarantine import Quarantine, fingerprint
from papermesh_services.server.recognition.engine import Tesseract
from papermesh_services.server.sandbox import Containment
from papermesh_services.server.sharing.helpers import Helpers
from papermesh_services.server.staff import PoolSettings, Staff, ended_well, finished, gone_by_the_end_of

if TYPE_CHECKING:
    from papermesh_services.server.messages import Source
    from papermesh_services.server.parts import Parts
    from papermesh_services.server.process import Worker
    from papermesh_services.server.recognition.model import RecognitionSettings
    from papermesh_services.server.spool import Content
    from papermesh_services.server.worker import WorkerSettings

__all__ = ["Interrupted", "JobFailed", "PoolSettings", "WorkerDied", "WorkerPool"]

STOP_PAUSE_SECONDS: Final = 0.1
_WHAT_TO_DO: Final = "Save it again in the program that made it, or report it to whoever runs the server."
"""How long stopping waits before it looks again for workers to end."""

log = logging.getLogger(__name__)


class Interrupted(ServiceError):
    """A job was ended before it had an answer. pages: the texts of the pages it had told of, as UTF-8."""

    def __init__(self, reason: str, message: str, pages: Pages | None) -> None:
        super().__init__(reason, message)
        self.pages = tuple(pages.told) if pages else ()


class WorkerPool:
    """Runs jobs in worker processes, which are started as they are needed and kept."""

    def __init__(
        self, settings: WorkerSettings, pool: PoolSettings, recognition: RecognitionSettings | None = None
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._recognition = recognition
        self.tesseract: Tesseract | None = None
        """What recognises text, if it is wanted and here; known once the pool is started."""
        self._staff = Staff(settings, pool)
        self._helpers = Helpers(self._staff, pool)
        self._jobs: set[asyncio.Task[bytes]] = set()
        self._parts: set[Parts] = set()
        self._quarantine = Quarantine(pool.quarantine_size, pool.quarantine_seconds)
        self._stopping = False
        self.containment = Containment(settings.profile.max_memory_bytes, settings.profile.max_open_files)
        """How well the workers are shut in; known once the pool is started."""
        preload(settings.module)

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers there are now."""
        return self._staff.pids

    async def start(self) -> None:
        """Starts the first worker, so that a broken installation is known at once. Raises WorkerDied."""
        # Workers heed no signal but SIGKILL, so an interpreter that exits without stop() would wait for them for ever.
        atexit.register(self._staff.kill_all)
        if self._recognition is not None:
            self.tesseract = await self._staff.in_thread(Tesseract.find, self._recognition)
        worker = await self._staff.hire()
        self.containment = worker.containment
        if missing := "; ".join(worker.containment.missing):
            if self._settings.profile.mode == "required":
                raise WorkerDied(f"containment is required, and this system lacks a part of it: {missing}")
            log.warning("workers are less contained than they could be: %s", missing)

    async def run(
        self,
        job: str,
        request: bytes,
        seconds: float,
        content: Content | None = None,
        *,
        source: Source | None = None,
        keep_pages: bool = False,
        parts: Parts | None = None,
    ) -> bytes:
        """Does one job and returns its serialised response.

        seconds: how long it may take, waiting for a worker included. content: the document, where it is not in the
        request, and source the field of the request it stands for. keep_pages: whether the pages that it tells of are
        wanted if it does not end well. parts: what takes the parts of a response that is given bit by bit; seconds are
        those until the first one then.

        Raises JobFailed with the status the worker gave, Interrupted (PROCESSING_TIMEOUT, WORKER_CRASHED), or
        ServiceError (DOCUMENT_QUARANTINED, DOWNLOAD_TIMEOUT, SERVER_DRAINING once the pool is stopped).
        """
        if self._stopping:
            raise draining()
        deadline = asyncio.get_running_loop().time() + seconds
        # A job can outlive its caller, who then closes the file.
        held = read_only(content) if isinstance(content, int) else content
        work = Job(job, request, held, source, parts=parts, tesseract=self.tesseract)
        task = asyncio.create_task(self._place_and_run(work, keep_pages, deadline))
        task.add_done_callback(lambda _: os.close(held) if isinstance(held, int) else None)
        self._jobs.add(task)
        if parts is not None:
            self._parts.add(parts)
            task.add_done_callback(lambda _: self._parts.discard(parts))
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
            while under_way := self._jobs | self._helpers.tasks:
                # Again each time: a job that was being placed has a worker only now.
                self._staff.kill_all()
                for parts in self._parts:
                    parts.close()  # or a reader that is not there any more would hold up the thread behind it
                await asyncio.wait(under_way, timeout=STOP_PAUSE_SECONDS)
        finally:
            self._staff.kill_all()
            atexit.unregister(self._staff.kill_all)
        await self._staff.dismiss()

    def _forget(self, task: asyncio.Task[bytes]) -> None:
        self._jobs.discard(task)
        if not task.cancelled():
            task.exception()  # Looked at here, because its awaiter may be gone.

    async def _place_and_run(self, job: Job, keep_pages: bool, deadline: float) -> bytes:
        if not self._staff.has_place:
            self._helpers.call_back()
        try:
            await self._staff.enter(deadline)
        except TimeoutError:
            raise ServiceError(
                "PROCESSING_TIMEOUT",
                "The document waited for a free worker until its deadline: the server is busy. Try again later.",
            ) from None
        try:
            if self._stopping:
                raise draining()
            known = await self._admitted(job) if self._quarantine else None
            answer = await self._try_twice(job, keep_pages, deadline)
            if known is not None:
                self._quarantine.note_success(known)
            return answer
        finally:
            self._staff.leave()
            self._helpers.send()

    async def _admitted(self, job: Job) -> str | None:
        """The hash of a document that may be read. Raises ServiceError for one that is refused."""
        document = await self._staff.in_thread(fingerprint, job)
        if document is not None and self._quarantine.holds(document):
            raise quarantined(self._quarantine.seconds_left(document))
        return document

    async def _try_twice(self, job: Job, keep_pages: bool, deadline: float) -> bytes:
        pages: Pages | None = None
        document: str | None = None
        for last in (False, True):
            attempt = self._with_pages(job) if keep_pages else job
            try:
                answer = await self._attempt(attempt, deadline, shared=not last)
            except WorkerDied as error:
                log.warning("%s%s", error, "" if last or self._stopping else "; the job is tried once more")
                pages = _more(pages, attempt.pages)
                if self._stopping:
                    break
                if not isinstance(error, WorkerNotStarted):
                    document = await self._note_death(job)
                if job.parts is not None and job.parts.begun:
                    break
            except Interrupted as error:
                raise Interrupted(error.reason, error.message, _more(pages, attempt.pages)) from error
            else:
                if document is not None:
                    self._quarantine.note_success(document)
                return answer
        raise Interrupted("WORKER_CRASHED", f"A worker process ended while it read the document. {_WHAT_TO_DO}", pages)

    async def _note_death(self, job: Job) -> str | None:
        """Remembers the document of a job that has ended a worker, and returns its hash."""
        document = await self._staff.in_thread(fingerprint, job)
        if document is not None:
            self._quarantine.note_death(document)
        return document

    def _with_pages(self, job: Job) -> Job:
        limits = self._settings.limits
        return replace(job, pages=Pages(limits.max_text_characters, limits.max_pages))

    async def _attempt(self, job: Job, deadline: float, *, shared: bool) -> bytes:
        """Does a job once. shared: whether others may help; not where its document has ended a worker before."""
        worker = await self._taken()
        left = max(0.0, deadline - asyncio.get_running_loop().time())
        seconds = self._pool.reading_seconds(left)
        if shared:
            job = self._helpers.opened(job, deadline, seconds)
        exchange = self._staff.exchange(worker, job, seconds)
        in_time = False
        try:
            if job.parts is not None and await job.parts.begins(exchange, left):
                left = job.parts.seconds
            in_time = await finished(exchange, left)
        except asyncio.CancelledError:
            if job.parts is not None:
                job.parts.close()
            in_time = await finished(exchange, self._pool.abandoned_seconds)
            raise
        finally:
            settled = asyncio.ensure_future(self._settle(worker, job, exchange, in_time=in_time))
            if await gone_by_the_end_of(settled):
                raise asyncio.CancelledError
        if not in_time and job.parts is not None and job.parts.begun:
            raise not_taken(job.parts.seconds)
        if not in_time:
            raise Interrupted("PROCESSING_TIMEOUT", too_late(self._pool.max_processing_seconds), job.pages)
        try:
            return exchange.result()
        except ProcessorTimeSpent as error:
            log.warning("%s", error)
            message = (
                "The document took more of the processor's time to read than max_cpu_seconds allows "
                f"({self._pool.max_cpu_seconds:g} s). Give it in parts, or have the server allow more."
            )
            raise Interrupted("PROCESSING_TIMEOUT", message, job.pages) from error

    async def _taken(self) -> Worker:
        """A worker, which is put back where the caller goes while it is looked for or started."""
        taking = asyncio.ensure_future(self._staff.take())
        if await gone_by_the_end_of(taking):
            if taking.exception() is None:
                await self._staff.put_back(taking.result(), usable=True)
            raise asyncio.CancelledError
        return taking.result()

    async def _settle(self, worker: Worker, job: Job, exchange: asyncio.Future[bytes], *, in_time: bool) -> None:
        """Ends an exchange that was not in time, and puts its worker back."""
        if not in_time:
            worker.kill()
            if job.parts is not None:
                job.parts.close()
        self._helpers.close(job)
        await asyncio.wait({exchange})
        # Asked in any case, because an exchange that was not in time is asked nothing else.
        await self._staff.put_back(worker, usable=ended_well(exchange) and in_time)


def read_only(descriptor: int) -> int:
    """Another descriptor of the same file, through which it can only be read, and with a place in it of its own."""
    with contextlib.suppress(OSError):  # there is no /proc: then one that can do more
        return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    return os.dup(descriptor)


def too_late(most: float) -> str:
    """What is said of a document that was not read in time, where the server gives a document so many seconds."""
    return (
        "The document took longer to read than it may: until the caller's deadline, and no longer than the server's "
        f"max_processing_seconds ({most:g} s). Allow more of the lower of the two, or give the document in parts."
    )


def not_taken(seconds: float) -> ServiceError:
    """The error of an answer in parts that its caller takes too slowly."""
    message = f"The answer was not taken within {seconds:g} s. Take it faster, or have a smaller part of it answered."
    return ServiceError("DOWNLOAD_TIMEOUT", message)


def quarantined(seconds: float) -> ServiceError:
    """The error of a document that has ended workers, and is not read for so many seconds."""
    message = (
        f"Reading this document has ended worker processes; it is refused for another {seconds:.0f} s. {_WHAT_TO_DO}"
    )
    return ServiceError("DOCUMENT_QUARANTINED", message)


def _more(one: Pages | None, other: Pages | None) -> Pages | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda pages: len(pages.told))
