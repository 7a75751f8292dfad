"""The web server's HTTP protocol, where its own would let a caller hold more, and for longer, than the limits allow.

Uvicorn's takes heads of requests without end in size and in time, any number of connections, and waits for ever for a
caller that does not read. It loses the body of a request that offers to go on in another protocol, as HTTP clients of
Java do with each (https://github.com/Kludex/uvicorn/issues/2722), and forgets a call in work for junk sent after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from array import array

    from papermesh_bridge.limits import Limits

_BAD_REQUEST: Final = "400 Bad Request"
_TIMEOUT: Final = "408 Request Timeout"
_TOO_LARGE: Final = "431 Request Header Fields Too Large"
_UNAVAILABLE: Final = "503 Service Unavailable"


class HttpProtocol(HttpToolsProtocol):
    """One connection. `others` are those that are open at the same time."""

    def __init__(self, limits: Limits, others: set[HttpProtocol], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser = _Parser(self)
        self._limits = limits
        self._others = others
        self._without_offer: bytes | None = None
        self._reading_head = True
        self._came = 0
        self._since = 0.0
        self._large = self._closing = False
        self._watch: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins, unless there are too many."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(self._limits.request_head_seconds, self._look)
        most = self._limits.max_connections
        if len(self._others) >= most:
            self._refuse(_UNAVAILABLE, f"there are already {most} connections; close one or try again later")
        self._others.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the timers too."""
        self._leave()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Leaves the connection to the protocol of WebSocket."""
        self._leave()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """Gives the caller up if it never reads."""
        super().pause_writing()
        self._unread = self.loop.call_later(self._limits.write_idle_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Lets the caller be; it reads."""
        super().resume_writing()
        self._stop_unread()

    def data_received(self, data: bytes) -> None:
        """Reads on, while a head does not become too large."""
        if not self._came:
            self._since = self.loop.time()
        self._came += len(data)
        super().data_received(data)
        if self._reading_head and self._came > self._limits.max_request_head_bytes:
            self._large = True
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Takes the head of a request. An offer to go on in another protocol than WebSocket is passed over."""
        most = self._limits.max_request_head_bytes
        if self._came > most and len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > most:
            self._large = True
            raise ValueError("the head of a request is too large")
        if self.parser.should_upgrade() and not self._should_upgrade():
            self._without_offer = self._head_without_offer()
            return
        self._reading_head = False
        self.request_begins()

    def on_message_complete(self) -> None:
        """Takes the end of a request."""
        if self._without_offer is None:
            self._reading_head, self._came = True, 0
            self.request_ends()

    def request_begins(self) -> None:
        """Begins with a request whose head has come."""
        super().on_headers_complete()

    def request_ends(self) -> None:
        """Takes note that the body of the request has come."""
        super().on_message_complete()

    def take_head_without_offer(self) -> bytes | None:
        """Gives the head that came with an offer which is passed over, as it is without; once, and None if none did."""
        head, self._without_offer = self._without_offer, None
        return head

    def send_400_response(self, msg: str) -> None:
        """Refuses what came; after the answer to a request before it that is complete."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False
            self.flow.pause_reading()
        elif self._large:
            self._refuse(_TOO_LARGE, f"the head of a request may have {self._limits.max_request_head_bytes} bytes")
        else:
            self._refuse(_BAD_REQUEST, msg)

    def _should_upgrade(self) -> bool:
        # Also asked when the library has begun to wait for the next request, but knows the last one still.
        return bool(self.parser.get_method() == b"GET" and super()._should_upgrade())

    def _head_without_offer(self) -> bytes:
        parser = self.parser
        lines = [b"%b %b HTTP/%b" % (parser.get_method(), self.url, parser.get_http_version().encode())]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _look(self) -> None:
        """Gives up a head that does not come, and a connection that cannot be closed because it is not read from."""
        seconds = self._limits.request_head_seconds
        at_rest = self.cycle is None or self.cycle.response_complete
        begun = self._came or self.cycle is None  # a kept connection without a request has an end of its own
        if self.transport.is_closing():
            if self._closing:
                self.transport.abort()
            self._closing = True
        elif at_rest and begun and self._reading_head and self.loop.time() - self._since >= seconds:
            if self._came:
                self._refuse(_TIMEOUT, "the head of the request did not come in time")
            self.transport.close()
        self._watch = self.loop.call_later(seconds, self._look)

    def _refuse(self, status: str, told: str) -> None:
        if self.transport.is_closing():
            return
        head = f"HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(told) + 1}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n{told}\n".encode())
        self.transport.close()

    def _leave(self) -> None:
        self._others.discard(self)
        if self._watch is not None:
            self._watch.cancel()
        self._stop_unread()

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


class _Parser(httptools.HttpRequestParser):
    """The library's parser; it reads a request whose offer is passed over again, without it and with its body."""

    def __init__(self, protocol: HttpProtocol) -> None:
        super().__init__(protocol)
        self._protocol = protocol

    def feed_data(self, data: bytes | bytearray | memoryview | array[int]) -> None:
        rest = data
        while True:
            try:
                super().feed_data(rest)
            except httptools.HttpParserUpgrade as offer:
                head = self._protocol.take_head_without_offer()
                if head is None:
                    raise
                super().feed_data(head)
                rest = memoryview(rest)[offer.args[0] :]
            else:
                return
