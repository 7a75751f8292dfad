"""ClassificationService over gRPC: a thin file. Workers do the work; errors leave as exceptions, see server.calls."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Final

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.classification.interrupted import parts_until_then, text_until_then
from papermesh_services.server.descriptors import method_names, rpc_names
from papermesh_services.server.errors import ServiceError
from papermesh_services.server.runner import JobRunner, arm
from papermesh_services.server.server import ServiceDefinition

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from papermesh_services.server.calls import Context
    from papermesh_services.server.config import ServerConfig
    from papermesh_services.server.workers import WorkerPool

SERVICE: Final = pb.DESCRIPTOR.services_by_name["ClassificationService"]
NOT_SERVED: Final = frozenset({"update_model"})


class ClassificationServicer:
    """Answers the RPCs of the classification service."""

    def __init__(self, pool: WorkerPool, config: ServerConfig) -> None:
        self._runner = JobRunner(pool, config)
        self._model = pb.GetCategoriesResponse()

    async def warm_up(self) -> None:
        """Asks a worker once which model it has, so that saying so never waits for a busy one."""
        self._model = pb.GetCategoriesResponse.FromString(await self._runner.ask("categories"))

    async def ClassifyDocument(self, request: bytes, context: Context) -> pb.ClassifyDocumentResponse:
        """See the proto."""
        return await self._runner.run("classify", request, pb.ClassifyDocumentResponse(), context)

    async def ClassifyDocumentStream(
        self, messages: AsyncIterator[bytes], context: Context
    ) -> pb.ClassifyDocumentResponse:
        """See the proto."""
        kind, response = pb.ClassifyDocumentStreamRequest, pb.ClassifyDocumentResponse()
        return await self._runner.run_stream("classify", messages, kind, response, context)

    async def BatchClassifyDocument(
        self, request: pb.BatchClassifyDocumentRequest, context: Context
    ) -> pb.BatchClassifyDocumentResponse:
        """See the proto."""
        responses = [pb.ClassifyDocumentResponse() for _ in request.batch_requests]
        outcomes = await self._runner.run_batch("classify", request.batch_requests, responses, context)
        return pb.BatchClassifyDocumentResponse(
            results=[pb.BatchClassifyDocumentResult(**arm(outcome)) for outcome in outcomes]
        )

    async def ExtractText(self, request: bytes, context: Context) -> pb.ExtractTextResponse:
        """See the proto."""
        response = pb.ExtractTextResponse()
        return await self._runner.run("extract", request, response, context, salvage=text_until_then)

    def ExtractPages(self, request: bytes, context: Context) -> AsyncGenerator[pb.ExtractTextStreamResponse, None]:
        """See the proto."""
        kind = pb.ExtractTextStreamResponse
        return self._runner.run_in_parts("extract_in_parts", request, kind, context, salvage=parts_until_then)

    def ExtractTextStream(
        self, messages: AsyncIterator[bytes], context: Context
    ) -> AsyncGenerator[pb.ExtractTextStreamResponse, None]:
        """See the proto."""
        kinds = pb.ExtractTextStreamRequest, pb.ExtractTextStreamResponse
        return self._runner.run_stream_in_parts("extract_in_parts", messages, *kinds, context, parts_until_then)

    async def GetCategories(self, request: pb.GetCategoriesRequest, context: Context) -> pb.GetCategoriesResponse:
        """See the proto."""
        return self._model

    async def UpdateModel(self, request: pb.UpdateModelRequest, context: Context) -> pb.UpdateModelResponse:
        """See the proto."""
        raise ServiceError("TRAINING_UNAVAILABLE", "This server cannot train yet; it serves the model it came with.")

    async def GetStatistics(self, request: pb.GetStatisticsRequest, context: Context) -> pb.GetStatisticsResponse:
        """See the proto."""
        statistics = self._runner.statistics
        usage = statistics.usage(self._runner.worker_pids)
        return pb.GetStatisticsResponse(
            total_requests=statistics.total,
            successful_classifications=statistics.succeeded,
            failed_classifications=statistics.failed,
            average_processing_time=statistics.average_seconds,
            uptime=usage.uptime,
            memory_usage=usage.memory_bytes,
            cpu_usage=usage.cpu_percent,
        )

    async def GetServerInfo(self, request: pb.GetServerInfoRequest, context: Context) -> pb.GetServerInfoResponse:
        """See the proto."""
        return pb.GetServerInfoResponse(
            server_name="classification_server",
            version=importlib.metadata.version("papermesh"),
            capabilities=method_names(SERVICE, without=NOT_SERVED),
            methods=rpc_names(SERVICE),
            model_version=self._model.model_version,
            limits=pb.ServerLimits(**self._runner.limits),
            containment=pb.Containment(**self._runner.containment),
        )


DEFINITION: Final = ServiceDefinition(
    SERVICE,
    "papermesh_services.classification.jobs",
    ClassificationServicer,
    unread=frozenset({"ClassifyDocument", "ExtractText", "ExtractPages"}),
)
