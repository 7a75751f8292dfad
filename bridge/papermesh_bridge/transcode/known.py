"""The messages that have a JSON form of their own, and where message types are looked up by name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import descriptor_pool, json_format
from google.rpc import error_details_pb2

from papermesh_bridge.transcode.faults import Misfit, expected

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message import Message

_PREFIX: Final = "google.protobuf."
# Importing the error details put them into the default pool, so that they are known whatever a backend describes.
ERROR_DETAILS: Final = error_details_pb2.DESCRIPTOR

ANY: Final = _PREFIX + "Any"
VALUE: Final = _PREFIX + "Value"
NULL_VALUE: Final = _PREFIX + "NullValue"
WRAPPERS: Final = frozenset(
    f"{_PREFIX}{name}Value"
    for name in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)
_WRITTEN_AS: Final[dict[str, tuple[type[Any], str]]] = {
    _PREFIX + "Timestamp": (str, "a time like 2025-01-31T12:00:00Z"),
    _PREFIX + "Duration": (str, "a duration in seconds like 1.5s"),
    _PREFIX + "FieldMask": (str, "field names with commas between them"),
    _PREFIX + "Struct": (dict, "an object"),
    _PREFIX + "ListValue": (list, "an array"),
    VALUE: (object, "a value"),
}
OWN_FORM: Final = frozenset(_WRITTEN_AS)
"""Messages that are not written as an object of their fields, wrappers and Any aside."""


def descriptor_of(message: Message) -> Descriptor:
    """Gives the type of a message. The two implementations of protobuf have different classes for it."""
    descriptor: Any = message.DESCRIPTOR
    found: Descriptor = descriptor
    return found


def find_message(pool: DescriptorPool, full_name: str) -> Descriptor | None:
    """Finds a message type by name: among the backend's, then among those that come with this package."""
    for each in (pool, descriptor_pool.Default()):
        try:
            return each.FindMessageTypeByName(full_name)
        except KeyError:
            continue
    return None


def fill_own_form(message: Message, value: Any) -> None:
    """Reads a message of OWN_FORM."""
    form, what = _WRITTEN_AS[descriptor_of(message).full_name]
    if not isinstance(value, form):
        raise expected(what, value)
    if form is not str and _has_infinity(value):  # json_format would take it, and fail to give it back
        raise Misfit("a number in it is too large for a double")
    try:
        json_format.ParseDict(value, message)
    except (json_format.ParseError, ValueError, TypeError, OverflowError):
        raise Misfit(f"expected {what}") from None


def _has_infinity(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_infinity, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and math.isinf(value)


def write_own_form(message: Message) -> Any:
    """Writes a message of OWN_FORM."""
    return json_format.MessageToDict(message)
