"""A grpc.aio client without a bridge, as it is written with the generated stubs. Checks every answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc.aio

from bridging import messages, meter
from papermesh.classification.v1.classification_pb2_grpc import ClassificationServiceStub

if TYPE_CHECKING:
    from papermesh.classification.v1.classification_pb2_grpc import ClassificationServiceAsyncStub


class Caller:
    """One of the callers that share the channel: it calls again as soon as it is answered."""

    def __init__(self, stub: ClassificationServiceAsyncStub, number: int) -> None:
        self._stub = stub
        self._id = f"request {number}"
        self.calls = 0

    async def run(self) -> None:
        """Calls until it is cancelled."""
        expected = messages.answer(self._id)
        while True:
            answer = await self._stub.ClassifyDocument(messages.request(self._id), timeout=60)
            assert answer == expected, answer
            self.calls += 1


async def main() -> None:
    """Calls, and prints what was measured."""
    given = meter.options(__doc__)
    async with grpc.aio.insecure_channel(given.address) as channel:
        stub = ClassificationServiceStub(channel)
        callers = [Caller(stub, number) for number in range(given.concurrent)]
        tasks = [asyncio.create_task(caller.run()) for caller in callers]
        measured = asyncio.create_task(meter.measure(given, lambda: sum(caller.calls for caller in callers)))
        done, _ = await asyncio.wait([measured, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in (measured, *tasks):
            task.cancel()
        for task in done:
            task.result()


if __name__ == "__main__":
    asyncio.run(main())
