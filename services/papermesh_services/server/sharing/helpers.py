"""The workers that help with a long document: found where places are idle, sent to it, and called back.

They never keep a document waiting that could have their place: while one waits none is sent, those that help leave
after the pages at hand, and one that takes longer than YIELD_SECONDS over them is ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from papermesh_services.server.envelope import CONTENT, NotSeen, look
from papermesh_services.server.process import Job, WorkerDied
from papermesh_services.server.sharing.ledger import Ledger
from papermesh_services.server.staff import ended_well, finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.server.process import Worker
    from papermesh_services.server.spool import Content
    from papermesh_services.server.staff import PoolSettings, Staff

YIELD_SECONDS: Final = 0.25
"""How long a document may wait for a place that a helper has."""
MOST_SENT: Final = 64
"""Helpers that are sent to one document, one after the other."""

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Shared:
    """A document that may be shared.

    job: what those that help have to do. deadline: when they must be done, on the loop's clock. over: done once nobody
    wants their help any more. sent: how many were sent to it; here: how many of them there are.
    """

    job: Job
    ledger: Ledger
    deadline: float
    over: asyncio.Future[None]
    sent: int = 0
    here: int = 0


@dataclass(eq=False, slots=True)
class _Helper:
    worker: Worker
    called_back: bool = False


class Helpers:
    """Sends workers that are idle to documents that are long."""

    def __init__(self, staff: Staff, pool: PoolSettings) -> None:
        self._staff = staff
        self._abandoned_seconds = pool.abandoned_seconds
        self._most_readers = min(pool.size, pool.workers_per_document or pool.size)
        self._documents: dict[Ledger, _Shared] = {}
        self._helping: set[_Helper] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """What is under way."""
        return set(self._tasks)

    def opened(self, job: Job, deadline: float, seconds: float) -> Job:
        """The job, with a ledger if its document may be shared. Close it then, whatever comes of the job.

        deadline: when the job is ended, on the loop's clock. seconds: after which its reader stops with what it has.
        """
        content = _content(job)
        if self._most_readers < 2 or content is None:
            return job
        loop = asyncio.get_running_loop()
        ledger = Ledger(
            self._most_readers,
            time.monotonic() + seconds,
            lambda: loop.call_soon_threadsafe(self.send),
            lambda: self._staff.waiting > 0,
        )
        helping = Job("", b"", content, tesseract=job.tesseract, ledger=ledger)
        self._documents[ledger] = _Shared(helping, ledger, deadline, loop.create_future())
        return replace(job, ledger=ledger)

    def close(self, job: Job) -> None:
        """The document of a job is done with: those that help with it leave, or are ended."""
        if job.ledger is not None:
            job.ledger.close()
            self._documents.pop(job.ledger).over.set_result(None)

    def send(self) -> None:
        """Sends workers to documents, as long as there are places that nobody waits for."""
        for shared in self._documents.values():
            while shared.here < self._most_readers - 1 and shared.sent < MOST_SENT and shared.ledger.wants_help:
                if not self._staff.has_place:
                    return
                shared.here += 1
                task = asyncio.create_task(self._help(shared))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def call_back(self) -> None:
        """Somebody waits for a place. Helpers see that between pages; those that do not are ended after a moment."""
        if self._helping:
            asyncio.get_running_loop().call_later(YIELD_SECONDS, self._end_some)

    def _end_some(self) -> None:
        late = [helper for helper in self._helping if not helper.called_back]
        for helper in late[: self._staff.waiting]:
            helper.called_back = True
            helper.worker.kill()

    async def _help(self, shared: _Shared) -> None:
        if shared.over.done() or not self._staff.has_place:
            shared.here -= 1
            return
        await self._staff.enter(shared.deadline)
        shared.sent = reader = shared.sent + 1
        try:
            with _held(shared.job.content) as content:
                await self._help_at(shared, replace(shared.job, content=content, reader=reader))
        except (WorkerDied, OSError) as error:
            log.warning("no worker can help with a long document: %s", error)
            shared.ledger.leave(reader, at_fault=True)
        finally:
            shared.here -= 1
            self._staff.leave()
            self.send()

    async def _help_at(self, shared: _Shared, job: Job) -> None:
        """Helps from a place. Raises WorkerNotStarted."""
        worker = await self._staff.take()
        if shared.over.done():
            await self._staff.put_back(worker, usable=True)
            return
        helper = _Helper(worker)
        self._helping.add(helper)
        exchange = self._staff.exchange(worker, job, max(0.0, shared.ledger.until - time.monotonic()))
        in_time = await self._finished(exchange, shared)
        if not in_time:
            worker.kill()
        await asyncio.wait({exchange})
        self._helping.discard(helper)
        fault = exchange.exception() if in_time and not helper.called_back else None
        if fault is not None:
            log.warning("%s; the pages it was given are read by another", fault)
        shared.ledger.leave(job.reader, at_fault=fault is not None)
        # One that was called back may have ended well a moment before, and is dying all the same.
        usable = ended_well(exchange) and in_time and not helper.called_back
        await self._staff.put_back(worker, usable=usable)

    async def _finished(self, exchange: asyncio.Future[bytes], shared: _Shared) -> bool:
        """Waits for a helper until the deadline, and no more than a moment once its help is not wanted any more."""
        left = max(0.0, shared.deadline - asyncio.get_running_loop().time())
        over: asyncio.Future[Any] = shared.over
        await asyncio.wait({exchange, over}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if not exchange.done() and over.done():
            await finished(exchange, self._abandoned_seconds)
        return exchange.done()


@contextlib.contextmanager
def _held(content: Content | memoryview | None) -> Iterator[Content | memoryview | None]:
    """The content, for longer than the job that it belongs to, which closes its file."""
    if not isinstance(content, int):
        yield content
        return
    descriptor = os.dup(content)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _content(job: Job) -> Content | memoryview | None:
    """The bytes of a job's document, or the descriptor of a file that has them; None where there are none."""
    if job.content is not None:
        return job.content
    try:
        envelope = look(job.request)
    except NotSeen:
        return None
    return envelope.document if envelope.source == CONTENT else None
