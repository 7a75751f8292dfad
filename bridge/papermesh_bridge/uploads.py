"""Files that callers upload: from the body of a request to a call of a method, and its answer.

A file is passed on while it comes in, as fast as its backend takes it. Nothing but cancellation, and the caller's
going away, leaves `FileCalls.upload`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from papermesh_bridge.errors import (
    STATUS_CODES,
    BodyRefused,
    CallCancelled,
    CallerGone,
    CallError,
    InternalFault,
    MethodNotFound,
    SchemaError,
    ShuttingDown,
)
from papermesh_bridge.forms import FormReader, base_name
from papermesh_bridge.gate import while_wanted
from papermesh_bridge.handler import UploadAnswer
from papermesh_bridge.invoke import bad_answer
from papermesh_bridge.jsonrpc import Call
from papermesh_bridge.upload_shape import Shape, has_text, params_of, shape_of
from papermesh_bridge.upstream import Backend, CallFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from papermesh_bridge.config import UploadConfig
    from papermesh_bridge.context import CallContext
    from papermesh_bridge.gate import Gate
    from papermesh_bridge.handler import Caller, Upload
    from papermesh_bridge.headers import HeaderRule
    from papermesh_bridge.invoke import Invoker
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Route as AnyRoute
    from papermesh_bridge.watching import Watched, Watcher

    Route: TypeAlias = AnyRoute[Backend]

_logger = logging.getLogger(__name__)
_FORM: Final = "multipart/form-data"
_NO_FILE_TYPES: Final = ("application/x-www-form-urlencoded", "application/json")


@dataclass(slots=True)
class _Received:
    """What is known of a file so far, for its answer."""

    request_id: str
    filename: str = ""


class FileCalls:
    """Answers the uploads to one path of one endpoint. Implements `handler.Uploader`."""

    def __init__(
        self, invoker: Invoker, config: UploadConfig, limits: Limits, gate: Gate, headers: HeaderRule, watcher: Watcher
    ) -> None:
        self._invoker = invoker
        self._config = config
        self._limits = limits
        self._gate = gate
        self._headers = headers
        self._watcher = watcher

    async def upload(self, upload: Upload, caller: Caller) -> UploadAnswer:
        """Calls the method with the file of an upload, and gives the answer."""
        received = _Received(upload.fields.get("request_id") or str(uuid.uuid4()), base_name(upload.filename))
        try:
            context = self._headers.read(caller.headers, time.monotonic())
        except CallError as fault:
            return _failure(received, fault)
        rpc = self._config.rpc if self._config.rpc in self._invoker.table.routes else None
        with self._watcher.call(Call(self._config.rpc, id=received.request_id), rpc, context) as watched:
            return await self._watched(upload, received, watched)

    async def _watched(self, upload: Upload, received: _Received, watched: Watched) -> UploadAnswer:
        try:
            if self._gate.closed:
                raise ShuttingDown  # noqa: TRY301 - it is told like every other refusal
            async with while_wanted(None, watched.context.deadline):
                return await self._called(upload, received, watched.context)
        except CallError as fault:
            watched.fault = fault
        except CallerGone:
            watched.fault = CallCancelled()
            raise
        except Exception:
            _logger.exception("an upload to %s failed inside the bridge", self._config.path)
            watched.fault = InternalFault()
        return _failure(received, watched.fault)

    async def _called(self, upload: Upload, received: _Received, context: CallContext) -> UploadAnswer:
        route, shape = self._found()
        fields, pieces = await self._opened(upload, received)
        given = dict(fields)
        for name, text in (("request_id", received.request_id), ("filename", received.filename)):
            if has_text(shape.described, name):
                given[name] = given.get(name) or text
        received.request_id = given.get("request_id", received.request_id)
        transcoder = self._invoker.transcoder(route)
        description = transcoder.decode(params_of(given, shape.described), shape.described)
        try:
            async with self._gate.room:
                answer = await self._sent(route, shape, description, pieces, context)
        except CallFailed as failed:
            raise self._invoker.failure(failed, route) from None
        try:
            return await self._finished(route, received, answer)
        except SchemaError as fault:
            raise bad_answer(route.owner, fault) from None

    async def _finished(self, route: Route, received: _Received, answer: bytes) -> UploadAnswer:
        transcoder = self._invoker.transcoder(route)

        def finish() -> UploadAnswer:
            return _success(received, transcoder.encode(answer, route.method.output, unwrap=route.unwrap))

        return await (asyncio.to_thread(finish) if len(answer) > self._limits.offload_bytes else _now(finish))

    def _found(self) -> tuple[Route, Shape]:
        """Finds the method, or the one to be used where no backend has it. Raises MethodNotFound and BackendDown."""
        try:
            route = self._invoker.find(self._config.rpc)
        except MethodNotFound:
            if self._config.fallback not in self._invoker.table.routes:
                raise
            route = self._invoker.find(self._config.fallback)
        rpc, pool = route.method.rpc, route.method.input.file.pool
        shape = shape_of(pool.FindMethodByName(rpc.replace("/", ".")))
        if shape is None:
            told = f"{rpc} cannot take a file: its messages need one field of bytes, and a description in a stream"
            raise MethodNotFound(rpc, told, reason="UPLOAD_UNSUPPORTED")
        return route, shape

    async def _opened(self, upload: Upload, received: _Received) -> tuple[dict[str, str], AsyncIterator[bytes]]:
        """Reads up to the first byte of the file: the fields that come along, and the file to come."""
        kind = upload.content_type.partition(";")[0].strip().lower()
        if kind != _FORM:
            if kind in _NO_FILE_TYPES or kind.startswith("multipart/"):
                told = f"{kind} is no file; send {_FORM} with a part 'file', or the bytes with the type of the file"
                raise BodyRefused(told, "CONTENT_TYPE_UNSUPPORTED")
            return dict(upload.fields), upload.body
        form = FormReader(upload.content_type, self._limits)
        try:
            async with self._in_time():
                beginning = await _beginning(form, upload.body)
        finally:
            received.filename = form.filename or received.filename
            received.request_id = form.fields.get("request_id") or received.request_id
        return {**upload.fields, **form.fields}, _file(form, beginning, upload.body)

    async def _sent(
        self, route: Route, shape: Shape, description: bytes, pieces: AsyncIterator[bytes], context: CallContext
    ) -> bytes:
        path, metadata = route.method.path, context.metadata
        seconds = _seconds(self._limits.upload_timeout_seconds, context)
        if shape.streams:
            return await route.owner.send_all(path, _messages(shape, description, pieces), seconds, metadata)
        # The backend takes a file only whole: this is the one place where the bridge holds one.
        async with self._in_time():
            gathered = await self._gathered(pieces)
        request = await asyncio.to_thread(shape.whole, description, gathered)
        gathered.clear()
        return await route.owner.call(path, request, _seconds(self._limits.call_timeout_seconds, context), metadata)

    async def _gathered(self, pieces: AsyncIterator[bytes]) -> list[bytes]:
        gathered, size = [], 0
        async for piece in pieces:
            gathered.append(piece)
            size += len(piece)
            if size > self._limits.max_message_bytes:
                told = f"the file is larger than {self._limits.max_message_bytes} bytes"
                raise BodyRefused(told, "BODY_TOO_LARGE")
        return gathered

    @contextlib.asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.upload_timeout_seconds):
                yield
        except TimeoutError:
            raise BodyRefused("the body did not come in time", "BODY_TIMEOUT") from None


def _seconds(limit: float, context: CallContext) -> float:
    return limit if context.deadline is None else max(0.0, context.deadline - time.monotonic())


async def _messages(shape: Shape, description: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield shape.first(description)
    async for piece in pieces:
        if piece:
            yield shape.next(piece)


async def _beginning(form: FormReader, body: AsyncIterator[bytes]) -> bytes:
    """Reads a form up to its file, and gives the first bytes of that."""
    async for data in body:
        found = form.feed(data)
        if form.begun:
            return found
    form.finish()
    return b""


async def _file(form: FormReader, beginning: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield beginning
    async for data in body:
        yield form.feed(data)
    form.finish()


async def _now(work: Callable[[], UploadAnswer]) -> UploadAnswer:
    return work()


def _success(received: _Received, result: Any) -> UploadAnswer:
    return _answer(received, STATUS_CODES["OK"], "", status="success", result=result)


def _failure(received: _Received, fault: CallError) -> UploadAnswer:
    error = fault.to_object()
    reasons = (detail.get("reason") for detail in fault.details if isinstance(detail, dict))
    reason = next((reason for reason in reasons if isinstance(reason, str)), "")
    told = {"code": error.code, "message": error.message, "data": error.data}
    return _answer(received, fault.status, reason, status="error", error=told)


def _answer(received: _Received, status_code: int, reason: str, **members: Any) -> UploadAnswer:
    document = {"request_id": received.request_id, "filename": received.filename, **members}
    write = functools.partial(json.dumps, document, separators=(",", ":"), allow_nan=False)
    return UploadAnswer(status_code, reason, _encoded(write))


def _encoded(write: Callable[..., str]) -> bytes:
    try:
        return write(ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can carry
        return write().encode()
