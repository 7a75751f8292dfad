"""Errors as google.rpc statuses: codes, reasons, details, and nothing from inside."""

from __future__ import annotations

import inspect

import pytest
from google.rpc import code_pb2, error_details_pb2

from papermesh_services.classification.errors import UnknownCategory
from papermesh_services.documents import errors as document_errors
from papermesh_services.quality.errors import InvalidOptions
from papermesh_services.server.errors import CODE_BY_REASON, RequestInvalid, ServiceError, status_of


def details(status, kind):
    found = []
    for detail in status.details:
        message = kind()
        if detail.Unpack(message):
            found.append(message)
    return found


def errors_from_below():
    documents = inspect.getmembers(document_errors, inspect.isclass)
    return [error for _, error in documents if issubclass(error, Exception)] + [UnknownCategory, InvalidOptions]


@pytest.mark.parametrize("error", errors_from_below(), ids=lambda error: error.__name__)
def test_every_reason_from_below_has_a_code(error):
    assert error.reason in CODE_BY_REASON


def test_a_request_at_fault_names_its_field():
    status = status_of(RequestInvalid("options.max_keywords", "Too many."))
    assert status.code == code_pb2.INVALID_ARGUMENT
    (info,) = details(status, error_details_pb2.ErrorInfo)
    assert (info.reason, info.domain) == ("FIELD_INVALID", "papermesh")
    (bad,) = details(status, error_details_pb2.BadRequest)
    assert [(v.field, v.description) for v in bad.field_violations] == [("options.max_keywords", "Too many.")]


def test_a_retry_is_asked_for_where_it_makes_sense():
    status = status_of(ServiceError("TOO_MANY_CALLS", "Busy.", retry_seconds=1.5, metadata={"limit": "x"}))
    (retry,) = details(status, error_details_pb2.RetryInfo)
    assert retry.retry_delay.ToTimedelta().total_seconds() == 1.5
    assert details(status, error_details_pb2.ErrorInfo)[0].metadata == {"limit": "x"}
    assert not details(status, error_details_pb2.BadRequest)


@pytest.mark.parametrize("error", [KeyError("/srv/secret"), RuntimeError("boom"), ServiceError("NO_SUCH_REASON", "x")])
def test_what_is_not_ours_says_nothing_from_inside(error, caplog):
    status = status_of(error)
    assert status.code == code_pb2.INTERNAL
    assert "secret" not in str(status)
    assert details(status, error_details_pb2.ErrorInfo)[0].reason == "INTERNAL"
    assert "unexpected error" in caplog.text


def test_a_message_fits_into_a_header():
    status = status_of(ServiceError("DOCUMENT_NOT_FOUND", "x" * 10_000))
    assert len(status.message) == 500
    assert status.ByteSize() < 2_000
