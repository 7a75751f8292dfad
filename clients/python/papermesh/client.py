"""The client: every RPC of both services as a typed coroutine, with a deadline on each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias

from grpc_health.v1 import health_pb2

from papermesh.arguments import one_of
from papermesh.calling import DEFAULT_ADDRESSES, DEFAULT_TIMEOUT, MAX_MESSAGE_BYTES, Caller, ChannelCaller
from papermesh.classification_methods import ClassificationMethods
from papermesh.quality_methods import QualityMethods
from papermesh.rpcs import Service, health_check

if TYPE_CHECKING:
    from types import TracebackType

ServiceName: TypeAlias = Literal["classification", "quality"]

SERVICES: Final[dict[str, Service]] = {
    "classification": Service.CLASSIFICATION,
    "quality": Service.QUALITY,
}


class Client(ClassificationMethods, QualityMethods):
    """A client of both services. Methods return the messages of the contract and raise PapermeshError.

        async with Client() as client:
            answer = await client.classify("invoice.pdf")
            print(answer.category, answer.confidence)

    classification, quality: where the services are, as host:port or any target gRPC knows.
    timeout: seconds each call may take, unless the call says otherwise. There is always a deadline.
    max_message_bytes: the largest message sent or taken.
    caller: how calls travel; for tests, in place of real channels.

    Connections are opened at the first call. One client serves any number of concurrent calls of one event loop.
    """

    def __init__(
        self,
        classification: str = DEFAULT_ADDRESSES[Service.CLASSIFICATION],
        quality: str = DEFAULT_ADDRESSES[Service.QUALITY],
        timeout: float = DEFAULT_TIMEOUT,
        *,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        caller: Caller | None = None,
    ) -> None:
        addresses = {Service.CLASSIFICATION: classification, Service.QUALITY: quality}
        super().__init__(caller or ChannelCaller(addresses, max_message_bytes=max_message_bytes), timeout)

    async def health(self, service: ServiceName, *, timeout: float | None = None) -> health_pb2.HealthCheckResponse:
        """Asks the health service of a server: status is SERVING, or NOT_SERVING while it starts or stops."""
        name = SERVICES[one_of("service", service, SERVICES)]
        request = health_pb2.HealthCheckRequest(service=name)
        return await self._call(health_check(name), request, timeout)

    async def close(self) -> None:
        """Ends the calls under way and closes the connections. A closed client makes no more calls."""
        await self._caller.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
