"""What a byte stream is to the bridge, and the one over an asyncio socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import asyncio

READ_BYTES: Final = 64 * 1024


class ByteStream(Protocol):
    """Bytes both ways. A peer that has gone is a ConnectionError."""

    async def read(self) -> bytes:
        """Gives the next bytes, not more than READ_BYTES; none at the end of the stream."""

    async def write(self, data: bytes) -> None:
        """Writes, and waits while the peer reads slowly."""

    async def close(self) -> None:
        """Closes, once what was written is on its way."""

    def abort(self) -> None:
        """Closes at once, whatever has not been sent yet."""


class SocketStream:
    """A connection of asyncio's own streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Gives the next bytes; none at the end of the stream."""
        return await self._reader.read(READ_BYTES)

    async def write(self, data: bytes) -> None:
        """Writes, and waits while the peer reads slowly."""
        if self._writer.is_closing():  # uvloop says nothing better of a connection that was reset
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()

    async def close(self) -> None:
        """Closes, once what was written is on its way."""
        self._writer.close()
        await self._writer.wait_closed()

    def abort(self) -> None:
        """Closes at once, whatever has not been sent yet."""
        self._writer.transport.abort()
