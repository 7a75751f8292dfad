"""Parts of an answer on their way from the thread that hears a worker to whoever takes them on the event loop.

At most one waits here. Until it is taken the thread waits, then the pipe is full, and then the worker waits too: that
is how the pace of the caller reaches the worker, and why an answer of any length takes no room in the server.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Parts:
    """The parts of one answer. Make it on the event loop that takes them.

    seconds: how long the caller may take to take them all, counted from the first.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(1)
        self._begun = asyncio.Event()
        self._closed = False

    @property
    def begun(self) -> bool:
        """Whether there was a part yet. From then on the job cannot be done again from its start."""
        return self._begun.is_set()

    def put(self, part: bytes) -> None:
        """Takes a part, and waits until there is room for it. Not for the event loop's own thread."""
        if not self._closed:
            asyncio.run_coroutine_threadsafe(self._put(part), self._loop).result()

    def close(self) -> None:
        """Nobody takes parts any more: those that come are dropped, and no thread waits."""
        self._closed = True
        while not self._waiting.empty():
            self._waiting.get_nowait()

    async def begins(self, job: asyncio.Future[Any], seconds: float) -> bool:
        """Waits for the first part, for so many seconds; says whether it came before the job was over."""
        beginning = asyncio.ensure_future(self._begun.wait())
        try:
            await asyncio.wait({beginning, job}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
        finally:
            beginning.cancel()
        return self.begun

    async def until(self, job: asyncio.Future[Any]) -> AsyncGenerator[bytes, None]:
        """The parts as they come, until the job is over and no more will come. How it ended is not looked at."""
        while not (job.done() and self._waiting.empty()):
            taking = asyncio.ensure_future(self._waiting.get())
            try:
                await asyncio.wait({taking, job}, return_when=asyncio.FIRST_COMPLETED)
                if taking.done():
                    yield taking.result()
            finally:
                taking.cancel()

    async def _put(self, part: bytes) -> None:
        self._begun.set()
        if not self._closed:
            await self._waiting.put(part)
