"""One method call, from name and params to the written result: look-up, transcoding, the backend's answer.

The JSON-RPC envelope is the business of `dispatch`. Everything that goes wrong leaves here as a CallError.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import logging
import time
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from papermesh_bridge.context import NO_CONTEXT, CallContext
from papermesh_bridge.errors import (
    DEADLINE_EXCEEDED,
    UNAVAILABLE,
    UNIMPLEMENTED,
    BackendDown,
    BackendError,
    BadAnswer,
    CallError,
    MethodNotFound,
    SchemaError,
    error_info,
)
from papermesh_bridge.schema import Alias, MethodTable, Route, Schema, build_table
from papermesh_bridge.together import NotTogether, is_refusal, outcomes_of, request_of
from papermesh_bridge.transcode import JsonPolicy, Transcoder
from papermesh_bridge.upstream import Backend, CallFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.jsonrpc import Params
    from papermesh_bridge.limits import Limits

# What gRPC says when it is our own deadline that has passed, and not the backend that answers so.
_GRPC_DEADLINE: Final = "Deadline Exceeded"
_logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Invoker:
    """Calls methods of some backends by their JSON-RPC names, under one JSON policy."""

    def __init__(
        self,
        backends: Sequence[Backend],
        aliases: Sequence[Alias],
        policy: JsonPolicy,
        limits: Limits,
        endpoint: str = "",
    ) -> None:
        """`endpoint` is what the log calls it; the one without a name has every backend there is."""
        self.backends = tuple(backends)
        self._aliases = tuple(aliases)
        self._policy = policy
        self._limits = limits
        self._endpoint = endpoint
        self._told: tuple[str, ...] = ()
        self._schemas: list[Schema | None] = []
        self._table: MethodTable[Backend] = MethodTable()
        self._transcoders: dict[DescriptorPool, Transcoder] = {}

    @property
    def table(self) -> MethodTable[Backend]:
        """The names callers may use now: those of every backend that has been reached."""
        self.refresh()
        return self._table

    def refresh(self) -> None:
        """Goes by what the backends offer now, and logs what is new of names that collide and aliases that are lost."""
        schemas = [backend.schema for backend in self.backends]
        if schemas != self._schemas:
            self._rebuild(schemas)

    def find(self, name: str) -> Route[Backend]:
        """Gives the route of a method name. Raises MethodNotFound, and BackendDown where it may be a missing one's."""
        table = self.table
        route = table.routes.get(name)
        if route is not None:
            return route
        for backend in self.backends:
            backend.look_again()  # it may be new there
        down = [backend for backend in self.backends if backend.schema is None]
        if down:
            told = "; ".join(f"the backend {backend.name} is not ready: {backend.trouble}" for backend in down)
            raise BackendDown(told, *(backend.name for backend in down), retry_seconds=self._limits.retry_seconds)
        raise _not_found(name, table)

    async def call(
        self,
        route: Route[Backend],
        params: Params,
        write: Callable[[Any], T],
        *,
        large: bool = False,
        context: CallContext = NO_CONTEXT,
    ) -> T:
        """Calls a method and gives what `write` makes of its result. `large` params are read in a thread."""
        method, owner, transcoder = route.method, route.owner, self.transcoder(route)
        read: Callable[..., Any] = transcoder.decode_each if method.client_streaming else transcoder.decode
        request = await self._run(large, read, params, method.input)
        with _translating(owner, transcoder):
            ask: Callable[..., Awaitable[bytes]] = owner.call_with_many if method.client_streaming else owner.call
            answer = await ask(method.path, request, self._timeout(context), context.metadata)
            del request

            def finish() -> T:
                return write(transcoder.encode(answer, method.output, unwrap=route.unwrap))

            return await self._run(len(answer) > self._limits.offload_bytes, finish)

    async def call_together(
        self,
        route: Route[Backend],
        calls: Sequence[tuple[Params, Callable[[Any], T]]],
        *,
        large: bool = False,
        context: CallContext = NO_CONTEXT,
    ) -> list[T | CallError]:
        """Makes calls of one method as one call of the method that takes many; each has its own outcome, in order.

        Raises NotTogether if the backend does not take them so.
        """
        together, owner, transcoder = route.method.together, route.owner, self.transcoder(route)
        if together is None:
            raise NotTogether
        requests = await self._run(large, _read_each, transcoder, [params for params, _ in calls], route.method.input)
        good = [request for request in requests if isinstance(request, bytes)]
        answer = b""
        try:
            with _translating(owner, transcoder):
                if good:
                    many = request_of(together, good)
                    answer = await owner.call(together.path, many, self._timeout(context), context.metadata)
        except CallError as fault:
            if is_refusal(fault):
                raise NotTogether from None
            return [fault if isinstance(each, bytes) else each for each in requests]

        def finish() -> list[T | CallError]:
            outcomes = outcomes_of(together, answer, len(good), transcoder)
            ends = [next(outcomes) if isinstance(each, bytes) else each for each in requests]
            return [
                end if isinstance(end, CallError) else write(transcoder.write(end, unwrap=route.unwrap))
                for end, (_, write) in zip(ends, calls, strict=True)
            ]

        with _translating(owner, transcoder):
            return await self._run(len(answer) > self._limits.offload_bytes, finish)

    async def results(
        self, route: Route[Backend], params: Params, *, large: bool = False, context: CallContext = NO_CONTEXT
    ) -> AsyncGenerator[tuple[Any, int], None]:
        """Calls a method that gives a stream: each result, with how many bytes it had."""
        method, transcoder = route.method, self.transcoder(route)
        request = await self._run(large, transcoder.decode, params, method.input)
        answers = route.owner.stream(method.path, request, self._timeout(context), context.metadata)
        del request
        with _translating(route.owner, transcoder):
            async with contextlib.aclosing(answers):
                async for answer in answers:
                    yield transcoder.encode(answer, method.output, unwrap=route.unwrap), len(answer)

    def _timeout(self, context: CallContext) -> float:
        if context.deadline is None:
            return self._limits.call_timeout_seconds
        return max(context.deadline - time.monotonic(), 0.0)

    async def _run(self, large: bool, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(work, *args, **kwargs) if large else work(*args, **kwargs)

    def _rebuild(self, schemas: list[Schema | None]) -> None:
        known = [(backend, schema) for backend, schema in zip(self.backends, schemas, strict=True) if schema]
        labels = {backend: backend.name for backend in self.backends}
        self._table = build_table(known, self._aliases, labels)
        self._transcoders = {schema.pool: Transcoder(self._policy, schema.pool) for _, schema in known}
        self._schemas = schemas
        self._tell(self._table, complete=len(known) == len(schemas) and not self._endpoint)

    def _tell(self, table: MethodTable[Backend], *, complete: bool) -> None:
        # An alias may lead to a backend that is still to come, or that this endpoint does not have.
        notices = (*table.notices, *(table.lost if complete else ()))
        for notice in notices:
            if notice not in self._told:
                _logger.warning("%s%s", f"at /{self._endpoint}/rpc, " if self._endpoint else "", notice)
        self._told = notices

    def failure(self, failed: CallFailed, route: Route[Backend]) -> CallError:
        """Gives what the caller is told of a call that has failed."""
        return _translated(failed, route.owner, self.transcoder(route))

    def transcoder(self, route: Route[Backend]) -> Transcoder:
        """Gives what reads and writes the messages of a route."""
        # The route may be of a schema that another one has taken the place of since the call began.
        pool = route.method.input.file.pool
        return self._transcoders.get(pool) or Transcoder(self._policy, pool)


def _not_found(name: str, table: MethodTable[Backend]) -> MethodNotFound:
    near = difflib.get_close_matches(name[:64], table.routes, n=1)
    hint = f"; did you mean {near[0]}?" if near else "; system.listMethods and rpc.discover say what there is"
    return MethodNotFound(name[:128], f"there is no method {name[:128]!r}{hint}")


def _read_each(transcoder: Transcoder, params: Sequence[Params], descriptor: Descriptor) -> list[bytes | CallError]:
    """Gives the request of each, or what is wrong with it."""
    requests: list[bytes | CallError] = []
    for each in params:
        try:
            requests.append(transcoder.decode(each, descriptor))
        except CallError as fault:
            requests.append(fault)
    return requests


@contextlib.contextmanager
def _translating(backend: Backend, transcoder: Transcoder) -> Iterator[None]:
    """Has a call that failed told as its caller is to see it."""
    try:
        yield
    except CallFailed as failed:
        if failed.status == UNIMPLEMENTED:
            backend.look_again()  # it may no longer have what it had
        raise _translated(failed, backend, transcoder) from None
    except SchemaError as fault:
        raise bad_answer(backend, fault) from None


def bad_answer(backend: Backend, fault: SchemaError) -> BadAnswer:
    """Gives what the caller is told of an answer that cannot be read, and logs what is wrong with it."""
    backend.look_again()  # it may be another one by now
    _logger.warning("backend %s at %s: %s", backend.name, backend.target, fault)
    return BadAnswer(backend.name)


def _translated(failed: CallFailed, backend: Backend, transcoder: Transcoder) -> CallError:
    if failed.status == UNAVAILABLE and not failed.details:
        # gRPC's own words name addresses and system calls; they are for the log.
        _logger.info("backend %s at %s: %s", backend.name, backend.target, failed.message)
        return BackendDown(f"the backend {backend.name} cannot be reached; is it running?", backend.name)
    if failed.status == DEADLINE_EXCEEDED and failed.message == _GRPC_DEADLINE:
        told = f"the backend {backend.name} did not answer in time; ask for less, or allow more time"
        return BackendError(failed.status, told, [error_info("CALL_TIMEOUT", backend=backend.name)])
    return BackendError(failed.status, failed.message, transcoder.details(failed.details))
