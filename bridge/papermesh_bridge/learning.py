"""How a backend's schema is learnt by reflection, in the background, for as long as that takes.

Makes no calls for callers, and decides nothing about names.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import grpc
import grpc.aio

from papermesh_bridge.errors import SchemaError
from papermesh_bridge.reflection import reflect

if TYPE_CHECKING:
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Schema

_logger = logging.getLogger(__name__)
FIRST_RETRY_SECONDS: Final = 0.25


class Learner:
    """Reaches the server behind a channel and learns what it offers."""

    def __init__(self, name: str, target: str, channel: grpc.aio.Channel, limits: Limits) -> None:
        self._name = name
        self._target = target
        self._channel = channel
        self._limits = limits
        self._schema: Schema | None = None
        self._trouble = "not reached yet"
        self._attempted = asyncio.Event()
        self._task = asyncio.create_task(self._learn(), name=f"schema of {name}")

    @property
    def schema(self) -> Schema | None:
        """What the server offers; None until it was reached."""
        return self._schema

    @property
    def trouble(self) -> str:
        """Why there is no schema, for people."""
        return self._trouble

    async def attempted(self) -> None:
        """Waits until the schema is there or the first attempt at it has failed."""
        await self._attempted.wait()

    async def close(self) -> None:
        """Ends the attempts."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _learn(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while True:
            try:
                await self._connected()
                async with asyncio.timeout(self._limits.reflection_timeout_seconds):
                    self._schema = await reflect(self._channel, self._limits)
                self._trouble = ""
                _logger.info("backend %s at %s has %d methods", self._name, self._target, len(self._schema.methods))
            except (grpc.aio.AioRpcError, SchemaError, TimeoutError) as fault:
                self._failed(_told(fault))
            except Exception:
                _logger.exception("backend %s at %s: its description could not be read", self._name, self._target)
                self._failed("its description could not be read")
            else:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._limits.retry_seconds)
        self._attempted.set()

    async def _connected(self) -> None:
        state = self._channel.get_state(try_to_connect=True)
        while state is not grpc.ChannelConnectivity.READY:
            if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                self._failed("it cannot be reached; is it running?")
            await self._channel.wait_for_state_change(state)
            state = self._channel.get_state(try_to_connect=True)

    def _failed(self, trouble: str) -> None:
        if trouble != self._trouble:
            _logger.warning("backend %s at %s: %s", self._name, self._target, trouble)
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
