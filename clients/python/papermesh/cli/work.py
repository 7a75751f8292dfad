"""Does the same work for many inputs: several at a time, results in the order given, and few held in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

AHEAD: Final = 4
"""Results waiting for an earlier one, in multiples of the works done at a time."""

Given = TypeVar("Given")
Done = TypeVar("Done")


async def ordered(
    inputs: Iterable[Given], work: Callable[[Given], Awaitable[Done]], at_a_time: int
) -> AsyncGenerator[tuple[Given, Done], None]:
    """Each input with what work made of it, in the order given, as soon as it and all before it are done.

    What work raises is raised here, and what was under way is cancelled.
    """
    places = asyncio.Semaphore(at_a_time)
    waiting: deque[tuple[Given, asyncio.Task[Done]]] = deque()

    async def placed(given: Given) -> Done:
        async with places:
            return await work(given)

    try:
        for given in inputs:
            waiting.append((given, asyncio.create_task(placed(given))))
            if len(waiting) >= at_a_time * AHEAD:
                yield await _first(waiting)
        while waiting:
            yield await _first(waiting)
    finally:
        for _, task in waiting:
            task.cancel()
        await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)


async def _first(waiting: deque[tuple[Given, asyncio.Task[Done]]]) -> tuple[Given, Done]:
    given, task = waiting[0]
    done = await task
    waiting.popleft()
    return given, done
