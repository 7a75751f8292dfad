"""The web server's WebSocket protocol, where its own would let a caller take more memory than the limits allow.

Uvicorn's reads on, and answers pings, while its writing is held back; it keeps every fragment apart, leaves a request
it cannot read open for ever, and closes without making sure that a caller that only writes gets to see why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn._types import ASGISendEvent
    from uvicorn.config import Config
    from uvicorn.server import ServerState
    from websockets.frames import Frame

    from papermesh_bridge.limits import Limits

_CLOSE_SECONDS: Final = 2.0
_ABNORMAL: Final = 1006
_BAD_TEXT: Final = 1007
_TOO_MANY_HEADERS: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)


def websocket_protocol(limits: Limits) -> type[WebSocketProtocol]:
    """Gives the protocol with these limits."""
    return type("WebSocketProtocol", (WebSocketProtocol,), {"write_idle_seconds": limits.write_idle_seconds})


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket connection."""

    write_idle_seconds = 60.0
    """How long the caller may leave its answers unread."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, object]) -> None:
        super().__init__(config, server_state, app_state)
        self.close_timeout = _CLOSE_SECONDS
        self._message = bytearray()
        self._is_text = False
        self._failed = False
        self._idle: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the timer too."""
        self._stop_idle()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Reads no more, so that not even pings have answers pile up; gives the caller up if it never reads."""
        super().pause_writing()
        if not self.transport.is_closing():
            self.transport.pause_reading()
        self._idle = self.loop.call_later(self.write_idle_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Reads on, unless a message is still to be taken."""
        self._stop_idle()
        super().resume_writing()
        if not (self.read_paused or self.transport.is_closing()):
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Takes bytes; throws them away once the connection has failed."""
        if self._failed:
            return
        super().data_received(data)
        if not self.handshake_initiated:  # the request comes whole, and has limits of its own in the library
            self._failed = True
            self.transport.write(_TOO_MANY_HEADERS)
            self.transport.close()

    def handle_text(self, event: Frame) -> None:
        """Begins a message of text."""
        self._begin(event, is_text=True)

    def handle_bytes(self, event: Frame) -> None:
        """Begins a message of bytes."""
        self._begin(event, is_text=False)

    def handle_cont(self, event: Frame) -> None:
        """Goes on with a message."""
        self._message += event.data
        if event.fin:
            whole, self._message = bytes(self._message), bytearray()
            self._complete(whole)

    def handle_parser_exception(self) -> None:
        """Says why the connection fails, and closes once the caller has had the time to read that."""
        self._failed = self.close_sent = True
        code = self.conn.close_sent.code if self.conn.close_sent else _ABNORMAL
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code})
        if self.transport.is_closing():
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.write_eof()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)
        self.transport.resume_reading()

    async def send(self, message: ASGISendEvent) -> None:
        """Sends a message of the application; one that comes after a failure has nobody to go to."""
        await self.writable.wait()
        if self._failed:
            raise ClientDisconnected
        await super().send(message)

    def _begin(self, event: Frame, *, is_text: bool) -> None:
        self._is_text = is_text
        if event.fin:
            self._complete(bytes(event.data))
        else:
            self._message += event.data

    def _complete(self, data: bytes) -> None:
        if self.close_sent:
            return
        if self._is_text and not _is_utf_8(data):
            self.conn.fail(_BAD_TEXT, "not UTF-8")
            self.handle_parser_exception()
            return
        self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def _stop_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
