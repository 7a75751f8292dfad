"""What may go wrong with a call to the legacy server, as its gRPC caller is told.

    CallError (in papermesh_bridge.errors)
    ├── RequestMalformed     INVALID_ARGUMENT    the request is no message of its type, or has no JSON form
    ├── StreamingMethod      UNIMPLEMENTED       the RPC streams
    ├── TooManyCalls         RESOURCE_EXHAUSTED  over max_calls
    ├── CallTimeout          DEADLINE_EXCEEDED   no answer in time
    ├── LegacyUnreachable    UNAVAILABLE         the call was not sent
    ├── LegacyLost           UNAVAILABLE         the connection ended before the answer; the call may have been done
    ├── LegacyHttpStatus     by the status       HTTP answered, and JSON-RPC did not
    ├── BadAnswer            INTERNAL            what came is no answer to the call
    ├── AnswerTooLarge       RESOURCE_EXHAUSTED  over max_answer_bytes
    ├── ResultMisfit         INTERNAL            the result does not fit the response message
    ├── Refused              as it came          the legacy server answered with an error object
    └── LegacyError          by the table        such an error that is not of the bridge's own shape

Pure. Texts say nothing of addresses, commands or what the legacy server has written elsewhere; that is for the log.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.errors import (
    DEADLINE_EXCEEDED,
    INTERNAL,
    INVALID_ARGUMENT,
    RESOURCE_EXHAUSTED,
    STATUS_CODES,
    UNAVAILABLE,
    UNIMPLEMENTED,
    UNKNOWN,
    CallError,
    Violation,
    bad_request,
    error_info,
    grpc_status,
    jsonrpc_code,
    retry_info,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_bridge.errors import ErrorObject

MAX_DATA_CHARACTERS: Final = 1000
"""How much of an error's data is carried, as JSON; a status travels in headers, which are limited to some kilobytes."""
_MAX_CODE_CHARACTERS: Final = 32
_MAX_RETRY_SECONDS: Final = 3600.0
# As gRPC reads the HTTP status of an answer that is not gRPC's.
_STATUS_OF_HTTP: Final = {
    400: INTERNAL,
    401: STATUS_CODES["UNAUTHENTICATED"],
    403: STATUS_CODES["PERMISSION_DENIED"],
    404: UNIMPLEMENTED,
    429: UNAVAILABLE,
    502: UNAVAILABLE,
    503: UNAVAILABLE,
    504: UNAVAILABLE,
}


class _Fault(CallError):
    def __init__(self, status: int, message: str, details: Sequence[Any]) -> None:
        super().__init__(jsonrpc_code(status), message, status, details)


class RequestMalformed(_Fault):
    """The request is no message of its type, or holds something that has no JSON form."""

    def __init__(self, description: str) -> None:
        details = [error_info("REQUEST_MALFORMED"), bad_request([Violation("", description)])]
        super().__init__(INVALID_ARGUMENT, description, details)


class StreamingMethod(_Fault):
    """The RPC streams, which JSON-RPC cannot."""

    def __init__(self, rpc: str) -> None:
        told = f"{rpc} streams; only RPCs with one request and one response can be led to a JSON-RPC server"
        super().__init__(UNIMPLEMENTED, told, [error_info("STREAMING_METHOD", rpc=rpc)])


class TooManyCalls(_Fault):
    """As many calls are under way as may be."""

    def __init__(self, limit: int) -> None:
        told = f"{limit} calls are under way already; try again"
        super().__init__(RESOURCE_EXHAUSTED, told, [error_info("TOO_MANY_CALLS", limit=str(limit)), retry_info(1.0)])


class CallTimeout(_Fault):
    """The legacy server has not answered in time."""

    def __init__(self, method: str, seconds: float) -> None:
        told = f"the legacy server did not answer {method} within {seconds:g} s"
        super().__init__(DEADLINE_EXCEEDED, told, [error_info("CALL_TIMEOUT", method=method)])


class LegacyUnreachable(_Fault):
    """The legacy server cannot be reached; the call was not sent."""

    def __init__(self, retry_seconds: float = 1.0) -> None:
        told = "the legacy server cannot be reached; the call was not sent"
        super().__init__(UNAVAILABLE, told, [error_info("LEGACY_UNREACHABLE"), retry_info(retry_seconds)])


class LegacyLost(_Fault):
    """The connection ended before the answer came. A retry is suggested only where it does no harm."""

    def __init__(self, *, idempotent: bool = False) -> None:
        told = "the connection to the legacy server ended before its answer; the call may have been done"
        retry = [retry_info(1.0)] if idempotent else []
        super().__init__(UNAVAILABLE, told, [error_info("LEGACY_CONNECTION_LOST"), *retry])


class LegacyHttpStatus(_Fault):
    """HTTP answered with a status and no JSON-RPC answer."""

    def __init__(self, http_status: int, retry_after: str = "") -> None:
        status = _STATUS_OF_HTTP.get(http_status, UNKNOWN)
        details = [error_info("LEGACY_HTTP_STATUS", http_status=str(http_status))]
        if status == UNAVAILABLE:
            told = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 1.0
            details.append(retry_info(min(told, _MAX_RETRY_SECONDS)))
        super().__init__(status, f"the legacy server answered with HTTP status {http_status}", details)


class BadAnswer(_Fault):
    """What the legacy server sent is no answer to the call."""

    def __init__(self, description: str) -> None:
        told = f"the legacy server sent no answer that can be used: {description}"
        super().__init__(INTERNAL, told, [error_info("LEGACY_BAD_ANSWER")])


class AnswerTooLarge(_Fault):
    """The answer of the legacy server is over the limit."""

    def __init__(self, limit: int) -> None:
        told = f"the answer of the legacy server is larger than {limit} bytes; ask for less"
        super().__init__(RESOURCE_EXHAUSTED, told, [error_info("LEGACY_ANSWER_TOO_LARGE", limit=str(limit))])


class ResultMisfit(_Fault):
    """The result does not fit the response message."""

    def __init__(self, rpc: str, field: str, description: str) -> None:
        place = f" at {field}" if field else ""
        told = f"the legacy server's result does not fit the response of {rpc}{place}: {description}"
        super().__init__(INTERNAL, told, [error_info("LEGACY_RESULT_MISFIT", rpc=rpc, field=field)])


class Refused(CallError):
    """The legacy server answered with an error object; what gRPC makes of it is for `status` to say."""

    def __init__(self, error: ErrorObject) -> None:
        super().__init__(error.code, error.message, grpc_status(error.code))
        self._error = error

    def to_object(self) -> ErrorObject:
        """Gives the error object as it came."""
        return self._error


class LegacyError(_Fault):
    """An error of the legacy server that is not of the bridge's own shape."""

    def __init__(self, error: ErrorObject) -> None:
        super().__init__(grpc_status(error.code), error.message, [described(error)])


def described(error: ErrorObject) -> dict[str, Any]:
    """Gives the ErrorInfo that carries the code and the data of a JSON-RPC error."""
    metadata = {"code": str(error.code)[:_MAX_CODE_CHARACTERS]}
    if error.data is not None:
        metadata["data"] = _head(error.data, MAX_DATA_CHARACTERS)
    return error_info("JSONRPC_ERROR", **metadata)


def _head(data: Any, characters: int) -> str:
    """Writes a value as JSON, so many characters of it, and shows if it was cut. What is cut off is not written."""
    text = ""
    for piece in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(data):
        text += piece[: characters + 1]
        if len(text) > characters:
            return text[: characters - 1] + "…"
    return text
