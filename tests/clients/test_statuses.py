"""From statuses to exceptions, by themselves."""

import grpc
import grpc.aio
import pytest
from google.protobuf import any_pb2, wrappers_pb2
from google.rpc import error_details_pb2, status_pb2

import papermesh
from papermesh import FieldViolation, error_from_status, statuses


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
def test_every_code_has_an_exception_that_says_so(code):
    error = error_from_status(status_pb2.Status(code=code.value[0], message="no"))
    assert type(error) is statuses.ERROR_BY_CODE[code]
    assert (error.code, str(error), error.reason, error.retry_after) == (code, "no", "", None)


REASONS = [
    ("NOT_FOUND", "DOCUMENT_NOT_FOUND", papermesh.DocumentNotFound),
    ("PERMISSION_DENIED", "DOCUMENT_OUTSIDE_ROOTS", papermesh.DocumentOutsideRoots),
    ("INVALID_ARGUMENT", "DOCUMENT_EMPTY", papermesh.DocumentEmpty),
    ("FAILED_PRECONDITION", "DOCUMENT_ENCRYPTED", papermesh.DocumentEncrypted),
    ("INVALID_ARGUMENT", "DOCUMENT_CORRUPT", papermesh.DocumentCorrupt),
    ("INVALID_ARGUMENT", "DOCUMENT_WITHOUT_TEXT", papermesh.DocumentWithoutText),
    ("INVALID_ARGUMENT", "DOCUMENT_FORMAT_UNSUPPORTED", papermesh.FormatUnsupported),
    ("INVALID_ARGUMENT", "DOCUMENT_UNREADABLE", papermesh.InvalidDocument),
    ("RESOURCE_EXHAUSTED", "DOCUMENT_TOO_LARGE", papermesh.DocumentTooLarge),
    ("INVALID_ARGUMENT", "SOMETHING_NEW", papermesh.InvalidRequest),
    ("INTERNAL", "DOCUMENT_EMPTY", papermesh.ServerError),
]


@pytest.mark.parametrize(("code", "reason", "kind"), REASONS)
def test_a_reason_of_ours_chooses_the_class_where_the_code_fits_it(a_failure, code, reason, kind):
    error = error_from_status(a_failure(code, reason))
    assert type(error) is kind
    assert (error.code.name, error.reason) == (code, reason)


def test_every_reason_with_a_class_of_its_own_is_in_the_table_above():
    assert {reason for _, reason, kind in REASONS if kind is statuses.ERROR_BY_REASON.get(reason)} == set(
        statuses.ERROR_BY_REASON
    )


def test_reasons_of_another_domain_choose_nothing():
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason="DOCUMENT_EMPTY", domain="elsewhere.example"))
    error = error_from_status(status_pb2.Status(code=3, details=[detail]))
    assert type(error) is papermesh.InvalidRequest
    assert error.reason == "DOCUMENT_EMPTY"


def test_an_error_carries_all_that_the_details_say(a_failure):
    error = error_from_status(a_failure("INVALID_ARGUMENT", "DOCUMENT_CORRUPT"))
    assert error.metadata == {"limit": "max_pages", "value": "9"}
    assert error.field_violations == (FieldViolation("content", "broken", "DOCUMENT_CORRUPT"),)
    assert error.retry_after == 1.5
    assert [type(detail).__name__ for detail in error.details] == ["ErrorInfo", "BadRequest", "RetryInfo"]


def test_details_that_are_unknown_or_broken_stay_as_they_came():
    unknown = any_pb2.Any()
    unknown.Pack(wrappers_pb2.StringValue(value="x"))
    broken = any_pb2.Any(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=b"\xff")
    error = error_from_status(status_pb2.Status(code=5, message="no", details=[unknown, broken]))
    assert error.details == (unknown, broken)
    assert error.reason == ""


def test_a_code_that_nobody_knows_is_a_server_error():
    assert type(error_from_status(status_pb2.Status(code=99))) is papermesh.ServerError


@pytest.mark.parametrize(
    "details",
    [b"\xff", status_pb2.Status(code=5, message="other").SerializeToString()],
    ids=["broken", "of another error"],
)
def test_details_that_do_not_belong_to_the_call_are_left_out(details):
    trailing = grpc.aio.Metadata(("grpc-status-details-bin", details))
    call = grpc.aio.AioRpcError(grpc.StatusCode.ABORTED, grpc.aio.Metadata(), trailing, "lost")
    error = statuses.error_from_call(call, rpc="a.B/C", address="x:1")
    assert (type(error), str(error), error.details) == (papermesh.Aborted, "lost", ())
    assert (error.rpc, error.address) == ("a.B/C", "x:1")
