"""Both services as small real gRPC servers, which answer as their contract says and fail when a document tells them to.

A document that begins with "FAIL CODE REASON" is answered with that error, "WAIT" keeps the caller waiting until it
goes away, "EVIL" is answered with text that would steer a terminal, "PART" as one of which a part alone was read, and
"HARDLY" as one in which there is nothing to judge.
"""

# ruff: noqa: N802  the contract names the methods of a servicer

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from papermesh.classification.v1 import classification_pb2 as cpb
from papermesh.classification.v1 import classification_pb2_grpc as cgrpc
from papermesh.quality.v1 import quality_pb2 as qpb
from papermesh.quality.v1 import quality_pb2_grpc as qgrpc

if TYPE_CHECKING:
    from google.protobuf.message import Message

EVIL = "evil\x1b[31m\x9b1m[bold]\u202e\r"
LIMIT = 1000
WHY_PART = "The text has more than 9 lines, the most that are read."


def packed(*messages: Message) -> list[any_pb2.Any]:
    details = []
    for message in messages:
        detail = any_pb2.Any()
        detail.Pack(message)
        details.append(detail)
    return details


def failure(code: str, reason: str, message: str = "It failed. Mend it.") -> status_pb2.Status:
    """A status with everything an error of ours can carry."""
    violation = error_details_pb2.BadRequest.FieldViolation(field="content", description="broken", reason=reason)
    details = packed(
        error_details_pb2.ErrorInfo(reason=reason, domain="papermesh", metadata={"limit": "max_pages", "value": "9"}),
        error_details_pb2.BadRequest(field_violations=[violation]),
        error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=1, nanos=500_000_000)),
    )
    return status_pb2.Status(code=grpc.StatusCode[code].value[0], message=message, details=details)


def body_of(request) -> str:
    return request.text or request.content.decode("utf-8", "replace") or request.file_path


def part_of(request) -> dict:
    return {"partial": True, "status_detail": WHY_PART} if body_of(request).startswith("PART") else {}


def failure_of(request) -> status_pb2.Status | None:
    words = body_of(request).split()
    return failure(words[1], words[2]) if words[:1] == ["FAIL"] else None


@dataclass
class Mesh:
    """The addresses of both servers, and the requests they got, by the name of the rpc."""

    classification: str = ""
    quality: str = ""
    requests: dict[str, list] = field(default_factory=dict)

    @property
    def options(self) -> list[str]:
        return ["--classification", self.classification, "--quality", self.quality]

    def got(self, name, request, context):
        self.requests.setdefault(name, []).append(request)
        if "source" not in request.DESCRIPTOR.oneofs_by_name:
            return
        status = failure_of(request)
        if status:
            context.abort_with_status(rpc_status.to_status(status))
        if body_of(request).startswith("WAIT"):
            gone = threading.Event()
            context.add_callback(gone.set)
            gone.wait(20)


def put_together(kind, messages):
    """The request that a document in pieces would be as one message."""
    first, *rest = messages
    request = kind.FromString(first.description.SerializeToString())
    request.content = b"".join(message.chunk for message in rest)
    return request


class Classification(cgrpc.ClassificationServiceServicer):
    def __init__(self, mesh):
        self.mesh = mesh

    def classified(self, request):
        name = EVIL if body_of(request).startswith("EVIL") else "invoice"
        return cpb.ClassifyDocumentResponse(
            request_id=request.request_id,
            category=name,
            confidence=0.875,
            keywords=[EVIL if name == EVIL else "amount due", "total"],
            processing_method="text+linear",
            processing_time=0.25,
            metadata=cpb.ClassificationMetadata(text_length=1234, processed_text_length=1000, model_version="m1"),
            scores=[cpb.CategoryScore(category=name, score=0.875), cpb.CategoryScore(category="receipt", score=0.125)],
            **part_of(request),
        )

    def ClassifyDocument(self, request, context):
        self.mesh.got("ClassifyDocument", request, context)
        return self.classified(request)

    def ClassifyDocumentStream(self, request_iterator, context):
        request = put_together(cpb.ClassifyDocumentRequest, request_iterator)
        self.mesh.got("ClassifyDocumentStream", request, context)
        return self.classified(request)

    def BatchClassifyDocument(self, request, context):
        self.mesh.got("BatchClassifyDocument", request, context)
        results = []
        for item in request.batch_requests:
            status = failure_of(item)
            if status:
                results.append(cpb.BatchClassifyDocumentResult(error=status))
            else:
                results.append(cpb.BatchClassifyDocumentResult(response=self.classified(item)))
        return cpb.BatchClassifyDocumentResponse(results=results)

    def ExtractText(self, request, context):
        self.mesh.got("ExtractText", request, context)
        text = body_of(request)
        answer = cpb.ExtractTextResponse(text_content=text, text_length=len(text), extraction_method="text")
        if part := part_of(request):
            answer.status, answer.status_detail = cpb.EXTRACTION_STATUS_PARTIAL_LIMIT, part["status_detail"]
        return answer

    def extracted(self, request):
        text = body_of(request)
        half = len(text) // 2
        yield cpb.ExtractTextStreamResponse(head=cpb.ExtractionHead(request_id=request.request_id, language="en"))
        for start, end in ((0, half), (half, len(text))):
            part = cpb.TextPart(text=text[start:end], start=start, end=end)
            yield cpb.ExtractTextStreamResponse(part=part)
            if text.startswith("BREAK"):
                return
        yield cpb.ExtractTextStreamResponse(end=cpb.ExtractionEnd(text_length=len(text)))

    def ExtractPages(self, request, context):
        self.mesh.got("ExtractPages", request, context)
        yield from self.extracted(request)

    def ExtractTextStream(self, request_iterator, context):
        request = put_together(cpb.ExtractTextRequest, request_iterator)
        self.mesh.got("ExtractTextStream", request, context)
        yield from self.extracted(request)

    def GetCategories(self, request, context):
        self.mesh.got("GetCategories", request, context)
        return cpb.GetCategoriesResponse(categories=["invoice", "receipt"], total_count=2)

    def UpdateModel(self, request, context):
        self.mesh.got("UpdateModel", request, context)
        return cpb.UpdateModelResponse(request_id=request.request_id, live=True)

    def GetStatistics(self, request, context):
        self.mesh.got("GetStatistics", request, context)
        return cpb.GetStatisticsResponse(total_requests=3)

    def GetServerInfo(self, request, context):
        self.mesh.got("GetServerInfo", request, context)
        limits = cpb.ServerLimits(max_document_bytes=LIMIT)
        return cpb.GetServerInfoResponse(server_name="classification_server", limits=limits)


class Quality(qgrpc.QualityServiceServicer):
    def __init__(self, mesh):
        self.mesh = mesh

    def analyzed(self, request):
        if body_of(request).startswith("HARDLY"):
            return qpb.AnalyzeQualityResponse(metrics=qpb.QualityMetrics(word_count=1))
        evil = EVIL if body_of(request).startswith("EVIL") else "A sentence has 45 words."
        findings = [
            qpb.Finding(
                code="long_sentence",
                aspect=qpb.ASPECT_READABILITY,
                severity=qpb.SEVERITY_WARNING,
                message=evil,
                snippet=f"{evil} and so on",
                suggestion="Split it into several sentences, each with one thought, so that it can be followed.",
                place=qpb.Place(start=0, end=9, line=line, column=7),
            )
            for line in range(1, 13)
        ]
        return qpb.AnalyzeQualityResponse(
            request_id=request.request_id,
            overall_score=71.25,
            readability_score=60,
            structure_score=90,
            content_quality_score=30,
            issues=["x"] * 12,
            recommendations=["Split the long sentences."],
            findings=findings,
            total_findings=15,
            applicable_aspects=[qpb.ASPECT_READABILITY, qpb.ASPECT_STRUCTURE, qpb.ASPECT_CONTENT],
            metrics=qpb.QualityMetrics(
                word_count=1200,
                sentence_count=40,
                paragraph_count=1,
                language="en",
                readability_metrics=qpb.ReadabilityMetrics(
                    grade_level=9.04, average_sentence_length=30, reading_time_minutes=5.0
                ),
            ),
            **part_of(request),
        )

    def AnalyzeQuality(self, request, context):
        self.mesh.got("AnalyzeQuality", request, context)
        return self.analyzed(request)

    def AnalyzeQualityStream(self, request_iterator, context):
        request = put_together(qpb.AnalyzeQualityRequest, request_iterator)
        self.mesh.got("AnalyzeQualityStream", request, context)
        return self.analyzed(request)

    def BatchAnalyzeQuality(self, request, context):
        self.mesh.got("BatchAnalyzeQuality", request, context)
        results = []
        for item in request.batch_requests:
            status = failure_of(item)
            if status:
                results.append(qpb.BatchAnalyzeQualityResult(error=status))
            else:
                results.append(qpb.BatchAnalyzeQualityResult(response=self.analyzed(item)))
        return qpb.BatchAnalyzeQualityResponse(results=results)

    def CheckReadability(self, request, context):
        self.mesh.got("CheckReadability", request, context)
        return qpb.CheckReadabilityResponse(readability_score=1)

    def ValidateStructure(self, request, context):
        self.mesh.got("ValidateStructure", request, context)
        return qpb.ValidateStructureResponse(valid=True)

    def DetectIssues(self, request, context):
        self.mesh.got("DetectIssues", request, context)
        return qpb.DetectIssuesResponse(total_findings=2)

    def GenerateRecommendations(self, request, context):
        self.mesh.got("GenerateRecommendations", request, context)
        return qpb.GenerateRecommendationsResponse(recommendations=["r"])

    def GetQualityMetrics(self, request, context):
        self.mesh.got("GetQualityMetrics", request, context)
        return qpb.GetQualityMetricsResponse(statistics=qpb.ServiceStatistics(total_requests=4))

    def GetServerInfo(self, request, context):
        self.mesh.got("GetServerInfo", request, context)
        limits = qpb.ServerLimits(max_document_bytes=LIMIT)
        return qpb.GetServerInfoResponse(server_name="quality_server", limits=limits)


def served(add, servicer, service):
    server = grpc.server(ThreadPoolExecutor(16), options=[("grpc.max_receive_message_length", -1)])
    add(servicer, server)
    checks = health.HealthServicer()
    checks.set(service, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


@pytest.fixture(scope="session")
def _servers():
    mesh = Mesh()
    first, mesh.classification = served(
        cgrpc.add_ClassificationServiceServicer_to_server,
        Classification(mesh),
        "papermesh.classification.v1.ClassificationService",
    )
    second, mesh.quality = served(
        qgrpc.add_QualityServiceServicer_to_server, Quality(mesh), "papermesh.quality.v1.QualityService"
    )
    yield mesh
    first.stop(0).wait(10)
    second.stop(0).wait(10)


@pytest.fixture
def mesh(_servers) -> Mesh:
    """Two running servers, with no request remembered."""
    _servers.requests.clear()
    return _servers


@pytest.fixture(scope="session")
def a_failure():
    """Makes the status that a document "FAIL CODE REASON" is answered with."""
    return failure


@pytest.fixture
def nobody() -> str:
    """An address where nothing listens."""
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{holder.getsockname()[1]}"
