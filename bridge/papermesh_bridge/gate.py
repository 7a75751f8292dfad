"""What a call passes on its way: the bound on those that run, the bridge's closing, and its caller's change of mind."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from papermesh_bridge.errors import CallCancelled, CallTimeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from papermesh_bridge.limits import Limits
    from papermesh_bridge.session import Cancellation


class Gate:
    """What all calls of a bridge pass: a bound on those that run, and whether there may be new ones."""

    def __init__(self, limits: Limits) -> None:
        self.room = asyncio.Semaphore(limits.max_calls)
        self.closed = False
        self._max_unattended = limits.max_calls
        self._unattended: set[asyncio.Task[Any]] = set()

    async def unattended(self, work: Coroutine[Any, Any, Any]) -> None:
        """Waits for work that goes on even if nobody waits for it any more; no more of it than calls may run."""
        if len(self._unattended) >= self._max_unattended:
            await work
            return
        task = asyncio.create_task(work)
        self._unattended.add(task)
        task.add_done_callback(self._unattended.discard)
        await asyncio.shield(task)

    async def drain(self, grace: float) -> None:
        """Refuses new calls, and gives unattended work this many seconds to finish."""
        self.closed = True
        if not self._unattended:
            return
        _, late = await asyncio.wait(self._unattended, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


@contextlib.asynccontextmanager
async def while_wanted(cancellation: Cancellation | None, deadline: float | None) -> AsyncIterator[None]:
    """Ends what is done inside as soon as it is cancelled, or its deadline by `time.monotonic` has passed.

    Raises CallCancelled and CallTimeout then.
    """
    if cancellation is None and deadline is None:
        yield
        return
    if cancellation is not None and cancellation.requested:
        raise CallCancelled
    scope = asyncio.timeout(None if deadline is None else deadline - time.monotonic())
    try:
        async with scope:
            if cancellation is not None:
                cancellation.tell(lambda: scope.reschedule(0))
            try:
                yield
            finally:
                if cancellation is not None:
                    cancellation.tell(None)
    except TimeoutError:
        if not scope.expired():
            raise
        raise CallCancelled if cancellation is not None and cancellation.requested else CallTimeout from None
