"""The classification service as a gRPC client meets it."""

from __future__ import annotations

import io
import os

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen import canvas

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc

SECONDS = 60.0
CATEGORIES = [
    "contract",
    "email",
    "financial_report",
    "form",
    "invoice",
    "legal_opinion",
    "letter",
    "medical_report",
    "meeting_minutes",
    "news_article",
    "patent",
    "policy",
    "press_release",
    "receipt",
    "resume",
    "scientific_paper",
    "specification",
    "technical_manual",
    "terms_of_service",
    "transcript",
]
INVOICE = """INVOICE No. 2231

Bill to: Example Ltd, 4 Harbour Road

Item                      Qty   Unit price   Amount
Paper, A4, white           10         4.20    42.00
Envelopes                   5         3.10    15.50

Subtotal 57.50
VAT 20% 11.50
Total due 69.00

Payment terms: 30 days net. Please quote the invoice number with your payment.
"""


# The real server of this folder's conftest in place of pytest-grpc's own, whose fixtures then give channel and stub.
@pytest.fixture(scope="module")
def grpc_addr(classification_address):
    return classification_address


@pytest.fixture(scope="module")
def grpc_server(classification_address):
    return None


@pytest.fixture(scope="module")
def grpc_stub_cls():
    return pb_grpc.ClassificationServiceStub


def pdf(text="Dear reader", password=None):
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.drawString(72, 720, text)
    page.save()
    if password is None:
        return buffer.getvalue()
    writer = PdfWriter(PdfReader(buffer))
    writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def failure(call, request):
    with pytest.raises(grpc.RpcError) as caught:
        call(request, timeout=SECONDS)
    status = rpc_status.from_call(caught.value)
    info, violations = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    for detail in status.details:
        detail.Unpack(violations)
    return caught.value.code(), info.reason, [violation.field for violation in violations.field_violations], status


def test_an_answer_that_rests_on_a_part_says_why_and_any_other_has_the_shape_it_always_had(grpc_stub):
    broken = b'{"report": "The committee met on Tuesday.", "next": ['
    answer = grpc_stub.ClassifyDocument(pb.ClassifyDocumentRequest(content=broken, filename="a.json"), timeout=SECONDS)
    assert answer.partial
    assert answer.status_detail.startswith("The JSON is broken in line 1")
    assert answer.processing_method.endswith("+partial")
    whole = grpc_stub.ClassifyDocument(pb.ClassifyDocumentRequest(text=INVOICE), timeout=SECONDS)
    assert not whole.HasField("partial")
    assert not whole.HasField("status_detail")


def test_a_document_is_classified(grpc_stub):
    request = pb.ClassifyDocumentRequest(request_id="r-1", text=INVOICE)
    answer = grpc_stub.ClassifyDocument(request, timeout=SECONDS)
    assert answer.request_id == "r-1"
    assert answer.category == "invoice"
    assert 0.2 < answer.confidence <= 1
    assert answer.scores[0].category == "invoice"
    assert sorted(score.category for score in answer.scores) == CATEGORIES
    assert sum(score.score for score in answer.scores) == pytest.approx(1, abs=1e-6)
    assert answer.confidence == answer.scores[0].score
    assert answer.keywords
    assert answer.processing_time > 0
    assert answer.metadata.text_length > 300
    assert answer.metadata.model_version
    assert answer.processing_method.startswith("text+")


def test_options_shape_the_answer(grpc_stub):
    options = pb.ClassificationOptions(max_keywords=3, max_scores=2, candidate_categories=["receipt", "letter", "form"])
    answer = grpc_stub.ClassifyDocument(pb.ClassifyDocumentRequest(text=INVOICE, options=options), timeout=SECONDS)
    assert len(answer.keywords) <= 3
    assert len(answer.scores) == 2
    assert {score.category for score in answer.scores} <= {"receipt", "letter", "form"}


@pytest.mark.parametrize("source", ["path", "relative", "content", "pdf", "text"])
def test_a_document_comes_in_every_way(grpc_stub, document_root, source):
    (document_root / "in").mkdir(exist_ok=True)
    (document_root / "in" / "bill.txt").write_text(INVOICE)
    request = {
        "path": pb.ExtractTextRequest(file_path=str(document_root / "in" / "bill.txt")),
        "relative": pb.ExtractTextRequest(file_path="in/bill.txt"),
        "content": pb.ExtractTextRequest(content=INVOICE.encode("utf-16"), filename="bill.txt"),
        "pdf": pb.ExtractTextRequest(content=pdf("INVOICE No. 2231"), filename="bill.txt"),
        "text": pb.ExtractTextRequest(text=INVOICE),
    }[source]
    answer = grpc_stub.ExtractText(request, timeout=SECONDS)
    assert answer.text_content.startswith("INVOICE No. 2231")
    assert answer.text_length == len(answer.text_content)
    assert answer.extraction_method == ("pdfium" if source == "pdf" else "text")
    assert len(answer.pages) == (1 if source == "pdf" else 0)


BAD_DOCUMENTS = [
    (pb.ClassifyDocumentRequest(), "INVALID_ARGUMENT", "SOURCE_MISSING", ["source"]),
    (pb.ClassifyDocumentRequest(text=""), "INVALID_ARGUMENT", "DOCUMENT_EMPTY", ["text"]),
    (pb.ClassifyDocumentRequest(text=" \n\t "), "INVALID_ARGUMENT", "DOCUMENT_EMPTY", ["text"]),
    (pb.ClassifyDocumentRequest(content=b""), "INVALID_ARGUMENT", "DOCUMENT_EMPTY", ["content"]),
    (
        pb.ClassifyDocumentRequest(content=pdf()[:300]),
        "INVALID_ARGUMENT",
        "DOCUMENT_CORRUPT",
        ["content"],
    ),
    (
        pb.ClassifyDocumentRequest(content=b"OggS" + bytes(100)),
        "INVALID_ARGUMENT",
        "DOCUMENT_FORMAT_UNSUPPORTED",
        ["content"],
    ),
    (pb.ClassifyDocumentRequest(content=pdf(password="x")), "FAILED_PRECONDITION", "DOCUMENT_ENCRYPTED", []),
    (pb.ClassifyDocumentRequest(file_path="missing.txt"), "NOT_FOUND", "DOCUMENT_NOT_FOUND", []),
    (pb.ClassifyDocumentRequest(file_path="/etc/passwd"), "PERMISSION_DENIED", "DOCUMENT_OUTSIDE_ROOTS", []),
    (pb.ClassifyDocumentRequest(file_path="../../etc/passwd"), "PERMISSION_DENIED", "DOCUMENT_OUTSIDE_ROOTS", []),
    (
        pb.ClassifyDocumentRequest(content=b"a " * (33 << 20), filename="big.txt"),
        "RESOURCE_EXHAUSTED",
        "DOCUMENT_TOO_LARGE",
        [],
    ),
    (
        pb.ClassifyDocumentRequest(text="x", options=pb.ClassificationOptions(max_keywords=101)),
        "INVALID_ARGUMENT",
        "FIELD_INVALID",
        ["options.max_keywords"],
    ),
    (
        pb.ClassifyDocumentRequest(text="x", options=pb.ClassificationOptions(candidate_categories=["novel"])),
        "INVALID_ARGUMENT",
        "UNKNOWN_CATEGORY",
        ["options.candidate_categories"],
    ),
    (
        pb.ClassifyDocumentRequest(text="x", classification_type=99),
        "INVALID_ARGUMENT",
        "FIELD_INVALID",
        ["classification_type"],
    ),
]


@pytest.mark.parametrize(("request_", "code", "reason", "fields"), BAD_DOCUMENTS)
def test_bad_input_gets_a_status_of_its_own(grpc_stub, document_root, request_, code, reason, fields):
    got_code, got_reason, got_fields, status = failure(grpc_stub.ClassifyDocument, request_)
    assert (got_code.name, got_reason, got_fields) == (code, reason, fields)
    assert str(document_root) not in str(status)
    assert "Traceback" not in str(status)


def test_a_file_that_is_no_document_is_never_waited_for(grpc_stub, document_root):
    os.mkfifo(document_root / "pipe")
    code, _, _, _ = failure(grpc_stub.ClassifyDocument, pb.ClassifyDocumentRequest(file_path="pipe"))
    assert code is not grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_batch_answers_in_order_and_keeps_errors_apart(grpc_stub):
    requests = [
        pb.ClassifyDocumentRequest(request_id=str(number), **({"text": INVOICE} if number % 2 else {"content": b""}))
        for number in range(20)
    ]
    answer = grpc_stub.BatchClassifyDocument(pb.BatchClassifyDocumentRequest(batch_requests=requests), timeout=SECONDS)
    assert len(answer.results) == 20
    for number, result in enumerate(answer.results):
        if number % 2:
            assert (result.response.request_id, result.response.category) == (str(number), "invoice")
        else:
            assert isinstance(result.error, status_pb2.Status)
            assert result.error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]


@pytest.mark.parametrize(("items", "reason"), [(0, "BATCH_EMPTY"), (51, "BATCH_TOO_LARGE")])
def test_a_batch_has_a_size(grpc_stub, items, reason):
    batch = pb.BatchClassifyDocumentRequest(batch_requests=[pb.ClassifyDocumentRequest(text="x")] * items)
    code, got, fields, _ = failure(grpc_stub.BatchClassifyDocument, batch)
    assert (code, got, fields) == (grpc.StatusCode.INVALID_ARGUMENT, reason, ["batch_requests"])


def test_the_categories_are_those_promised(grpc_stub):
    answer = grpc_stub.GetCategories(pb.GetCategoriesRequest(), timeout=SECONDS)
    assert list(answer.categories) == CATEGORIES
    assert answer.total_count == len(CATEGORIES)


def test_statistics_count_documents(grpc_stub):
    before = grpc_stub.GetStatistics(pb.GetStatisticsRequest(), timeout=SECONDS)
    grpc_stub.ClassifyDocument(pb.ClassifyDocumentRequest(text=INVOICE), timeout=SECONDS)
    failure(grpc_stub.ClassifyDocument, pb.ClassifyDocumentRequest())
    after = grpc_stub.GetStatistics(pb.GetStatisticsRequest(), timeout=SECONDS)
    assert after.total_requests - before.total_requests == 2
    assert after.successful_classifications - before.successful_classifications == 1
    assert after.failed_classifications - before.failed_classifications == 1
    assert after.average_processing_time > 0
    assert after.uptime > before.uptime
    assert after.memory_usage > 10_000_000
    assert after.cpu_usage > 0


def test_the_handshake_says_what_the_server_can_do(grpc_stub):
    info = grpc_stub.GetServerInfo(pb.GetServerInfoRequest(), timeout=SECONDS)
    assert info.server_name == "classification_server"
    assert info.version
    assert "classify_document" in info.capabilities
    assert "update_model" not in info.capabilities
    assert "papermesh.classification.v1.ClassificationService/UpdateModel" in info.methods
    assert info.limits.max_batch_items == 50
    assert info.limits.max_document_bytes == 64 << 20


def test_server_info_tells_how_workers_are_shut_in(grpc_stub):
    containment = grpc_stub.GetServerInfo(pb.GetServerInfoRequest(), timeout=SECONDS).containment
    assert containment.memory_limit_bytes == 1 << 30
    assert (containment.cpu_limit_seconds, containment.open_files_limit) == (20.0, 64)
    # Whatever is not in force is told to be missing.
    in_force = containment.no_new_privileges + containment.seccomp + bool(containment.landlock_version)
    assert in_force + len(containment.missing) == 3


def test_a_text_that_was_read_in_whole_is_said_to_be(grpc_stub):
    answer = grpc_stub.ExtractText(pb.ExtractTextRequest(text="All of it."), timeout=SECONDS)
    assert (answer.status, answer.status_detail) == (pb.EXTRACTION_STATUS_OK, "")


def test_training_is_not_pretended(grpc_stub):
    code, reason, _, _ = failure(grpc_stub.UpdateModel, pb.UpdateModelRequest())
    assert (code, reason) == (grpc.StatusCode.UNIMPLEMENTED, "TRAINING_UNAVAILABLE")


def test_a_deadline_of_the_caller_is_honoured(grpc_stub):
    with pytest.raises(grpc.RpcError) as caught:
        grpc_stub.ExtractText(pb.ExtractTextRequest(text="a. " * 5_000_000), timeout=0.2)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert grpc_stub.ExtractText(pb.ExtractTextRequest(text="still here"), timeout=SECONDS).text_content == "still here"
