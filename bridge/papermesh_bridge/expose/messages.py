"""JSON-RPC 2.0 from the caller's side: how a request is written, and what a legacy server's message says.

Pure: bytes and values. Wider than the specification where old servers are: an answer may lack `jsonrpc`, and may have
`"error": null` beside its result.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from papermesh_bridge import jsonrpc
from papermesh_bridge.errors import CallError, ErrorObject
from papermesh_bridge.jsonrpc import Call, Failure, Id, Success

if TYPE_CHECKING:
    from papermesh_bridge.jsonrpc import JsonValue, Params

CANCEL: Final = "$/cancelRequest"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A message that is no JSON-RPC, and why. `noise` is one that does not even begin like JSON."""

    why: str
    id: Id = None
    noise: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has been written, but for its id."""

    tail: bytes

    def with_id(self, number: int) -> bytes:
        """Gives the whole request."""
        return b'{"jsonrpc":"2.0","id":%d,%b' % (number, self.tail)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request, and how many bytes it had."""

    outcome: Success | Failure
    size: int


Received: TypeAlias = Success | Failure | Call | Unusable


def write_request(method: str, params: Params) -> Request:
    """Writes a request; without params where there are none."""
    message: dict[str, Any] = {"method": method}
    if params is not None:
        message["params"] = params
    return Request(_written(message)[1:])


def write_cancel(number: int) -> bytes:
    """Writes the notification that nobody waits for a request any more."""
    return _written({"jsonrpc": "2.0", "method": CANCEL, "params": {"id": number}})


def framed(message: bytes, framing: str) -> bytes:
    """Puts a message into its framing: a line of its own, or behind a Content-Length header."""
    if framing == "content-length":
        return b"Content-Length: %d\r\n\r\n%b" % (len(message), message)
    return message + b"\n"


def read(data: bytes, *, max_depth: int) -> Received:
    """Reads a message of a legacy server: an answer, or a call of its own."""
    try:
        value = jsonrpc.value_of(data, max_depth=max_depth)
    except CallError:
        return Unusable("it is not JSON, or nested too deep", noise=data.lstrip()[:1] not in (b"{", b"["))
    if not isinstance(value, dict):
        return Unusable("it is JSON, but no object")
    if isinstance(value.get("method"), str):
        return Call(value["method"], None, _id(value), "id" not in value)
    if value.get("error") is not None:
        return _failure(value)
    return (
        Success(_id(value), value["result"])
        if "result" in value
        else Unusable("it has no result and no error", _id(value))
    )


def _failure(value: dict[str, JsonValue]) -> Received:
    error = value["error"]
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, bool) or not isinstance(code, int):
        return Unusable("its error has no code that is an integer", _id(value))
    message = error.get("message")
    return Failure(_id(value), ErrorObject(code, message if isinstance(message, str) else "", error.get("data")))


def _id(value: dict[str, JsonValue]) -> Id:
    found = value.get("id")
    if isinstance(found, float) and found.is_integer():  # in some languages there are no other numbers
        return int(found)
    known = isinstance(found, str | int) and not isinstance(found, bool)
    return found if known else None


def _written(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
