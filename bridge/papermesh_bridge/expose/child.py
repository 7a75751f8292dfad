"""A legacy server that is a child process, and speaks on its standard streams; its standard error is ours.

It gets a process group of its own: Ctrl-C is for us, who end it once running calls are done, with all it has started.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

_logger = logging.getLogger(__name__)
_KILL_SECONDS: Final = 10.0
_DRAIN_BYTES: Final = 64 * 1024


@contextlib.asynccontextmanager
async def running(
    command: Sequence[str], directory: Path | None, stop_seconds: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Runs a command, gives its standard output and input, and ends it. Raises OSError."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=directory, start_new_session=True
    )
    if process.stdin is None or process.stdout is None:
        raise OSError("the command has no standard streams")
    try:
        yield process.stdout, process.stdin
    finally:
        ending = asyncio.create_task(_ended(process, stop_seconds))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:  # who stops us while a child is ending waits for its end, too
            await ending
            raise


async def _ended(process: asyncio.subprocess.Process, stop_seconds: float) -> None:
    """Ends a process and what it has started: the end of its input, SIGTERM, and SIGKILL for what is still there."""
    if process.stdin is not None:
        process.stdin.close()
    draining = asyncio.create_task(_drained(process.stdout))
    try:
        _signal(process, signal.SIGTERM)
        if not await _gone(process, stop_seconds):
            _logger.warning("the legacy server did not end within %g s of SIGTERM; it is killed", stop_seconds)
        _signal(process, signal.SIGKILL)
        await _gone(process, _KILL_SECONDS)
    finally:
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        # There is no public way to let go of pipes that somebody else still holds at their other ends.
        process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
    _logger.info("the legacy server has ended with exit code %s", process.returncode)


async def _drained(output: asyncio.StreamReader | None) -> None:
    """Reads and throws away: the end of a process is known only when all it has written has been read."""
    while output is not None and await output.read(_DRAIN_BYTES):
        pass


async def _gone(process: asyncio.subprocess.Process, seconds: float) -> bool:
    """Waits until it has ended; what it has started may keep its output open for longer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds if process.returncode is None else 0):
            await process.wait()
    return process.returncode is not None


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signals the process group; one that is empty already is no fault."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
