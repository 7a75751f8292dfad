"""How what a backend offers is known: learnt by reflection and kept current in the background, or given once.

Makes no calls for callers, and decides nothing about names. What was learnt stays until something else was learnt.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import grpc
import grpc.aio

from papermesh_bridge.errors import SchemaError
from papermesh_bridge.reflection import reflect

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.description import Description
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Schema

_logger = logging.getLogger(__name__)
FIRST_RETRY_SECONDS: Final = 0.25
_NOT_YET: Final = "it has not described itself yet"
# A large description takes long to ask for; at most about a tenth of the time is spent on it.
_SHARE: Final = 10
_READY: Final = grpc.ChannelConnectivity.READY


class Knowledge(Protocol):
    """What is known of a backend."""

    @property
    def schema(self) -> Schema | None:
        """What it offers; None until that is known."""

    @property
    def trouble(self) -> str:
        """Why there is no schema, for people."""

    @property
    def stale(self) -> str:
        """Why the schema may be out of date, for people; empty where it is not."""

    async def attempted(self) -> None:
        """Waits until the schema is there or the first attempt at it has failed."""

    def look_again(self) -> None:
        """Says that the schema may be out of date."""

    async def close(self) -> None:
        """Ends what goes on in the background."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the configuration says of a backend. It is never asked."""

    schema: Schema
    trouble: str = ""
    stale: str = ""

    async def attempted(self) -> None:
        """Does nothing: it is known from the beginning."""

    def look_again(self) -> None:
        """Does nothing: what was given does not change."""

    async def close(self) -> None:
        """Does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The server that is learnt about."""

    name: str
    target: str
    channel: grpc.aio.Channel
    services: tuple[str, ...] = ()
    """The services to know; all of them by default."""
    unreachable: str
    """What people are told when no connection is made."""


class Learner:
    """Asks a server what it offers: once it is reached, on a period, after a new connection, and when told to.

    One look at a time, and with pauses between them; a look that fails keeps what the last good one has shown.
    """

    def __init__(self, subject: Subject, limits: Limits, changed: Callable[[], None]) -> None:
        self._subject = subject
        self._limits = limits
        self._changed = changed
        self._schema: Schema | None = None
        self._digest = b""
        self._trouble = "not reached yet"
        self._seen_at = 0.0
        self._next_look = 0.0
        self._attempted = asyncio.Event()
        self._due = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._task = asyncio.create_task(self._run(), name=f"schema of {subject.name}")

    @property
    def schema(self) -> Schema | None:
        """What the server offers, as it was last seen; None until it was reached."""
        return self._schema

    @property
    def trouble(self) -> str:
        """Why there is no schema, for people."""
        return self._trouble

    @property
    def stale(self) -> str:
        """Why the schema may be out of date, for people; empty where the last look at the server was a good one."""
        if self._schema is None or not self._trouble:
            return ""
        age = asyncio.get_running_loop().time() - self._seen_at
        return f"its methods are known as they were {age:.0f} seconds ago: {self._trouble}"

    async def attempted(self) -> None:
        """Waits until the schema is there or the first attempt at it has failed."""
        await self._attempted.wait()

    def look_again(self) -> None:
        """Says that the schema may be out of date, so that the server is asked as soon as it may be."""
        self._due.set()

    async def close(self) -> None:
        """Ends what goes on in the background."""
        tasks = [task for task in (self._task, self._watch) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while True:
            if await self._looked():
                pause = FIRST_RETRY_SECONDS
                await self._until_due()
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._limits.retry_seconds)

    async def _looked(self) -> bool:
        """Looks what the server offers; False if that cannot be known now."""
        clock = asyncio.get_running_loop().time
        try:
            await self._connected()
            await asyncio.sleep(self._next_look - clock())
            self._due.clear()
            began = clock()
            async with asyncio.timeout(self._limits.reflection_timeout_seconds):
                description = await reflect(self._subject.channel, self._limits, self._subject.services)
            await self._learn(description)
        except (grpc.aio.AioRpcError, SchemaError, TimeoutError) as fault:
            self._failed(_told(fault))
            return False
        except Exception:
            _logger.exception("backend %s at %s: its description could not be read", *self._names)
            self._failed("its description could not be read")
            return False
        self._seen_at = clock()
        self._next_look = self._seen_at + max(self._limits.schema_pause_seconds, _SHARE * (self._seen_at - began))
        self._trouble = ""
        self._attempted.set()
        return True

    async def _learn(self, description: Description) -> None:
        digest = await asyncio.to_thread(description.digest)
        if digest == self._digest:
            return
        self._schema = await asyncio.to_thread(description.schema)
        self._digest = digest
        self._changed()
        _logger.info("backend %s at %s has %d methods", *self._names, len(self._schema.methods))

    async def _until_due(self) -> None:
        """Waits until the period has passed, the connection is lost, or somebody says that it is time to look."""
        if self._watch is None or self._watch.done():
            # It outlives the wait: gRPC has no way to end one of these but a change of state.
            self._watch = asyncio.create_task(self._subject.channel.wait_for_state_change(_READY))
            self._watch.add_done_callback(lambda _: self._due.set())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.schema_refresh_seconds or None):
                await self._due.wait()

    async def _connected(self) -> None:
        channel = self._subject.channel
        state = channel.get_state(try_to_connect=True)
        while state is not _READY:
            if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                self._failed(self._subject.unreachable)
            await channel.wait_for_state_change(state)
            state = channel.get_state(try_to_connect=True)
        if self._trouble == self._subject.unreachable:
            self._trouble = _NOT_YET

    @property
    def _names(self) -> tuple[str, str]:
        return self._subject.name, self._subject.target

    def _failed(self, trouble: str) -> None:
        if trouble != self._trouble:
            _logger.warning("backend %s at %s: %s", *self._names, trouble)
        self._trouble = trouble
        self._attempted.set()


def _told(fault: Exception) -> str:
    if isinstance(fault, grpc.aio.AioRpcError):
        if fault.code() is grpc.StatusCode.UNIMPLEMENTED:
            return "it has no reflection service, so its methods cannot be known"
        return f"it did not describe itself: {fault.code().name}"
    if isinstance(fault, TimeoutError):
        return "it did not describe itself in time"
    return f"its description cannot be used: {fault}"
