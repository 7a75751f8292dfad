"""Schemas of what is written, in the spelling and with the defaults of a policy.

They stay open for members that are not known yet, since a backend may grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermesh_bridge.json_schema.components import described, nullable
from papermesh_bridge.json_schema.enums import written_enum
from papermesh_bridge.json_schema.forms import known_form, written_form, written_keys
from papermesh_bridge.schema import knows_options
from papermesh_bridge.transcode.known import entry_fields, is_inline, is_map, is_wrapper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.descriptor import Descriptor, FieldDescriptor

    from papermesh_bridge.json_schema.components import Components, Json
    from papermesh_bridge.transcode import JsonPolicy


class ResultSchemas:
    """Makes the schemas of what one backend's messages are written as, under one policy."""

    def __init__(self, policy: JsonPolicy, comments: Mapping[str, str], components: Components) -> None:
        self._policy = policy
        self._comments = comments
        self._components = components

    def message(self, descriptor: Descriptor) -> Json:
        """Gives the schema of a message."""
        if is_wrapper(descriptor):
            return written_form(descriptor.fields[0], self._policy)
        known = known_form(descriptor, self._components)
        if known is not None:
            return known
        return self._components.refer(descriptor.full_name, lambda: self._made(descriptor))

    def only(self, descriptor: Descriptor) -> Json:
        """Gives the schema of the value of a message's only field; null where it is absent."""
        (field,) = descriptor.fields
        return nullable(self.value(field)) if field.has_presence else self.value(field)

    def value(self, field: FieldDescriptor) -> Json:
        """Gives the schema of the whole value of a field."""
        if is_map(field):
            key, inner = entry_fields(field)
            return {"type": "object", **written_keys(key), "additionalProperties": self._one(inner)}
        return {"type": "array", "items": self._one(field)} if field.is_repeated else self._one(field)

    def _one(self, field: FieldDescriptor) -> Json:
        if field.message_type is not None:
            return self.message(field.message_type)
        enum = field.enum_type
        if enum is None:
            return written_form(field, self._policy)
        return self._components.refer(enum.full_name, lambda: written_enum(enum, self._comments))

    def _made(self, descriptor: Descriptor) -> Json:
        inline = _inline(descriptor)
        schema = self._object([field for field in descriptor.fields if field not in inline])
        schema["properties"].update(self._extensions(descriptor))
        if inline:
            # The members of inline messages stand among its own, so it has either its own ones or theirs, or both.
            theirs = (self.message(each) for each in map(_message, inline) if not _leads_to(each, descriptor))
            schema = {"anyOf": [schema, *theirs]}
        return described(schema, self._comments.get(descriptor.full_name, ""), title=descriptor.name)

    def _object(self, fields: list[FieldDescriptor]) -> Json:
        camel = self._policy.spelling == "camel"
        names = {field.json_name if camel else field.name: field for field in fields}
        comments = self._comments
        properties = {
            name: described(self.value(field), comments.get(field.full_name, "")) for name, field in names.items()
        }
        schema: Json = {"type": "object", "properties": properties}
        always = [name for name, field in names.items() if not field.has_presence]
        if always and self._policy.defaults == "always":
            schema["required"] = always
        return schema

    def _extensions(self, descriptor: Descriptor) -> dict[str, Json]:
        if not descriptor.is_extendable:
            return {}
        found = descriptor.file.pool.FindAllExtensions(descriptor)
        return {f"[{field.full_name}]": self.value(field) for field in found}


def _inline(descriptor: Descriptor) -> list[FieldDescriptor]:
    if not knows_options(descriptor.file.pool):
        return []
    return [field for field in descriptor.fields if is_inline(field)]


def _message(field: FieldDescriptor) -> Descriptor:
    kind: Any = field.message_type
    found: Descriptor = kind
    return found


def _leads_to(start: Descriptor, goal: Descriptor) -> bool:
    """Tells whether a message has another inline, through however many; a schema must not lead to itself."""
    seen: set[Descriptor] = set()
    waiting = [start]
    while waiting:
        descriptor = waiting.pop()
        if descriptor == goal:
            return True
        if descriptor not in seen:
            seen.add(descriptor)
            waiting += map(_message, _inline(descriptor))
    return False
