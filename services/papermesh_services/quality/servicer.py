"""QualityService over gRPC: a thin file. Workers do the work; errors leave as exceptions, see server.calls."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Final

from google.rpc import status_pb2

from papermesh.quality.v1 import quality_pb2 as pb
from papermesh.quality.v1 import quality_pb2_grpc as pb_grpc
from papermesh_services.server.descriptors import method_names, rpc_names
from papermesh_services.server.runner import JobRunner
from papermesh_services.server.server import ServiceDefinition

if TYPE_CHECKING:
    import grpc

    from papermesh_services.server.calls import Context
    from papermesh_services.server.config import ServerConfig
    from papermesh_services.server.workers import WorkerPool

SERVICE: Final = pb.DESCRIPTOR.services_by_name["QualityService"]


class QualityServicer(pb_grpc.QualityServiceServicer):
    """Answers the RPCs of the quality service."""

    def __init__(self, pool: WorkerPool, config: ServerConfig) -> None:
        self._runner = JobRunner(pool, config)
        self._config = config

    async def AnalyzeQuality(self, request: pb.AnalyzeQualityRequest, context: Context) -> pb.AnalyzeQualityResponse:
        """See the proto."""
        return await self._runner.run("analyze", request, pb.AnalyzeQualityResponse(), context)

    async def BatchAnalyzeQuality(
        self, request: pb.BatchAnalyzeQualityRequest, context: Context
    ) -> pb.BatchAnalyzeQualityResponse:
        """See the proto."""
        responses = [pb.AnalyzeQualityResponse() for _ in request.batch_requests]
        outcomes = await self._runner.run_batch("analyze", request.batch_requests, responses, context)
        return pb.BatchAnalyzeQualityResponse(
            results=[
                pb.BatchAnalyzeQualityResult(error=outcome)
                if isinstance(outcome, status_pb2.Status)
                else pb.BatchAnalyzeQualityResult(response=outcome)
                for outcome in outcomes
            ]
        )

    async def CheckReadability(
        self, request: pb.CheckReadabilityRequest, context: Context
    ) -> pb.CheckReadabilityResponse:
        """See the proto."""
        return await self._runner.run("check_readability", request, pb.CheckReadabilityResponse(), context)

    async def ValidateStructure(
        self, request: pb.ValidateStructureRequest, context: Context
    ) -> pb.ValidateStructureResponse:
        """See the proto."""
        return await self._runner.run("validate_structure", request, pb.ValidateStructureResponse(), context)

    async def DetectIssues(self, request: pb.DetectIssuesRequest, context: Context) -> pb.DetectIssuesResponse:
        """See the proto."""
        return await self._runner.run("detect_issues", request, pb.DetectIssuesResponse(), context)

    async def GenerateRecommendations(
        self, request: pb.GenerateRecommendationsRequest, context: Context
    ) -> pb.GenerateRecommendationsResponse:
        """See the proto."""
        response = pb.GenerateRecommendationsResponse()
        return await self._runner.run("generate_recommendations", request, response, context)

    async def GetQualityMetrics(
        self, request: pb.GetQualityMetricsRequest, context: Context
    ) -> pb.GetQualityMetricsResponse:
        """See the proto."""
        response = pb.GetQualityMetricsResponse(request_id=request.request_id)
        if request.WhichOneof("source") is not None:
            response = await self._runner.run("measure", request, response, context)
        response.statistics.CopyFrom(self._statistics())
        return response

    async def GetServerInfo(self, request: pb.GetServerInfoRequest, context: Context) -> pb.GetServerInfoResponse:
        """See the proto."""
        return pb.GetServerInfoResponse(
            server_name="quality_server",
            version=importlib.metadata.version("papermesh"),
            capabilities=method_names(SERVICE),
            methods=rpc_names(SERVICE),
            limits=pb.ServerLimits(
                max_document_bytes=self._config.limits.max_document_bytes,
                max_batch_items=self._config.max_batch_items,
                max_text_characters=self._config.limits.max_text_characters,
                max_processing_seconds=self._config.max_processing_seconds,
            ),
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


def add(server: grpc.aio.Server, pool: WorkerPool, config: ServerConfig) -> None:
    """Adds the service to a server."""
    pb_grpc.add_QualityServiceServicer_to_server(QualityServicer(pool, config), server)


DEFINITION: Final = ServiceDefinition(SERVICE.full_name, "papermesh_services.quality.jobs", add)
