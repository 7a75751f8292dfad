"""A backend: its channel, what it offers, and calls to it as bytes.

Knows nothing of JSON. What a backend answers is passed on as it is; only its failures are put into a value of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2

from papermesh_bridge.errors import STATUS_CODES, UNIMPLEMENTED, BridgeError
from papermesh_bridge.learning import FIRST_RETRY_SECONDS, Given, Knowledge, Learner, Subject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence

    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Schema

_DETAILS: Final = "grpc-status-details-bin"
_HEALTH_CHECK: Final = "/grpc.health.v1.Health/Check"
_UNREACHABLE: Final = "it cannot be reached; is it running?"
_UNREACHABLE_BY_TLS: Final = "it cannot be reached by TLS; is it running, and are the certificates right?"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server is, how it is reached, and what is known of it beforehand."""

    name: str
    target: str
    credentials: grpc.ChannelCredentials | None = None
    """For TLS; without them nothing is encrypted."""
    authority: str = ""
    """The name it is addressed by, and that its certificate must have; that of the target by default."""
    services: tuple[str, ...] = ()
    """The services to ask for; all of them by default."""
    schema: Schema | None = None
    """What it offers, where that is not to be asked."""


class Backend:
    """One gRPC server. Reaches it and learns its schema in the background, for as long as that takes."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self.name = place.name
        self.target = place.target
        self._calls: dict[str, Any] = {}
        self._channel = _channel(place, limits)
        self._known = self._knowledge(place, limits)

    @property
    def schema(self) -> Schema | None:
        """What it offers; None until that is known."""
        return self._known.schema

    @property
    def trouble(self) -> str:
        """Why there is no schema, for people."""
        return self._known.trouble

    @property
    def stale(self) -> str:
        """Why the schema may be out of date, for people; empty where it is not."""
        return self._known.stale

    async def attempted(self) -> None:
        """Waits until the schema is there or the first attempt at it has failed."""
        await self._known.attempted()

    def look_again(self) -> None:
        """Says that the schema may be out of date; the server is asked soon, and not more often than is good for it."""
        self._known.look_again()

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
        await self._known.close()
        await self._channel.close()

    def _knowledge(self, place: Place, limits: Limits) -> Knowledge:
        if place.schema is not None:
            return Given(place.schema)
        subject = Subject(
            name=place.name,
            target=place.target,
            channel=self._channel,
            services=place.services,
            unreachable=_UNREACHABLE if place.credentials is None else _UNREACHABLE_BY_TLS,
        )
        # Methods that are gone would be kept with those that are called.
        return Learner(subject, limits, changed=self._calls.clear)


def _channel(place: Place, limits: Limits) -> grpc.aio.Channel:
    options = _channel_options(limits)
    if place.authority:
        options.append(("grpc.default_authority", place.authority))
    if place.credentials is None:
        return grpc.aio.insecure_channel(place.target, options=options)
    return grpc.aio.secure_channel(place.target, place.credentials, options=options)


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
        ("grpc.initial_reconnect_backoff_ms", int(FIRST_RETRY_SECONDS * 1000)),
        ("grpc.min_reconnect_backoff_ms", int(FIRST_RETRY_SECONDS * 1000)),
        ("grpc.max_reconnect_backoff_ms", int(limits.retry_seconds * 1000)),
        # A backend is named by the configuration; a proxy set for the web is not meant for it.
        ("grpc.enable_http_proxy", 0),
    ]


def _failed(fault: grpc.aio.AioRpcError) -> CallFailed:
    details = next((value for key, value in fault.trailing_metadata() or () if key == _DETAILS), b"")
    status = STATUS_CODES.get(fault.code().name, STATUS_CODES["UNKNOWN"])
    return CallFailed(status, fault.details() or "", bytes(details) if isinstance(details, bytes) else b"")
