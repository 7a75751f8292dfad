"""The product as a server has it: documents through the worker pool, each as one ExtractText."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self, cast

from processor import of_workers

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.classification.servicer import DEFINITION, ClassificationServicer
from papermesh_services.server.config import ServerConfig
from papermesh_services.server.errors import ServiceError
from papermesh_services.server.workers import JobFailed, WorkerPool
from reading.contest import Round
from reading.peer import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Unhurried:
    """The context of a call whose caller waits as long as it takes."""

    def time_remaining(self) -> None:
        """Says that there is no deadline of the caller's."""


class Served:
    """A classification server without the network: its pool, its servicer, its usual settings. Use it as a context.

    Text recognition is off, because none of the others recognises anything.
    """

    def __init__(self, workers: int, seconds: float) -> None:
        self._config = ServerConfig(workers=workers, recognition=False, max_processing_seconds=seconds)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._pool.stop())
        self._runner.close()

    def read(self, path: Path) -> Reading:
        """Has one document read."""
        try:
            answer = self._runner.run(self._extracted(_request(path)))
        except (JobFailed, ServiceError) as error:
            return Reading(problem=str(error))
        return Reading(answer.text_content, len(answer.pages))

    def round(self, paths: Sequence[Path], at_a_time: int) -> Round:
        """Has documents read, so many at a time, and says what it took: processor time is that of all processes."""
        return self._runner.run(self._round([_request(path) for path in paths], at_a_time))

    async def _start(self) -> None:
        settings = self._config.worker_settings(DEFINITION.job_module)
        self._pool = WorkerPool(settings, self._config.pool_settings, self._config.recognition_settings)
        self._servicer = ClassificationServicer(self._pool, self._config)
        await self._pool.start()

    async def _extracted(self, request: bytes) -> pb.ExtractTextResponse:
        return await self._servicer.ExtractText(request, cast("Any", Unhurried()))

    async def _round(self, requests: list[bytes], at_a_time: int) -> Round:
        waiting = iter(requests)

        async def take() -> None:
            for request in waiting:
                await self._extracted(request)

        wall, processor = time.perf_counter(), time.process_time() + of_workers(self._pool.pids)
        async with asyncio.TaskGroup() as group:
            for _ in range(at_a_time):
                group.create_task(take())
        return Round(time.perf_counter() - wall, time.process_time() + of_workers(self._pool.pids) - processor)


def _request(path: Path) -> bytes:
    return pb.ExtractTextRequest(content=path.read_bytes(), filename=path.name).SerializeToString()
