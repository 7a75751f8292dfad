"""Every RPC of the two services as a typed value: its path, its messages, and which of them are many.

A test holds it to the descriptors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

from papermesh.classification.v1 import classification_pb2 as classification
from papermesh.quality.v1 import quality_pb2 as quality

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)


class Service(StrEnum):
    """The services, by their full gRPC names."""

    CLASSIFICATION = "papermesh.classification.v1.ClassificationService"
    QUALITY = "papermesh.quality.v1.QualityService"


@dataclass(frozen=True, slots=True)
class Rpc(Generic[Request, Response]):
    """One RPC. server is the one to ask, which for health checks is not the service of the name.

    takes_stream, gives_stream: whether there are many requests, and many responses.
    """

    server: Service
    name: str
    """package.Service/Method"""
    request: type[Request]
    response: type[Response]
    takes_stream: bool = False
    gives_stream: bool = False


def _classification(name: str, request: type[Request], response: type[Response]) -> Rpc[Request, Response]:
    return Rpc(Service.CLASSIFICATION, f"{Service.CLASSIFICATION}/{name}", request, response)


def _quality(name: str, request: type[Request], response: type[Response]) -> Rpc[Request, Response]:
    return Rpc(Service.QUALITY, f"{Service.QUALITY}/{name}", request, response)


def health_check(server: Service) -> Rpc[health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse]:
    """The health check of the server that offers a service."""
    return Rpc(server, "grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)


CLASSIFY_DOCUMENT: Final = _classification(
    "ClassifyDocument", classification.ClassifyDocumentRequest, classification.ClassifyDocumentResponse
)
CLASSIFY_DOCUMENT_STREAM: Final = Rpc(
    Service.CLASSIFICATION,
    f"{Service.CLASSIFICATION}/ClassifyDocumentStream",
    classification.ClassifyDocumentStreamRequest,
    classification.ClassifyDocumentResponse,
    takes_stream=True,
)
BATCH_CLASSIFY_DOCUMENT: Final = _classification(
    "BatchClassifyDocument", classification.BatchClassifyDocumentRequest, classification.BatchClassifyDocumentResponse
)
EXTRACT_TEXT: Final = _classification(
    "ExtractText", classification.ExtractTextRequest, classification.ExtractTextResponse
)
EXTRACT_PAGES: Final = Rpc(
    Service.CLASSIFICATION,
    f"{Service.CLASSIFICATION}/ExtractPages",
    classification.ExtractTextRequest,
    classification.ExtractTextStreamResponse,
    gives_stream=True,
)
EXTRACT_TEXT_STREAM: Final = Rpc(
    Service.CLASSIFICATION,
    f"{Service.CLASSIFICATION}/ExtractTextStream",
    classification.ExtractTextStreamRequest,
    classification.ExtractTextStreamResponse,
    takes_stream=True,
    gives_stream=True,
)
GET_CATEGORIES: Final = _classification(
    "GetCategories", classification.GetCategoriesRequest, classification.GetCategoriesResponse
)
UPDATE_MODEL: Final = _classification(
    "UpdateModel", classification.UpdateModelRequest, classification.UpdateModelResponse
)
GET_STATISTICS: Final = _classification(
    "GetStatistics", classification.GetStatisticsRequest, classification.GetStatisticsResponse
)
GET_CLASSIFICATION_INFO: Final = _classification(
    "GetServerInfo", classification.GetServerInfoRequest, classification.GetServerInfoResponse
)

ANALYZE_QUALITY: Final = _quality("AnalyzeQuality", quality.AnalyzeQualityRequest, quality.AnalyzeQualityResponse)
ANALYZE_QUALITY_STREAM: Final = Rpc(
    Service.QUALITY,
    f"{Service.QUALITY}/AnalyzeQualityStream",
    quality.AnalyzeQualityStreamRequest,
    quality.AnalyzeQualityResponse,
    takes_stream=True,
)
BATCH_ANALYZE_QUALITY: Final = _quality(
    "BatchAnalyzeQuality", quality.BatchAnalyzeQualityRequest, quality.BatchAnalyzeQualityResponse
)
CHECK_READABILITY: Final = _quality(
    "CheckReadability", quality.CheckReadabilityRequest, quality.CheckReadabilityResponse
)
VALIDATE_STRUCTURE: Final = _quality(
    "ValidateStructure", quality.ValidateStructureRequest, quality.ValidateStructureResponse
)
DETECT_ISSUES: Final = _quality("DetectIssues", quality.DetectIssuesRequest, quality.DetectIssuesResponse)
GENERATE_RECOMMENDATIONS: Final = _quality(
    "GenerateRecommendations", quality.GenerateRecommendationsRequest, quality.GenerateRecommendationsResponse
)
GET_QUALITY_METRICS: Final = _quality(
    "GetQualityMetrics", quality.GetQualityMetricsRequest, quality.GetQualityMetricsResponse
)
GET_QUALITY_INFO: Final = _quality("GetServerInfo", quality.GetServerInfoRequest, quality.GetServerInfoResponse)

ALL: Final[tuple[Rpc[Message, Message], ...]] = tuple(value for value in globals().values() if isinstance(value, Rpc))
"""Every RPC of both services."""
