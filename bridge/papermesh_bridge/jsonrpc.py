"""JSON-RPC 2.0 itself: what a message says, and how an answer is written.

Pure: bytes in, values out. Never executes anything and never raises for what a caller sent; a message that breaks
the rules becomes an `Invalid`, which is a value like the others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

import orjson

from papermesh_bridge.errors import RESOURCE_EXHAUSTED, CallError, ErrorObject, InvalidRequest, ParseFault

if TYPE_CHECKING:
    from collections.abc import Sequence

JsonValue: TypeAlias = Any
Params: TypeAlias = dict[str, JsonValue] | list[JsonValue] | None


@dataclass(frozen=True, slots=True)
class ExactNumber:
    """A number kept as it was written: an id that a float would alter, or an integer too long to be read."""

    text: str


Id: TypeAlias = str | int | ExactNumber | None


@dataclass(frozen=True, slots=True)
class Call:
    """A request, or a notification if nothing is owed for it."""

    method: str
    params: Params = None
    id: Id = None
    notification: bool = False


@dataclass(frozen=True, slots=True)
class Invalid:
    """Something that is not a request, and what its sender is told."""

    error: ErrorObject
    id: Id = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Several messages in one array; answered by one array in the same order."""

    items: tuple[Call | Invalid, ...]


@dataclass(frozen=True, slots=True)
class Success:
    """An answer with a result."""

    id: Id
    result: JsonValue


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer with an error."""

    id: Id
    error: ErrorObject


Message: TypeAlias = Call | Invalid | Batch
Answer: TypeAlias = Success | Failure

NEXT: Final = ".next"
_REFUSED_ID: Final = "an id must be a string, a number or null"


def parse(data: bytes, *, max_depth: int, max_batch_items: int) -> Message:
    """Reads one message: a call, a batch, or what is wrong with it."""
    try:
        text = _text(data)
        value = _value(text, max_depth)
    except CallError as fault:
        return Invalid(fault.to_object())
    items = value if isinstance(value, list) else [value]
    if len(items) > max_batch_items:
        told = f"the batch has {len(items)} items, at most {max_batch_items} are taken; send it in parts"
        return Invalid(InvalidRequest(told, reason="BATCH_TOO_LARGE", status=RESOURCE_EXHAUSTED).to_object())
    if not items:
        return Invalid(InvalidRequest("the batch is empty").to_object())
    calls = tuple(_item(item, exact) for item, exact in zip(items, _exact_ids(text, value, items), strict=True))
    return Batch(calls) if isinstance(value, list) else calls[0]


def value_of(data: bytes, *, max_depth: int) -> JsonValue:
    """Reads JSON in UTF-8, whatever it says. Raises ParseFault."""
    return _value(_text(data), max_depth)


def too_large(limit: int) -> Failure:
    """Gives the answer to a message that was larger than the limit, in bytes, and so was never read."""
    told = f"the message is larger than {limit} bytes"
    return refusal(InvalidRequest(told, reason="MESSAGE_TOO_LARGE", status=RESOURCE_EXHAUSTED))


def too_deep(limit: int) -> Failure:
    """Gives the answer to a message nested deeper than the limit."""
    return refusal(_deep(limit))


def bad_header() -> Failure:
    """Gives the answer to a message whose headers do not tell its length."""
    told = "the headers do not tell the length; write Content-Length: BYTES, an empty line, and that many bytes"
    return refusal(ParseFault(told, reason="BAD_HEADER"))


def cut_off() -> Failure:
    """Gives the answer to a message that the stream ended in."""
    return refusal(ParseFault("the stream ended before the message did", reason="CUT_OFF"))


def refusal(fault: CallError) -> Failure:
    """Gives the answer to something whose id is not known."""
    return Failure(None, fault.to_object())


def encode(answer: Answer) -> bytes:
    """Writes one answer as JSON in UTF-8, without a line end."""
    head = f'{{"jsonrpc":"2.0","id":{_id_text(answer.id)},'
    if isinstance(answer, Success):
        return _bytes(head + '"result":', answer.result)
    error: dict[str, JsonValue] = {"code": answer.error.code, "message": answer.error.message}
    if answer.error.data is not None:
        error["data"] = answer.error.data
    return _bytes(head + '"error":', error)


def encode_next(method: str, subscription: Id, result: JsonValue) -> bytes:
    """Writes the notification that carries one message of a stream; the subscription is the id of the call."""
    head = f'{{"jsonrpc":"2.0","method":{json.dumps(method + NEXT)},"params":{{"subscription":{_id_text(subscription)},'
    return _bytes(head + '"result":', result) + b"}"


def id_key(value: Id | float) -> str:
    """Gives what tells ids apart: one and "one" differ, 1.50 and 1.5 do not."""
    if isinstance(value, ExactNumber):
        try:
            return json.dumps(float(value.text))
        except ValueError:
            return value.text
    return json.dumps(value)


def join(answers: Sequence[bytes]) -> bytes | None:
    """Puts encoded answers into one array; None where there are none, for then nothing is owed."""
    return b"[" + b",".join(answers) + b"]" if answers else None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        raise ParseFault(f"not UTF-8 at byte {fault.start}") from None


def _value(text: str, max_depth: int) -> JsonValue:
    try:
        value = _decoded(text)
    except RecursionError:
        raise _deep(max_depth) from None
    except json.JSONDecodeError as fault:
        raise ParseFault(f"not JSON: {fault.msg} at line {fault.lineno} column {fault.colno}") from None
    # Counting is quick, and settles it for almost every message.
    if text.count("[") + text.count("{") > max_depth and _deeper(value, max_depth):
        raise _deep(max_depth)
    return value


def _decoded(text: str) -> JsonValue:
    try:
        return _PLAIN.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # Python reads no integers of more than some thousand digits
        return _LONG.decode(text)


def _deep(limit: int) -> ParseFault:
    return ParseFault(f"nested deeper than {limit} levels", reason="TOO_DEEP")


def _deeper(value: JsonValue, limit: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        inner: list[JsonValue] = []
        for container in level:
            members = container.values() if isinstance(container, dict) else container
            inner += [member for member in members if isinstance(member, dict | list)]
        if not inner:
            return False
        level = inner
    return True


def _item(item: JsonValue, exact_id: JsonValue) -> Call | Invalid:
    if not isinstance(item, dict):
        return Invalid(InvalidRequest("a request must be an object").to_object())
    known = _is_id(exact_id)
    answer_id: Id = exact_id if known else None
    fault = _envelope_fault(item, known)
    if fault is not None:
        return Invalid(fault.to_object(), answer_id)
    return Call(item["method"], item.get("params"), answer_id, "id" not in item)


def _envelope_fault(item: dict[str, JsonValue], id_known: bool) -> InvalidRequest | None:
    if not id_known:
        return InvalidRequest(_REFUSED_ID, "id")
    if item.get("jsonrpc") != "2.0":
        return InvalidRequest('"jsonrpc" must be exactly "2.0"', "jsonrpc")
    if not isinstance(item.get("method"), str):
        return InvalidRequest("the method must be a string", "method")
    if not isinstance(item.get("params"), dict | list | None):
        return InvalidRequest("params must be an object or an array", "params")
    return None


def _is_id(value: JsonValue) -> bool:
    return value is None or (isinstance(value, str | int | ExactNumber) and not isinstance(value, bool))


def _exact_ids(text: str, value: JsonValue, items: list[JsonValue]) -> list[JsonValue]:
    """Gives the items' ids with every digit as written, reading the text again only if one would be altered."""
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    if not any(isinstance(each, float) or (each == 0 and isinstance(each, int) and "-0" in text) for each in ids):
        return ids
    again = _EXACT.decode(text)
    exact = again if isinstance(value, list) else [again]
    return [item.get("id") if isinstance(item, dict) else None for item in exact]


def _id_text(value: Id) -> str:
    return value.text if isinstance(value, ExactNumber) else json.dumps(value)


def _bytes(head: str, value: JsonValue) -> bytes:
    try:
        return b"%b%b}" % (head.encode(), orjson.dumps(value))
    except TypeError:  # half of a surrogate pair, or an integer beyond 64 bits
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return f"{head}{text}}}".encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can carry
        return f"{head}{json.dumps(value, separators=(',', ':'))}}}".encode()


def _refuse_constant(name: str) -> NoReturn:
    raise ParseFault(f"not JSON: {name} is no JSON value")


def _integer(text: str) -> int | ExactNumber:
    try:
        return int(text)
    except ValueError:
        return ExactNumber(text)


_PLAIN: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_LONG: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_integer)
_EXACT: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=ExactNumber, parse_float=ExactNumber)
