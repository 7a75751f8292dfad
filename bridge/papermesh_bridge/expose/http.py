"""A legacy server that speaks HTTP: one POST for each call, on connections that are kept open.

An answer is an answer whatever its HTTP status; only where there is none, the status tells what went wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import aiohttp

from papermesh_bridge.expose import messages
from papermesh_bridge.expose.faults import AnswerTooLarge, BadAnswer, LegacyHttpStatus, LegacyLost, LegacyUnreachable
from papermesh_bridge.expose.messages import Reply, Unusable
from papermesh_bridge.jsonrpc import Failure, Success

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.expose.config import ExposeLimits
    from papermesh_bridge.expose.messages import Request

_logger = logging.getLogger(__name__)
_HEADERS: Final = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "papermesh"}
_PORTS: Final = {"http": 80, "https": 443}
# Every call has a connection to itself, so that any number would do.
_ID: Final = 1
_KEEP_SECONDS: Final = 3.0


class HttpLegacy:
    """Calls a legacy server over HTTP. Implements `legacy.Legacy`."""

    def __init__(self, url: str, headers: tuple[tuple[str, str], ...], limits: ExposeLimits) -> None:
        self._url = url
        self._headers = {**_HEADERS, **dict(headers)}
        self._limits = limits
        self._session: aiohttp.ClientSession | None = None
        self._prober: asyncio.Task[None] | None = None
        self._reached = False
        self._on_change: Callable[[bool], None] = lambda _: None

    def start(self, on_change: Callable[[bool], None]) -> None:
        """Begins to look for the server, in the background."""
        self._on_change = on_change
        self._session = aiohttp.ClientSession(
            # max_calls_in_flight bounds them. Servers close idle connections after five seconds or more.
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect_timeout_seconds),
            headers=self._headers,
        )
        self._prober = asyncio.create_task(self._probe(), name="probe of the legacy server")

    async def call(self, request: Request) -> Reply:
        """Posts a request, and gives its answer. Raises CallError."""
        if self._session is None:
            raise LegacyUnreachable
        body = io.BytesIO(request.with_id(_ID))
        try:
            async with self._session.post(self._url, data=body, allow_redirects=False) as response:
                self._set_reached(reached=True)
                return await self._answer(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            _logger.info("the legacy server cannot be reached: %s", fault)
            self._set_reached(reached=False)
            raise LegacyUnreachable from None
        except (aiohttp.ClientError, OSError) as fault:
            _logger.info("the call to the legacy server broke: %r", fault)
            raise LegacyLost from None

    async def close(self) -> None:
        """Ends the search for the server, and every connection."""
        if self._prober is not None:
            self._prober.cancel()
            await asyncio.gather(self._prober, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _answer(self, response: aiohttp.ClientResponse) -> Reply:
        data = await self._body(response)
        depth = self._limits.max_depth
        if len(data) > self._limits.offload_bytes:
            message = await asyncio.to_thread(messages.read, data, max_depth=depth)
        else:
            message = messages.read(data, max_depth=depth)
        if isinstance(message, Success | Failure) and _is_ours(message):
            return Reply(message, len(data))
        if not 200 <= response.status < 300:
            raise LegacyHttpStatus(response.status, response.headers.get("Retry-After", ""))
        if isinstance(message, Success | Failure):
            raise BadAnswer("its id is that of no call")
        raise BadAnswer(message.why if isinstance(message, Unusable) else "it is a request")

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        data = bytearray()
        async for chunk in response.content.iter_any():
            data += chunk
            if len(data) > self._limits.max_answer_bytes:
                response.close()
                raise AnswerTooLarge(self._limits.max_answer_bytes)
        return bytes(data)

    async def _probe(self) -> None:
        """Looks on a period whether the server takes connections; what calls meet is known at once."""
        while True:
            self._set_reached(reached=await self._connects())
            await asyncio.sleep(self._limits.probe_seconds)

    async def _connects(self) -> bool:
        parts = urlsplit(self._url)
        try:
            async with asyncio.timeout(self._limits.connect_timeout_seconds):
                _, writer = await asyncio.open_connection(parts.hostname, parts.port or _PORTS[parts.scheme])
        except OSError as fault:
            if self._reached:
                _logger.warning("the legacy server cannot be reached: %s", fault)
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    def _set_reached(self, *, reached: bool) -> None:
        if reached is not self._reached:
            self._reached = reached
            self._on_change(reached)


def _is_ours(message: Success | Failure) -> bool:
    """Whether it answers our call; a server that could not read the id says so with null."""
    ours = message.id == _ID and isinstance(message.id, int)
    return ours or (isinstance(message, Failure) and message.id is None)
