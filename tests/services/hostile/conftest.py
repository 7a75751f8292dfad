"""A classification server in a process of its own, watched while hostile files are sent to it."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import psutil
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_A_TIME = 4
START_SECONDS = 60.0
LOOK_SECONDS = 0.05
SETTLE_SECONDS = 30.0
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@dataclass(frozen=True)
class Answer:
    """What came back: the status of a text or the reason of an error, the text or the message, and the seconds."""

    told: str
    text: str
    method: str
    seconds: float


@dataclass
class Watched:
    """A server process, its callers' stub, and what was seen of it and its workers.

    small: the memory of the process once it had answered its first call.
    """

    process: psutil.Process
    stub: pb_grpc.ClassificationServiceStub
    small: int = 0
    peaks: dict[int, int] = field(default_factory=dict)

    def extract(self, name: str, data: bytes, seconds: float) -> Answer:
        started = time.monotonic()
        try:
            response = self.stub.ExtractText(pb.ExtractTextRequest(content=data, filename=name), timeout=seconds)
        except grpc.RpcError as error:
            return Answer(reason_of(error), error.details(), "", time.monotonic() - started)
        status = pb.ExtractionStatus.Name(response.status).removeprefix("EXTRACTION_STATUS_")
        return Answer(status, response.text_content, response.extraction_method, time.monotonic() - started)

    def look(self) -> None:
        """Notes the most memory that each process below the server's has had."""
        for child in self.process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child.pid}/status").read_text())
                self.peaks[child.pid] = max(self.peaks.get(child.pid, 0), int(peak[1]) * 1024 if peak else 0)

    def growth(self, most: int) -> int:
        """By how much the process is larger than it was, once that is no more than so much, or it has had its time."""
        until = time.monotonic() + SETTLE_SECONDS
        while (growth := self.process.memory_info().rss - self.small) > most and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        return growth


def reason_of(error: grpc.RpcError) -> str:
    """The reason of an error's ErrorInfo, or the name of its code where there is none."""
    status = rpc_status.from_call(error)
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info) and info.domain == "papermesh":
            return info.reason
    return error.code().name


@contextlib.contextmanager
def looking(watched: Watched) -> Iterator[None]:
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            watched.look()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(START_SECONDS)


@pytest.fixture(scope="session")
def watched(tmp_path_factory) -> Iterator[Watched]:
    """A server with as many workers as files are sent at a time, all limits as they are by default."""
    command = [Path(sys.executable).parent / "papermesh", "serve", "classification", "--address", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*command, "--workers", str(AT_A_TIME)],
        cwd=tmp_path_factory.mktemp("root"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    )
    deadline = threading.Timer(START_SECONDS, process.kill)
    deadline.start()
    try:
        greeting = process.stdout.readline()
        deadline.cancel()
        address = re.search(r"127\.0\.0\.1:\d+", greeting)
        assert address, f"no server: {greeting!r}"
        with grpc.insecure_channel(address[0], UNLIMITED) as channel:
            watched = Watched(psutil.Process(process.pid), pb_grpc.ClassificationServiceStub(channel))
            watched.extract("first.txt", b"The first text of all.", START_SECONDS)
            watched.small = watched.process.memory_info().rss
            with looking(watched):
                yield watched
        process.terminate()
        assert process.wait(START_SECONDS) == 0
    finally:
        deadline.cancel()
        process.kill()
        process.wait(START_SECONDS)
        process.stdout.close()


@pytest.fixture(scope="session")
def four_at_a_time() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        yield threads


@pytest.fixture(scope="session")
def reason() -> Callable[[grpc.RpcError], str]:
    """Says the reason of an error."""
    return reason_of
