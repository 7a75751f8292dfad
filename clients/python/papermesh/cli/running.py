"""Runs servers until a signal: starts them, says that they are up, and stops them in order. Owns the signals.

The first SIGINT or SIGTERM drains and ends with exit code 0; a second one gives up on waiting. Servers with one caller
alone end when it is done.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Any, Final, Protocol

import click

from papermesh.cli.exits import CommandFailed, Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
LOG_LEVELS: Final = ("debug", "info", "warning", "error")


class Part(Protocol):
    """Something that is started and stopped, once each, on one event loop."""

    async def start(self) -> None:
        """Starts it; it serves when this returns."""
        ...

    async def stop(self) -> None:
        """Drains and ends it."""
        ...


def run(work: Coroutine[Any, Any, int]) -> int:
    """Runs a command that serves, on the quicker event loop where that is installed. Returns the exit code."""
    try:
        import uvloop
    except ImportError:  # it has no wheels for every platform
        return asyncio.run(work)
    return uvloop.run(work)


async def run_until_stopped(
    stages: Sequence[Sequence[Part]],
    ready: Callable[[], None],
    retire: Callable[[], None] = lambda: None,
    done: asyncio.Event | None = None,
) -> int:
    """Starts the stages one after the other, the parts of one together; stops them the other way round at a signal.

    ready is called when all of them serve, retire at the signal, before the first of them is stopped. done stops them
    like a signal, once they have started. Returns the exit code. Whatever a part fails to start with is raised, with
    the others stopped.
    """
    stop = asyncio.Event()
    task = asyncio.current_task()
    started: list[list[Part]] = []

    def on_signal() -> None:
        if stop.is_set() and task:
            task.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, on_signal)
    try:
        for stage in stages:
            await _start(stage)
            started.append(list(stage))
            # A start is never cut short by the first signal: half-started servers do not stop cleanly.
            if stop.is_set():
                return await _stopped(started, Exit.OK)
        ready()
        await _first_of(stop, done or stop)
        retire()
    except asyncio.CancelledError:
        return await _stopped(started, Exit.INTERRUPTED)
    except BaseException:
        await _stopped(started, Exit.FAILED)
        raise
    else:
        return await _stopped(started, Exit.OK)
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


async def _first_of(*events: asyncio.Event) -> None:
    """Waits until one of the events is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


async def _start(stage: Sequence[Part]) -> None:
    """Starts the parts together; where one fails, those that did start are stopped and the failure is raised."""
    outcomes = await asyncio.gather(*(part.start() for part in stage), return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        await _stop([part for part, outcome in zip(stage, outcomes, strict=True) if outcome is None])
        raise failures[0]


async def _stopped(stages: list[list[Part]], code: Exit) -> int:
    try:
        for stage in reversed(stages):
            await _stop(stage)
    except asyncio.CancelledError:
        click.echo("papermesh: not waiting any longer", err=True)
        return Exit.INTERRUPTED
    return code


async def _stop(parts: Sequence[Part]) -> None:
    await asyncio.gather(*(part.stop() for part in parts))


class ListenError(Protocol):
    """The error of a part whose address is taken or is none of this machine."""

    where: str


def cannot_listen(error: ListenError, addresses: Mapping[str, str | None], *, every: bool = False) -> CommandFailed:
    """The line for such an error. addresses: what sets an address, such as an option, with what it was set to.

    every: to name all of these at once, since whoever uses the one address may use the others too.
    """
    setting = next((setting for setting, address in addresses.items() if address == error.where), "")
    choose = f"choose another one by {setting}" if setting else "choose another one"
    others = [other for other in addresses if other != setting]
    if every and setting:
        choose = f"{choose}, and likewise {', '.join(others[:-1])} and {others[-1]}"
    free = "" if error.where.startswith(("/", "unix:")) else "; port 0 takes any free one"
    return CommandFailed(f"{error}; stop what uses the address, or {choose}{free}", Exit.UNREACHABLE)


def cannot_start(error: Exception) -> CommandFailed:
    """The line for a part that did not start for another reason."""
    return CommandFailed(f"Cannot start: {error}", Exit.UNREACHABLE)


def log_to_stderr(level: str) -> None:
    """Sends the logs of the servers to standard error, from a level on."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
