"""Judges how well a document is written and built. Only the servicer file knows of gRPC."""

from __future__ import annotations

from papermesh_services.quality.analysis import (
    analyze,
    check_readability,
    detect_issues,
    generate_recommendations,
    measure,
    validate_structure,
)
from papermesh_services.quality.errors import InvalidOptions, QualityError
from papermesh_services.quality.model import (
    Advice,
    AnalysisType,
    Aspect,
    ContentMetrics,
    Finding,
    HardSentence,
    Heading,
    IssueReport,
    Metrics,
    Options,
    Place,
    ReadabilityMetrics,
    ReadabilityReport,
    Recommendation,
    Report,
    Scores,
    Severity,
    StructureMetrics,
    StructureReport,
)
from papermesh_services.quality.rules import RULES, Rule

__all__ = [
    "RULES",
    "Advice",
    "AnalysisType",
    "Aspect",
    "ContentMetrics",
    "Finding",
    "HardSentence",
    "Heading",
    "InvalidOptions",
    "IssueReport",
    "Metrics",
    "Options",
    "Place",
    "QualityError",
    "ReadabilityMetrics",
    "ReadabilityReport",
    "Recommendation",
    "Report",
    "Rule",
    "Scores",
    "Severity",
    "StructureMetrics",
    "StructureReport",
    "analyze",
    "check_readability",
    "detect_issues",
    "generate_recommendations",
    "measure",
    "validate_structure",
]
