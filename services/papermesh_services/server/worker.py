"""A worker process: takes jobs from a pipe one at a time and answers each, shut in before the first one.

It has no network, no files, no programs and no other processes: what a job needs comes through the pipe, and what it
finds goes out there. See server.messages for how, and server.sandbox for what is taken away.
"""

from __future__ import annotations

import importlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from google.protobuf.message import DecodeError

from papermesh_services.documents import DocumentTooLarge, Limits, Watch, read_opened
from papermesh_services.documents.clean import clean
from papermesh_services.documents.pdf_through import help_read
from papermesh_services.server import sandbox
from papermesh_services.server.errors import malformed, status_of
from papermesh_services.server.messages import (
    DONE,
    FAILED,
    LOG,
    MAX_LOG_CHARACTERS,
    PAGE,
    PART,
    PICTURE,
    READY,
    Assignment,
    received_content,
)
from papermesh_services.server.recognition.asking import AskingRecogniser
from papermesh_services.server.sharing.asking import AskingSharers

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from papermesh_services.documents.recognition import Recogniser
    from papermesh_services.documents.sharing import Sharers
    from papermesh_services.server.messages import Source
    from papermesh_services.server.sandbox import Profile
    from papermesh_services.server.spool import Content


def _nowhere(_: bytes) -> None:
    """Takes a part that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What comes with a request: perhaps the document, the field it stands for, and the watch to read it by.

    hand_out: takes the next part of a response that is given bit by bit, and waits until there is room for it.
    recogniser: what recognises the text of pages that are pictures, if there is something.
    sharers: who else may read pages of the document, if that is allowed.
    """

    content: bytes | None = None
    source: Source | Literal[""] = ""
    watch: Watch = field(default_factory=Watch)
    hand_out: Callable[[bytes], None] = _nowhere
    recogniser: Recogniser | None = None
    sharers: Sharers | None = None


JobHandler = Callable[[str, bytes, Delivery], bytes]
"""Runs a job: its name, its serialised request and what comes with it in, its serialised response out.

It raises what the caller is told.
"""

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is made with.

    module: the module whose `prepare(settings)` returns the JobHandler, for example "...classification.jobs".
    max_answer_bytes: the largest answer it may give.
    """

    module: str
    limits: Limits
    profile: Profile
    max_answer_bytes: int = 256 * MIB


class Outlet:
    """Our end of the pipe to the server, for whole messages. Any thread may use it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, kind: bytes, data: bytes) -> None:
        """Sends one message. Raises OSError where the server has gone."""
        with self._lock:
            self._connection.send_bytes(kind + data)

    def page(self, text: str) -> None:
        """Tells the text of a page that has been read."""
        self.send(PAGE, clean(text).strip().encode("utf-8", "replace"))

    def part(self, data: bytes) -> None:
        """Gives a part of the response. Blocks until the server has room for it."""
        self.send(PART, data)

    def ask_about(self, picture: bytes) -> bytes:
        """Has the server recognise a picture and waits for what it says."""
        return self.ask(PICTURE, picture)

    def ask(self, kind: bytes, data: bytes) -> bytes:
        """Sends one message and waits for its answer."""
        self.send(kind, data)
        return self._connection.recv_bytes()


class LogToServer(logging.Handler):
    """Hands what is logged to the server, because a worker can write nowhere itself."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__()
        self._outlet = outlet

    def emit(self, record: logging.LogRecord) -> None:
        """Sends a record, as much of it as is taken."""
        try:
            self._outlet.send(LOG, self.format(record)[:MAX_LOG_CHARACTERS].encode("utf-8", "replace"))
        except Exception:  # noqa: BLE001  a log that is lost is no reason to lose the document
            self.handleError(record)


def run(connection: Connection, settings: WorkerSettings) -> None:
    """Serves jobs until the other end of the pipe goes away."""
    # Signals to the whole process group are the server's to heed: what is running is to finish, and it ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    handle = importlib.import_module(settings.module).prepare(settings)
    time.tzset()  # while the file that says where we are can still be read
    containment = sandbox.enter(settings.profile, kept=(connection.fileno(),))
    outlet = Outlet(connection)
    logging.getLogger().handlers[:] = [LogToServer(outlet)]
    try:
        outlet.send(READY, containment.to_bytes())
        while True:
            assignment = Assignment.from_bytes(connection.recv_bytes())
            request, content = connection.recv_bytes(), received_content(connection)
            outlet.send(*answer(handle, assignment, request, content, outlet, settings))
            del request, content  # they may be large, and the next job may let wait for it
    except (EOFError, ConnectionError):
        return


def answer(
    handle: JobHandler,
    assignment: Assignment,
    request: bytes,
    content: Content | None,
    outlet: Outlet,
    settings: WorkerSettings,
) -> tuple[bytes, bytes]:
    """The answer to one job, whatever happens in it."""
    watch = Watch(deadline=time.monotonic() + assignment.seconds)
    if assignment.pages:
        watch = Watch(deadline=watch.deadline, on_page=outlet.page)
    try:
        document = read_opened(content, settings.limits) if isinstance(content, int) else content
        recogniser = AskingRecogniser(outlet.ask_about) if assignment.recognition else None
        if assignment.helps:
            help_read(document or b"", settings.limits, watch, recogniser, AskingSharers(outlet))
            return DONE, b""
        sharers = AskingSharers(outlet) if assignment.shares else None
        delivery = Delivery(document, assignment.source, watch, outlet.part, recogniser, sharers)
        response = handle(assignment.name, request, delivery)
    except DecodeError:
        return failure(malformed())
    except MemoryError:
        return failure(needs_more_memory(settings))
    except Exception as error:  # noqa: BLE001  the boundary of the process: whatever it is, the caller gets a status
        return failure(error)
    if len(response) >= settings.max_answer_bytes:
        return failure(answer_too_large(settings))
    return DONE, response


def needs_more_memory(settings: WorkerSettings) -> DocumentTooLarge:
    """The error of a document that does not fit into a worker."""
    message = "Reading the document needs more memory than a worker may use. "
    message += "Give it in parts, or have max_worker_memory_bytes raised on the server."
    return DocumentTooLarge(message, limit="max_worker_memory_bytes", value=str(settings.profile.max_memory_bytes))


def answer_too_large(settings: WorkerSettings) -> DocumentTooLarge:
    """The error of a document whose answer would be too large."""
    message = "The answer about the document would be larger than a worker may give. "
    message += "Give the document in parts, or have max_worker_answer_bytes raised on the server."
    return DocumentTooLarge(message, limit="max_worker_answer_bytes", value=str(settings.max_answer_bytes))


def failure(error: Exception) -> tuple[bytes, bytes]:
    """The answer to a job that failed."""
    status: bytes = status_of(error).SerializeToString()
    return FAILED, status
