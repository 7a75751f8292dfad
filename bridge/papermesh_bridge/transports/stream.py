"""JSON-RPC over byte streams: newline-delimited or concatenated JSON in, one line for each answer out.

A stream that begins with a Content-Length header, as language-server tools send it, is answered in kind.

Calls of one connection run side by side and are answered as they finish. A caller that reads its answers slowly, or
has too many calls running, is not read from until that changes.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Final

from papermesh_bridge import jsonrpc
from papermesh_bridge.content_length import StreamFramer
from papermesh_bridge.errors import RESOURCE_EXHAUSTED, InvalidRequest
from papermesh_bridge.framing import Frame, FrameEvent, Refusal
from papermesh_bridge.handler import Caller
from papermesh_bridge.session import Session

if TYPE_CHECKING:
    import socket

    from papermesh_bridge.handler import Handler
    from papermesh_bridge.limits import Limits

_logger = logging.getLogger(__name__)
_READ_BYTES: Final = 64 * 1024
# A web page can make a browser send this to any port; the JSON in its body must not be executed.
_HTTP_REQUEST: Final = re.compile(rb"[A-Z]{3,10} [^\r\n]{0,8000} HTTP/\d")


class StreamServer:
    """Serves a listening socket, one task for each connection."""

    def __init__(self, handler: Handler, listener: socket.socket, limits: Limits) -> None:
        self._handler = handler
        self._listener = listener
        self._limits = limits
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], StreamConnection] = {}

    async def start(self) -> None:
        """Returns when connections are taken."""
        self._server = await asyncio.start_server(self._connected, sock=self._listener, limit=_READ_BYTES)

    async def stop(self, grace: float) -> None:
        """Takes no more connections and messages, gives running calls this many seconds, then ends them."""
        if self._server is None:
            self._listener.close()
            return
        self._server.close()
        for connection in self._connections.values():
            connection.drain()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = StreamConnection(reader, writer, self._handler, self._limits)
        crowded = len(self._connections) >= self._limits.max_connections
        task = asyncio.create_task(connection.refuse() if crowded else connection.run())
        self._connections[task] = connection
        task.add_done_callback(self._connections.pop)


class StreamConnection:
    """One caller on one byte stream."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler, limits: Limits
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._handler = handler
        self._limits = limits
        self._session = Session(max_in_flight=limits.max_calls_per_connection)
        self._caller = Caller(session=self._session, notify=self._send)
        self._framer = StreamFramer(
            max_bytes=limits.max_message_bytes, max_depth=limits.max_depth, max_header_bytes=limits.max_header_bytes
        )
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Answers until the caller has sent its last message and got its last answer, or has gone."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._reading = tasks.create_task(self._read(tasks))
        except* (ConnectionError, TimeoutError):
            self._writer.transport.abort()
        except* Exception as faults:
            _logger.exception("a connection failed inside the bridge", exc_info=faults)
            self._writer.transport.abort()
        finally:
            await self._close()

    async def refuse(self) -> None:
        """Tells the caller that there are too many connections, and closes."""
        told = f"there are already {self._limits.max_connections} connections; close one or try again later"
        fault = InvalidRequest(told, reason="TOO_MANY_CONNECTIONS", status=RESOURCE_EXHAUSTED)
        try:
            await self._send(jsonrpc.encode(jsonrpc.refusal(fault)))
        except (ConnectionError, TimeoutError):
            self._writer.transport.abort()
        await self._close()

    def drain(self) -> None:
        """Takes no more messages; those in work are answered."""
        self._session.close()
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self, tasks: asyncio.TaskGroup) -> None:
        first = True
        while not self._session.closing and (data := await self._reader.read(_READ_BYTES)):
            if first and _HTTP_REQUEST.match(data):
                await self._send(jsonrpc.encode(jsonrpc.refusal(InvalidRequest("this port does not speak HTTP"))))
                return
            first = False
            await self._take(self._framer.feed(data), tasks)
        await self._take(self._framer.finish(), tasks)
        self._session.close()

    async def _take(self, events: list[FrameEvent], tasks: asyncio.TaskGroup) -> None:
        for event in events:
            while not self._session.may_read:
                self._changed.clear()
                await self._changed.wait()
            self._session.begin()
            tasks.create_task(self._work(event))

    async def _work(self, event: FrameEvent) -> None:
        try:
            answer = await self._answer(event)
            if answer is not None:
                await self._send(answer)
        finally:
            self._session.end()
            self._changed.set()

    async def _answer(self, event: FrameEvent) -> bytes | None:
        if isinstance(event, Frame):
            return await self._handler.answer(event.data, self._caller)
        self._session.read()
        return jsonrpc.encode(self._refusal(event.reason))

    def _refusal(self, reason: Refusal) -> jsonrpc.Failure:
        if reason is Refusal.TOO_LARGE:
            return jsonrpc.too_large(self._limits.max_message_bytes)
        if reason is Refusal.TOO_DEEP:
            return jsonrpc.too_deep(self._limits.max_depth)
        return jsonrpc.bad_header() if reason is Refusal.BAD_HEADER else jsonrpc.cut_off()

    async def _send(self, answer: bytes) -> None:
        async with self._writing:
            # Not writelines: in CPython 3.12 and 3.13 it forgets to hold back a writer whose reader is slow.
            self._writer.write(b"".join(self._framer.wrap(answer)))
            async with asyncio.timeout(self._limits.write_idle_seconds):
                await self._writer.drain()

    async def _close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(self._limits.write_idle_seconds):
                await self._writer.wait_closed()
        except (ConnectionError, TimeoutError):
            self._writer.transport.abort()
