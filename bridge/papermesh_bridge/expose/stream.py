"""A legacy server on a byte stream: one connection, kept open, and opened again when it ends.

Calls that come while a connection is being opened wait for it; after a failure they are refused until the next attempt.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final, Protocol

from papermesh_bridge.expose.faults import LegacyUnreachable
from papermesh_bridge.expose.link import Link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from papermesh_bridge.address import Address
    from papermesh_bridge.expose.config import ExposeLimits
    from papermesh_bridge.expose.messages import Reply, Request

_logger = logging.getLogger(__name__)
_FIRST_RETRY_SECONDS: Final = 0.25
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Opener(Protocol):
    """Opens a stream to the legacy server, and ends whatever it took when it is left. Raises OSError."""

    def __call__(self) -> AbstractAsyncContextManager[Streams]:
        """Gives the two halves of a new stream."""
        ...


class StreamLegacy:
    """Keeps one stream to a legacy server. Implements `legacy.Legacy`."""

    def __init__(self, opener: Opener, limits: ExposeLimits, framing: str, *, sends_cancel: bool) -> None:
        self._opener = opener
        self._limits = limits
        self._framing = framing
        self._sends_cancel = sends_cancel
        self._link: Link | None = None
        self._opening = True
        self._changed = asyncio.Event()
        self._pause = _FIRST_RETRY_SECONDS
        self._keeper: asyncio.Task[None] | None = None
        self._on_change: Callable[[bool], None] = lambda _: None

    def start(self, on_change: Callable[[bool], None]) -> None:
        """Begins to reach the server, in the background."""
        self._on_change = on_change
        self._keeper = asyncio.create_task(self._keep(), name="connection to the legacy server")

    async def call(self, request: Request) -> Reply:
        """Sends a request, and gives its answer. Raises CallError."""
        while self._link is None:
            if not self._opening:
                raise LegacyUnreachable(self._pause)
            await self._changed.wait()
        return await self._link.call(request)

    async def close(self) -> None:
        """Ends the stream, and the child process if there is one."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            self._set(None, opening=True)
            if await self._attempt():
                self._pause = _FIRST_RETRY_SECONDS
                continue  # one that works is reached again at once
            self._set(None, opening=False)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, self._limits.retry_seconds)

    async def _attempt(self) -> bool:
        """Opens a stream and uses it until it ends. Tells whether an answer came by it."""
        try:
            return await self._use()
        except OSError as fault:
            told = "it took too long" if isinstance(fault, TimeoutError) else fault
            _logger.warning("the legacy server cannot be reached: %s", told)
        except Exception:
            _logger.exception("the connection to the legacy server failed inside the bridge")
        return False

    async def _use(self) -> bool:
        async with contextlib.AsyncExitStack() as stack:
            async with asyncio.timeout(self._limits.connect_timeout_seconds):
                reader, writer = await stack.enter_async_context(self._opener())
            link = Link(reader, writer, self._limits, self._framing, sends_cancel=self._sends_cancel)
            self._set(link, opening=False)
            _logger.info("the legacy server is reached")
            try:
                await link.run()
                _logger.warning("the legacy server has ended the connection")
            finally:
                self._set(None, opening=link.has_answered)
            return link.has_answered

    def _set(self, link: Link | None, *, opening: bool) -> None:
        was = self._link is not None
        self._link, self._opening = link, opening
        # A fresh event for the next change: whoever waits for this one holds the old one.
        self._changed.set()
        self._changed = asyncio.Event()
        if was is not (link is not None):
            self._on_change(link is not None)


@contextlib.asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Streams]:
    """Opens a TCP connection."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
