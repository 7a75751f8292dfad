"""Gathers a document that comes in pieces: first a message that describes it, then its bytes.

The limit on its size holds while it comes in, and so do the bounds on the time that may take. What the description
says, and what the bytes mean, is the business of a worker.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.message import DecodeError

from papermesh_services.server.errors import RequestInvalid, ServiceError, malformed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from google.protobuf.message import Message

    from papermesh_services.server.config import ServerConfig
    from papermesh_services.server.spool import Spool

_OFFLOAD_BYTES: Final = 1024 * 1024
"""A message above this size is read in a thread."""


async def gather(messages: AsyncIterator[bytes], kind: type[Message], spool: Spool, config: ServerConfig) -> bytes:
    """Puts the pieces of a document into a spool, and returns its description, serialised.

    kind: the type of the messages, with a oneof `part` of `description` and `chunk`. Raises ServiceError.
    """
    limit = config.limits.max_document_bytes
    reader = _Reader(messages, kind, config.upload_idle_seconds)
    try:
        async with asyncio.timeout(config.max_upload_seconds):
            description = await reader.description()
            if not 0 <= description.size_bytes <= limit:
                raise _bad_size(description.size_bytes, limit)
            while (chunk := await reader.chunk()) is not None:
                if spool.size + len(chunk) > limit:
                    raise _too_large(limit)
                await spool.add(chunk)
    except TimeoutError:
        raise _too_slow(config) from None
    if description.size_bytes not in (0, spool.size):
        told = f"The document ended after {spool.size:,} bytes, and {description.size_bytes:,} were told. "
        told += "Send it again, whole."
        raise RequestInvalid("description.size_bytes", told, "STREAM_INVALID")
    return bytes(description.SerializeToString())


class _Reader:
    """The messages of one stream, each in its place."""

    def __init__(self, messages: AsyncIterator[bytes], kind: type[Message], idle_seconds: float) -> None:
        self._messages = aiter(messages)
        self._kind = kind
        self._idle_seconds = idle_seconds

    async def description(self) -> Any:
        message = await self._next()
        if message is None:
            raise RequestInvalid(
                "description",
                "The stream ended before it described a document. Send a description, then the bytes.",
                "STREAM_INVALID",
            )
        if message.WhichOneof("part") != "description":
            told = "The first message must have the description of the document; its bytes come after it."
            raise RequestInvalid("description", told, "STREAM_INVALID")
        return message.description

    async def chunk(self) -> bytes | None:
        """The next bytes; None at the end of the stream."""
        message = await self._next()
        if message is None:
            return None
        if message.WhichOneof("part") != "chunk":
            told = "Every message after the first must have a chunk of the document, and nothing else."
            raise RequestInvalid("chunk", told, "STREAM_INVALID")
        piece: bytes = message.chunk
        return piece

    async def _next(self) -> Any:
        try:
            async with asyncio.timeout(self._idle_seconds):
                data = await anext(self._messages)
        except StopAsyncIteration:
            return None
        try:
            if len(data) > _OFFLOAD_BYTES:
                return await asyncio.to_thread(self._kind.FromString, data)
            return self._kind.FromString(data)
        except DecodeError:
            raise malformed() from None


def _bad_size(size: int, limit: int) -> ServiceError:
    if size > limit:
        return _too_large(limit)
    return RequestInvalid(
        "description.size_bytes", f"A document cannot have {size} bytes. Give its size, or 0 where it is not known."
    )


def _too_large(limit: int) -> ServiceError:
    message = f"The document has more than {limit:,} bytes, the most that are read. "
    message += "Give it in parts, or have max_document_bytes raised on the server."
    metadata = {"limit": "max_document_bytes", "value": str(limit)}
    return ServiceError("DOCUMENT_TOO_LARGE", message, metadata=metadata)


def _too_slow(config: ServerConfig) -> ServiceError:
    message = (
        "The bytes of the document did not come in time: they may pause for "
        f"{config.upload_idle_seconds:g} s, and take {config.max_upload_seconds:g} s in all. "
        "Send them faster, or have upload_idle_seconds or max_upload_seconds raised on the server."
    )
    return ServiceError("UPLOAD_TIMEOUT", message)
