"""The error codes of JSON-RPC and gRPC, the table between them, and the exceptions of this package.

    BridgeError
    ├── ConfigError          the configuration cannot be used
    ├── BindError            an address cannot be listened on
    ├── SchemaError          a backend's description of itself, or an answer of it, cannot be used
    ├── CallerGone           whoever would read the answer is not there any more
    ├── CallFailed           a call to a backend has failed, still in gRPC's words (in `upstream`)
    └── CallError            one call has failed; carries the error object its caller gets
        ├── ParseFault       -32700  not JSON
        ├── InvalidRequest   -32600  JSON, but not a JSON-RPC request
        ├── BodyRefused      -32600  what came as the body of an HTTP request is not taken
        ├── MethodNotFound   -32601  no such method here
        ├── InvalidParams    -32602  the params do not fit the method's message
        ├── BackendDown      -32014  the backend that should answer cannot be reached
        ├── ShuttingDown     -32014  the bridge takes no more calls
        ├── CallCancelled    -32001  its caller has cancelled it
        ├── CallTimeout      -32004  it took longer than its caller waits
        ├── AnswerTooLarge   -32008  the answer does not fit into a limit
        ├── BadAnswer        -32603  a backend's answer is no message of the type it should be
        ├── InternalFault    -32603  a fault of the bridge; says nothing from inside
        └── BackendError     by the table: what a backend answered

Pure: plain numbers and JSON values, so that no transport and no gRPC is needed to decide what an error looks like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
# Any other gRPC status is this minus its code. The range of the Model Context Protocol begins at -32020, below it all.
STATUS_BASE: Final = -32000

STATUS_NAMES: Final[tuple[str, ...]] = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)
STATUS_CODES: Final[Mapping[str, int]] = {name: code for code, name in enumerate(STATUS_NAMES)}

CANCELLED: Final = STATUS_CODES["CANCELLED"]
UNKNOWN: Final = STATUS_CODES["UNKNOWN"]
INVALID_ARGUMENT: Final = STATUS_CODES["INVALID_ARGUMENT"]
RESOURCE_EXHAUSTED: Final = STATUS_CODES["RESOURCE_EXHAUSTED"]
DEADLINE_EXCEEDED: Final = STATUS_CODES["DEADLINE_EXCEEDED"]
UNIMPLEMENTED: Final = STATUS_CODES["UNIMPLEMENTED"]
INTERNAL: Final = STATUS_CODES["INTERNAL"]
UNAVAILABLE: Final = STATUS_CODES["UNAVAILABLE"]

_JSONRPC_OF_STATUS: Final[Mapping[int, int]] = {
    INVALID_ARGUMENT: INVALID_PARAMS,
    STATUS_CODES["OUT_OF_RANGE"]: INVALID_PARAMS,
    UNIMPLEMENTED: METHOD_NOT_FOUND,
    UNKNOWN: INTERNAL_ERROR,
    INTERNAL: INTERNAL_ERROR,
    STATUS_CODES["DATA_LOSS"]: INTERNAL_ERROR,
}
_STATUS_OF_JSONRPC: Final[Mapping[int, int]] = {
    PARSE_ERROR: INVALID_ARGUMENT,
    INVALID_REQUEST: INVALID_ARGUMENT,
    METHOD_NOT_FOUND: UNIMPLEMENTED,
    INVALID_PARAMS: INVALID_ARGUMENT,
    INTERNAL_ERROR: INTERNAL,
}

_TYPE_URL: Final = "type.googleapis.com/google.rpc."
_DOMAIN: Final = "papermesh"


def jsonrpc_code(status: int) -> int:
    """Gives the JSON-RPC code for a gRPC status code."""
    if not 0 < status < len(STATUS_NAMES):
        return INTERNAL_ERROR
    return _JSONRPC_OF_STATUS.get(status, STATUS_BASE - status)


def grpc_status(code: int) -> int:
    """Gives the gRPC status code for a JSON-RPC code; UNKNOWN for one that is not in the table."""
    if code in _STATUS_OF_JSONRPC:
        return _STATUS_OF_JSONRPC[code]
    status = STATUS_BASE - code
    if 0 < status < len(STATUS_NAMES) and status not in _JSONRPC_OF_STATUS:
        return status
    return UNKNOWN


@dataclass(frozen=True, slots=True)
class ErrorObject:
    """The `error` member of a JSON-RPC answer."""

    code: int
    message: str
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field, named by its path in the caller's spelling."""

    field: str
    description: str


def error_info(reason: str, **metadata: str) -> dict[str, Any]:
    """Builds a google.rpc.ErrorInfo of this project's domain, as ProtoJSON."""
    info: dict[str, Any] = {"@type": _TYPE_URL + "ErrorInfo", "reason": reason, "domain": _DOMAIN}
    if metadata:
        info["metadata"] = metadata
    return info


def bad_request(violations: Sequence[Violation]) -> dict[str, Any]:
    """Builds a google.rpc.BadRequest, as ProtoJSON."""
    found = [{"field": violation.field, "description": violation.description} for violation in violations]
    return {"@type": _TYPE_URL + "BadRequest", "fieldViolations": found}


def retry_info(seconds: float) -> dict[str, Any]:
    """Builds a google.rpc.RetryInfo, as ProtoJSON."""
    return {"@type": _TYPE_URL + "RetryInfo", "retryDelay": f"{seconds:g}s"}


class BridgeError(Exception):
    """The root of this package's exceptions."""


class ConfigError(BridgeError):
    """The configuration cannot be used; the message says where and what to do."""


class BindError(BridgeError):
    """An address cannot be listened on. where: the address or the file, as it was given."""

    def __init__(self, where: object, told: str) -> None:
        super().__init__(f"cannot listen on {where}: {told}")
        self.where = str(where)


class SchemaError(BridgeError):
    """A backend's description of itself cannot be used."""


class CallerGone(BridgeError):
    """The caller has gone away before its request or its answer was complete."""


class CallError(BridgeError):
    """One call has failed. `to_object` gives what its caller is told."""

    def __init__(self, code: int, message: str, status: int, details: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.details = tuple(details)

    def to_object(self) -> ErrorObject:
        """Gives the JSON-RPC error object, with the gRPC status and its details in `data`."""
        name = STATUS_NAMES[self.status] if 0 <= self.status < len(STATUS_NAMES) else "UNKNOWN"
        data = {"code": self.status, "status": name, "details": list(self.details)}
        return ErrorObject(self.code, self.message, data)


class ParseFault(CallError):
    """What came is not JSON."""

    def __init__(self, description: str, reason: str = "PARSE_ERROR") -> None:
        details = [error_info(reason), bad_request([Violation("", description)])]
        super().__init__(PARSE_ERROR, "Parse error", INVALID_ARGUMENT, details)


class InvalidRequest(CallError):
    """What came is JSON, but not a JSON-RPC request this bridge takes."""

    def __init__(
        self, description: str, field: str = "", reason: str = "INVALID_REQUEST", status: int = INVALID_ARGUMENT
    ) -> None:
        details = [error_info(reason), bad_request([Violation(field, description)])]
        super().__init__(INVALID_REQUEST, "Invalid Request", status, details)


class BodyRefused(CallError):
    """The body of an HTTP request is not taken; the message says why. `reason` decides on the HTTP status."""

    def __init__(self, told: str, reason: str, *, field: str = "") -> None:
        self.reason = reason
        details = [error_info(reason), bad_request([Violation(field, told)])]
        super().__init__(INVALID_REQUEST, f"{field}: {told}" if field else told, INVALID_ARGUMENT, details)


class MethodNotFound(CallError):
    """There is no such method, or none that can be called this way."""

    def __init__(self, method: str, description: str, reason: str = "METHOD_NOT_FOUND") -> None:
        details = [error_info(reason, method=method), bad_request([Violation("method", description)])]
        super().__init__(METHOD_NOT_FOUND, "Method not found", UNIMPLEMENTED, details)


class InvalidParams(CallError):
    """The params do not fit the method's request message."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        told = "; ".join(f"{v.field}: {v.description}" if v.field else v.description for v in self.violations[:3])
        details = [error_info("INVALID_PARAMS"), bad_request(self.violations)]
        super().__init__(INVALID_PARAMS, f"Invalid params: {told}", INVALID_ARGUMENT, details)

    def inside(self, step: str) -> InvalidParams:
        """Gives the same as seen from the enclosing value, one step further out: `[2]`."""
        return InvalidParams(
            [
                Violation(f"{step}.{v.field}" if v.field and v.field[0] != "[" else step + v.field, v.description)
                for v in self.violations
            ]
        )


class BackendDown(CallError):
    """The backend that should answer cannot be reached."""

    def __init__(self, message: str, *backends: str, retry_seconds: float = 1.0) -> None:
        details = [error_info("BACKEND_UNAVAILABLE", backend=", ".join(backends)), retry_info(retry_seconds)]
        super().__init__(jsonrpc_code(UNAVAILABLE), message, UNAVAILABLE, details)


class ShuttingDown(CallError):
    """The bridge is being stopped and takes no more calls."""

    def __init__(self) -> None:
        details = [error_info("SHUTTING_DOWN"), retry_info(1.0)]
        super().__init__(jsonrpc_code(UNAVAILABLE), "the bridge is shutting down; try again", UNAVAILABLE, details)


class CallCancelled(CallError):
    """The caller has cancelled the call."""

    def __init__(self) -> None:
        details = [error_info("CALL_CANCELLED")]
        super().__init__(jsonrpc_code(CANCELLED), "the call was cancelled by its caller", CANCELLED, details)


class CallTimeout(CallError):
    """The call took longer than its caller waits."""

    def __init__(self) -> None:
        told = "the call took longer than its caller's Grpc-Timeout; ask for less, or allow more time"
        super().__init__(jsonrpc_code(DEADLINE_EXCEEDED), told, DEADLINE_EXCEEDED, [error_info("CALL_TIMEOUT")])


class AnswerTooLarge(CallError):
    """The answer does not fit into a limit, in bytes or in items."""

    def __init__(self, told: str, reason: str, limit: str, value: int) -> None:
        details = [error_info(reason, limit=limit, value=str(value))]
        super().__init__(jsonrpc_code(RESOURCE_EXHAUSTED), told, RESOURCE_EXHAUSTED, details)


class BadAnswer(CallError):
    """A backend answered with something that is no message of the type it should be; the log says what."""

    def __init__(self, backend: str) -> None:
        told = f"the backend {backend} gave an answer that does not fit its own description"
        super().__init__(INTERNAL_ERROR, told, INTERNAL, [error_info("BACKEND_ANSWER_INVALID", backend=backend)])


class InternalFault(CallError):
    """A fault of the bridge itself; what happened is in its log and nowhere else."""

    def __init__(self) -> None:
        super().__init__(INTERNAL_ERROR, "Internal error", INTERNAL, [error_info("INTERNAL")])


class BackendError(CallError):
    """A backend answered with a status other than OK."""

    def __init__(self, status: int, message: str, details: Sequence[Any] = ()) -> None:
        known = status if 0 < status < len(STATUS_NAMES) else UNKNOWN
        super().__init__(jsonrpc_code(known), message or STATUS_NAMES[known], known, details)


def released(fault: CallError) -> CallError:
    """The fault without the frames it came through.

    They hold what the caller sent, and one of them comes to hold the fault: all of that would stay until cycles are
    looked for, which happens after so many objects, however large these are.
    """
    one: BaseException | None = fault
    while one is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return fault
