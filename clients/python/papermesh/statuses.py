"""From statuses to exceptions: the one place where either face of a gRPC error becomes one of errors.py.

Nothing here raises; whoever called decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

import grpc
import grpc.aio
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from papermesh import errors
from papermesh.errors import FieldViolation, PapermeshError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.any_pb2 import Any

Detail = TypeVar("Detail", bound=Message)

DOMAIN: Final = "papermesh"
"""The ErrorInfo domain whose reasons we know."""

GRPC_DEADLINE: Final = "Deadline Exceeded"
"""What gRPC itself says when the time of a call has run out."""

CODES: Final[dict[int, grpc.StatusCode]] = {code.value[0]: code for code in grpc.StatusCode}

ERROR_BY_CODE: Final[dict[grpc.StatusCode, type[PapermeshError]]] = {
    grpc.StatusCode.CANCELLED: errors.Cancelled,
    grpc.StatusCode.UNKNOWN: errors.ServerError,
    grpc.StatusCode.INVALID_ARGUMENT: errors.InvalidRequest,
    grpc.StatusCode.DEADLINE_EXCEEDED: errors.DeadlineExceeded,
    grpc.StatusCode.NOT_FOUND: errors.NotFound,
    grpc.StatusCode.ALREADY_EXISTS: errors.AlreadyExists,
    grpc.StatusCode.PERMISSION_DENIED: errors.PermissionDenied,
    grpc.StatusCode.UNAUTHENTICATED: errors.Unauthenticated,
    grpc.StatusCode.RESOURCE_EXHAUSTED: errors.ResourceExhausted,
    grpc.StatusCode.FAILED_PRECONDITION: errors.FailedPrecondition,
    grpc.StatusCode.ABORTED: errors.Aborted,
    grpc.StatusCode.OUT_OF_RANGE: errors.InvalidRequest,
    grpc.StatusCode.UNIMPLEMENTED: errors.Unimplemented,
    grpc.StatusCode.INTERNAL: errors.ServerError,
    grpc.StatusCode.UNAVAILABLE: errors.Unavailable,
    grpc.StatusCode.DATA_LOSS: errors.ServerError,
}
"""The exception of each gRPC code."""

ERROR_BY_REASON: Final[dict[str, type[PapermeshError]]] = {
    "DOCUMENT_NOT_FOUND": errors.DocumentNotFound,
    "DOCUMENT_OUTSIDE_ROOTS": errors.DocumentOutsideRoots,
    "DOCUMENT_EMPTY": errors.DocumentEmpty,
    "DOCUMENT_ENCRYPTED": errors.DocumentEncrypted,
    "DOCUMENT_CORRUPT": errors.DocumentCorrupt,
    "DOCUMENT_WITHOUT_TEXT": errors.DocumentWithoutText,
    "DOCUMENT_FORMAT_UNSUPPORTED": errors.FormatUnsupported,
    "DOCUMENT_UNREADABLE": errors.InvalidDocument,
    "DOCUMENT_TOO_LARGE": errors.DocumentTooLarge,
}
"""The exception of each reason in our domain that has one of its own; it is used only where the code fits it."""

DETAILS: Final[dict[str, type[Message]]] = {
    message.DESCRIPTOR.full_name: message
    for message in (
        error_details_pb2.BadRequest,
        error_details_pb2.DebugInfo,
        error_details_pb2.ErrorInfo,
        error_details_pb2.Help,
        error_details_pb2.LocalizedMessage,
        error_details_pb2.PreconditionFailure,
        error_details_pb2.QuotaFailure,
        error_details_pb2.RequestInfo,
        error_details_pb2.ResourceInfo,
        error_details_pb2.RetryInfo,
    )
}


def error_from_call(
    error: grpc.aio.AioRpcError, *, rpc: str = "", address: str = "", timeout: float = 0.0
) -> PapermeshError:
    """The exception for a call that failed; rpc and address say which one and where, timeout the seconds it had."""
    try:
        status = rpc_status.from_call(cast("grpc.Call", error))
    except (DecodeError, ValueError):
        status = None  # details that are broken, or of another error, tell nothing
    if status is None:
        status = status_pb2.Status(code=error.code().value[0], message=error.details() or "")
        if error.code() is grpc.StatusCode.UNAVAILABLE:
            status.message = f"nothing answers at {address}; is it running? gRPC says: {status.message}"
        elif error.code() is grpc.StatusCode.DEADLINE_EXCEEDED and status.message in {"", GRPC_DEADLINE}:
            method = rpc.rpartition("/")[2] or "the call"
            had = f"the {timeout:g} s it had" if timeout else "the time it had"
            status.message = f"{address} did not answer {method} in {had}; give it more by timeout, or send less"
    return error_from_status(status, rpc=rpc, address=address)


def error_from_status(status: status_pb2.Status, *, rpc: str = "", address: str = "") -> PapermeshError:
    """The exception for a status, such as an item of a batch carries."""
    code = CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    details = [_unpacked(detail) for detail in status.details]
    info = _first(details, error_details_pb2.ErrorInfo) or error_details_pb2.ErrorInfo()
    retry = _first(details, error_details_pb2.RetryInfo)
    return _class_of(code, info)(
        status.message,
        code=code,
        reason=info.reason,
        metadata=info.metadata,
        field_violations=_violations(details),
        retry_after=retry.retry_delay.ToNanoseconds() / 1e9 if retry else None,
        details=details,
        rpc=rpc,
        address=address,
    )


def _class_of(code: grpc.StatusCode, info: error_details_pb2.ErrorInfo) -> type[PapermeshError]:
    general = ERROR_BY_CODE.get(code, errors.ServerError)
    special = ERROR_BY_REASON.get(info.reason, general) if info.domain == DOMAIN else general
    return special if issubclass(special, general) else general


def _unpacked(detail: Any) -> Message:
    kind = DETAILS.get(detail.TypeName())
    if kind is None:
        return detail
    message = kind()
    try:
        detail.Unpack(message)
    except DecodeError:
        return detail
    return message


def _violations(details: Iterable[Message]) -> list[FieldViolation]:
    return [
        FieldViolation(violation.field, violation.description, violation.reason)
        for detail in details
        if isinstance(detail, error_details_pb2.BadRequest)
        for violation in detail.field_violations
    ]


def _first(details: Iterable[Message], kind: type[Detail]) -> Detail | None:
    return next((detail for detail in details if isinstance(detail, kind)), None)
