"""Messages to JSON values, in the order their fields are declared.

What is found out about a message type is kept, so that writing is a look-up and a call for each field.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from papermesh.jsonrpc.v1 import options_pb2
from papermesh_bridge.schema import knows_options
from papermesh_bridge.transcode.known import ANY, OWN_FORM, WRAPPERS, descriptor_of, find_message, write_own_form
from papermesh_bridge.transcode.scalars import Writer, scalar_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from google.protobuf.descriptor import Descriptor, FieldDescriptor
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.transcode.policy import JsonPolicy

_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class _Member:
    number: int
    key: str
    write: Writer
    default: Callable[[], Any] | None
    """Makes the JSON of the default value; None for a field that says whether it is present."""
    inline: bool


class MessageWriter:
    """Writes messages of one descriptor pool as JSON values under one policy."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        self._policy = policy
        self._pool = pool
        self._writers: dict[Descriptor, Writer] = {}
        self._knows_options = knows_options(pool)
        self._shapes: dict[Descriptor, list[_Member]] = {}

    def write(self, message: Message) -> Any:
        """Gives the JSON value of a message."""
        writer = self._writers.get(descriptor_of(message))
        if writer is None:
            writer = self._writers[descriptor_of(message)] = self._writer_of(descriptor_of(message))
        return writer(message)

    def write_only(self, message: Message) -> Any:
        """Gives the JSON value of a message's only field; null where it is absent."""
        (member,) = self._shape(descriptor_of(message))
        present = _present(message)
        if member.number in present:
            return member.write(present[member.number])
        return member.default() if member.default else None

    def _writer_of(self, descriptor: Descriptor) -> Writer:
        if descriptor.full_name == ANY:
            return self._write_any
        if descriptor.full_name in OWN_FORM:
            return write_own_form
        if descriptor.full_name in WRAPPERS:
            value = self._write_one(descriptor.fields_by_name["value"])
            return lambda message: value(message.value)
        return self._write_object

    def _write_object(self, message: Message) -> dict[str, Any]:
        present = _present(message)
        written: dict[str, Any] = {}
        always = self._policy.defaults == "always"
        for member in self._shape(descriptor_of(message)):
            value = present.get(member.number, _NOTHING)
            if value is _NOTHING:
                if always and member.default is not None:
                    written[member.key] = member.default()
            elif member.inline:
                written.update(member.write(value))
            else:
                written[member.key] = member.write(value)
        return written

    def _shape(self, descriptor: Descriptor) -> list[_Member]:
        shape = self._shapes.get(descriptor)
        if shape is None:
            shape = self._shapes[descriptor] = [self._member(field) for field in descriptor.fields]
        return shape

    def _member(self, field: FieldDescriptor) -> _Member:
        key = field.name if self._policy.spelling == "original" else field.json_name
        kind = field.message_type
        inline = kind is not None and not field.is_repeated and self._knows_options and _is_inline(field)
        return _Member(field.number, key, self._write_of(field), self._default_of(field), inline)

    def _write_of(self, field: FieldDescriptor) -> Writer:
        if not field.is_repeated:
            return self._write_one(field)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return self._write_map(field.message_type)
        if field.message_type is None and scalar_writer(field, self._policy) is None:
            return list
        one = self._write_one(field)
        return lambda values: [one(value) for value in values]

    def _write_map(self, entry: Descriptor) -> Writer:
        one = self._write_one(entry.fields_by_name["value"])
        return lambda values: {_key(key): one(values[key]) for key in values}

    def _write_one(self, field: FieldDescriptor) -> Writer:
        if field.message_type is not None:
            return self.write
        return scalar_writer(field, self._policy) or _as_is

    def _default_of(self, field: FieldDescriptor) -> Callable[[], Any] | None:
        if field.has_presence:
            return None
        if field.is_repeated:
            is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
            return dict if is_map else list
        value = self._write_one(field)(field.default_value)
        return lambda: value

    def _write_any(self, message: Any) -> dict[str, Any]:
        if not message.type_url and not message.value:
            return {}
        inner = self._inner(message)
        if inner is None:
            return {"@type": message.type_url, "value": b64encode(message.value).decode("ascii")}
        written = self.write(inner)
        if descriptor_of(inner).full_name in OWN_FORM | WRAPPERS | {ANY}:
            written = {"value": written}
        return {"@type": message.type_url, **written}

    def _inner(self, message: Any) -> Message | None:
        """Reads what an Any holds; None where its type is not known, or its bytes are not of that type."""
        descriptor = find_message(self._pool, message.type_url.rpartition("/")[2])
        if descriptor is None:
            return None
        try:
            return GetMessageClass(descriptor).FromString(message.value)
        except DecodeError:
            return None


def _present(message: Message) -> Mapping[int, Any]:
    return {field.number: value for field, value in message.ListFields()}


def _is_inline(field: FieldDescriptor) -> bool:
    options: Any = field.GetOptions()
    return bool(options.Extensions[options_pb2.field].inline)


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)


def _as_is(value: Any) -> Any:
    return value
