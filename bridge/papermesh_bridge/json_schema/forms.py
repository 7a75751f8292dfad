"""The schemas of scalars, and of the messages that have a JSON form of their own, as they are read and as written.

What the functions of `transcode` do stands here once more as data, which schemas are made of. Patterns are in the
syntax that JavaScript and Python share; they say in full what a digit is, for Python knows more digits than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import FieldDescriptor

from papermesh_bridge.transcode.known import ANY, VALUE, is_wrapper, known_name
from papermesh_bridge.transcode.scalars import FLOAT_MAX, INTEGERS

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor

    from papermesh_bridge.json_schema.components import Components, Json
    from papermesh_bridge.transcode import JsonPolicy

_PREFIX: Final = "google.protobuf."
_NUMBER: Final = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_WHOLE: Final = "^(?:0|-?[1-9][0-9]*)$"
_BASE64: Final = "^[A-Za-z0-9+/]*={0,2}$"
_BASE64_READ: Final = r"^[A-Za-z0-9+/_\r\n-]*(?:=[\r\n]*){0,2}$"
_BOOL: Final[Json] = {"type": "boolean"}
_STRING: Final[Json] = {"type": "string"}
_BOOL_KEY: Final[Json] = {"enum": ["true", "false"]}
_REALS: Final = (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT)
_LONG: Final = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)

_OWN: Final[dict[str, Json]] = {
    _PREFIX + "Timestamp": {
        "title": "Timestamp",
        "description": "A point in time by RFC 3339, of the years 1 to 9999, with at most nine digits of a second.",
        "type": "string",
        "format": "date-time",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
        r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$",
        "examples": ["2025-01-31T12:00:00Z"],
    },
    _PREFIX + "Duration": {
        "title": "Duration",
        "description": "A span of time in seconds, with at most nine digits after the point, and an s.",
        "type": "string",
        "pattern": r"^-?[0-9]{1,12}(?:\.[0-9]{1,9})?s$",
        "examples": ["1.5s"],
    },
    _PREFIX + "FieldMask": {
        "title": "FieldMask",
        "description": "Paths of fields in lowerCamelCase with commas between them.",
        "type": "string",
        "pattern": "^[^_]*$",
        "examples": ["pageCount,author.fullName"],
    },
    ANY: {
        "title": "Any",
        "description": "A message of any type: its members, and its type as `@type`. A message that has a JSON form of "
        "its own, like a Timestamp, stands in the member `value`.",
        "type": "object",
        "properties": {"@type": {"type": "string", "examples": ["type.googleapis.com/package.Message"]}},
        "anyOf": [{"required": ["@type"]}, {"maxProperties": 0}],
    },
}
_OPEN: Final[dict[str, Json]] = {
    _PREFIX + "Struct": {"type": "object"},
    _PREFIX + "ListValue": {"type": "array"},
    VALUE: {},
}


def known_form(descriptor: Descriptor, components: Components) -> Json | None:
    """Gives the schema of a message with a JSON form of its own; None for any other, and for wrappers."""
    name = known_name(descriptor)
    if not name or is_wrapper(descriptor):
        return None
    if name in _OPEN:
        return dict(_OPEN[name])
    return components.refer(name, lambda: dict(_OWN[name]))


def read_form(field: FieldDescriptor) -> Json:
    """Gives the schema of one scalar as it is read: numbers may stand in strings."""
    if field.type in INTEGERS:
        _, low, high = INTEGERS[field.type]
        pattern = f"^{_NUMBER}$"
        return {"type": ["integer", "string"], "minimum": low, "maximum": high, "pattern": pattern, "maxLength": 64}
    if field.type in _REALS:
        pattern = f"^(?:NaN|-?Infinity|{_NUMBER})$"
        return {"type": ["number", "string"], **_float_range(field), "pattern": pattern, "maxLength": 400}
    return _plain(field, _BASE64_READ)


def written_form(field: FieldDescriptor, policy: JsonPolicy) -> Json:
    """Gives the schema of one scalar as it is written."""
    if field.cpp_type in _LONG:
        return _long(field, policy)
    if field.type in INTEGERS:
        _, low, high = INTEGERS[field.type]
        return {"type": "integer", "minimum": low, "maximum": high}
    if field.type in _REALS:
        return {"type": ["number", "string"], **_float_range(field), "pattern": "^(?:NaN|-?Infinity)$"}
    return _plain(field, _BASE64)


def read_keys(field: FieldDescriptor) -> Json:
    """Gives what a schema says of the keys of a map as they are read."""
    return _keys(field, f"^{_NUMBER}$")


def written_keys(field: FieldDescriptor) -> Json:
    """Gives what a schema says of the keys of a map as they are written."""
    return _keys(field, _WHOLE)


def _keys(field: FieldDescriptor, number: str) -> Json:
    if field.type == FieldDescriptor.TYPE_STRING:
        return {}
    return {"propertyNames": _BOOL_KEY if field.type == FieldDescriptor.TYPE_BOOL else {"pattern": number}}


def _plain(field: FieldDescriptor, base64: str) -> Json:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return {"type": "string", "contentEncoding": "base64", "pattern": base64}
    return dict(_BOOL if field.type == FieldDescriptor.TYPE_BOOL else _STRING)


def _float_range(field: FieldDescriptor) -> Json:
    return {"minimum": -FLOAT_MAX, "maximum": FLOAT_MAX} if field.type == FieldDescriptor.TYPE_FLOAT else {}


def _long(field: FieldDescriptor, policy: JsonPolicy) -> Json:
    _, low, high = INTEGERS[field.type]
    text: dict[str, Any] = {"pattern": _WHOLE}
    number: dict[str, Any] = {"minimum": low, "maximum": high}
    if policy.int64 == "string":
        return {"type": "string", **text}
    if policy.int64 == "number":
        return {"type": "integer", **number}
    return {"type": ["integer", "string"], **number, **text}
