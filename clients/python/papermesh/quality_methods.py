"""The RPCs of the quality service as methods of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, Unpack, get_args

from papermesh import rpcs
from papermesh.arguments import check_names, one_of, several
from papermesh.batches import answered, outcomes
from papermesh.documents import Document, DocumentArguments, LocalPath, SourceFields, document_of, source_fields
from papermesh.quality.v1 import quality_pb2 as pb
from papermesh.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh.errors import PapermeshError

AnalysisType: TypeAlias = Literal["automatic", "comprehensive", "readability", "structure", "content"]
Severity: TypeAlias = Literal["info", "warning", "error"]


class QualityMethods(Session):
    """The calls that say how good a document is."""

    async def analyze(
        self,
        path: Document | LocalPath | None = None,
        *,
        analysis_type: AnalysisType = "automatic",
        max_findings: int = 0,
        min_severity: Severity = "info",
        ignored_codes: Iterable[str] = (),
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.AnalyzeQualityResponse:
        """Judges a document as a whole: scores of 0..100, metrics, findings and recommendations.

        The document is the local file path, or one of file_path, content and text, as Document has them.
        analysis_type: what to look at. max_findings: the most findings, 200 for 0, the most severe kept.
        min_severity: findings below it are left out. ignored_codes: findings that are not even counted.
        timeout: seconds the call may take, the client's own timeout if None.
        """
        return await self._about(
            rpcs.ANALYZE_QUALITY,
            rpcs.ANALYZE_QUALITY_STREAM,
            document_of(path, document, self.analyze),
            timeout,
            analysis_type=_analysis_type(analysis_type),
            options=_options(max_findings, min_severity, ignored_codes),
        )

    async def analyze_batch(
        self,
        documents: Iterable[Document | LocalPath],
        *,
        analysis_type: AnalysisType = "automatic",
        max_findings: int = 0,
        min_severity: Severity = "info",
        ignored_codes: Iterable[str] = (),
        timeout: float | None = None,
    ) -> list[pb.AnalyzeQualityResponse | PapermeshError]:
        """Judges many documents; result i is that of document i, an exception (not raised) if it failed.

        Long batches are sent as several calls, one after the other, local files read as they come; timeout is that
        of each call. The options are those of analyze.
        """
        options = _options(max_findings, min_severity, ignored_codes)
        kind = _analysis_type(analysis_type)

        def request_of(fields: SourceFields) -> pb.AnalyzeQualityRequest:
            return pb.AnalyzeQualityRequest(**fields, analysis_type=kind, options=options)

        async def sent(batch: list[pb.AnalyzeQualityRequest]) -> list[pb.AnalyzeQualityResponse | PapermeshError]:
            request = pb.BatchAnalyzeQualityRequest(batch_requests=batch)
            return outcomes((await self._call(rpcs.BATCH_ANALYZE_QUALITY, request, timeout)).results)

        return await answered(documents, request_of, sent)

    async def check_readability(
        self,
        path: Document | LocalPath | None = None,
        *,
        max_findings: int = 0,
        min_severity: Severity = "info",
        ignored_codes: Iterable[str] = (),
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.CheckReadabilityResponse:
        """Says how hard the text is to read, with the formulas and the hardest sentences."""
        request = pb.CheckReadabilityRequest(
            **await source_fields(document_of(path, document, self.check_readability)),
            options=_options(max_findings, min_severity, ignored_codes),
        )
        return await self._call(rpcs.CHECK_READABILITY, request, timeout)

    async def validate_structure(
        self,
        path: Document | LocalPath | None = None,
        *,
        max_findings: int = 0,
        min_severity: Severity = "info",
        ignored_codes: Iterable[str] = (),
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.ValidateStructureResponse:
        """Says how the document is built, with its outline, and what is wrong with it."""
        request = pb.ValidateStructureRequest(
            **await source_fields(document_of(path, document, self.validate_structure)),
            options=_options(max_findings, min_severity, ignored_codes),
        )
        return await self._call(rpcs.VALIDATE_STRUCTURE, request, timeout)

    async def detect_issues(
        self,
        path: Document | LocalPath | None = None,
        *,
        max_findings: int = 0,
        min_severity: Severity = "info",
        ignored_codes: Iterable[str] = (),
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.DetectIssuesResponse:
        """Lists everything found wrong, each with its place, in the order of the text."""
        request = pb.DetectIssuesRequest(
            **await source_fields(document_of(path, document, self.detect_issues)),
            options=_options(max_findings, min_severity, ignored_codes),
        )
        return await self._call(rpcs.DETECT_ISSUES, request, timeout)

    async def recommend(
        self,
        path: Document | LocalPath | None = None,
        *,
        max_findings: int = 0,
        min_severity: Severity = "info",
        ignored_codes: Iterable[str] = (),
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.GenerateRecommendationsResponse:
        """Says what to do to make the document better, what helps most first."""
        request = pb.GenerateRecommendationsRequest(
            **await source_fields(document_of(path, document, self.recommend)),
            options=_options(max_findings, min_severity, ignored_codes),
        )
        return await self._call(rpcs.GENERATE_RECOMMENDATIONS, request, timeout)

    async def quality_metrics(
        self,
        path: Document | LocalPath | None = None,
        *,
        timeout: float | None = None,
        **document: Unpack[DocumentArguments],
    ) -> pb.GetQualityMetricsResponse:
        """Measures a document without judging it, and counts what the quality server has done.

        Without a document, only the server's statistics are returned.
        """
        check_names(document, DocumentArguments.__annotations__, self.quality_metrics)
        fields = SourceFields(request_id=document.get("request_id", ""))
        if path is not None or any(name in document for name in ("file_path", "content", "text")):
            fields = await source_fields(document_of(path, document))
        return await self._call(rpcs.GET_QUALITY_METRICS, pb.GetQualityMetricsRequest(**fields), timeout)

    async def quality_info(self, *, timeout: float | None = None) -> pb.GetServerInfoResponse:
        """Says who the quality server is, what it can do, and its limits."""
        return await self._call(rpcs.GET_QUALITY_INFO, pb.GetServerInfoRequest(), timeout)


def _analysis_type(name: str) -> str:
    return f"ANALYSIS_TYPE_{one_of('analysis_type', name, get_args(AnalysisType)).upper()}"


def _options(max_findings: int, min_severity: str, ignored_codes: Iterable[str]) -> pb.QualityOptions:
    return pb.QualityOptions(
        max_findings=max_findings,
        min_severity=f"SEVERITY_{one_of('min_severity', min_severity, get_args(Severity)).upper()}",
        ignored_codes=tuple(several("ignored_codes", ignored_codes)),
    )
