"""One worker process, seen from the server: started, given jobs, watched and ended. Everything here blocks.

Nothing a worker says is taken on trust: messages have a largest size, and one that is no message ends the worker.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import resource
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psutil
from google.protobuf.message import DecodeError
from google.rpc import status_pb2

from papermesh_services.server.errors import CODE_BY_REASON, MAX_MESSAGE_CHARACTERS
from papermesh_services.server.fork_server import start_fork_server
from papermesh_services.server.messages import (
    DONE,
    ENOUGH,
    FAILED,
    LOG,
    MAX_LOG_CHARACTERS,
    PAGE,
    PART,
    PICTURE,
    READY,
    SHARE,
    TURN,
    Assignment,
    send_content,
)
from papermesh_services.server.recognition.model import NoPicture
from papermesh_services.server.recognition.pipes import Abandoned
from papermesh_services.server.sandbox import Containment
from papermesh_services.server.sharing.ledger import OWNER
from papermesh_services.server.sharing.turns import NoReport, Report, offer_from_bytes, turn_to_bytes
from papermesh_services.server.worker import WorkerSettings, run

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

    from papermesh_services.server.messages import Source
    from papermesh_services.server.parts import Parts
    from papermesh_services.server.recognition.engine import Tesseract
    from papermesh_services.server.sharing.ledger import Ledger
    from papermesh_services.server.spool import Content

START_SECONDS: Final = 60.0
"""How long a new worker may take until it is ready; the first one also loads the fork server."""
END_SECONDS: Final = 1.0
"""How long a process that has closed its pipe may take to be gone, before it is ended."""
MAX_LOG_LINES: Final = 20
"""Lines for the log that are taken from one job."""
MAX_DETAIL_BYTES: Final = 8 * 1024
"""Details of a status, which travel in the headers of HTTP/2."""

log = logging.getLogger(__name__)


class JobFailed(Exception):
    """A job ended with a status that the caller is to be told."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status


class WorkerDied(Exception):
    """A worker process ended in the middle of a job, or did not start."""


class WorkerNotStarted(WorkerDied):
    """A worker process did not start, which is no fault of a document."""


class _NoAnswer(Exception):
    """A worker said what no honest one says."""


class ProcessorTimeSpent(WorkerDied):
    """A worker process was ended by the system because its job took all the processor time it may."""


@dataclass(slots=True)
class Pages:
    """The pages a job has told of, as UTF-8; once there is no room, no further ones."""

    max_bytes: int
    max_pages: int
    told: list[bytes] = field(default_factory=list)
    _bytes: int = 0

    def add(self, page: bytes) -> None:
        """Keeps a page if there is room for it."""
        self._bytes += len(page)
        if self._bytes <= self.max_bytes and len(self.told) < self.max_pages:
            self.told.append(page)


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is to do, and with what.

    pages: where the pages go that it tells of; None if they are not wanted. parts: where the parts go of a response
    that is given bit by bit.
    tesseract: what recognises the pictures it sends; None if there is nothing. ledger: who reads which pages, where
    others may read some of them; reader: its number there, not that of the owner for a job that only helps.
    """

    name: str
    request: bytes
    content: Content | memoryview | None = None
    source: Source | None = None
    pages: Pages | None = None
    parts: Parts | None = None
    tesseract: Tesseract | None = None
    ledger: Ledger | None = None
    reader: int = OWNER

    def assignment(self, seconds: float) -> Assignment:
        """What the worker is told of it."""
        return Assignment(
            self.name,
            seconds,
            pages=self.pages is not None,
            source=self.source or "",
            recognition=self.tesseract is not None,
            shares=self.ledger is not None and self.reader == OWNER,
            helps=self.reader != OWNER,
        )


class Worker:
    """One worker process and our end of its pipe."""

    def __init__(self, process: ForkServerProcess, connection: Connection, settings: WorkerSettings) -> None:
        self.process = process
        self.jobs = 0
        self.containment = Containment(0, 0)
        self._connection = connection
        self._settings = settings
        self._seen = psutil.Process(process.pid)
        _, self._most_cpu_seconds = resource.prlimit(self._seen.pid, resource.RLIMIT_CPU)

    @classmethod
    def start(cls, settings: WorkerSettings) -> Worker:
        """Starts a worker and waits until it is ready. Raises WorkerNotStarted."""
        try:
            start_fork_server()
            context = multiprocessing.get_context("forkserver")
            ours, theirs = context.Pipe()
            process = context.Process(target=run, args=(theirs, settings), daemon=True)
            process.start()
        except OSError as error:
            raise WorkerNotStarted(f"no worker process can be made: {error.strerror or error}") from error
        theirs.close()
        try:
            worker = cls(process, ours, settings)
        except (psutil.Error, OSError) as error:
            ours.close()
            raise WorkerNotStarted("a worker process ended while it started; its standard error says why") from error
        try:
            if ours.poll(START_SECONDS):
                worker.containment = worker._greeting()
                return worker
        except (EOFError, OSError) as error:
            worker.end()
            raise WorkerNotStarted("a worker process ended while it started; its standard error says why") from error
        worker.end()
        raise WorkerNotStarted(f"a worker process was not ready within {START_SECONDS:.0f} s")

    def exchange(self, job: Job, seconds: float, processor_seconds: float) -> bytes:
        """Does one job and returns its response. Blocks until there is one, or until the process ends.

        seconds: what the worker is told it has. processor_seconds: what it has of the processor's time, or it is ended.
        Raises JobFailed, WorkerDied.
        """
        self.jobs += 1
        try:
            self._grant(processor_seconds)
            self._connection.send_bytes(job.assignment(seconds).to_bytes())
            self._connection.send_bytes(job.request)
            send_content(self._connection, job.content, self.process.pid or 0)
            return self._answer(job)
        except _NoAnswer as error:
            self.kill()
            raise WorkerDied(f"worker process {self._seen.pid} answered with {error} and is ended") from error
        except (EOFError, OSError, psutil.Error) as error:
            raise self._death() from error

    def resident_bytes(self) -> int:
        """The memory it has now; 0 if it has ended."""
        try:
            return int(self._seen.memory_info().rss)
        except psutil.Error:
            return 0

    def kill(self) -> None:
        """Kills the process. A thread waiting in exchange is told so by WorkerDied."""
        self.process.kill()

    def end(self) -> None:
        """Kills the process and gives back what it held. Blocks for a moment."""
        self.process.kill()
        self.process.join()
        self._connection.close()
        self.process.close()

    def _greeting(self) -> Containment:
        message = self._connection.recv_bytes()
        if message[:1] != READY:
            raise EOFError
        return Containment.from_bytes(message[1:])

    def _grant(self, seconds: float) -> None:
        # Set from here, so that a worker cannot raise it. The hard limit stays: it could never be raised again.
        times = self._seen.cpu_times()
        until = int(times.user + times.system + seconds) + 1
        if self._most_cpu_seconds != resource.RLIM_INFINITY:
            until = min(until, self._most_cpu_seconds)
        resource.prlimit(self._seen.pid, resource.RLIMIT_CPU, (until, self._most_cpu_seconds))

    def _answer(self, job: Job) -> bytes:
        lines = 0
        while True:
            message = self._connection.recv_bytes(self._settings.max_answer_bytes)
            kind, data = message[:1], message[1:]
            if kind == DONE:
                return data
            if kind == FAILED:
                raise JobFailed(_believable(data))
            if kind == LOG:
                lines += 1
                if lines <= MAX_LOG_LINES:
                    log.warning("worker process %d: %s", self._seen.pid, printable(data))
            else:
                self._heed(job, kind, data)

    def _heed(self, job: Job, kind: bytes, data: bytes) -> None:
        """Takes what a worker tells on the way, and gives it what it asks for."""
        if kind == PAGE and job.pages is not None:
            job.pages.add(data)
        elif kind == PART and job.parts is not None:
            if job.pages is not None:
                job.pages.told.clear()  # which are wanted only where there is nothing better
            job.parts.put(data)
        elif kind == PICTURE and job.tesseract is not None:
            self._connection.send_bytes(self._recognised(data, job.tesseract))
        elif kind in (SHARE, TURN, ENOUGH) and job.ledger is not None:
            self._share(kind, data, job.ledger, job.reader)
        else:
            raise _NoAnswer("what is no answer")

    def _share(self, kind: bytes, data: bytes, ledger: Ledger, reader: int) -> None:
        try:
            if kind == SHARE:
                ledger.share(reader, offer_from_bytes(data, self._settings.limits.max_pages))
            elif kind == ENOUGH:
                ledger.end()
            else:
                self._connection.send_bytes(turn_to_bytes(ledger.turn(reader, Report.from_bytes(data))))
        except NoReport as error:
            raise _NoAnswer(str(error)) from error

    def _recognised(self, picture: bytes, tesseract: Tesseract) -> bytes:
        try:
            return tesseract.answer(picture, self.process.sentinel)
        except NoPicture as error:
            raise _NoAnswer(str(error)) from error
        except Abandoned as error:
            raise EOFError from error

    def _death(self) -> WorkerDied:
        """Why there is no answer, once the process is gone."""
        pid = self._seen.pid
        self.process.join(END_SECONDS)
        code = self.process.exitcode
        if code == -signal.SIGXCPU:
            return ProcessorTimeSpent(f"worker process {pid} took all the processor time its job may")
        if code is None:
            self.kill()
            return WorkerDied(f"worker process {pid} answered with what is no answer and is ended")
        return WorkerDied(f"worker process {pid} ended in the middle of a job ({_manner(code)})")


def printable(data: bytes) -> str:
    """A line for the log as a worker sent it: cut, and without characters that do something to a terminal."""
    text = data[: 4 * MAX_LOG_CHARACTERS].decode("utf-8", "replace")[:MAX_LOG_CHARACTERS]
    return "".join(each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text)


def _believable(data: bytes) -> status_pb2.Status:
    """The status a worker gave. Raises _NoAnswer where no honest one gives such a status."""
    try:
        status = status_pb2.Status.FromString(data)
    except DecodeError as error:
        raise _NoAnswer("what is no status") from error
    details = sum(detail.ByteSize() for detail in status.details)
    if status.code not in CODE_BY_REASON.values() or len(status.message) > MAX_MESSAGE_CHARACTERS:
        raise _NoAnswer("a status that is none of ours")
    if details > MAX_DETAIL_BYTES:
        raise _NoAnswer("a status that is too large")
    return status


def _manner(code: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return f"signal {-code}"
