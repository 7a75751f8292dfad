"""JSON-RPC on the standard streams of this process, for a caller that has started it as its child.

Threads read and write, because a stream may be a pipe, a file or a terminal, and asyncio takes none but pipes without
changing them for whoever shares them. They are daemons: one that waits for a silent caller keeps nothing from ending.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import queue
import select
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, TypeVar

from papermesh_bridge.transports.byte_stream import READ_BYTES
from papermesh_bridge.transports.peer import Connections
from papermesh_bridge.transports.stream import StreamConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.handler import Handler
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.transports.byte_stream import ByteStream

_logger = logging.getLogger(__name__)
_STDERR: Final = 2
T = TypeVar("T")


class DescriptorStream:
    """A byte stream over two file descriptors, which are its own from then on."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._reader = _Thread("papermesh-stdin")
        self._writer = _Thread("papermesh-stdout")
        self._told = False
        self.closed = asyncio.Event()
        """Set once it has been closed, by whatever side."""

    async def read(self) -> bytes:
        """Gives the next bytes; none at the end of the stream."""
        try:
            return await asyncio.wrap_future(self._reader.begin(lambda: _read(self._reading)))
        except OSError as fault:
            raise self._lost("read from standard input", fault) from None

    async def write(self, data: bytes) -> None:
        """Writes everything, and waits while the peer reads slowly."""
        try:
            await asyncio.wrap_future(self._writer.begin(lambda: _write(self._writing, data)))
        except OSError as fault:
            raise self._lost("write to standard output", fault) from None

    async def close(self) -> None:
        """Closes, so that the peer sees the end."""
        if not self.closed.is_set():
            await asyncio.wrap_future(self._end())

    def abort(self) -> None:
        """Closes as soon as nothing is being read or written any more, without waiting for that."""
        if not self.closed.is_set():
            self._end()

    def _lost(self, what: str, fault: OSError) -> ConnectionError:
        """Says why the stream cannot be used, once; that the peer has gone is no news."""
        if isinstance(fault, ConnectionError):
            return fault
        if not self._told:
            _logger.error("cannot %s: %s", what, (fault.strerror or str(fault)).lower())
        self._told = True
        return ConnectionAbortedError(what)

    def _end(self) -> Future[None]:
        self.closed.set()
        # By their threads: a descriptor must not be closed, and its number be used again, under one that waits on it.
        self._reader.end(lambda: os.close(self._reading))
        return self._writer.end(lambda: os.close(self._writing))


class StdioServer:
    """Serves the one caller of a byte stream that is open already, which is closed when it is done or has gone."""

    def __init__(self, handler: Handler, stream: ByteStream, limits: Limits) -> None:
        self._stream = stream
        self._connection = StreamConnection(stream, handler, limits)
        self._connections = Connections(limits)

    async def start(self) -> None:
        """Returns when the caller is served."""
        self._connections.begin(self._connection.peer, self._connection.run())

    async def stop(self, grace: float) -> None:
        """Takes no more messages, gives running calls this many seconds, then ends them."""
        await self._connections.stop(grace)
        self._stream.abort()  # if it has not been started


def take_standard_streams() -> DescriptorStream:
    """Takes standard input and output for JSON-RPC alone; whatever else prints, prints on standard error from now on.

    To be called first of all, so that no child process gets hold of them.
    """
    stream = DescriptorStream(_copy(0, os.O_RDONLY), _copy(1, os.O_WRONLY))
    _put(0, os.open(os.devnull, os.O_RDONLY))
    _put(1, _copy(_STDERR, os.O_WRONLY))
    return stream


def _copy(number: int, flags: int) -> int:
    """Duplicates a descriptor, which children do not get; one that is closed reads and writes nothing."""
    try:
        return fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _STDERR + 1)
    except OSError:
        nothing = os.open(os.devnull, flags)
        try:
            return fcntl.fcntl(nothing, fcntl.F_DUPFD_CLOEXEC, _STDERR + 1)
        finally:
            os.close(nothing)


def _put(number: int, descriptor: int) -> None:
    if descriptor != number:
        os.dup2(descriptor, number)
        os.close(descriptor)


def _read(descriptor: int) -> bytes:
    while True:
        try:
            return os.read(descriptor, READ_BYTES)
        except BlockingIOError:  # whoever shares the stream has made it so
            _wait(descriptor, select.POLLIN)
        except OSError as fault:
            if fault.errno == errno.EIO:  # a terminal that is gone
                return b""
            raise


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            _wait(descriptor, select.POLLOUT)


def _wait(descriptor: int, event: int) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    poll.poll()


class _Thread:
    """Does blocking calls, one after the other, in a daemon thread."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any], bool]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def begin(self, call: Callable[[], T], *, last: bool = False) -> Future[T]:
        """Gives what the call will return or raise."""
        future: Future[T] = Future()
        self._calls.put((future, call, last))
        return future

    def end(self, call: Callable[[], T]) -> Future[T]:
        """Does a last call, and ends the thread."""
        return self.begin(call, last=True)

    def _work(self) -> None:
        last = False
        while not last:
            future, call, last = self._calls.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except Exception as fault:  # noqa: BLE001 - whoever waits is told, whatever it is
                future.set_exception(fault)
            del future, call
