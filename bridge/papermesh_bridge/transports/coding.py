"""Content codings of HTTP: bodies that come compressed, and answers that are compressed on their way out.

However much a compressed body would become, only a little of it is unpacked at a time.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders

from papermesh_bridge.errors import BodyRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from papermesh_bridge.limits import Limits

CODINGS: Final = ("gzip", "deflate")
_PIECE_BYTES: Final = 64 * 1024
_LEVEL: Final = 5
_GZIP_BITS: Final = 16 + zlib.MAX_WBITS
_VARIED: Final = ("application/json", "text/")


class Decoder:
    """Unpacks one body, a piece at a time."""

    def __init__(self, coding: str) -> None:
        """Raises BodyRefused for a coding that is not taken."""
        if coding not in (*CODINGS, "x-gzip"):
            told = (
                f"the content encoding {coding[:64]!r} is not taken; send {' or '.join(CODINGS)}, or the body as it is"
            )
            raise BodyRefused(told, "CONTENT_ENCODING_UNSUPPORTED")
        self._bits = _GZIP_BITS if coding.endswith("gzip") else zlib.MAX_WBITS
        self._unpacker = zlib.decompressobj(self._bits)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Gives what some bytes become, in pieces of a bounded size. Raises BodyRefused."""
        piece = b""
        while data or len(piece) == _PIECE_BYTES:  # a full piece may not have been all
            piece = self._step(data)
            yield piece
            data = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            if self._unpacker.eof and data:  # gzip files may stand one after the other
                self._unpacker = zlib.decompressobj(self._bits)

    def finish(self) -> None:
        """Takes the end of the body. Raises BodyRefused where it is not complete."""
        if self._begun and not self._unpacker.eof:
            raise BodyRefused("the compressed body is cut off", "BODY_CORRUPT")

    def _step(self, data: bytes) -> bytes:
        try:
            return self._unpacked(data)
        except zlib.error:
            raise BodyRefused("the body is not compressed as its content encoding says", "BODY_CORRUPT") from None

    def _unpacked(self, data: bytes) -> bytes:
        first, self._begun = not self._begun, True
        try:
            return self._unpacker.decompress(data, _PIECE_BYTES)
        except zlib.error:
            if not first or self._bits != zlib.MAX_WBITS:
                raise
            # Some senders of "deflate" leave out the header it should have.
            self._bits = -zlib.MAX_WBITS
            self._unpacker = zlib.decompressobj(self._bits)
            return self._unpacker.decompress(data, _PIECE_BYTES)


async def gzipped(body: bytes, limits: Limits) -> bytes:
    """Compresses a body; a large one in a thread."""
    if len(body) > limits.offload_bytes:
        return await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)
    return gzip.compress(body, _LEVEL, mtime=0)


def accepts_gzip(header: str) -> bool:
    """Tells whether an Accept-Encoding header takes gzip."""
    weights = {}
    for each in header.lower().split(","):
        coding, *options = (word.strip() for word in each.split(";"))
        weights[coding] = not any(_is_zero(option) for option in options)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


def _is_zero(option: str) -> bool:
    name, _, value = option.partition("=")
    return name.strip() == "q" and not value.strip().strip("0.")


class GzipAnswers:
    """Compresses answers that are large enough, for callers that take them so; large ones in a thread."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection of the application inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        accepted = accepts_gzip(Headers(scope=scope).get("accept-encoding", ""))
        await self._app(scope, receive, _Answer(send, self._limits, accepted and scope["method"] != "HEAD").send)


class _Answer:
    """One answer on its way out. Its head waits for the body, which tells whether it is worth compressing."""

    def __init__(self, send: Send, limits: Limits, accepted: bool) -> None:
        self._send = send
        self._limits = limits
        self._accepted = accepted
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            message = await self._compressed(head, message)
            await self._send(head)
        await self._send(message)

    async def _compressed(self, head: Message, message: Message) -> Message:
        headers = MutableHeaders(raw=head.setdefault("headers", []))
        if not headers.get("content-type", "").startswith(_VARIED) or "content-encoding" in headers:
            return message
        headers.add_vary_header("Accept-Encoding")
        body = message.get("body", b"")
        if not self._accepted or message.get("more_body") or len(body) < self._limits.min_gzip_bytes:
            return message
        packed = await gzipped(body, self._limits)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(packed))
        return {**message, "body": packed}
