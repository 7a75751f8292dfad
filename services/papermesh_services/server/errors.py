"""Errors as they leave a server: one google.rpc.Status for each, with an ErrorInfo always.

    ServiceError                the caller is told: a code, a reason, a message, perhaps field violations
    └── RequestInvalid          INVALID_ARGUMENT: a field of the request is at fault

DocumentError (documents/errors.py), ClassificationError and QualityError come from below and know only their
reason; the table here gives each reason its gRPC code. Anything else is INTERNAL and says nothing from inside.
"""

from __future__ import annotations

import logging
from typing import Final, Protocol, runtime_checkable

from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2

DOMAIN: Final = "papermesh"
MAX_MESSAGE_CHARACTERS: Final = 500
"""A message travels in the headers of HTTP/2, which are limited to some kilobytes; a longer one is cut."""

log = logging.getLogger(__name__)

CODE_BY_REASON: Final[dict[str, int]] = {
    # The request.
    "REQUEST_MALFORMED": code_pb2.INVALID_ARGUMENT,
    "SOURCE_MISSING": code_pb2.INVALID_ARGUMENT,
    "FIELD_INVALID": code_pb2.INVALID_ARGUMENT,
    "BATCH_EMPTY": code_pb2.INVALID_ARGUMENT,
    "BATCH_TOO_LARGE": code_pb2.INVALID_ARGUMENT,
    "INVALID_OPTIONS": code_pb2.INVALID_ARGUMENT,
    "UNKNOWN_CATEGORY": code_pb2.INVALID_ARGUMENT,
    "STREAM_INVALID": code_pb2.INVALID_ARGUMENT,
    # The document.
    "DOCUMENT_NOT_FOUND": code_pb2.NOT_FOUND,
    "DOCUMENT_OUTSIDE_ROOTS": code_pb2.PERMISSION_DENIED,
    "DOCUMENT_EMPTY": code_pb2.INVALID_ARGUMENT,
    "DOCUMENT_CORRUPT": code_pb2.INVALID_ARGUMENT,
    "DOCUMENT_WITHOUT_TEXT": code_pb2.INVALID_ARGUMENT,
    "DOCUMENT_FORMAT_UNSUPPORTED": code_pb2.INVALID_ARGUMENT,
    "DOCUMENT_UNREADABLE": code_pb2.INVALID_ARGUMENT,
    "DOCUMENT_ENCRYPTED": code_pb2.FAILED_PRECONDITION,
    "DOCUMENT_TOO_LARGE": code_pb2.RESOURCE_EXHAUSTED,
    "DOCUMENT_QUARANTINED": code_pb2.FAILED_PRECONDITION,
    # The server.
    "PROCESSING_TIMEOUT": code_pb2.DEADLINE_EXCEEDED,
    "UPLOAD_TIMEOUT": code_pb2.DEADLINE_EXCEEDED,
    "DOWNLOAD_TIMEOUT": code_pb2.DEADLINE_EXCEEDED,
    "TOO_MANY_CALLS": code_pb2.RESOURCE_EXHAUSTED,
    "SPOOL_FULL": code_pb2.RESOURCE_EXHAUSTED,
    "SERVER_DRAINING": code_pb2.UNAVAILABLE,
    "WORKER_CRASHED": code_pb2.INTERNAL,
    "TRAINING_UNAVAILABLE": code_pb2.UNIMPLEMENTED,
    "INTERNAL": code_pb2.INTERNAL,
}
"""Every ErrorInfo reason a server of ours sends, with its gRPC code."""


@runtime_checkable
class Reasoned(Protocol):
    """An error from below that may be told to the caller: it has a reason of the table and a message."""

    reason: str
    message: str
    metadata: dict[str, str]


class ServiceError(Exception):
    """An error the caller is told. reason is one of CODE_BY_REASON; retry_seconds asks to try again after that."""

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        field: str = "",
        retry_seconds: float | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field
        self.retry_seconds = retry_seconds
        self.metadata = metadata or {}


class RequestInvalid(ServiceError):
    """A field of the request is at fault; field is its path, for example "batch_requests[2].source"."""

    def __init__(self, field: str, message: str, reason: str = "FIELD_INVALID") -> None:
        super().__init__(reason, message, field=field)


def malformed() -> RequestInvalid:
    """The error of a request that is no message of its type."""
    return RequestInvalid(
        "", "The request is not a message of this RPC's type. Encode it as its description says.", "REQUEST_MALFORMED"
    )


def draining(message: str = "The server is stopping; ask another one.") -> ServiceError:
    """The error of a call that comes when the server stops, or is not done by then."""
    return ServiceError("SERVER_DRAINING", message, retry_seconds=1.0)


def status_of(error: BaseException, *, field: str = "") -> status_pb2.Status:
    """The status that tells a caller of an error.

    field: the field of the request that held the document, named as a violation where the document itself makes
    the argument invalid. An error that is not ours is logged and becomes INTERNAL without its text.
    """
    if not isinstance(error, Reasoned) or error.reason not in CODE_BY_REASON:
        log.error("unexpected error", exc_info=error)
        error = ServiceError(
            "INTERNAL", "The server failed on this request; its log says why. Report it to whoever runs the server."
        )
    code = CODE_BY_REASON[error.reason]
    message = shortened(error.message)
    details: list[any_pb2.Any] = [
        packed(error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata))
    ]
    field = getattr(error, "field", "") or field
    if code == code_pb2.INVALID_ARGUMENT and field:
        violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=message, reason=error.reason)
        details.append(packed(error_details_pb2.BadRequest(field_violations=[violation])))
    retry_seconds = getattr(error, "retry_seconds", None)
    if retry_seconds is not None:
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(int(retry_seconds * 1e9))
        details.append(packed(error_details_pb2.RetryInfo(retry_delay=delay)))
    return status_pb2.Status(code=code, message=message, details=details)


def packed(
    message: error_details_pb2.ErrorInfo | error_details_pb2.BadRequest | error_details_pb2.RetryInfo,
) -> any_pb2.Any:
    """A detail, packed."""
    holder = any_pb2.Any()
    holder.Pack(message)
    return holder


def shortened(text: str) -> str:
    """The text, cut to what a header can carry."""
    return text if len(text) <= MAX_MESSAGE_CHARACTERS else text[: MAX_MESSAGE_CHARACTERS - 1] + "…"
