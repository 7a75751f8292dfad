"""JSON-RPC over WebSocket, as an ASGI application: one message in a frame, each answer in a text frame of its own.

Text and binary frames are taken alike. Frames that break the rules of WebSocket are the web server's to refuse.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

from papermesh_bridge.framing import Frame
from papermesh_bridge.transports.peer import Peer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Receive, Scope, Send

    from papermesh_bridge.framing import FrameEvent
    from papermesh_bridge.handler import Handler
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.transports.peer import Connections

SUBPROTOCOLS: Final = ("jsonrpc-2.0", "jsonrpc")
_GOING_AWAY: Final = 1001
_INTERNAL_ERROR: Final = 1011


class WebSocketFace:
    """The WebSocket face of one endpoint. The connections of all of them are counted together."""

    def __init__(self, handler: Handler, limits: Limits, connections: Connections) -> None:
        self._handler = handler
        self._limits = limits
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection until it ends."""
        if refusal := self._connections.refusal:
            await PlainTextResponse(f"{refusal}\n", 503)(scope, receive, send)
            return
        connection = WebSocketConnection(scope, receive, send, self._handler, self._limits)
        task = self._connections.begin(connection.peer, connection.run())
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError:
            # Not raised on: the web server would report a fault, and does nothing more in this task.
            task.cancel()
            await asyncio.wait((task,))


class WebSocketConnection:
    """One caller on one WebSocket."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, handler: Handler, limits: Limits) -> None:
        self._offered = scope["subprotocols"]
        self._receive = receive
        self._send = send
        self.peer = Peer(handler, limits, self._write, scope["headers"])

    async def run(self) -> None:
        """Answers until the caller goes, or, when the bridge stops, until the last call is answered."""
        await self._receive()
        chosen = next((each for each in SUBPROTOCOLS if each in self._offered), None)
        with contextlib.suppress(OSError):  # which is how the web server says that the caller has gone
            await self._send({"type": "websocket.accept", "subprotocol": chosen})
            async with contextlib.aclosing(self._events()) as events:
                well = await self.peer.serve(events)
            await self._send({"type": "websocket.close", "code": _GOING_AWAY if well else _INTERNAL_ERROR})

    async def _events(self) -> AsyncGenerator[FrameEvent, None]:
        while (event := await self._receive())["type"] == "websocket.receive":
            data = event.get("bytes")
            yield Frame(event["text"].encode() if data is None else data)
        raise ConnectionResetError

    async def _write(self, answer: bytes) -> None:
        try:
            await self._send({"type": "websocket.send", "text": answer.decode()})
        except OSError:
            raise ConnectionResetError from None
