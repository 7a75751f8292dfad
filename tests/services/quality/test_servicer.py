"""The quality service as a gRPC client meets it."""

from __future__ import annotations

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from papermesh.quality.v1 import quality_pb2 as pb
from papermesh.quality.v1 import quality_pb2_grpc as pb_grpc

SECONDS = 60.0
REPORT = """# Annual review

The library lent more books than in any year before. Most readers came in the evening.

### Plans

TODO: ask the council for the figures. We we want to open a second room in order to seat more readers.
"""


# The real server of the conftest in place of pytest-grpc's own, whose fixtures then give channel and stub.
@pytest.fixture(scope="module")
def grpc_addr(quality_address):
    return quality_address


@pytest.fixture(scope="module")
def grpc_server(quality_address):
    return None


@pytest.fixture(scope="module")
def grpc_stub_cls():
    return pb_grpc.QualityServiceStub


def request(kind, **fields):
    return kind(request_id="q-1", text=REPORT, filename="review.md", **fields)


def failure(call, request):
    with pytest.raises(grpc.RpcError) as caught:
        call(request, timeout=SECONDS)
    status = rpc_status.from_call(caught.value)
    info, violations = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    for detail in status.details:
        detail.Unpack(violations)
    return caught.value.code(), info.reason, [violation.field for violation in violations.field_violations]


def extracted(text):
    """The text the places count in."""
    from papermesh_services.documents import read_text

    return read_text(text, "review.md").text


def test_a_document_is_judged(grpc_stub):
    answer = grpc_stub.AnalyzeQuality(request(pb.AnalyzeQualityRequest), timeout=SECONDS)
    assert answer.request_id == "q-1"
    scores = (answer.readability_score, answer.structure_score, answer.content_quality_score, answer.overall_score)
    assert all(0 <= score <= 100 for score in scores)
    assert len(answer.issues) == len(answer.findings) == answer.total_findings > 0
    assert answer.recommendations
    assert answer.metrics.word_count > 20
    assert answer.metrics.language == "en"
    assert answer.processing_time > 0
    assert list(answer.applicable_aspects)


def test_findings_stand_where_they_say(grpc_stub):
    text = extracted(REPORT)
    answer = grpc_stub.DetectIssues(request(pb.DetectIssuesRequest), timeout=SECONDS)
    places = [(finding.place.start, finding.place.end) for finding in answer.findings]
    assert places == sorted(places)
    for finding in answer.findings:
        assert finding.snippet == text[finding.place.start : finding.place.end]
        assert finding.place.line == text.count("\n", 0, finding.place.start) + 1
        assert finding.severity in (pb.SEVERITY_INFO, pb.SEVERITY_WARNING, pb.SEVERITY_ERROR)
        assert finding.aspect != pb.ASPECT_UNSPECIFIED
    assert sum(answer.counts_by_code.values()) == answer.total_findings


def test_options_cut_the_findings_and_not_their_count(grpc_stub):
    whole = grpc_stub.DetectIssues(request(pb.DetectIssuesRequest), timeout=SECONDS)
    cut = grpc_stub.DetectIssues(
        request(pb.DetectIssuesRequest, options=pb.QualityOptions(max_findings=1)), timeout=SECONDS
    )
    assert len(cut.findings) == 1
    assert cut.total_findings == whole.total_findings > 1
    ignored = whole.findings[0].code
    without = grpc_stub.DetectIssues(
        request(pb.DetectIssuesRequest, options=pb.QualityOptions(ignored_codes=[ignored])), timeout=SECONDS
    )
    assert ignored not in without.counts_by_code
    assert without.total_findings == whole.total_findings - whole.counts_by_code[ignored]


def test_an_analysis_of_one_aspect_leaves_the_others_out(grpc_stub):
    answer = grpc_stub.AnalyzeQuality(
        request(pb.AnalyzeQualityRequest, analysis_type=pb.ANALYSIS_TYPE_STRUCTURE), timeout=SECONDS
    )
    assert list(answer.applicable_aspects) == [pb.ASPECT_STRUCTURE]
    assert (answer.readability_score, answer.content_quality_score) == (0, 0)
    assert answer.overall_score == answer.structure_score
    assert {finding.aspect for finding in answer.findings} <= {pb.ASPECT_STRUCTURE}


def test_readability_has_its_formulas_and_its_hardest_sentences(grpc_stub):
    answer = grpc_stub.CheckReadability(request(pb.CheckReadabilityRequest), timeout=SECONDS)
    assert answer.reading_level
    assert answer.readability_metrics.flesch_reading_ease > 0
    grades = [sentence.grade for sentence in answer.hardest_sentences]
    assert grades == sorted(grades, reverse=True)


def test_structure_has_its_outline(grpc_stub):
    answer = grpc_stub.ValidateStructure(request(pb.ValidateStructureRequest), timeout=SECONDS)
    assert [(heading.level, heading.text) for heading in answer.outline] == [(1, "Annual review"), (3, "Plans")]
    assert answer.structure_metrics.skipped_heading_levels == 1


def test_recommendations_say_what_they_gain(grpc_stub):
    answer = grpc_stub.GenerateRecommendations(request(pb.GenerateRecommendationsRequest), timeout=SECONDS)
    assert [detail.message for detail in answer.details] == list(answer.recommendations)
    gains = [detail.expected_gain for detail in answer.details]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0


def test_metrics_come_with_the_statistics_of_the_service(grpc_stub):
    alone = grpc_stub.GetQualityMetrics(pb.GetQualityMetricsRequest(request_id="m"), timeout=SECONDS)
    assert alone.request_id == "m"
    assert not alone.HasField("metrics")
    measured = grpc_stub.GetQualityMetrics(request(pb.GetQualityMetricsRequest), timeout=SECONDS)
    assert measured.metrics.word_count > 20
    assert measured.statistics.total_requests == alone.statistics.total_requests + 1


@pytest.mark.parametrize(
    ("rpc", "kind"),
    [
        ("AnalyzeQuality", pb.AnalyzeQualityRequest),
        ("CheckReadability", pb.CheckReadabilityRequest),
        ("ValidateStructure", pb.ValidateStructureRequest),
        ("DetectIssues", pb.DetectIssuesRequest),
        ("GenerateRecommendations", pb.GenerateRecommendationsRequest),
        ("GetQualityMetrics", pb.GetQualityMetricsRequest),
    ],
)
def test_every_answer_says_why_only_a_part_was_read(grpc_stub, rpc, kind):
    broken = b'{"report": "The committee met on Tuesday.", "next": ['
    answer = getattr(grpc_stub, rpc)(kind(content=broken, filename="a.json"), timeout=SECONDS)
    assert answer.partial
    assert answer.status_detail.startswith("The JSON is broken in line 1")
    answer = getattr(grpc_stub, rpc)(kind(text=REPORT, filename="a.md"), timeout=SECONDS)
    assert (answer.partial, answer.status_detail) == (False, "")


def test_a_word_is_not_judged(grpc_stub):
    answer = grpc_stub.AnalyzeQuality(pb.AnalyzeQualityRequest(text="word"), timeout=SECONDS)
    assert (list(answer.applicable_aspects), answer.overall_score) == ([], 0.0)
    structure = grpc_stub.ValidateStructure(pb.ValidateStructureRequest(text="word"), timeout=SECONDS)
    assert (structure.measured, structure.valid) == (False, True)


@pytest.mark.parametrize(
    ("bad", "code", "reason", "fields"),
    [
        (pb.AnalyzeQualityRequest(), "INVALID_ARGUMENT", "SOURCE_MISSING", ["source"]),
        (pb.AnalyzeQualityRequest(text=" "), "INVALID_ARGUMENT", "DOCUMENT_EMPTY", ["text"]),
        (pb.AnalyzeQualityRequest(file_path="/etc/passwd"), "PERMISSION_DENIED", "DOCUMENT_OUTSIDE_ROOTS", []),
        (
            pb.AnalyzeQualityRequest(text="x", options=pb.QualityOptions(max_findings=-1)),
            "INVALID_ARGUMENT",
            "INVALID_OPTIONS",
            ["options.max_findings"],
        ),
        (
            pb.AnalyzeQualityRequest(text="x", options=pb.QualityOptions(ignored_codes=["no_such_code"])),
            "INVALID_ARGUMENT",
            "INVALID_OPTIONS",
            ["options.ignored_codes"],
        ),
        (pb.AnalyzeQualityRequest(text="x", analysis_type=77), "INVALID_ARGUMENT", "FIELD_INVALID", ["analysis_type"]),
        (
            pb.AnalyzeQualityRequest(text="x", options=pb.QualityOptions(min_severity=77)),
            "INVALID_ARGUMENT",
            "FIELD_INVALID",
            ["options.min_severity"],
        ),
    ],
)
def test_bad_input_gets_a_status_of_its_own(grpc_stub, bad, code, reason, fields):
    got_code, got_reason, got_fields = failure(grpc_stub.AnalyzeQuality, bad)
    assert (got_code.name, got_reason, got_fields) == (code, reason, fields)


def test_a_batch_answers_in_order_and_keeps_errors_apart(grpc_stub):
    batch = [request(pb.AnalyzeQualityRequest), pb.AnalyzeQualityRequest(text=""), pb.AnalyzeQualityRequest(text="Hi.")]
    answer = grpc_stub.BatchAnalyzeQuality(pb.BatchAnalyzeQualityRequest(batch_requests=batch), timeout=SECONDS)
    assert [result.WhichOneof("outcome") for result in answer.results] == ["response", "error", "response"]
    assert answer.results[0].response.request_id == "q-1"
