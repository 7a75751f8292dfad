"""A worker process: takes jobs from a pipe one at a time and answers each. It never touches the network.

A job is two messages, the name of the job and its request; an answer is one message, a byte that says how it
went and then the response, or a google.rpc.Status. All of it is protobuf in length-prefixed frames: nothing is
unpickled from what a document may have had a hand in.
"""

from __future__ import annotations

import importlib
import logging
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError

from papermesh_services.documents import DocumentTooLarge, Limits
from papermesh_services.server.errors import malformed, status_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

DONE: Final = b"\x00"
FAILED: Final = b"\x01"
READY: Final = b"\x02"

JobHandler = Callable[[str, bytes], bytes]
"""Runs a job: its name and its serialised request in, its serialised response out; raises what the caller is told."""

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
            connection.send_bytes(answer(handle, job, request, settings))
    except (EOFError, ConnectionError):
        return


def answer(handle: JobHandler, job: str, request: bytes, settings: WorkerSettings) -> bytes:
    """The answer to one job, whatever happens in it."""
    try:
        return DONE + handle(job, request)
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
