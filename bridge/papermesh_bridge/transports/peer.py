"""The other end of a connection: its messages are answered as they are done, side by side and within bounds.

A peer that reads its answers slowly, or has too many calls running, is not read from until that changes. How messages
come and how answers go is for the transports; nothing here knows of sockets.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from papermesh_bridge import jsonrpc
from papermesh_bridge.errors import InvalidRequest
from papermesh_bridge.framing import Frame, FrameEvent, Refusal
from papermesh_bridge.handler import Caller
from papermesh_bridge.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence

    from papermesh_bridge.handler import Handler
    from papermesh_bridge.limits import Limits

_logger = logging.getLogger(__name__)


class Peer:
    """One caller on one connection. `write` sends it a message, and waits while it reads slowly."""

    def __init__(
        self,
        handler: Handler,
        limits: Limits,
        write: Callable[[bytes], Awaitable[None]],
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        self._handler = handler
        self._limits = limits
        self._write = write
        self._session = Session(max_in_flight=limits.max_calls_per_connection)
        self._caller = Caller(headers=headers, session=self._session, notify=self.send)
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def serve(self, events: AsyncIterator[FrameEvent]) -> bool:
        """Answers until the last message has come and has been answered, and says whether it got that far.

        A ConnectionError out of the events or of `write` ends it at once, and the running calls with it.
        """
        well = True
        try:
            async with asyncio.TaskGroup() as tasks:
                self._reading = tasks.create_task(self._read(events, tasks))
        except* (ConnectionError, TimeoutError):
            well = False
        except* Exception as faults:
            _logger.exception("a connection failed inside the bridge", exc_info=faults)
            well = False
        return well

    def drain(self) -> None:
        """Takes no more messages; those in work are answered."""
        self._session.close()
        if self._reading is not None:
            self._reading.cancel()

    async def send(self, message: bytes) -> None:
        """Sends one message. Raises TimeoutError if the peer does not read it in time."""
        async with self._writing, asyncio.timeout(self._limits.write_idle_seconds):
            await self._write(message)

    async def _read(self, events: AsyncIterator[FrameEvent], tasks: asyncio.TaskGroup) -> None:
        if self._session.closing:
            return
        async for event in events:
            while not self._session.may_read:
                self._changed.clear()
                await self._changed.wait()
            self._session.begin()
            tasks.create_task(self._work(event))
        self._session.close()

    async def _work(self, event: FrameEvent) -> None:
        try:
            answer = await self._answer(event)
            if answer is not None:
                await self.send(answer)
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
        if reason is Refusal.HTTP:
            return jsonrpc.refusal(InvalidRequest("this port does not speak HTTP"))
        return jsonrpc.bad_header() if reason is Refusal.BAD_HEADER else jsonrpc.cut_off()


class Connections:
    """The open connections of one transport: counted, drained and ended together."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.max_connections
        self._open: dict[asyncio.Task[None], Peer] = {}
        self._closing = False

    @property
    def refusal(self) -> str:
        """Why no more are taken now; empty if they are."""
        if self._closing:
            return "the bridge is shutting down; try again"
        if len(self._open) >= self._limit:
            return f"there are already {self._limit} connections; close one or try again later"
        return ""

    def begin(self, peer: Peer, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs the work of a connection until it ends or is ended by `stop`."""
        task = asyncio.create_task(work)
        self._open[task] = peer
        task.add_done_callback(self._open.pop)
        return task

    async def stop(self, grace: float) -> None:
        """Has no more messages taken, gives running calls this many seconds, then ends every connection."""
        self._closing = True
        for peer in self._open.values():
            peer.drain()
        if self._open:
            _, late = await asyncio.wait(self._open, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
