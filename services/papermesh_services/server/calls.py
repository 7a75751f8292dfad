"""The interceptor every call passes: it counts them, refuses what is too much, and turns errors into statuses.

Health, reflection and channelz are exempt from counting and refusing: an orchestrator must be able to ask a
busy or draining server how it is.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NoReturn

import grpc
from grpc_status.rpc_status import to_status

from papermesh_services.server.errors import ServiceError, draining, status_of
from papermesh_services.server.workers import JobFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from google.rpc import status_pb2

    Context = grpc.aio.ServicerContext[Any, Any]
    Handler = Callable[[Any, Context], Awaitable[Any]]

EXEMPT: Final = ("/grpc.health.", "/grpc.reflection.", "/grpc.channelz.")


class CallGate(grpc.aio.ServerInterceptor):
    """Lets calls in, up to a number at once, until it is closed; then waits for those inside to finish."""

    def __init__(self, max_concurrent_calls: int) -> None:
        self._max = max_concurrent_calls
        self._inside = 0
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wraps the handler of a unary call; others are handed on as they are."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None or handler_call_details.method.startswith(EXEMPT):
            return handler
        return grpc.unary_unary_rpc_method_handler(
            self._guarded(handler.unary_unary), handler.request_deserializer, handler.response_serializer
        )

    async def close(self, seconds: float) -> bool:
        """Refuses new calls and waits for the running ones; says whether they finished within so many seconds."""
        self._closed = True
        if not self._inside:
            return True
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _guarded(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(request: Any, context: Context) -> Any:
            try:
                self._enter()
                try:
                    return await handle(request, context)
                finally:
                    self._leave()
            except grpc.aio.AbortError:
                raise
            except JobFailed as error:
                await abort(context, error.status)
            except Exception as error:  # noqa: BLE001  the boundary: whatever it is, the caller gets a status
                await abort(context, status_of(error))

        return guarded

    def _enter(self) -> None:
        if self._closed:
            raise draining()
        if self._inside >= self._max:
            message = f"The server has {self._max} calls under way, as many as it takes; try again shortly."
            limit = {"limit": "max_concurrent_calls", "value": str(self._max)}
            raise ServiceError("TOO_MANY_CALLS", message, retry_seconds=1.0, metadata=limit)
        self._inside += 1
        self._empty.clear()

    def _leave(self) -> None:
        self._inside -= 1
        if not self._inside:
            self._empty.set()


async def abort(context: Context, status: status_pb2.Status) -> NoReturn:
    """Ends a call with a status and its details."""
    final = to_status(status)
    await context.abort(final.code, final.details, final.trailing_metadata)
    raise AssertionError("abort returned")
