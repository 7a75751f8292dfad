"""What a worker does for the quality service: a serialised request in, a serialised response out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from papermesh.quality.v1 import quality_pb2 as pb
from papermesh_services.quality import analysis, wire
from papermesh_services.server.sources import is_partial, read_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents import Document
    from papermesh_services.server.worker import Delivery, JobHandler, WorkerSettings

    Judge = Callable[[Any, Document], Any]


def prepare(settings: WorkerSettings) -> JobHandler:
    """Returns the handler of this worker's jobs, which are those of JOBS."""

    def handle(job: str, data: bytes, delivery: Delivery) -> bytes:
        request_type, judge = JOBS[job]
        request = request_type.FromString(data)
        document = read_document(request, settings, delivery)
        response = judge(request, document)
        response.partial = is_partial(document)
        if response.partial:
            response.status_detail = document.note
        answer: bytes = response.SerializeToString()
        return answer

    return handle


def analyze(request: pb.AnalyzeQualityRequest, document: Document) -> pb.AnalyzeQualityResponse:
    """Judges a document as a whole."""
    report = analysis.analyze(document, wire.analysis_type(request.analysis_type), wire.options(request.options))
    return pb.AnalyzeQualityResponse(
        request_id=request.request_id,
        overall_score=report.scores.overall,
        readability_score=report.scores.readability,
        structure_score=report.scores.structure,
        content_quality_score=report.scores.content,
        issues=report.issues,
        recommendations=[recommendation.message for recommendation in report.recommendations],
        metrics=wire.metrics(report.metrics, time.time()),
        findings=wire.findings(report.findings),
        total_findings=report.total_findings,
        applicable_aspects=[wire.ASPECTS[aspect] for aspect in report.scores.applicable],
    )


def check_readability(request: pb.CheckReadabilityRequest, document: Document) -> pb.CheckReadabilityResponse:
    """Says how hard a document is to read."""
    report = analysis.check_readability(document, wire.options(request.options))
    return pb.CheckReadabilityResponse(
        request_id=request.request_id,
        readability_score=report.score,
        readability_metrics=wire.readability(report.metrics),
        reading_level=report.reading_level,
        hardest_sentences=wire.hard_sentences(report.hardest_sentences),
        findings=wire.findings(report.findings),
        language=report.language,
        measured=bool(report.reading_level),
    )


def validate_structure(request: pb.ValidateStructureRequest, document: Document) -> pb.ValidateStructureResponse:
    """Says how a document is built."""
    report = analysis.validate_structure(document, wire.options(request.options))
    return pb.ValidateStructureResponse(
        request_id=request.request_id,
        structure_score=report.score,
        valid=report.valid,
        structure_metrics=wire.structure(report.metrics),
        outline=wire.headings(report.outline),
        findings=wire.findings(report.findings),
        measured=report.measured,
    )


def detect_issues(request: pb.DetectIssuesRequest, document: Document) -> pb.DetectIssuesResponse:
    """Lists everything found wrong."""
    report = analysis.detect_issues(document, wire.options(request.options))
    return pb.DetectIssuesResponse(
        request_id=request.request_id,
        issues=report.issues,
        findings=wire.findings(report.findings),
        total_findings=report.total_findings,
        counts_by_code=report.counts_by_code,
    )


def generate_recommendations(
    request: pb.GenerateRecommendationsRequest, document: Document
) -> pb.GenerateRecommendationsResponse:
    """Says what to do to make a document better."""
    advice = analysis.generate_recommendations(document, wire.options(request.options))
    return pb.GenerateRecommendationsResponse(
        request_id=request.request_id,
        recommendations=[recommendation.message for recommendation in advice.recommendations],
        details=wire.recommendations(advice.recommendations),
        overall_score=advice.overall_score,
        applicable_aspects=[wire.ASPECTS[aspect] for aspect in advice.applicable],
    )


def measure(request: pb.GetQualityMetricsRequest, document: Document) -> pb.GetQualityMetricsResponse:
    """Measures a document without judging it."""
    return pb.GetQualityMetricsResponse(
        request_id=request.request_id, metrics=wire.metrics(analysis.measure(document), time.time())
    )


JOBS: dict[str, tuple[Any, Judge]] = {
    "analyze": (pb.AnalyzeQualityRequest, analyze),
    "check_readability": (pb.CheckReadabilityRequest, check_readability),
    "validate_structure": (pb.ValidateStructureRequest, validate_structure),
    "detect_issues": (pb.DetectIssuesRequest, detect_issues),
    "generate_recommendations": (pb.GenerateRecommendationsRequest, generate_recommendations),
    "measure": (pb.GetQualityMetricsRequest, measure),
}
"""Every job, with the request it takes and what it does with its document."""
