"""What a call can fail with, as one tree. Each class knows its gRPC code; statuses.py alone makes them from statuses.

PapermeshError
├── InvalidRequest              INVALID_ARGUMENT, OUT_OF_RANGE: a field of the request is at fault
│   └── InvalidDocument         the document itself is; .reason says how
│       ├── DocumentEmpty       DOCUMENT_EMPTY
│       ├── DocumentCorrupt     DOCUMENT_CORRUPT
│       ├── DocumentWithoutText DOCUMENT_WITHOUT_TEXT
│       └── FormatUnsupported   DOCUMENT_FORMAT_UNSUPPORTED
├── NotFound                    NOT_FOUND
│   └── DocumentNotFound        DOCUMENT_NOT_FOUND
├── AlreadyExists               ALREADY_EXISTS
├── PermissionDenied            PERMISSION_DENIED
│   └── DocumentOutsideRoots    DOCUMENT_OUTSIDE_ROOTS
├── Unauthenticated             UNAUTHENTICATED
├── FailedPrecondition          FAILED_PRECONDITION
│   └── DocumentEncrypted       DOCUMENT_ENCRYPTED
├── ResourceExhausted           RESOURCE_EXHAUSTED: over a limit, or too many calls
│   └── DocumentTooLarge        DOCUMENT_TOO_LARGE
├── Aborted                     ABORTED
├── Cancelled                   CANCELLED, by the server; a cancelled task gets asyncio.CancelledError as ever
├── DeadlineExceeded            DEADLINE_EXCEEDED
├── Unavailable                 UNAVAILABLE: nothing answers at the address, or the server is stopping
├── Unimplemented               UNIMPLEMENTED
└── ServerError                 INTERNAL, UNKNOWN, DATA_LOSS: the server is at fault
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import grpc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from google.protobuf.message import Message


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field of the request that is at fault, by its path, and what is wrong with it."""

    field: str
    description: str
    reason: str = ""


class PapermeshError(Exception):
    """A call failed. str() of it is one line for people; the rest is for programs.

    code: the gRPC status code.
    reason: the ErrorInfo reason, UPPER_SNAKE and stable, for example "DOCUMENT_EMPTY"; "" where none was sent.
    metadata: the ErrorInfo metadata, for example {"limit": "max_document_bytes", "value": "67108864"}.
    field_violations: the fields of the request that are at fault.
    retry_after: seconds after which to try again, where the server asks for it.
    details: every google.rpc detail that was sent, unpacked where its type is known, otherwise as the Any.
    rpc: the call that failed, as package.Service/Method, and address: where; "" for an item of a batch.
    """

    default_code: ClassVar[grpc.StatusCode] = grpc.StatusCode.UNKNOWN

    def __init__(
        self,
        message: str = "",
        *,
        code: grpc.StatusCode | None = None,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        field_violations: Sequence[FieldViolation] = (),
        retry_after: float | None = None,
        details: Sequence[Message] = (),
        rpc: str = "",
        address: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.reason = reason
        self.metadata = dict(metadata or {})
        self.field_violations = tuple(field_violations)
        self.retry_after = retry_after
        self.details = tuple(details)
        self.rpc = rpc
        self.address = address

    def __str__(self) -> str:
        return self.message or self.code.name


class InvalidRequest(PapermeshError):
    """A field of the request is at fault; field_violations names it."""

    default_code = grpc.StatusCode.INVALID_ARGUMENT


class InvalidDocument(InvalidRequest):
    """The document itself is at fault."""


class DocumentEmpty(InvalidDocument):
    """There are no bytes in it, or nothing but white space."""


class DocumentCorrupt(InvalidDocument):
    """Its format is known, but its bytes are broken."""


class DocumentWithoutText(InvalidDocument):
    """It is well formed, but there is no text in it: a scanned page, say."""


class FormatUnsupported(InvalidDocument):
    """It is not of a format that the server reads."""


class NotFound(PapermeshError):
    """What the request names is not there."""

    default_code = grpc.StatusCode.NOT_FOUND


class DocumentNotFound(NotFound):
    """The path names no document."""


class AlreadyExists(PapermeshError):
    """What the request would make is there already."""

    default_code = grpc.StatusCode.ALREADY_EXISTS


class PermissionDenied(PapermeshError):
    """The caller may not do this."""

    default_code = grpc.StatusCode.PERMISSION_DENIED


class DocumentOutsideRoots(PermissionDenied):
    """file_path leads out of every document root of the server."""


class Unauthenticated(PapermeshError):
    """The caller did not say who it is, or was not believed."""

    default_code = grpc.StatusCode.UNAUTHENTICATED


class FailedPrecondition(PapermeshError):
    """Something has to be done first; trying again alone does not help."""

    default_code = grpc.StatusCode.FAILED_PRECONDITION


class DocumentEncrypted(FailedPrecondition):
    """The document asks for a password."""


class ResourceExhausted(PapermeshError):
    """Over a limit, which metadata names, or too many calls at once."""

    default_code = grpc.StatusCode.RESOURCE_EXHAUSTED


class DocumentTooLarge(ResourceExhausted):
    """The document is over a limit: of bytes, pages, characters or depth."""


class Aborted(PapermeshError):
    """The call lost against another one; it may be tried again as a whole."""

    default_code = grpc.StatusCode.ABORTED


class Cancelled(PapermeshError):
    """The server gave the call up."""

    default_code = grpc.StatusCode.CANCELLED


class DeadlineExceeded(PapermeshError):
    """The time given ran out."""

    default_code = grpc.StatusCode.DEADLINE_EXCEEDED


class Unavailable(PapermeshError):
    """Nothing answers at the address, or the server is stopping."""

    default_code = grpc.StatusCode.UNAVAILABLE


class Unimplemented(PapermeshError):
    """The server does not know the call, or cannot do it."""

    default_code = grpc.StatusCode.UNIMPLEMENTED


class ServerError(PapermeshError):
    """The server failed, and the request was not at fault."""

    default_code = grpc.StatusCode.INTERNAL
