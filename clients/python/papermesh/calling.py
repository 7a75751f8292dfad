"""How a call travels: the one place where channels are made, and the one function every call goes through.

What is to happen to each call (a deadline now; pools, breakers and retries are added here) belongs in this module and
nowhere above it. It knows RPCs and addresses, but not documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import grpc
import grpc.aio

from papermesh.errors import ResourceExhausted
from papermesh.rpcs import Request, Response, Rpc, Service
from papermesh.statuses import error_from_call

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    async def close(self) -> None:
        """Ends the calls under way and lets go of the channels."""
        ...


class ChannelCaller:
    """Makes calls over one channel per server, opened at the first call to it."""

    def __init__(self, addresses: Mapping[Service, str], *, max_message_bytes: int = MAX_MESSAGE_BYTES) -> None:
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
        try:
            response: Response = await method(request, timeout=timeout)
        except grpc.aio.AioRpcError as error:
            raise error_from_call(error, rpc=rpc.name, address=self._addresses[rpc.server]) from error
        return response

    async def close(self) -> None:
        """Ends the calls under way and lets go of the channels."""
        self._closed = True
        channels, self._channels = self._channels, {}
        for channel in channels.values():
            await channel.close()

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
