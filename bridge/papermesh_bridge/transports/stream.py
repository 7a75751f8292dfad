"""JSON-RPC over byte streams: newline-delimited or concatenated JSON in, one line for each answer out.

A stream that begins with a Content-Length header, as language-server tools send it, is answered in kind.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from papermesh_bridge import jsonrpc
from papermesh_bridge.content_length import StreamFramer
from papermesh_bridge.errors import RESOURCE_EXHAUSTED, InvalidRequest
from papermesh_bridge.framing import Refusal, Refused
from papermesh_bridge.transports.byte_stream import READ_BYTES, SocketStream
from papermesh_bridge.transports.peer import Connections, Peer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from papermesh_bridge.framing import FrameEvent
    from papermesh_bridge.handler import Handler
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.transports.byte_stream import ByteStream


class StreamServer:
    """Serves a listening TCP or Unix socket, one task for each connection."""

    def __init__(self, handler: Handler, listener: socket.socket, limits: Limits) -> None:
        self._handler = handler
        self._listener = listener
        self._limits = limits
        self._server: asyncio.Server | None = None
        self._connections = Connections(limits)

    async def start(self) -> None:
        """Returns when connections are taken."""
        if self._listener.family == socket.AF_UNIX:
            self._server = await asyncio.start_unix_server(self._connected, sock=self._listener, limit=READ_BYTES)
        else:
            self._server = await asyncio.start_server(self._connected, sock=self._listener, limit=READ_BYTES)

    async def stop(self, grace: float) -> None:
        """Takes no more connections and messages, gives running calls this many seconds, then ends them."""
        if self._server is None:
            self._listener.close()
            return
        self._server.close()
        await self._connections.stop(grace)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = StreamConnection(SocketStream(reader, writer), self._handler, self._limits)
        refusal = self._connections.refusal
        self._connections.begin(connection.peer, connection.refuse(refusal) if refusal else connection.run())


class StreamConnection:
    """One caller on one byte stream."""

    def __init__(self, stream: ByteStream, handler: Handler, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._framer = StreamFramer(
            max_bytes=limits.max_message_bytes, max_depth=limits.max_depth, max_header_bytes=limits.max_header_bytes
        )
        self.peer = Peer(handler, limits, self._write)

    async def run(self) -> None:
        """Answers until the caller has sent its last message and got its last answer, or has gone."""
        well = False
        try:
            async with contextlib.aclosing(self._events()) as events:
                well = await self.peer.serve(events)
        finally:
            await self._close(well)

    async def refuse(self, told: str) -> None:
        """Tells the caller why it is not served, and closes."""
        fault = InvalidRequest(told, reason="TOO_MANY_CONNECTIONS", status=RESOURCE_EXHAUSTED)
        try:
            await self.peer.send(jsonrpc.encode(jsonrpc.refusal(fault)))
        except (ConnectionError, TimeoutError):
            await self._close(well=False)
        else:
            await self._close(well=True)

    async def _events(self) -> AsyncGenerator[FrameEvent, None]:
        while data := await self._stream.read():
            for event in self._framer.feed(data):
                yield event
                if event == Refused(Refusal.HTTP):
                    return
        for event in self._framer.finish():
            yield event

    async def _write(self, answer: bytes) -> None:
        # In one piece: in CPython 3.12 and 3.13, writelines forgets to hold back a writer whose reader is slow.
        await self._stream.write(b"".join(self._framer.wrap(answer)))

    async def _close(self, well: bool) -> None:
        if not well:
            self._stream.abort()
        try:
            async with asyncio.timeout(self._limits.write_idle_seconds):
                await self._stream.close()
        except (ConnectionError, TimeoutError):
            self._stream.abort()
