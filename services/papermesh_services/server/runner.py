"""Runs a servicer's documents through the workers: deadlines, batches, times and counts. Shared by both services."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.rpc import status_pb2

from papermesh_services.server.errors import RequestInvalid, ServiceError, status_of
from papermesh_services.server.spool import Spool
from papermesh_services.server.statistics import Statistics
from papermesh_services.server.uploads import gather
from papermesh_services.server.workers import JobFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from google.protobuf.message import Message

    from papermesh_services.server.calls import Context
    from papermesh_services.server.config import ServerConfig
    from papermesh_services.server.spool import Content
    from papermesh_services.server.workers import WorkerPool

log = logging.getLogger(__name__)


class Response(Protocol):
    """An answer that says whose it is and how long it took."""

    request_id: str
    processing_time: float

    def ParseFromString(self, data: bytes, /) -> int:  # noqa: N802  protobuf's own name
        """Reads the answer off the wire."""


ResponseT = TypeVar("ResponseT", bound=Response)


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

    async def ask(self, job: str) -> bytes:
        """Asks a worker for something that is no document and is not counted."""
        return await self._pool.run(job, b"", self._config.max_processing_seconds)

    async def run(
        self, job: str, request: bytes, response: ResponseT, context: Context, content: Content | None = None
    ) -> ResponseT:
        """Fills the response in by running a job on the serialised request, within the caller's deadline and ours.

        content: the document, where it is not in the request. Raises JobFailed or ServiceError, with what the caller
        is to be told.
        """
        started = time.monotonic()
        remaining = context.time_remaining()
        seconds = self._config.max_processing_seconds if remaining is None else remaining
        try:
            data = await self._pool.run(job, request, min(seconds, self._config.max_processing_seconds), content)
        except (JobFailed, ServiceError) as error:
            self.statistics.count_failure()
            log.info("%s failed: %s", job, error)
            raise
        response.ParseFromString(data)
        response.processing_time = time.monotonic() - started
        self.statistics.count_success(response.processing_time)
        log.info("%s of %r took %.3f s", job, response.request_id, response.processing_time)
        return response

    async def run_stream(
        self, job: str, messages: AsyncIterator[bytes], kind: type[Message], response: ResponseT, context: Context
    ) -> ResponseT:
        """Does the same as run, for a document that comes in pieces; kind is the type of its messages."""
        with Spool(self._config.spool_bytes, self._config.spool_folder) as spool:
            try:
                request = await gather(messages, kind, spool, self._config)
                content = await spool.content()
            except ServiceError as error:
                self.statistics.count_failure()
                log.info("%s failed: %s", job, error)
                raise
            return await self.run(job, request, response, context, content)

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
