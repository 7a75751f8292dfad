"""A backend: its channel, its schema by reflection, and calls to it as bytes.

Knows nothing of JSON. What a backend answers is passed on as it is; only its failures are put into a value of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2

from papermesh_bridge.errors import STATUS_CODES, UNIMPLEMENTED, BridgeError, SchemaError
from papermesh_bridge.reflection import reflect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence

    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Schema

_logger = logging.getLogger(__name__)
_DETAILS: Final = "grpc-status-details-bin"
_HEALTH_CHECK: Final = "/grpc.health.v1.Health/Check"
_FIRST_RETRY_SECONDS: Final = 0.25


Metadata: TypeAlias = tuple[tuple[str, str | bytes], ...]


class CallFailed(BridgeError):
    """A backend answered with a status other than OK, or could not be reached.

    `details` is the serialized google.rpc.Status where the backend sent one, and empty otherwise.
    """

    def __init__(self, status: int, message: str, details: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details


class Backend:
    """One gRPC server. Reaches it and learns its schema in the background, for as long as that takes."""

    def __init__(self, name: str, target: str, limits: Limits) -> None:
        self.name = name
        self.target = target
        self._limits = limits
        self._schema: Schema | None = None
        self._trouble = "not reached yet"
        self._attempted = asyncio.Event()
        self._calls: dict[str, Any] = {}
        self._channel = grpc.aio.insecure_channel(target, options=_channel_options(limits))
        self._learner = asyncio.create_task(self._learn(), name=f"schema of {name}")

    @property
    def schema(self) -> Schema | None:
        """What it offers; None until it was reached."""
        return self._schema

    @property
    def trouble(self) -> str:
        """Why there is no schema, for people."""
        return self._trouble

    async def attempted(self) -> None:
        """Waits until the schema is there or the first attempt at it has failed."""
        await self._attempted.wait()

    async def call(self, path: str, request: bytes, timeout: float, metadata: Metadata = ()) -> bytes:
        """Calls a unary method. Raises CallFailed."""
        call = self._calls.get(path)
        if call is None:
            call = self._calls[path] = self._channel.unary_unary(path)
        try:
            answer: bytes = await call(request, timeout=timeout, metadata=metadata or None)
        except grpc.aio.AioRpcError as fault:
            raise _failed(fault) from None
        return answer

    async def send_all(
        self, path: str, messages: AsyncIterator[bytes], timeout: float, metadata: Metadata = ()
    ) -> bytes:
        """Calls a method that takes a stream, with messages that may be still to come, as fast as it takes them.

        Raises CallFailed as soon as the backend has refused, and what the messages raise.
        """
        method: Any = self._channel.stream_unary(path)
        call = method(timeout=timeout, metadata=metadata or None)
        answer, sending = asyncio.ensure_future(_answer_of(call)), asyncio.ensure_future(_send(call, messages))
        try:
            await asyncio.wait((answer, sending), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                sending.result()
            return await answer
        except grpc.aio.AioRpcError as fault:
            raise _failed(fault) from None
        finally:
            call.cancel()
            for task in (sending, answer):
                task.cancel()
            await asyncio.gather(sending, answer, return_exceptions=True)

    async def call_with_many(
        self, path: str, requests: Sequence[bytes], timeout: float, metadata: Metadata = ()
    ) -> bytes:
        """Calls a method that takes a stream of requests and gives one response. Raises CallFailed."""
        return await self.send_all(path, _each(requests), timeout, metadata)

    async def stream(
        self, path: str, request: bytes, timeout: float, metadata: Metadata = ()
    ) -> AsyncGenerator[bytes, None]:
        """Calls a method that gives a stream of responses; it ends when the generator is closed. Raises CallFailed."""
        method: Any = self._channel.unary_stream(path)
        call = method(request, timeout=timeout, metadata=metadata or None)
        try:
            async for answer in call:
                yield answer
        except grpc.aio.AioRpcError as fault:
            raise _failed(fault) from None
        finally:
            call.cancel()

    async def is_serving(self, timeout: float) -> bool:
        """Asks whether it serves; a server without a health service serves if it answers. Raises CallFailed."""
        try:
            answer = await self.call(_HEALTH_CHECK, health_pb2.HealthCheckRequest().SerializeToString(), timeout)
        except CallFailed as failed:
            if failed.status == UNIMPLEMENTED:
                return True
            raise
        status = health_pb2.HealthCheckResponse.FromString(answer).status
        return bool(status == health_pb2.HealthCheckResponse.SERVING)

    async def close(self) -> None:
        """Ends the attempts to reach it, and its channel with every call on it."""
        self._learner.cancel()
        await asyncio.gather(self._learner, return_exceptions=True)
        await self._channel.close()

    async def _learn(self) -> None:
        pause = _FIRST_RETRY_SECONDS
        while True:
            try:
                await self._connected()
                async with asyncio.timeout(self._limits.reflection_timeout_seconds):
                    self._schema = await reflect(self._channel, self._limits)
                self._trouble = ""
                _logger.info("backend %s at %s has %d methods", self.name, self.target, len(self._schema.methods))
            except (grpc.aio.AioRpcError, SchemaError, TimeoutError) as fault:
                self._failed(_told(fault))
            except Exception:
                _logger.exception("backend %s at %s: its description could not be read", self.name, self.target)
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
            _logger.warning("backend %s at %s: %s", self.name, self.target, trouble)
        self._trouble = trouble
        self._attempted.set()


async def _each(messages: Sequence[bytes]) -> AsyncIterator[bytes]:
    for message in messages:
        yield message


async def _answer_of(call: Any) -> bytes:
    answer: bytes = await call
    return answer


async def _send(call: Any, messages: AsyncIterator[bytes]) -> None:
    # Not `call.write`: it puts INTERNAL in the place of the status of a call that its backend has ended meanwhile
    # (https://github.com/grpc/grpc/issues/36066). When a message cannot be sent, the answer says why.
    with contextlib.suppress(grpc.aio.AioRpcError):
        await call.wait_for_connection()
    async for message in messages:
        try:
            await call._cython_call.send_serialized_message(message)  # noqa: SLF001
        except Exception:  # noqa: BLE001 - gRPC's own, of a private module
            return
    with contextlib.suppress(Exception):
        await call.done_writing()


def _channel_options(limits: Limits) -> list[tuple[str, Any]]:
    return [
        ("grpc.max_send_message_length", -1),  # bounded by what is taken from callers
        ("grpc.max_receive_message_length", limits.max_answer_bytes),
        # Channels with equal arguments would share one connection otherwise.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.initial_reconnect_backoff_ms", int(_FIRST_RETRY_SECONDS * 1000)),
        ("grpc.min_reconnect_backoff_ms", int(_FIRST_RETRY_SECONDS * 1000)),
        ("grpc.max_reconnect_backoff_ms", int(limits.retry_seconds * 1000)),
        # A backend is named by the configuration; a proxy set for the web is not meant for it.
        ("grpc.enable_http_proxy", 0),
    ]


def _failed(fault: grpc.aio.AioRpcError) -> CallFailed:
    details = next((value for key, value in fault.trailing_metadata() or () if key == _DETAILS), b"")
    status = STATUS_CODES.get(fault.code().name, STATUS_CODES["UNKNOWN"])
    return CallFailed(status, fault.details() or "", bytes(details) if isinstance(details, bytes) else b"")


def _told(fault: Exception) -> str:
    if isinstance(fault, grpc.aio.AioRpcError):
        if fault.code() is grpc.StatusCode.UNIMPLEMENTED:
            return "it has no reflection service, so its methods cannot be known"
        return f"it did not describe itself: {fault.code().name}"
    if isinstance(fault, TimeoutError):
        return "it did not describe itself in time"
    return f"its description cannot be used: {fault}"
