"""Gives back to the system what large messages took, where the C library would keep it for what comes next.

glibc makes a heap for each of gRPC's threads. It keeps up to 64 MiB that are free at the end of each, and whatever is
free between what is not: after messages of 50 MB, four at a time, 350 MiB and growing with every heap such a message
came to, with 15 MiB in use all the while. So all threads share one heap here, and it is emptied when calls have ended
and the process has grown. That takes some 10 ms for 120 MiB, in a thread, and 0.05 ms where there is nothing to give
back. Other C libraries are left alone.

It is about freed memory alone: nothing here frees anything, and what is held is the business of those who hold it.
"""

from __future__ import annotations

import asyncio
import ctypes
from typing import TYPE_CHECKING, Any, Final

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_BYTES: Final = 16 * 1024 * 1024
"""By how much the process may have grown since its start before what is free is given back."""
PAUSE_SECONDS: Final = 1.0
"""How long after the end of a call, and how often at the most."""
_M_ARENA_MAX: Final = -8


def share_one_heap() -> None:
    """Has all threads of this process share one heap, those apart that have one already. Before gRPC starts its own."""
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


class Heap:
    """The heap of this process, from now on. Only ever touched from the event loop."""

    def __init__(self, kept_bytes: int = KEPT_BYTES, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._empty = _of_glibc("malloc_trim")
        self._process = psutil.Process()
        self._most = self._resident_bytes() + kept_bytes
        self._pause_seconds = pause_seconds
        self._ended = False
        self._following: asyncio.Task[None] | None = None

    def call_ended(self) -> None:
        """A call has ended, and what it took is free now or will be in a moment."""
        self._ended = True
        if self._empty is not None and (self._following is None or self._following.done()):
            self._following = asyncio.create_task(self._follow(self._empty))

    async def close(self) -> None:
        """No more calls will end."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait({self._following})

    async def _follow(self, empty: Callable[[int], int]) -> None:
        while self._ended:
            self._ended = False
            await asyncio.sleep(self._pause_seconds)
            if self._resident_bytes() > self._most:
                await asyncio.to_thread(empty, 0)

    def _resident_bytes(self) -> int:
        return int(self._process.memory_info().rss)


def _of_glibc(function: str) -> Any:
    """A function of glibc's own; None where the C library is another one."""
    return getattr(ctypes.CDLL(None), function, None)
