"""The messages that have a JSON form of their own, and where message types are looked up by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from google.protobuf import descriptor_pool
from google.rpc import error_details_pb2

from papermesh.jsonrpc.v1 import options_pb2
from papermesh_bridge.transcode import times, values
from papermesh_bridge.transcode.scalars import NULL_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor, FieldDescriptor
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message import Message

_PREFIX: Final = "google.protobuf."
# Importing the error details put them into the default pool, so that they are known whatever a backend describes.
ERROR_DETAILS: Final = error_details_pb2.DESCRIPTOR

ANY: Final = _PREFIX + "Any"
VALUE: Final = _PREFIX + "Value"
LIST: Final = _PREFIX + "ListValue"
_VALUE_FIELDS: Final = frozenset(
    ("null_value", "number_value", "string_value", "bool_value", "struct_value", "list_value")
)
_FIELDS: Final = {
    ANY: frozenset(("type_url", "value")),
    _PREFIX + "Timestamp": frozenset(("seconds", "nanos")),
    _PREFIX + "Duration": frozenset(("seconds", "nanos")),
    _PREFIX + "FieldMask": frozenset(("paths",)),
    _PREFIX + "Struct": frozenset(("fields",)),
    LIST: frozenset(("values",)),
    VALUE: _VALUE_FIELDS,
    **{
        f"{_PREFIX}{name}Value": frozenset(("value",))
        for name in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
    },
}
OWN_FORMS: Final[dict[str, tuple[Callable[[Any, Any, int], None], Callable[[Any], Any]]]] = {
    _PREFIX + "Timestamp": (times.fill_timestamp, times.write_timestamp),
    _PREFIX + "Duration": (times.fill_duration, times.write_duration),
    _PREFIX + "FieldMask": (times.fill_mask, times.write_mask),
    _PREFIX + "Struct": (values.fill_struct, values.write_struct),
    LIST: (values.fill_list, values.write_list),
    VALUE: (values.fill_value, values.write_value),
}
"""How messages are read and written that are not written as an object of their fields; wrappers and Any aside."""


def known_name(descriptor: Descriptor) -> str:
    """Gives the full name of a message type that has a JSON form of its own; an empty string for any other.

    A type that only shares the name, and has other fields, is an ordinary message.
    """
    name = descriptor.full_name
    return name if name in _FIELDS and _FIELDS[name] == {field.name for field in descriptor.fields} else ""


def is_wrapper(descriptor: Descriptor) -> bool:
    """Tells whether a message is written as its only value."""
    name = known_name(descriptor)
    return bool(name) and name not in OWN_FORMS and name != ANY


def is_map(field: FieldDescriptor) -> bool:
    """Tells whether a field is a map, which is written as an object."""
    return bool(field.is_repeated and field.message_type and field.message_type.GetOptions().map_entry)


def entry_fields(field: FieldDescriptor) -> tuple[FieldDescriptor, FieldDescriptor]:
    """Gives the key and the value of a map."""
    entry: Any = field.message_type
    return entry.fields_by_name["key"], entry.fields_by_name["value"]


def is_inline(field: FieldDescriptor) -> bool:
    """Tells whether the members of a field's message are written into the enclosing object.

    Only for a pool that knows our options; elsewhere their numbers may mean something else.
    """
    kind = field.message_type
    if kind is None or field.is_repeated or field.is_extension:
        return False
    options: Any = field.GetOptions()
    return bool(options.Extensions[options_pb2.field].inline) and not known_name(kind)


def takes_null(field: FieldDescriptor) -> bool:
    """Tells whether null is a value of a field, and not the want of one."""
    kind = field.message_type or field.enum_type
    return not field.is_repeated and kind is not None and kind.full_name in (VALUE, NULL_VALUE)


def descriptor_of(message: Message) -> Descriptor:
    """Gives the type of a message. The two implementations of protobuf have different classes for it."""
    descriptor: Any = message.DESCRIPTOR
    found: Descriptor = descriptor
    return found


def find_message(pool: DescriptorPool, full_name: str) -> Descriptor | None:
    """Finds a message type by name: among the backend's, then among those that come with this package."""
    if not full_name.isascii():  # names are; a pool fails when asked for half of a surrogate pair
        return None
    for each in (pool, descriptor_pool.Default()):
        try:
            return each.FindMessageTypeByName(full_name)
        except KeyError:
            continue
    return None
