"""How a call travels: the one place where channels are made, and the one function every call goes through.

What is to happen to each call (a deadline now; pools, breakers and retries are added here) belongs in this module and
nowhere above it. It knows RPCs and addresses, but not documents.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final, Protocol

import grpc
import grpc.aio

from papermesh.addresses import url_fault
from papermesh.errors import ResourceExhausted
from papermesh.rpcs import Request, Response, Rpc, Service
from papermesh.statuses import error_from_call

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

DEFAULT_ADDRESSES: Final[Mapping[Service, str]] = {
    Service.CLASSIFICATION: "127.0.0.1:50051",
    Service.QUALITY: "127.0.0.1:50052",
}
"""Where each service is found if nothing else is said."""

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds a call may take where the caller says nothing."""

MAX_MESSAGE_BYTES: Final = 2 * 64 * 1024 * 1024 + 1024 * 1024
"""The largest message sent or taken: what a server takes whose largest document is the default 64 MiB."""


class Caller(Protocol):
    """Makes calls. The real one is ChannelCaller; a test may bring another."""

    async def call(self, rpc: Rpc[Request, Response], request: Request, *, timeout: float) -> Response:
        """Makes one call, which takes at most timeout seconds. Raises PapermeshError."""
        ...

    async def send(
        self, rpc: Rpc[Request, Response], requests: AsyncGenerator[Request, None], *, timeout: float
    ) -> Response:
        """Makes one call with many requests. Raises PapermeshError, and what making the requests raises."""
        ...

    def stream(
        self, rpc: Rpc[Request, Response], requests: AsyncGenerator[Request, None], *, timeout: float
    ) -> AsyncGenerator[Response, None]:
        """Makes one call with many responses, and as many requests as the RPC takes. Raises likewise.

        Requests are made and sent before the first response is waited for. Closing the generator ends the call.
        """
        ...

    async def close(self) -> None:
        """Ends the calls under way and lets go of the channels."""
        ...


class ChannelCaller:
    """Makes calls over one channel per server, opened at the first call to it."""

    def __init__(self, addresses: Mapping[Service, str], *, max_message_bytes: int = MAX_MESSAGE_BYTES) -> None:
        """Raises ValueError for an address that is none."""
        for address in addresses.values():
            if fault := url_fault(address) or ("" if address else "an address is empty; give HOST:PORT"):
                raise ValueError(fault)
        self._addresses = dict(addresses)
        self._max_message_bytes = max_message_bytes
        self._channels: dict[Service, grpc.aio.Channel] = {}
        self._closed = False

    async def call(self, rpc: Rpc[Request, Response], request: Request, *, timeout: float) -> Response:
        """Makes one call, which takes at most timeout seconds. Raises PapermeshError."""
        self._check_size(request.ByteSize())
        method: grpc.aio.UnaryUnaryMultiCallable[Any, Any] = self._channel(rpc.server).unary_unary(
            f"/{rpc.name}",
            request_serializer=rpc.request.SerializeToString,
            response_deserializer=rpc.response.FromString,
        )
        with self._told(rpc, timeout):
            response: Response = await method(request, timeout=timeout)
        return response

    async def send(
        self, rpc: Rpc[Request, Response], requests: AsyncGenerator[Request, None], *, timeout: float
    ) -> Response:
        """Makes one call with many requests. Raises PapermeshError, and what making the requests raises."""
        method: grpc.aio.StreamUnaryMultiCallable[Any, Any] = self._channel(rpc.server).stream_unary(
            f"/{rpc.name}",
            request_serializer=rpc.request.SerializeToString,
            response_deserializer=rpc.response.FromString,
        )
        call = method(timeout=timeout)
        with self._told(rpc, timeout), _ended(call):
            await self._write(call, requests)
            response: Response = await call
        return response

    async def stream(
        self, rpc: Rpc[Request, Response], requests: AsyncGenerator[Request, None], *, timeout: float
    ) -> AsyncGenerator[Response, None]:
        """Makes one call with many responses, and as many requests as the RPC takes. Raises likewise."""
        channel, path = self._channel(rpc.server), f"/{rpc.name}"
        methods = rpc.request.SerializeToString, rpc.response.FromString
        call: Any
        if rpc.takes_stream:
            call = channel.stream_stream(path, *methods)(timeout=timeout)
        else:
            (request,) = [each async for each in requests]
            self._check_size(request.ByteSize())
            call = channel.unary_stream(path, *methods)(request, timeout=timeout)
        with self._told(rpc, timeout), _ended(call):
            if rpc.takes_stream:
                await self._write(call, requests)
            while (response := await call.read()) is not grpc.aio.EOF:
                yield response

    async def close(self) -> None:
        """Ends the calls under way and lets go of the channels."""
        self._closed = True
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            await channel.close()

    async def _write(self, call: Any, requests: AsyncGenerator[Request, None]) -> None:
        async with contextlib.aclosing(requests):
            # A call that is over takes no more; how it ended is told when it is asked for the response.
            with contextlib.suppress(asyncio.InvalidStateError):
                async for request in requests:
                    await call.write(request)
                await call.done_writing()

    @contextlib.contextmanager
    def _told(self, rpc: Rpc[Any, Any], timeout: float) -> Iterator[None]:
        """Has errors of gRPC leave as ours."""
        try:
            yield
        except grpc.aio.AioRpcError as error:
            address = self._addresses[rpc.server]
            raise error_from_call(error, rpc=rpc.name, address=address, timeout=timeout) from error

    def _channel(self, server: Service) -> grpc.aio.Channel:
        if self._closed:
            raise RuntimeError("this client has been closed; make a new one")
        channel = self._channels.get(server)
        if channel is None:
            channel = self._channels[server] = self._open(self._addresses[server])
        return channel

    def _open(self, address: str) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(
            address,
            options=(
                ("grpc.max_send_message_length", self._max_message_bytes),
                ("grpc.max_receive_message_length", self._max_message_bytes),
            ),
        )

    def _check_size(self, size: int) -> None:
        if size > self._max_message_bytes:
            raise ResourceExhausted(
                f"The request has {size} bytes, over this client's max_message_bytes of {self._max_message_bytes}.",
                reason="MESSAGE_TOO_LARGE",
                metadata={"limit": "max_message_bytes", "value": str(self._max_message_bytes)},
            )


@contextlib.contextmanager
def _ended(call: Any) -> Iterator[None]:
    """Ends a call that is left before it is over."""
    try:
        yield
    finally:
        call.cancel()
