"""A worker process: takes jobs from a pipe one at a time and answers each. It never touches the network.

A job is three messages: its name, its request, and where the document is if it came in pieces; the bytes of that, or
the descriptor of a file with them, follow. An answer is one message, a byte that says how it went and then the
response, or a google.rpc.Status. All of it is in length-prefixed frames: nothing is unpickled from what a document
may have had a hand in.
"""

from __future__ import annotations

import importlib
import logging
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import reduction
from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError

from papermesh_services.documents import DocumentTooLarge, Limits
from papermesh_services.server.errors import malformed, status_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from papermesh_services.server.spool import Content

DONE: Final = b"\x00"
FAILED: Final = b"\x01"
READY: Final = b"\x02"

IN_REQUEST: Final = b"\x00"
IN_MEMORY: Final = b"\x01"
IN_FILE: Final = b"\x02"

JobHandler = Callable[[str, bytes, bytes | None], bytes]
"""Runs a job: its name, its serialised request and perhaps the document beside it in, its serialised response out.

It raises what the caller is told.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is made with.

    module: the module whose `prepare(settings)` returns the JobHandler, for example "...classification.jobs".
    """

    module: str
    document_roots: tuple[Path, ...]
    limits: Limits
    max_memory_bytes: int


def run(connection: Connection, settings: WorkerSettings) -> None:
    """Serves jobs until the other end of the pipe goes away."""
    # Signals to the whole process group are the server's to heed: what is running is to finish, and it ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    handle = importlib.import_module(settings.module).prepare(settings)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (settings.max_memory_bytes, settings.max_memory_bytes))
    try:
        connection.send_bytes(READY)
        while True:
            job, request = connection.recv_bytes().decode(), connection.recv_bytes()
            content = received_content(connection)
            connection.send_bytes(answer(handle, job, request, content, settings))
            del request, content  # they may be large, and the next job may let wait for it
    except (EOFError, ConnectionError):
        return


def send_content(connection: Connection, content: Content | None, pid: int) -> None:
    """Sends what received_content takes, to the process that is at the other end."""
    if content is None:
        connection.send_bytes(IN_REQUEST)
    elif isinstance(content, bytes):
        connection.send_bytes(IN_MEMORY)
        connection.send_bytes(content)
    else:
        connection.send_bytes(IN_FILE)
        reduction.send_handle(connection, content, pid)


def received_content(connection: Connection) -> Content | None:
    """Where the document of a job is, if not in its request. A descriptor is the receiver's to close."""
    where = connection.recv_bytes()
    if where == IN_FILE:
        return int(reduction.recv_handle(connection))
    return connection.recv_bytes() if where == IN_MEMORY else None


def read_content(content: Content | None) -> bytes | None:
    """The bytes of the document, all at once."""
    if not isinstance(content, int):
        return content
    with os.fdopen(content, "rb", buffering=0) as file:
        file.seek(0)
        return file.read()


def answer(handle: JobHandler, job: str, request: bytes, content: Content | None, settings: WorkerSettings) -> bytes:
    """The answer to one job, whatever happens in it."""
    try:
        return DONE + handle(job, request, read_content(content))
    except DecodeError:
        return failure(malformed())
    except MemoryError:
        message = "Reading the document needs more memory than a worker may use."
        value = str(settings.max_memory_bytes)
        return failure(DocumentTooLarge(message, limit="max_worker_memory_bytes", value=value))
    except Exception as error:  # noqa: BLE001  the boundary of the process: whatever it is, the caller gets a status
        return failure(error)


def failure(error: Exception) -> bytes:
    """The answer to a job that failed."""
    status: bytes = status_of(error).SerializeToString()
    return FAILED + status
