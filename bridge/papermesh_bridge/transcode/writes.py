"""Writes the Python source of the functions that give the JSON values of messages.

One function a message type, `write(m)`, which puts the members in the order of their declaration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FieldDescriptor

from papermesh_bridge.transcode import scalars
from papermesh_bridge.transcode.known import entry_fields, is_map
from papermesh_bridge.transcode.source import Names, access, indented, unbound

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor, FileDescriptor, OneofDescriptor

    from papermesh_bridge.transcode.policy import JsonPolicy

_INT64: Final = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_EXACT: Final = 2**53


class Writing(Protocol):
    """Where the functions are that write messages inside of messages."""

    names: Names
    policy: JsonPolicy

    def write_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that writes a message type."""
        ...

    def is_inline(self, field: FieldDescriptor) -> bool:
        """Tells whether the members of a field's message stand in the enclosing object."""
        ...


def object_source(name: str, descriptor: Descriptor, writing: Writing) -> list[str]:
    """Gives the source of the function that writes a message as an object of its fields."""
    always, later = _split(descriptor, writing)
    first = ", ".join(f"{_key(field, writing)!r}: {_written(field, writing)}" for field in always)
    lines = [f"out = {{{first}}}"]
    oneofs = {each.name: f"w{place}" for place, each in enumerate(_chosen(descriptor))}
    which = writing.names.of(unbound(descriptor, "WhichOneof"))
    lines += [f"{variable} = {which}(m, {oneof!r})" for oneof, variable in oneofs.items()]
    for field in later:
        lines += _member(field, oneofs, writing)
    if descriptor.is_extendable:
        lines.append("write_extensions(m, out)")
    return [f"def {name}(m):", *indented([*lines, "return out"])]


def value_source(name: str, field: FieldDescriptor, writing: Writing) -> list[str]:
    """Gives the source of the function that writes a message as the value of its only field; null where absent."""
    present = [f"if not {access(field, writing.names).has}: return None"] if field.has_presence else []
    return [f"def {name}(m):", *indented([*present, f"return {_written(field, writing)}"])]


def extension_source(name: str, field: FieldDescriptor, writing: Writing) -> list[str]:
    """Gives the source of the function that writes the value of an extension."""
    return [f"def {name}(m):", *indented([f"return {_written(field, writing)}"])]


def _split(descriptor: Descriptor, writing: Writing) -> tuple[list[FieldDescriptor], list[FieldDescriptor]]:
    """Gives the fields that can be written at once, and those from the first on that may have to be left out."""
    fields = list(descriptor.fields)
    always = writing.policy.defaults == "always"
    at = next((n for n, each in enumerate(fields) if not always or each.has_presence), len(fields))
    return fields[:at], fields[at:]


def _chosen(descriptor: Descriptor) -> list[OneofDescriptor]:
    return [each for each in descriptor.oneofs if len(each.fields) > 1]


def _member(field: FieldDescriptor, oneofs: dict[str, str], writing: Writing) -> list[str]:
    way = access(field, writing.names)
    key = f"out[{_key(field, writing)!r}]"
    oneof = field.containing_oneof
    if oneof is not None and oneof.name in oneofs:
        condition = f"{oneofs[oneof.name]} == {field.name!r}"
    elif field.has_presence:
        condition = way.has
    elif writing.policy.defaults == "always":
        return [f"{key} = {_written(field, writing)}"]
    else:
        return [f"given = {way.get}", f"if {_is_set(field)}: {key} = {_written(field, writing, 'given')}"]
    if writing.is_inline(field):
        return [f"if {condition}: out.update({_written(field, writing)})"]
    return [f"if {condition}: {key} = {_written(field, writing)}"]


def _is_set(field: FieldDescriptor) -> str:
    real = field.cpp_type in (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)
    return "given or copysign(1.0, given) < 0.0" if real and not field.is_repeated else "given"


def _written(field: FieldDescriptor, writing: Writing, given: str = "") -> str:
    """Gives the expression for the JSON of a field of `m`, which may have been got already."""
    value = given or access(field, writing.names).get
    if is_map(field):
        key, inner = entry_fields(field)
        key_text = _text("k", key) if key.cpp_type == FieldDescriptor.CPPTYPE_STRING else "map_key(k)"
        return f"{{{key_text}: {_one(inner, 'box[k]', writing)} for box in ({value},) for k in box}}"
    if not field.is_repeated:
        return _one(field, value, writing)
    one = _one(field, "x", writing)
    return f"list({value})" if one == "x" else f"[{one} for x in {value}]"


def _one(field: FieldDescriptor, value: str, writing: Writing) -> str:
    if field.message_type is not None:
        return f"{writing.write_name(field.message_type)}({value})"
    if field.enum_type is not None:
        return f"{writing.names.of(scalars.enum_writer(field.enum_type))}({value})"
    if field.cpp_type in _INT64:
        return _int64(value, writing)
    limit = scalars.DOUBLE_MAX
    own = {
        FieldDescriptor.TYPE_STRING: _text(value, field),
        FieldDescriptor.TYPE_BYTES: f"write_bytes({value})",
        FieldDescriptor.TYPE_FLOAT: f"write_float({value})",
        FieldDescriptor.TYPE_DOUBLE: f"(v if {-limit!r} <= (v := {value}) <= {limit!r} else write_double(v))",
    }
    return own.get(field.type, value)


def _int64(value: str, writing: Writing) -> str:
    if writing.policy.int64 == "string":
        return f"str({value})"
    if writing.policy.int64 == "number":
        return value
    return f"(v if {-_EXACT} <= (v := {value}) <= {_EXACT} else write_exact(v))"


def _text(value: str, field: Any) -> str:
    """Where protobuf does not hold strings to be UTF-8, they may come out as bytes."""
    return value if _is_proto3(field.file) else f"(v if (v := {value}).__class__ is str else write_text(v))"


def _is_proto3(file: FileDescriptor) -> bool:
    copy: Any = descriptor_pb2.FileDescriptorProto()
    file.CopyToProto(copy)
    return bool(copy.syntax == "proto3")


def _key(field: FieldDescriptor, writing: Writing) -> str:
    return field.name if writing.policy.spelling == "original" else field.json_name
