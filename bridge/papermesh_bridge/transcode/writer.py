"""Messages to JSON values, by functions generated for each message type."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.schema import knows_options
from papermesh_bridge.transcode import runtime, writes
from papermesh_bridge.transcode.functions import Functions
from papermesh_bridge.transcode.known import ANY, OWN_FORMS, descriptor_of, find_message, is_inline, known_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor, FieldDescriptor
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message import Message

    from papermesh_bridge.transcode.policy import JsonPolicy


class MessageWriter(Functions):
    """Writes messages of one descriptor pool as JSON values under one policy."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        super().__init__(policy, pool, write_extensions=self._write_extensions, **runtime.WRITING)
        self._knows_options = knows_options(pool)

    def write(self, message: Message) -> Any:
        """Gives the JSON value of a message. Raises SchemaError for one that has none."""
        return self.names.values[self.write_name(descriptor_of(message))](message)

    def write_only(self, message: Message) -> Any:
        """Gives the JSON value of a message's only field; null where it is absent."""
        (field,) = descriptor_of(message).fields
        return self.names.values[self._name("only", field, self._make_only)](message)

    def write_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that writes a message type."""
        return self._name("write", descriptor, self._make_write)

    def is_inline(self, field: FieldDescriptor) -> bool:
        """Tells whether the members of a field's message stand in the enclosing object."""
        return self._knows_options and is_inline(field)

    def _make_write(self, name: str, descriptor: Descriptor) -> Callable[..., Any]:
        known = known_name(descriptor)
        if known == ANY:
            return self._write_any
        if known in OWN_FORMS:
            return OWN_FORMS[known][1]
        if known:
            return self._define(name, writes.value_source(name, descriptor.fields[0], self), descriptor)
        return self._define(name, writes.object_source(name, descriptor, self), descriptor)

    def _make_only(self, name: str, field: FieldDescriptor) -> Callable[..., Any]:
        return self._define(name, writes.value_source(name, field, self), field)

    def _make_tell(self, name: str, field: FieldDescriptor) -> Callable[..., Any]:
        return self._define(name, writes.extension_source(name, field, self), field)

    def _write_extensions(self, message: Message, out: dict[str, Any]) -> None:
        for field, _ in message.ListFields():
            if field.is_extension:
                name = self._name("tell", field, self._make_tell)
                out[f"[{field.full_name}]"] = self.names.values[name](message)

    def _write_any(self, message: Any) -> dict[str, Any]:
        if not message.type_url and not message.value:
            return {}
        inner = self._inner(message)
        if inner is None:
            return {"@type": message.type_url, "value": b64encode(message.value).decode("ascii")}
        written = self.write(inner)
        if known_name(descriptor_of(inner)):
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
