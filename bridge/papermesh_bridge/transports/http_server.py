"""The web server, embedded: it runs in the caller's event loop and leaves the process's signals alone."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from typing import TYPE_CHECKING, Any

import uvicorn

from papermesh_bridge.transports.quick import Quick, QuickProtocol
from papermesh_bridge.transports.upload import UPLOADING
from papermesh_bridge.transports.websocket_server import WebSocketProtocol, websocket_protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from starlette.types import ASGIApp

    from papermesh_bridge.limits import Limits
    from papermesh_bridge.transports.peer import Connections

_POLL_SECONDS = 0.01
_ABANDON_SECONDS = 1.0


class HttpServer:
    """Serves an ASGI application on a listening socket, and past it what `quick` knows.

    Its WebSockets are counted in `websockets`.
    """

    def __init__(
        self, app: ASGIApp, listener: socket.socket, limits: Limits, websockets: Connections, quick: Quick
    ) -> None:
        config = uvicorn.Config(
            app,
            http=functools.partial(QuickProtocol, quick, set()),  # type: ignore[arg-type]
            ws=websocket_protocol(limits),
            ws_max_size=limits.max_message_bytes,
            # Nobody is given up for a pong that does not come: while a caller has too many calls running it is not
            # read from, and its pongs are not seen. Pings keep what lies between from closing an idle connection.
            ws_ping_timeout=None,
            # What is small on the wire could be very large when it is unpacked, many times in what is read at once.
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        self._websockets = websockets
        self._listener = listener
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when connections are taken."""
        self._task = asyncio.create_task(self._server.serve([self._listener]), name="http server")
        ready = asyncio.create_task(self._server.ready.wait())
        try:
            await asyncio.wait((self._task, ready), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if self._task.done():
            await self._task

    async def stop(self, grace: float) -> None:
        """Takes no more connections, gives running calls this many seconds, then ends them."""
        if self._task is None:
            self._listener.close()
            return
        self._server.leave(grace)
        await asyncio.gather(self._task, self._websockets.stop(grace))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._leaving = asyncio.Event()
        self._grace = 0.0

    def leave(self, grace: float) -> None:
        self._grace = grace
        self.should_exit = True
        self._leaving.set()

    async def main_loop(self) -> None:
        # The original looks ten times a second whether it is to stop; the tick of each second it does beside is kept.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._leaving.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - asyncio closes them
        # The original takes a tenth of a second at least, whole seconds of grace, and does not await what it cancels.
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if isinstance(connection, WebSocketProtocol):
                continue  # it is closed when its calls have been answered
            connection.shutdown()
            # A request that is still being sent has not begun to run, and its sender may never come to the end;
            # but an upload runs while it comes in.
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and cycle.more_body and UPLOADING not in cycle.scope:
                connection.transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._grace):
                # uvicorn tells nobody when its last connection has gone.
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_SECONDS)
        await self._abandon()
        for server in self.servers:
            await server.wait_closed()

    async def _abandon(self) -> None:
        # Connections first: a call whose caller has gone ends quietly, one that is cancelled is a fault to uvicorn.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if tasks := list(self.server_state.tasks):
            _, late = await asyncio.wait(tasks, timeout=_ABANDON_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[Any]:
        yield
