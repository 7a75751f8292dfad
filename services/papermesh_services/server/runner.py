"""Runs a servicer's documents through the workers: deadlines, batches, times and counts. Shared by both services."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import logging
import time
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from google.protobuf.message import DecodeError
from google.rpc import status_pb2

from papermesh_services.server.envelope import request_id
from papermesh_services.server.errors import RequestInvalid, ServiceError, status_of
from papermesh_services.server.parts import Parts
from papermesh_services.server.paths import opened
from papermesh_services.server.spool import Spool
from papermesh_services.server.statistics import Statistics
from papermesh_services.server.uploads import gather
from papermesh_services.server.workers import Interrupted, JobFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

    from google.protobuf.message import Message

    from papermesh_services.server.calls import Context
    from papermesh_services.server.config import ServerConfig
    from papermesh_services.server.messages import Source
    from papermesh_services.server.spool import Content
    from papermesh_services.server.workers import WorkerPool

ANSWER_SECONDS: Final = 0.25
"""Of the time a caller waits, what is kept for the answer on its way; a tenth at the most."""
ANSWER_SHARE: Final = 0.1

log = logging.getLogger(__name__)


class Answer(Protocol):
    """What a worker answers."""

    def ParseFromString(self, data: bytes, /) -> int:  # noqa: N802  protobuf's own name
        """Reads it off the wire."""


class Response(Answer, Protocol):
    """An answer that says whose it is and how long it took."""

    request_id: str
    processing_time: float


class Ending(Protocol):
    """The end of an answer in parts, which says how long it took."""

    processing_time: float


class Part(Answer, Protocol):
    """A message of an answer in parts; the last one has an end."""

    @property
    def end(self) -> Ending:
        """The end."""


AnswerT = TypeVar("AnswerT", bound=Answer)
ResponseT = TypeVar("ResponseT", bound=Response)
PartT = TypeVar("PartT", bound=Part)


class JobRunner:
    """Runs jobs for one service and counts them."""

    def __init__(self, pool: WorkerPool, config: ServerConfig) -> None:
        self._pool = pool
        self._config = config
        self.statistics = Statistics()

    @property
    def worker_pids(self) -> list[int]:
        """The process ids of the workers there are now."""
        return self._pool.pids

    @property
    def limits(self) -> dict[str, Any]:
        """The limits in force, by the field names of the ServerLimits that both contracts have."""
        return {
            "max_document_bytes": self._config.limits.max_document_bytes,
            "max_batch_items": self._config.max_batch_items,
            "max_text_characters": self._config.limits.max_text_characters,
            "max_processing_seconds": self._config.max_processing_seconds,
        }

    @property
    def containment(self) -> dict[str, Any]:
        """How the workers are shut in, by the field names of the Containment that both contracts have."""
        own = dataclasses.asdict(self._pool.containment)
        return {**own, "cpu_limit_seconds": self._config.max_cpu_seconds}

    @property
    def text_recognition(self) -> str:
        """What recognises text, in words; empty where nothing does."""
        return str(self._pool.tesseract or "")

    async def ask(self, job: str) -> bytes:
        """Asks a worker for something that is no document and is not counted."""
        return await self._pool.run(job, b"", self._config.max_processing_seconds)

    async def run(
        self,
        job: str,
        request: bytes,
        response: ResponseT,
        context: Context,
        content: Content | None = None,
        salvage: Callable[[str, Interrupted], ResponseT] | None = None,
    ) -> ResponseT:
        """Fills the response in by running a job on the serialised request, within the caller's deadline and ours.

        content: the document, where it is not in the request. salvage: makes a response of the pages a job had told
        of before it was ended, for the request with this id; it runs in a thread. Raises JobFailed or ServiceError,
        with what the caller is to be told.
        """
        started = time.monotonic()
        try:
            response = await self._outcome(job, request, response, self._seconds(context), content, salvage)
        except (JobFailed, ServiceError) as error:
            self.statistics.count_failure()
            log.info("%s failed: %s", job, error)
            raise
        response.processing_time = time.monotonic() - started
        self.statistics.count_success(response.processing_time)
        log.info("%s of %r took %.3f s", job, response.request_id, response.processing_time)
        return response

    async def run_in_parts(
        self,
        job: str,
        request: bytes,
        kind: Callable[[], PartT],
        context: Context,
        content: Content | None = None,
        salvage: Callable[[str, Interrupted], Sequence[PartT]] | None = None,
    ) -> AsyncGenerator[PartT, None]:
        """Does the same as run, for a job that gives its response in parts; kind makes an empty message of them.

        Parts come no faster than they are taken. Raises as run does, also after some parts, and DOWNLOAD_TIMEOUT.
        """
        started = time.monotonic()
        try:
            async with contextlib.aclosing(self._parts(job, request, kind, context, content, salvage)) as messages:
                async for message, last in messages:
                    if last:
                        message.end.processing_time = time.monotonic() - started
                        self.statistics.count_success(message.end.processing_time)
                    yield message
        except (JobFailed, ServiceError) as error:
            self.statistics.count_failure()
            log.info("%s failed: %s", job, error)
            raise

    async def _parts(
        self,
        job: str,
        request: bytes,
        kind: Callable[[], PartT],
        context: Context,
        content: Content | None,
        salvage: Callable[[str, Interrupted], Sequence[PartT]] | None,
    ) -> AsyncGenerator[tuple[PartT, bool], None]:
        """The messages, each with whether it is the last."""
        parts = Parts(self._seconds(context, self._config.max_download_seconds))
        seconds, keep = self._seconds(context), salvage is not None
        answer = asyncio.create_task(self._answer(job, request, seconds, content, keep_pages=keep, parts=parts))
        try:
            async with contextlib.aclosing(parts.until(answer)) as coming:
                async for data in coming:
                    yield _parsed(kind(), data), False
            yield _parsed(kind(), answer.result()), True
        except Interrupted as error:
            if salvage is None or not error.pages or parts.begun:
                raise
            log.info("%s was ended, and gives the %d pages it had read: %s", job, len(error.pages), error)
            *before, last = await asyncio.to_thread(salvage, request_id(request), error)
            for message in before:
                yield message, False
            yield last, True
        finally:
            answer.cancel()
            await asyncio.wait({answer})

    def _seconds(self, context: Context, most: float | None = None) -> float:
        """How long a job may take: less than the caller waits, so that there is an answer and not none."""
        most = self._config.max_processing_seconds if most is None else most
        remaining = context.time_remaining()
        if remaining is None:
            return most
        return min(remaining - min(ANSWER_SECONDS, ANSWER_SHARE * remaining), most)

    async def _outcome(
        self,
        job: str,
        request: bytes,
        response: ResponseT,
        seconds: float,
        content: Content | None,
        salvage: Callable[[str, Interrupted], ResponseT] | None,
    ) -> ResponseT:
        try:
            data = await self._answer(job, request, seconds, content, keep_pages=salvage is not None)
            return _parsed(response, data)
        except Interrupted as error:
            if salvage is None or not error.pages:
                raise
            log.info("%s was ended, and gives the %d pages it had read: %s", job, len(error.pages), error)
            return await asyncio.to_thread(salvage, request_id(request), error)

    async def _answer(
        self,
        job: str,
        request: bytes,
        seconds: float,
        content: Content | None,
        *,
        keep_pages: bool,
        parts: Parts | None = None,
    ) -> bytes:
        run = functools.partial(self._pool.run, job, keep_pages=keep_pages, parts=parts)
        if content is not None:
            return await run(request, seconds, content, source="chunk")
        until = time.monotonic() + seconds
        async with opened(request, self._config.document_roots, self._config.limits, seconds) as it:
            source: Source | None = None if it.descriptor is None else "file_path"
            left = until - time.monotonic()
            return await run(it.request, left, it.descriptor, source=source)

    async def run_stream(
        self, job: str, messages: AsyncIterator[bytes], kind: type[Message], response: ResponseT, context: Context
    ) -> ResponseT:
        """Does the same as run, for a document that comes in pieces; kind is the type of its messages."""
        async with self._gathered(job, messages, kind) as (request, content):
            return await self.run(job, request, response, context, content)

    async def run_stream_in_parts(
        self,
        job: str,
        messages: AsyncIterator[bytes],
        described_by: type[Message],
        kind: Callable[[], PartT],
        context: Context,
        salvage: Callable[[str, Interrupted], Sequence[PartT]] | None = None,
    ) -> AsyncGenerator[PartT, None]:
        """Does the same as run_in_parts, for a document that comes in pieces; described_by is their type."""
        async with self._gathered(job, messages, described_by) as (request, content):
            answers = self.run_in_parts(job, request, kind, context, content, salvage)
            async with contextlib.aclosing(answers):
                async for message in answers:
                    yield message

    @contextlib.asynccontextmanager
    async def _gathered(
        self, job: str, messages: AsyncIterator[bytes], kind: type[Message]
    ) -> AsyncIterator[tuple[bytes, Content]]:
        """The request and the document that come in pieces; the document is good inside the context."""
        with Spool(self._config.spool_bytes, self._config.spool_folder) as spool:
            try:
                request = await gather(messages, kind, spool, self._config)
                content = await spool.content()
            except ServiceError as error:
                self.statistics.count_failure()
                log.info("%s failed: %s", job, error)
                raise
            yield request, content

    async def run_batch(
        self,
        job: str,
        requests: Sequence[Message],
        responses: Sequence[ResponseT],
        context: Context,
    ) -> list[ResponseT | status_pb2.Status]:
        """Runs a job on each request, several at a time; the outcomes stand in the order of the requests.

        Raises RequestInvalid for a batch that is empty or over its limit.
        """
        check_batch_size(len(requests), self._config.max_batch_items)
        # A place for each worker, so that the time of a document runs only once a worker can take it.
        places = asyncio.Semaphore(self._config.worker_count)

        async def outcome(request: Message, response: ResponseT) -> ResponseT | status_pb2.Status:
            async with places:
                try:
                    return await self.run(job, request.SerializeToString(), response, context)
                except JobFailed as error:
                    return error.status
                except ServiceError as error:
                    return status_of(error)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(outcome(*pair)) for pair in zip(requests, responses, strict=True)]
        return [task.result() for task in tasks]


def _parsed(message: AnswerT, data: bytes) -> AnswerT:
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise ServiceError(
            "WORKER_CRASHED",
            "The worker process gave no valid answer about the document. Report it to whoever runs the server.",
        ) from error
    return message


def arm(outcome: Response | status_pb2.Status) -> dict[str, Any]:
    """The arm of a batch result that holds an outcome, by the field names that both contracts have."""
    return {"error" if isinstance(outcome, status_pb2.Status) else "response": outcome}


def check_batch_size(items: int, limit: int) -> None:
    """Raises RequestInvalid for a batch that is empty or over its limit."""
    if not items:
        raise RequestInvalid("batch_requests", "The batch is empty; give at least one document.", "BATCH_EMPTY")
    if items > limit:
        message = f"The batch has {items} documents, over the limit of {limit}; send it in parts."
        raise RequestInvalid("batch_requests", message, "BATCH_TOO_LARGE")
