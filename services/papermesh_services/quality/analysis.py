"""Judges a document: one function for each question of the quality service. Same document, same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_services.documents.model import BlockKind
from papermesh_services.quality import content, readability, structure
from papermesh_services.quality.findings import check_options, counts_by_code, select, to_findings
from papermesh_services.quality.model import (
    Advice,
    AnalysisType,
    Aspect,
    ContentMetrics,
    IssueReport,
    Metrics,
    Options,
    ReadabilityMetrics,
    ReadabilityReport,
    Report,
    Scores,
    Severity,
    StructureMetrics,
    StructureReport,
)
from papermesh_services.quality.reading import Reading
from papermesh_services.quality.recommendations import recommend
from papermesh_services.quality.scoring import Basis, score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papermesh_services.documents.model import Document
    from papermesh_services.quality.model import Finding

_ALL = (Aspect.READABILITY, Aspect.STRUCTURE, Aspect.CONTENT)
_ASPECTS: Mapping[AnalysisType, tuple[Aspect, ...]] = {
    AnalysisType.AUTOMATIC: _ALL,
    AnalysisType.COMPREHENSIVE: _ALL,
    AnalysisType.READABILITY: (Aspect.READABILITY,),
    AnalysisType.STRUCTURE: (Aspect.STRUCTURE,),
    AnalysisType.CONTENT: (Aspect.CONTENT,),
}
_CHECKS = {Aspect.READABILITY: readability.check, Aspect.STRUCTURE: structure.check, Aspect.CONTENT: content.check}
_DEFAULT = Options()


def analyze(document: Document, analysis: AnalysisType = AnalysisType.AUTOMATIC, options: Options = _DEFAULT) -> Report:
    """Judges a document as a whole. Raises InvalidOptions."""
    judged = _judge(document, _ASPECTS[analysis], options)
    return Report(
        scores=judged.scores,
        metrics=_metrics(judged),
        findings=select(judged.findings, options),
        total_findings=len(judged.findings),
        recommendations=recommend(document.text, judged.basis, judged.findings),
    )


def check_readability(document: Document, options: Options = _DEFAULT) -> ReadabilityReport:
    """Says how hard a document is to read, with its hardest sentences. Raises InvalidOptions."""
    judged = _judge(document, (Aspect.READABILITY,), options)
    metrics = readability.measure(judged.basis.counts)
    return ReadabilityReport(
        score=judged.scores.readability,
        metrics=metrics,
        reading_level=readability.reading_level(metrics),
        hardest_sentences=readability.hardest_sentences(judged.reading),
        findings=select(judged.findings, options),
        language=judged.reading.language,
    )


def validate_structure(document: Document, options: Options = _DEFAULT) -> StructureReport:
    """Says how a document is built and what is wrong with that. Raises InvalidOptions."""
    judged = _judge(document, (Aspect.STRUCTURE,), options)
    return StructureReport(
        score=judged.scores.structure,
        measured=Aspect.STRUCTURE in judged.scores.applicable,
        valid=all(finding.severity < Severity.ERROR for finding in judged.findings),
        metrics=structure.measure(judged.reading),
        outline=structure.outline(judged.reading),
        findings=select(judged.findings, options),
    )


def detect_issues(document: Document, options: Options = _DEFAULT) -> IssueReport:
    """Lists everything found wrong with a document. Raises InvalidOptions."""
    judged = _judge(document, _ALL, options)
    return IssueReport(
        findings=select(judged.findings, options),
        total_findings=len(judged.findings),
        counts_by_code=counts_by_code(judged.findings),
    )


def generate_recommendations(document: Document, options: Options = _DEFAULT) -> Advice:
    """Says what to do to make a document better. Raises InvalidOptions."""
    judged = _judge(document, _ALL, options)
    return Advice(
        recommend(document.text, judged.basis, judged.findings), judged.scores.overall, judged.scores.applicable
    )


def measure(document: Document) -> Metrics:
    """Measures a document without judging it."""
    return _metrics(_judge(document, _ALL, _DEFAULT))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A document with everything found in the aspects asked for."""

    reading: Reading
    aspects: tuple[Aspect, ...]
    findings: tuple[Finding, ...]
    basis: Basis
    scores: Scores


def _judge(document: Document, aspects: tuple[Aspect, ...], options: Options) -> _Judged:
    check_options(options)
    reading = Reading(document)
    spots = (spot for aspect in aspects for spot in _CHECKS[aspect](reading))
    findings = to_findings(document, (spot for spot in spots if spot.code not in options.ignored_codes))
    basis = _basis(reading, aspects)
    return _Judged(reading, aspects, findings, basis, score(basis, findings))


def _basis(reading: Reading, aspects: tuple[Aspect, ...]) -> Basis:
    counted = Aspect.READABILITY in aspects and readability.applies(reading)
    applies = {
        Aspect.READABILITY: counted,
        Aspect.STRUCTURE: structure.applies(reading),
        Aspect.CONTENT: content.applies(reading),
    }
    return Basis(
        applicable=tuple(aspect for aspect in aspects if applies[aspect]),
        counts=readability.count(reading.sentences) if counted else readability.Counts(),
        words=reading.writing_word_count,
        blocks=len(reading.passages),
    )


def _metrics(judged: _Judged) -> Metrics:
    reading, aspects = judged.reading, judged.aspects
    return Metrics(
        word_count=reading.word_count,
        sentence_count=len(reading.sentences),
        paragraph_count=sum(1 for _ in reading.of_kind(BlockKind.PARAGRAPH)),
        readability=readability.measure(judged.basis.counts) if Aspect.READABILITY in aspects else ReadabilityMetrics(),
        structure=structure.measure(reading) if Aspect.STRUCTURE in aspects else StructureMetrics(),
        content=content.measure(reading, judged.findings) if Aspect.CONTENT in aspects else ContentMetrics(),
        language=reading.language,
    )
