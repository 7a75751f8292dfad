"""Keeps the bytes of one document as they come in: in memory while they are few, then in a file that has no name.

The file is gone with its last descriptor, however the process ends. Nothing here knows what the bytes mean.
"""

from __future__ import annotations

import asyncio
import tempfile
from typing import IO, TYPE_CHECKING, Self, TypeAlias

from papermesh_services.server.errors import ServiceError

if TYPE_CHECKING:
    from pathlib import Path

Content: TypeAlias = bytes | int
"""The bytes of a document, or the descriptor of a file that holds them."""


class Spool:
    """One document on its way in. Use it as a context, which gives back what it holds.

    memory_bytes: from this size on it is kept in a file. folder: where; None asks the system.
    """

    def __init__(self, memory_bytes: int, folder: Path | None) -> None:
        self._memory_bytes = memory_bytes
        self._folder = folder
        self._buffer = bytearray()
        self._file: IO[bytes] | None = None
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    async def add(self, piece: bytes) -> None:
        """Keeps the next bytes. Raises ServiceError where there is no room for them."""
        self._buffer += piece
        self.size += len(piece)
        if len(self._buffer) >= self._memory_bytes:
            await self._flush()

    async def content(self) -> Content:
        """What was kept. A descriptor is good as long as the spool. Raises ServiceError as add does."""
        if self._file is None:
            return bytes(self._buffer)
        await self._flush()
        return self._file.fileno()

    async def _flush(self) -> None:
        full, self._buffer = self._buffer, bytearray()
        writing = asyncio.ensure_future(asyncio.to_thread(self._write, full))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait({writing})  # or the thread would write to what is closed by then
            raise
        except OSError as error:
            message = "The server has no room to keep the document while it comes in; try again later."
            raise ServiceError("SPOOL_FULL", message, retry_seconds=10.0) from error

    def _write(self, data: bytearray) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - closed in __exit__
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
