"""The body of an HTTP request as it comes in: unpacked, within a limit, and never waited for too long."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from papermesh_bridge.errors import BodyRefused, CallerGone
from papermesh_bridge.transports.coding import CODINGS, Decoder

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Mapping

    from starlette.requests import Request

    from papermesh_bridge.limits import Limits

T = TypeVar("T")

_PIECES: Final = 16
"""How many pieces of a compressed body are unpacked at a time."""
CLOSE: Final = {"Connection": "close"}
STATUS_OF_REASON: Final[Mapping[str, int]] = {
    "BODY_CORRUPT": 400,
    "BODY_TIMEOUT": 408,
    "BODY_TOO_LARGE": 413,
    "FIELD_TOO_LARGE": 413,
    "CONTENT_ENCODING_UNSUPPORTED": 415,
    "CONTENT_TYPE_UNSUPPORTED": 415,
}


class Body:
    """The body of one request, as an iterator of its bytes.

    Raises BodyRefused where it is larger than max_bytes, packed or unpacked, does not come, or cannot be unpacked, and
    CallerGone. What has not been taken by then can be discarded.
    """

    def __init__(self, request: Request, max_bytes: int, limits: Limits) -> None:
        self._receive = request.receive
        self._max_bytes = max_bytes
        self._limits = limits
        self._expecting = "expect" in request.headers
        self._ended = asyncio.Event()
        self._came = 0
        self._gave = 0
        declared = request.headers.get("content-length", "")
        self._declared = int(declared[:20]) if declared.isdigit() else 0
        self._coding = request.headers.get("content-encoding", "identity").strip().lower()
        self._decoder: Decoder | None = None
        self._unpacking: Iterator[bytes] | None = None
        self._unpacked: list[bytes] = []

    def __aiter__(self) -> Self:
        """Gives itself."""
        return self

    async def __anext__(self) -> bytes:
        """Gives the next bytes of the body."""
        while not self._unpacked:
            if self._ended.is_set() and self._unpacking is None:
                raise StopAsyncIteration
            await self._next()
        return self._unpacked.pop(0)

    async def whole(self) -> bytes:
        """Gives the body all at once."""
        gathered = bytearray()
        async for data in self:
            gathered += data
        return bytes(gathered)

    async def discard(self) -> None:
        """Throws away what is still being sent, within a limit in bytes and in time.

        A caller that only writes would find the connection reset and never see the answer.
        """
        if self._expecting and not self._came:  # it waits to be asked
            return
        thrown = 0
        with contextlib.suppress(BodyRefused, CallerGone, TimeoutError):
            async with asyncio.timeout(self._limits.body_idle_seconds):
                while not self._ended.is_set() and thrown <= self._limits.max_discarded_bytes:
                    thrown += len(await self._received())

    @property
    def ended(self) -> bool:
        """Whether all of it has come."""
        return self._ended.is_set()

    async def gone(self) -> None:
        """Waits until the caller goes away, once all of the body has come."""
        await self._ended.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next(self) -> None:
        if self._unpacking is not None:
            await self._unpack(self._unpacking)
            return
        if self._coding not in ("", "identity") and self._decoder is None:
            self._decoder = Decoder(self._coding)
        if self._declared > self._max_bytes:
            raise self._too_large()
        data = await self._received()
        self._came += len(data)
        if self._came > self._max_bytes:
            raise self._too_large()
        if self._decoder is not None:
            self._unpacking = self._decoder.feed(data)
        elif data:
            self._unpacked = [data]

    async def _unpack(self, unpacking: Iterator[bytes]) -> None:
        self._unpacked = await asyncio.to_thread(list, itertools.islice(unpacking, _PIECES))
        self._gave += sum(map(len, self._unpacked))
        if self._gave > self._max_bytes:
            raise self._too_large()
        if not self._unpacked:
            self._unpacking = None
            if self._ended.is_set() and self._decoder is not None:
                self._decoder.finish()

    async def _received(self) -> bytes:
        try:
            async with asyncio.timeout(self._limits.body_idle_seconds):
                message = await self._receive()
        except TimeoutError:
            raise BodyRefused("the body did not come in time", "BODY_TIMEOUT") from None
        if message["type"] == "http.disconnect":
            raise CallerGone
        if not message.get("more_body", False):
            self._ended.set()
        data: bytes = message.get("body", b"")
        return data

    def _too_large(self) -> BodyRefused:
        return BodyRefused(f"the body is larger than {self._max_bytes} bytes", "BODY_TOO_LARGE")


async def unless_gone(work: Coroutine[Any, Any, T], gone: Coroutine[Any, Any, None]) -> T:
    """Does the work, and stops as soon as `gone` has ended. Raises CallerGone then."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone)
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise CallerGone
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


def refusal_headers(reason: str) -> dict[str, str]:
    """Gives the headers that go with a refusal for this reason."""
    return {**CLOSE, "Accept-Encoding": ", ".join(CODINGS)} if reason == "CONTENT_ENCODING_UNSUPPORTED" else CLOSE
