"""The interceptor every call passes: it counts them, refuses what is too much, and turns errors into statuses.

Health, reflection and channelz are exempt from counting and refusing: an orchestrator must be able to ask a
busy or draining server how it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

import grpc
from grpc_status.rpc_status import to_status

from papermesh_services.server.errors import ServiceError, draining, status_of
from papermesh_services.server.handlers import HANDLERS
from papermesh_services.server.workers import JobFailed, not_taken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from google.rpc import status_pb2

    Context = grpc.aio.ServicerContext[Any, Any]
    Handler = Callable[[Any, Context], Awaitable[Any]]

_ATTRIBUTES: Final = {
    (False, False): "unary_unary",
    (False, True): "unary_stream",
    (True, False): "stream_unary",
    (True, True): "stream_stream",
}
EXEMPT: Final = ("/grpc.health.", "/grpc.reflection.", "/grpc.channelz.")


class CallGate(grpc.aio.ServerInterceptor):
    """Lets calls in, up to a number and a size at once, until it is closed; then waits for those inside to finish.

    ended: is told of the end of each.
    """

    def __init__(
        self,
        max_concurrent_calls: int,
        max_pending_bytes: int,
        download_idle_seconds: float = math.inf,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._max_calls = max_concurrent_calls
        self._max_bytes = max_pending_bytes
        self._idle_seconds = download_idle_seconds
        self._ended = ended
        self._bytes = 0
        self._closed = False
        self._places: set[asyncio.Timeout] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wraps the handler of a call."""
        handler = await continuation(handler_call_details)
        if handler is None or handler_call_details.method.startswith(EXEMPT):
            return handler
        handle = getattr(handler, _ATTRIBUTES[handler.request_streaming, handler.response_streaming])
        if handler.response_streaming:
            handle = self._written(handle)
        handle = self._guarded_stream(handle) if handler.request_streaming else self._guarded(handle)
        made = HANDLERS[handler.request_streaming, handler.response_streaming]
        return made(handle, handler.request_deserializer, handler.response_serializer)

    async def close(self, seconds: float) -> bool:
        """Refuses new calls and waits for the running ones; says whether they finished within so many seconds.

        Those that did not are cut off then, and their callers are being told so.
        """
        self._closed = True
        if not self._places:
            return True
        until = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(until):
                await self._empty.wait()
        except TimeoutError:
            for place in self._places:
                place.reschedule(until)
            return False
        return True

    def _guarded(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        async def answered(request: bytes, context: Context) -> Any:
            async with self._place() as place:
                self._count(place, len(request))
                return await handle(request, context)

        async def guarded(request: bytes, context: Context) -> Any:
            answer = answered(request, context)
            del request  # what is told of a failure must not hold it
            return await _told(context, answer)

        return guarded

    def _guarded_stream(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        async def answered(messages: AsyncIterator[bytes], context: Context) -> Any:
            async with self._place() as place:
                return await handle(self._counted(messages, place), context)

        async def guarded(messages: AsyncIterator[bytes], context: Context) -> Any:
            return await _told(context, answered(messages, context))

        return guarded

    def _written(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        """Writes what an asynchronous generator yields, each only once the caller has taken the one before."""

        async def written(request: Any, context: Context) -> None:
            async with contextlib.aclosing(handle(request, context)) as messages:
                async for message in messages:
                    try:
                        async with asyncio.timeout(self._idle_seconds):
                            await context.write(message)
                    except TimeoutError:
                        raise not_taken(self._idle_seconds) from None

        return written

    async def _counted(self, messages: AsyncIterator[bytes], place: _Place) -> AsyncIterator[bytes]:
        async for message in messages:
            self._count(place, len(message))
            yield message

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[_Place]:
        if self._closed:
            raise draining()
        if len(self._places) >= self._max_calls:
            raise too_many("calls", "max_concurrent_calls", self._max_calls)
        place, end = _Place(), asyncio.timeout(None)
        self._places.add(end)
        self._empty.clear()
        try:
            async with end:
                yield place
        except TimeoutError:
            if end.expired():
                raise draining("The server stops before this is done; ask another one.") from None
            raise
        finally:
            self._places.discard(end)
            self._bytes -= place.bytes
            self._ended()
            if not self._places:
                self._empty.set()

    def _count(self, place: _Place, size: int) -> None:
        # A single call always fits: the size of a message, and of a document in pieces, has a limit of its own.
        if len(self._places) > 1 and self._bytes + size > self._max_bytes:
            raise too_many("bytes of requests", "max_pending_bytes", self._max_bytes)
        place.bytes += size
        self._bytes += size


@dataclass(slots=True)
class _Place:
    """What one call inside has taken."""

    bytes: int = 0


async def _told(context: Context, answer: Awaitable[Any]) -> Any:
    """The answer; where there is none, the caller is told why, with nothing left of what went wrong."""
    try:
        return await answer
    except grpc.aio.AbortError:
        raise
    except Exception as error:  # noqa: BLE001  the boundary: whatever it is, the caller gets a status
        status = error.status if isinstance(error, JobFailed) else status_of(error)
        release(error)
    return await abort(context, status)


def too_many(what: str, limit: str, value: int) -> ServiceError:
    """The error of a call that would go over a limit on what is under way at once."""
    message = f"The server has {value:,} {what} under way, as many as it takes; try again shortly."
    return ServiceError("TOO_MANY_CALLS", message, retry_seconds=1.0, metadata={"limit": limit, "value": str(value)})


def release(error: BaseException | None) -> None:
    """Lets go of the frames that an error came through.

    They hold the request, and tasks that hold the error: all of that would stay until cycles are looked for, which
    happens after so many objects, however large these are.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


async def abort(context: Context, status: status_pb2.Status) -> NoReturn:
    """Ends a call with a status and its details."""
    final = to_status(status)
    await context.abort(final.code, final.details, final.trailing_metadata)
    raise AssertionError("abort returned")
