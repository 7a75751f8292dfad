"""A JSON-RPC client of a bridge over HTTP, quick enough not to be what is measured. Checks every answer.

Its connections stay open. The first answer on each is compared as JSON, all others with that one as bytes.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import cast

import uvloop

from bridging import messages, meter

HEAD = "POST /rpc HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Caller(asyncio.Protocol):
    """A connection, which asks again as soon as it is answered."""

    def __init__(self, host: str, number: int) -> None:
        self._id, self._number = f"request {number}", number
        body = messages.request_json(self._id, number)
        self._request = HEAD.format(host=host, length=len(body)).encode() + body
        self._received = b""
        self._answer: bytes | None = None
        self._transport: asyncio.WriteTransport | None = None
        self.lost = asyncio.get_running_loop().create_future()
        self.calls = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the first time."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own are no subclasses
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Asks again if this is the end of an answer."""
        assert self._transport is not None
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(head) if gap else None
        if length is None or len(body) < int(length[1]):
            return
        fault = self._fault(head, body)
        if fault is not None:
            self._transport.abort()
            self.lost.set_exception(fault)
            return
        self._received = b""
        self.calls += 1
        self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells whoever waits."""
        if not self.lost.done():
            self.lost.set_exception(exc or ConnectionError("the bridge closed the connection"))

    def _fault(self, head: bytes, body: bytes) -> Exception | None:
        if body == self._answer:
            return None
        if self._answer is None and json.loads(body) == messages.answer_json(self._id, self._number):
            self._answer = body
            return None
        return AssertionError(f"a wrong answer to {self._id}: {head!r} {body!r}")


async def main() -> None:
    """Calls, and prints what was measured."""
    given = meter.options(__doc__)
    host, _, port = given.address.rpartition(":")
    callers = [Caller(given.address, number) for number in range(given.concurrent)]
    loop = asyncio.get_running_loop()
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, host, int(port))  # type: ignore[misc]
    measured = asyncio.create_task(meter.measure(given, lambda: sum(caller.calls for caller in callers)))
    done, _ = await asyncio.wait([measured, *(caller.lost for caller in callers)], return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()


if __name__ == "__main__":
    uvloop.run(main())
