"""QualityService over gRPC: a thin file. Workers do the work; errors leave as exceptions, see server.calls."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError

from papermesh.quality.v1 import quality_pb2 as pb
from papermesh_services.server.descriptors import method_names, rpc_names
from papermesh_services.server.errors import malformed
from papermesh_services.server.runner import JobRunner, arm
from papermesh_services.server.server import ServiceDefinition

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from papermesh_services.server.calls import Context
    from papermesh_services.server.config import ServerConfig
    from papermesh_services.server.workers import WorkerPool

SMALL_REQUEST_BYTES: Final = 4096
"""A request up to this size is looked into on the event loop; a larger one is taken to hold a document."""
SERVICE: Final = pb.DESCRIPTOR.services_by_name["QualityService"]


class QualityServicer:
    """Answers the RPCs of the quality service."""

    def __init__(self, pool: WorkerPool, config: ServerConfig) -> None:
        self._runner = JobRunner(pool, config)

    async def warm_up(self) -> None:
        """Nothing to do: the workers hold nothing that is asked for."""

    async def AnalyzeQuality(self, request: bytes, context: Context) -> pb.AnalyzeQualityResponse:
        """See the proto."""
        return await self._runner.run("analyze", request, pb.AnalyzeQualityResponse(), context)

    async def AnalyzeQualityStream(self, messages: AsyncIterator[bytes], context: Context) -> pb.AnalyzeQualityResponse:
        """See the proto."""
        kind, response = pb.AnalyzeQualityStreamRequest, pb.AnalyzeQualityResponse()
        return await self._runner.run_stream("analyze", messages, kind, response, context)

    async def BatchAnalyzeQuality(
        self, request: pb.BatchAnalyzeQualityRequest, context: Context
    ) -> pb.BatchAnalyzeQualityResponse:
        """See the proto."""
        responses = [pb.AnalyzeQualityResponse() for _ in request.batch_requests]
        outcomes = await self._runner.run_batch("analyze", request.batch_requests, responses, context)
        return pb.BatchAnalyzeQualityResponse(
            results=[pb.BatchAnalyzeQualityResult(**arm(outcome)) for outcome in outcomes]
        )

    async def CheckReadability(self, request: bytes, context: Context) -> pb.CheckReadabilityResponse:
        """See the proto."""
        return await self._runner.run("check_readability", request, pb.CheckReadabilityResponse(), context)

    async def ValidateStructure(self, request: bytes, context: Context) -> pb.ValidateStructureResponse:
        """See the proto."""
        return await self._runner.run("validate_structure", request, pb.ValidateStructureResponse(), context)

    async def DetectIssues(self, request: bytes, context: Context) -> pb.DetectIssuesResponse:
        """See the proto."""
        return await self._runner.run("detect_issues", request, pb.DetectIssuesResponse(), context)

    async def GenerateRecommendations(self, request: bytes, context: Context) -> pb.GenerateRecommendationsResponse:
        """See the proto."""
        response = pb.GenerateRecommendationsResponse()
        return await self._runner.run("generate_recommendations", request, response, context)

    async def GetQualityMetrics(self, request: bytes, context: Context) -> pb.GetQualityMetricsResponse:
        """See the proto."""
        response = without_document(request)
        if response is None:
            response = await self._runner.run("measure", request, pb.GetQualityMetricsResponse(), context)
        response.statistics.CopyFrom(self._statistics())
        return response

    async def GetServerInfo(self, request: pb.GetServerInfoRequest, context: Context) -> pb.GetServerInfoResponse:
        """See the proto."""
        return pb.GetServerInfoResponse(
            server_name="quality_server",
            version=importlib.metadata.version("papermesh"),
            capabilities=method_names(SERVICE),
            methods=rpc_names(SERVICE),
            limits=pb.ServerLimits(**self._runner.limits),
            containment=pb.Containment(**self._runner.containment),
        )

    def _statistics(self) -> pb.ServiceStatistics:
        statistics = self._runner.statistics
        usage = statistics.usage(self._runner.worker_pids)
        return pb.ServiceStatistics(
            total_requests=statistics.total,
            successful_analyses=statistics.succeeded,
            failed_analyses=statistics.failed,
            average_processing_time=statistics.average_seconds,
            uptime=usage.uptime,
            memory_usage=usage.memory_bytes,
            cpu_usage=usage.cpu_percent,
        )


def without_document(request: bytes) -> pb.GetQualityMetricsResponse | None:
    """The beginning of the answer to a request that holds no document; None where it may hold one."""
    if len(request) > SMALL_REQUEST_BYTES:
        return None
    try:
        message = pb.GetQualityMetricsRequest.FromString(request)
    except DecodeError:
        raise malformed() from None
    if message.WhichOneof("source") is not None:
        return None
    return pb.GetQualityMetricsResponse(request_id=message.request_id)


DEFINITION: Final = ServiceDefinition(
    SERVICE,
    "papermesh_services.quality.jobs",
    QualityServicer,
    unread=frozenset(
        {
            "AnalyzeQuality",
            "CheckReadability",
            "ValidateStructure",
            "DetectIssues",
            "GenerateRecommendations",
            "GetQualityMetrics",
        }
    ),
)
