"""Values of any JSON type: google.protobuf.Value, Struct and ListValue.

They nest without end, so these functions count the message levels that are left; a backend reads a hundred.
"""

from __future__ import annotations

import math
from typing import Any

from papermesh_bridge.errors import SchemaError
from papermesh_bridge.transcode.faults import Misfit, expected, gathered, too_deep
from papermesh_bridge.transcode.scalars import read_double


def fill_value(message: Any, value: Any, depth: int) -> None:
    """Reads anything."""
    kind = value.__class__
    if kind is str:
        message.string_value = value
    elif kind is bool:
        message.bool_value = value
    elif value is None:
        message.null_value = 0
    elif isinstance(value, dict):
        inner = message.struct_value
        inner.SetInParent()
        fill_struct(inner, value, depth - 1)
    elif isinstance(value, list):
        inner = message.list_value
        inner.SetInParent()
        fill_list(inner, value, depth - 1)
    elif isinstance(value, str):
        message.string_value = str(value)
    else:
        message.number_value = read_double(value)


def fill_struct(message: Any, value: Any, depth: int) -> None:
    """Reads an object. Between it and its values lies one message more, the entry of the map."""
    if not isinstance(value, dict):
        raise expected("an object", value)
    if depth < 2 * bool(value):
        raise too_deep()
    fields = message.fields
    for key, each in value.items():
        try:
            fill_value(fields[key], each, depth - 2)
        except (Misfit, UnicodeEncodeError) as error:
            raise Misfit(faults=gathered(None, f".{key[:64]}", error)) from None


def fill_list(message: Any, value: Any, depth: int) -> None:
    """Reads an array."""
    if not isinstance(value, list):
        raise expected("an array", value)
    if depth < bool(value):
        raise too_deep()
    add = message.values.add
    for index, each in enumerate(value):
        try:
            fill_value(add(), each, depth - 1)
        except (Misfit, UnicodeEncodeError) as error:
            raise Misfit(faults=gathered(None, f"[{index}]", error)) from None


def write_value(message: Any) -> Any:
    """Writes whatever it holds; nothing is null."""
    kind = message.WhichOneof("kind")
    if kind == "string_value":
        return message.string_value
    if kind == "number_value":
        number = message.number_value
        if not math.isfinite(number):
            raise SchemaError("a backend's answer has a Value that is no JSON number: NaN or an infinity")
        return number
    if kind == "struct_value":
        return write_struct(message.struct_value)
    if kind == "list_value":
        return write_list(message.list_value)
    return message.bool_value if kind == "bool_value" else None


def write_struct(message: Any) -> dict[str, Any]:
    """Writes an object."""
    fields = message.fields
    return {key: write_value(fields[key]) for key in fields}


def write_list(message: Any) -> list[Any]:
    """Writes an array."""
    return [write_value(each) for each in message.values]
