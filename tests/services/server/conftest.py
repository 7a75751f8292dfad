"""A job module of the tests' own, so that the runtime is tried with real worker processes and no real documents."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from papermesh.classification.v1 import classification_pb2
from papermesh_services.documents import Limits
from papermesh_services.server.config import ServerConfig
from papermesh_services.server.runner import JobRunner
from papermesh_services.server.sandbox import Profile
from papermesh_services.server.server import Server, ServiceDefinition
from papermesh_services.server.worker import WorkerSettings
from papermesh_services.server.workers import PoolSettings, WorkerPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

JOBS = r"""
import ctypes, logging, os, pathlib, resource, signal, socket, struct, subprocess, sys, threading, time, zlib
from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.server.errors import RequestInvalid, ServiceError

log = logging.getLogger("jobs")
kept = []
pipe = None

def prepare(settings):
    if any(path.exists() for path in settings.profile.readable):
        raise RuntimeError("not now")
    return handle

def outcome(act):
    # What came of something forbidden, as a word.
    try:
        act()
    except OSError as error:
        return (error.strerror or type(error).__name__).encode()
    except ValueError as error:
        return str(error).encode()
    return b"done"

def handle(job, request, delivery):
    content = delivery.content
    if job == "echo":
        return request
    if job == "classify":
        if content == b"stuck":
            time.sleep(60)
        told = pb.ClassifyDocumentRequest.FromString(request)
        if told.text == "crash":
            os._exit(1)
        category = f"{len(content)} {zlib.crc32(content)} {told.filename}" if content is not None else told.text
        return pb.ClassifyDocumentResponse(request_id=told.request_id, category=category).SerializeToString()
    if job == "pid":
        return str(os.getpid()).encode()
    if job == "stuck":
        log.warning("stuck now")
        while True:
            time.sleep(60)
    if job == "wait":
        log.warning("waiting now")
        while not pathlib.Path(request.decode()).exists():
            time.sleep(0.01)
        return b"waited"
    if job == "crash":
        os._exit(1)
    if job == "crash_in":
        if str(os.getpid()) == request.decode():
            os._exit(1)
        return b"survived"
    if job == "refuse":
        raise RequestInvalid("text", "No such thing.")
    if job.startswith("parts"):
        endless = job == "parts_endless"
        for number in range(1 << 40 if endless else 3):
            delivery.hand_out(b"part %d" % number + bytes(100_000 if endless else 0))
        if job == "parts_then_crash":
            os._exit(1)
        if job == "parts_then_stuck":
            time.sleep(60)
        return b"end"
    if job == "hog":
        return bytes(8 << 40)
    if job in PARTIAL:
        for number in range(3):
            delivery.watch.on_page(f"page {number} of {request.decode()}")
        PARTIAL[job]()
    if job == "pages_once":
        if str(os.getpid()) == request.decode():
            delivery.watch.on_page("the only page")
            os._exit(1)
        time.sleep(60)
    if job == "watch":
        return struct.pack("d", delivery.watch.deadline - time.monotonic())
    if job in HOSTILE:
        return HOSTILE[job](request) or b"done"
    raise KeyError("a secret of the inside")

def null_read():
    ctypes.string_at(0)

def spin():
    while True:
        pass

def raw(frame):
    # Says something to the server that no honest worker says.
    os.write(pipe_to_server(), frame)
    time.sleep(60)

def pipe_to_server():
    return next(fd for fd in range(64) if is_socket(fd))

def is_socket(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith("socket:")
    except OSError:
        return False

def framed(data):
    return struct.pack("!i", len(data)) + data

def write(path):
    with open(path, "wb") as file:
        file.write(b"x")

def thread():
    said = []
    made = threading.Thread(target=said.append, args=(b"a thread ran",))
    made.start()
    made.join()
    return said[0]

def grow(size):
    kept.append(bytearray(b"x") * size)

PARTIAL = {"pages_then_crash": lambda: os._exit(1), "pages_then_stuck": lambda: time.sleep(60), "pages_then_spin": spin}
HOSTILE = {
    "null_read": lambda _: null_read(),
    "abort": lambda _: os.abort(),
    "spin": lambda _: spin(),
    "allocate": lambda data: len(bytes(int(data))).to_bytes(8, "big"),
    "grow": lambda data: grow(int(data)),
    "thread": lambda _: thread(),
    "log": lambda data: [log.warning("%s", data.decode()) for _ in range(100)] and None,
    "read": lambda data: outcome(lambda: open(data).read()),
    "list": lambda data: outcome(lambda: os.listdir(data)),
    "write": lambda data: outcome(lambda: write(data)),
    "unlink": lambda data: outcome(lambda: os.unlink(data)),
    "mkdir": lambda data: outcome(lambda: os.mkdir(data)),
    "socket": lambda _: outcome(lambda: socket.socket()),
    "unix_socket": lambda _: outcome(lambda: socket.socketpair()),
    "fork": lambda _: outcome(lambda: os.fork() or os._exit(0)),
    "run": lambda data: outcome(lambda: subprocess.run([data], check=True)),
    "exec": lambda data: outcome(lambda: os.execv(data, [data])),
    "kill_parent": lambda data: outcome(lambda: os.kill(int(data), signal.SIGKILL)),
    "more_time": lambda _: outcome(lambda: resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))),
    "ptrace": lambda data: outcome(lambda: syscall({"x86_64": 101, "aarch64": 117}, 16, int(data))),
    "mount": lambda _: outcome(lambda: syscall({"x86_64": 165, "aarch64": 40}, 0, 0, 0, 0, 0)),
    "newest_call": lambda _: outcome(lambda: syscall({"x86_64": 999, "aarch64": 999})),
    "privileges": lambda _: [line for line in open("/proc/self/status", "rb")][0],
    "stdout": lambda data: (os.write(1, data), os.write(2, data)) and b"done",
    "junk": lambda _: raw(framed(b"\x77junk")),
    "no_status": lambda _: raw(framed(b"\x01\xff\xff\xff")),
    "status_ok": lambda _: raw(framed(b"\x01\x08\x00")),
    "no_frame": lambda _: raw(b"\x00\x00\x00\x09half"),
    "huge_frame": lambda _: raw(b"\x7f\xff\xff\xff" + bytes(1000)),
    "negative_frame": lambda _: raw(b"\xff\xff\xff\x00"),
    "not_a_message": lambda _: b"\xff\xff\xff",
    "large_answer": lambda data: bytes(int(data)),
}

def syscall(numbers, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(numbers[os.uname().machine], *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
BROKEN_JOBS = """
def prepare(settings):
    raise RuntimeError("the model is missing")
"""
OLD_KERNEL_JOBS = r"""
import ctypes, errno, struct
from papermesh_services.server.sandbox import kernel, syscalls
from papermesh_test_jobs import handle

def prepare(settings):
    # As on a kernel without Landlock: its first call does not exist.
    steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x50000 | errno.ENOSYS), (0x06, 0, 0, 0x7FFF0000)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program)
    given = struct.pack("@HP", len(steps), ctypes.addressof(buffer))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.call(syscalls.number("seccomp", __import__("os").uname().machine), 1, 0, ctypes.c_char_p(given))
    return handle
"""
SERVICE = classification_pb2.DESCRIPTOR.services_by_name["ClassificationService"]


@pytest.fixture(scope="session")
def job_module(tmp_path_factory) -> Iterator[str]:
    """The name of a job module that worker processes can import.

    Two more have something behind that name: _broken, which cannot prepare, and _old_kernel, which has no Landlock.
    """
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "papermesh_test_jobs.py").write_text(JOBS)
    (folder / "papermesh_test_jobs_broken.py").write_text(BROKEN_JOBS)
    (folder / "papermesh_test_jobs_old_kernel.py").write_text(OLD_KERNEL_JOBS)
    sys.path.insert(0, str(folder))
    yield "papermesh_test_jobs"
    sys.path.remove(str(folder))


@pytest.fixture
def worker_settings(job_module) -> WorkerSettings:
    """Settings of workers that do the jobs above."""
    return WorkerSettings(job_module, Limits(), Profile(1 << 30))


@pytest.fixture
def running() -> Callable[..., AbstractAsyncContextManager[WorkerPool]]:
    """Runs a pool: settings of its workers, then fields of PoolSettings by name."""

    @contextlib.asynccontextmanager
    async def run(settings: WorkerSettings, **pool_settings: Any) -> AsyncIterator[WorkerPool]:
        pool = WorkerPool(settings, PoolSettings(**{"abandoned_seconds": 0.0, **pool_settings}))
        try:
            await pool.start()
            yield pool
        finally:
            await pool.stop()

    return run


class Servicer:
    """Answers every RPC in the same way; only one is called."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in SERVICE.methods_by_name:
            raise AttributeError(name)
        return self._answer

    async def warm_up(self) -> None:
        """Nothing to do."""


@pytest.fixture
def serving(job_module: str) -> Callable[..., AbstractAsyncContextManager[tuple[Server, grpc.aio.Channel]]]:
    """Runs the classification service over the jobs above, and gives it with a channel to it.

    rpc is the one that is called, which takes its request as bytes unless it is streamed; answering makes what
    answers it, of a runner; then fields of ServerConfig by name.
    """

    @contextlib.asynccontextmanager
    async def serve(
        rpc: str, answering: Callable[[JobRunner], Callable[..., Any]], **settings: Any
    ) -> AsyncIterator[tuple[Server, grpc.aio.Channel]]:
        streamed = SERVICE.methods_by_name[rpc].client_streaming
        definition = ServiceDefinition(
            SERVICE,
            job_module,
            lambda pool, config: Servicer(answering(JobRunner(pool, config))),
            frozenset() if streamed else frozenset({rpc}),
        )
        server = Server(definition, ServerConfig(address="127.0.0.1:0", **{"workers": 1, **settings}))
        await server.start()
        async with grpc.aio.insecure_channel(server.address) as channel:
            try:
                yield server, channel
            finally:
                await server.stop()

    return serve
