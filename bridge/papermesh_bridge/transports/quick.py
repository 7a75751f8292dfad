"""The common case of a call over HTTP, answered past ASGI: a small request that came whole, on a connection at rest.

Anything else on the same connection goes uvicorn's usual way, to the application: it alone knows what to refuse.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Protocol

from papermesh_bridge.handler import Caller
from papermesh_bridge.transports.coding import accepts_gzip, gzipped
from papermesh_bridge.transports.http_protocol import HttpProtocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papermesh_bridge.handler import Handler
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.transports.hosts import HostRule

_PLAIN_TYPES: Final = frozenset({None, b"application/json"})
_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\ncontent-type: application/json\r\nvary: Accept-Encoding\r\n"
_PACKED: Final = b"content-encoding: gzip\r\n"
_EMPTY: Final = b"HTTP/1.1 204 No Content\r\n"
_VARIES: Final = b"vary: Origin\r\n"
_CLOSES: Final = b"connection: close\r\n"


class Quick(Protocol):
    """Tells which requests may be answered without the application."""

    limits: Limits
    by_origin: bool
    """Whether answers depend on the page that calls."""

    def __call__(self, url: bytes, headers: Sequence[tuple[bytes, bytes]]) -> Handler | None:
        """Gives what answers a POST to this URL with these headers; None where the application is to see it."""


class QuickCalls:
    """Finds what answers a call that the application would have no objection to. Implements `Quick`."""

    def __init__(self, endpoints: Mapping[str, Handler], limits: Limits, hosts: HostRule) -> None:
        self._handlers = {f"/{name}/rpc".encode() if name else b"/rpc": each for name, each in endpoints.items()}
        self._largest = limits.max_message_bytes
        self._hosts = hosts
        self.limits = limits
        self.by_origin = bool(hosts.origins)

    def __call__(self, url: bytes, headers: Sequence[tuple[bytes, bytes]]) -> Handler | None:
        """Gives what answers a POST to this URL with these headers; None where the application is to see it."""
        handler = self._handlers.get(url)
        given = dict(headers)
        if (
            len(given) == len(headers)
            and given.get(b"content-type") in _PLAIN_TYPES
            and b"content-encoding" not in given
            and b"origin" not in given
            and int(given.get(b"content-length", b"")[:20] or self._largest + 1) <= self._largest
            and self._hosts.allows(given.get(b"host", b"").decode("latin-1"))
        ):
            return handler
        return None


class QuickProtocol(HttpProtocol):
    """One connection."""

    def __init__(self, quick: Quick, others: set[HttpProtocol], *args: Any, **kwargs: Any) -> None:
        super().__init__(quick.limits, others, *args, **kwargs)
        self._quick = quick
        self._handler: Handler | None = None
        self._payload = b""
        self._work: asyncio.Task[None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the work for a caller that is not there any more."""
        if self._work is not None:
            self._work.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads on. A request whose body has not come yet goes the usual way."""
        super().data_received(data)
        if self._handler is None:
            return
        payload, self._handler, self._payload = self._payload, None, b""
        if not self.transport.is_closing():
            super().request_begins()
            super().on_body(payload)

    def request_begins(self) -> None:
        """Decides which way the request goes."""
        parser = self.parser
        if (
            (self.cycle is None or self.cycle.response_complete)
            and not self.expect_100_continue
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
        ):
            self._handler = self._quick(self.url, self.headers)
        if self._handler is None:
            super().request_begins()

    def on_body(self, body: bytes) -> None:
        """Keeps a piece of the body."""
        if self._handler is None:
            super().on_body(body)
        else:
            self._payload += body

    def request_ends(self) -> None:
        """Begins to work on the request."""
        if self._handler is None:
            super().request_ends()
            return
        self.cycle = cycle = _Cycle()  # type: ignore[assignment]
        self._work = self.loop.create_task(self._answer(self._handler, self._payload, Caller(self.headers), cycle))
        self.tasks.add(self._work)
        self._handler, self._payload = None, b""

    async def _answer(self, handler: Handler, payload: bytes, caller: Caller, cycle: _Cycle) -> None:
        work = self._work
        try:
            answer = await handler.answer(payload, caller)
            coding = b""
            if answer is not None and len(answer) >= self._quick.limits.min_gzip_bytes and _takes_gzip(caller.headers):
                answer, coding = await gzipped(answer, self._quick.limits), _PACKED
            await self.flow.drain()
        finally:
            cycle.response_complete = True
            self._work = None
            self.tasks.discard(work)
        if self.transport.is_closing():  # and its end is about to be told
            return
        self.transport.write(self._written(answer, coding, cycle))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _written(self, answer: bytes | None, coding: bytes, cycle: _Cycle) -> bytes:
        head = [_EMPTY] if answer is None else [_HEAD % len(answer), coding]
        head += [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        head += [_VARIES if self._quick.by_origin else b"", b"" if cycle.keep_alive else _CLOSES]
        return b"".join([*head, b"\r\n", answer or b""])


def _takes_gzip(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    return accepts_gzip(dict(headers).get(b"accept-encoding", b"").decode("latin-1"))


class _Cycle:
    """What uvicorn wants to know of a request that is being worked on: a pipelined one waits for its end."""

    def __init__(self) -> None:
        self.response_complete = False
        self.disconnected = False
        self.keep_alive = True
        self.more_body = False
        self.message_event = asyncio.Event()
