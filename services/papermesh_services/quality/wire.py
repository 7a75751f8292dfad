"""The values of this package as messages of the quality contract, and its options as values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from papermesh.quality.v1 import quality_pb2 as pb
from papermesh_services.quality.model import AnalysisType, Aspect, Options, Severity
from papermesh_services.server.errors import RequestInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.quality.model import (
        Finding,
        HardSentence,
        Heading,
        Metrics,
        Place,
        ReadabilityMetrics,
        Recommendation,
        StructureMetrics,
    )

ASPECTS = {
    Aspect.READABILITY: pb.ASPECT_READABILITY,
    Aspect.STRUCTURE: pb.ASPECT_STRUCTURE,
    Aspect.CONTENT: pb.ASPECT_CONTENT,
}
ANALYSIS_TYPES = {
    pb.ANALYSIS_TYPE_UNSPECIFIED: AnalysisType.AUTOMATIC,
    pb.ANALYSIS_TYPE_AUTOMATIC: AnalysisType.AUTOMATIC,
    pb.ANALYSIS_TYPE_COMPREHENSIVE: AnalysisType.COMPREHENSIVE,
    pb.ANALYSIS_TYPE_READABILITY: AnalysisType.READABILITY,
    pb.ANALYSIS_TYPE_STRUCTURE: AnalysisType.STRUCTURE,
    pb.ANALYSIS_TYPE_CONTENT: AnalysisType.CONTENT,
}
SEVERITIES = {
    pb.SEVERITY_UNSPECIFIED: Severity.INFO,
    pb.SEVERITY_INFO: Severity.INFO,
    pb.SEVERITY_WARNING: Severity.WARNING,
    pb.SEVERITY_ERROR: Severity.ERROR,
}
SEVERITY_NUMBERS = {
    Severity.INFO: pb.SEVERITY_INFO,
    Severity.WARNING: pb.SEVERITY_WARNING,
    Severity.ERROR: pb.SEVERITY_ERROR,
}


def analysis_type(number: pb.AnalysisType) -> AnalysisType:
    """The analysis asked for. Raises RequestInvalid for a number this server does not know."""
    if number not in ANALYSIS_TYPES:
        raise RequestInvalid("analysis_type", f"analysis_type {number} is unknown to this server.")
    return ANALYSIS_TYPES[number]


def options(message: pb.QualityOptions) -> Options:
    """The options of a request. Raises RequestInvalid for a severity this server does not know."""
    if message.min_severity not in SEVERITIES:
        raise RequestInvalid("options.min_severity", f"min_severity {message.min_severity} is unknown to this server.")
    return Options(message.max_findings, SEVERITIES[message.min_severity], frozenset(message.ignored_codes))


def place(value: Place) -> pb.Place:
    """A place."""
    return pb.Place(**asdict(value))


def findings(values: Iterable[Finding]) -> list[pb.Finding]:
    """Findings, in the order given."""
    return [
        pb.Finding(
            code=value.code,
            aspect=ASPECTS[value.aspect],
            severity=SEVERITY_NUMBERS[value.severity],
            message=value.message,
            place=place(value.place),
            snippet=value.snippet,
            suggestion=value.suggestion,
        )
        for value in values
    ]


def headings(values: Iterable[Heading]) -> list[pb.Heading]:
    """Headings, in the order given."""
    return [pb.Heading(level=value.level, text=value.text, place=place(value.place)) for value in values]


def recommendations(values: Iterable[Recommendation]) -> list[pb.Recommendation]:
    """Recommendations, in the order given."""
    return [
        pb.Recommendation(
            aspect=ASPECTS[value.aspect],
            message=value.message,
            finding_code=value.finding_code,
            finding_count=value.finding_count,
            expected_gain=value.expected_gain,
        )
        for value in values
    ]


def hard_sentences(values: Iterable[HardSentence]) -> list[pb.HardSentence]:
    """Sentences, in the order given."""
    return [
        pb.HardSentence(place=place(value.place), snippet=value.snippet, word_count=value.word_count, grade=value.grade)
        for value in values
    ]


def readability(value: ReadabilityMetrics) -> pb.ReadabilityMetrics:
    """The readability formulas."""
    return pb.ReadabilityMetrics(**asdict(value))


def structure(value: StructureMetrics) -> pb.StructureMetrics:
    """What the document is built of."""
    return pb.StructureMetrics(**asdict(value))


def metrics(value: Metrics, timestamp: float) -> pb.QualityMetrics:
    """What was measured, and when."""
    return pb.QualityMetrics(
        word_count=value.word_count,
        sentence_count=value.sentence_count,
        paragraph_count=value.paragraph_count,
        readability_metrics=readability(value.readability),
        structure_metrics=structure(value.structure),
        content_metrics=pb.ContentMetrics(**asdict(value.content)),
        timestamp=timestamp,
        language=value.language,
    )
