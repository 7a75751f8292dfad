"""Schemas of what is read: both spellings of a field, null for the want of one, and what else a policy takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_bridge.json_schema.components import described, nullable, paragraphs
from papermesh_bridge.json_schema.enums import read_enum
from papermesh_bridge.json_schema.forms import known_form, read_form, read_keys
from papermesh_bridge.transcode.known import entry_fields, is_map, is_wrapper, takes_null
from papermesh_bridge.transcode.members import members_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.descriptor import Descriptor, FieldDescriptor

    from papermesh_bridge.json_schema.components import Components, Json
    from papermesh_bridge.transcode import JsonPolicy
    from papermesh_bridge.transcode.members import Members

_READ: Final = "-input"
"""What the names of these schemas end in; no name of protobuf has a hyphen."""


class RequestSchemas:
    """Makes the schemas of what one backend's messages are read from, under one policy."""

    def __init__(self, policy: JsonPolicy, comments: Mapping[str, str], components: Components) -> None:
        self._policy = policy
        self._comments = comments
        self._components = components

    def message(self, descriptor: Descriptor) -> Json:
        """Gives the schema of a message."""
        if is_wrapper(descriptor):
            return self.one(descriptor.fields[0])
        known = known_form(descriptor, self._components)
        if known is not None:
            return known
        return self._components.refer(descriptor.full_name + _READ, lambda: self._object(descriptor))

    def member(self, field: FieldDescriptor) -> Json:
        """Gives the schema of a field as a member of an object, where null is the want of it."""
        schema = self.value(field)
        return schema if takes_null(field) or field.is_required else nullable(schema)

    def value(self, field: FieldDescriptor) -> Json:
        """Gives the schema of the whole value of a field: an array or an object where it has several."""
        if is_map(field):
            key, inner = entry_fields(field)
            return {"type": "object", **read_keys(key), "additionalProperties": self.one(inner)}
        return {"type": "array", "items": self.one(field)} if field.is_repeated else self.one(field)

    def one(self, field: FieldDescriptor) -> Json:
        """Gives the schema of one value of a field."""
        if field.message_type is not None:
            return self.message(field.message_type)
        enum = field.enum_type
        if enum is None:
            return read_form(field)
        return self._components.refer(enum.full_name + _READ, lambda: read_enum(enum, self._policy, self._comments))

    def told(self, field: FieldDescriptor) -> str:
        """Describes a field: its comment, and with which others it excludes itself."""
        oneof = field.containing_oneof
        camel = self._policy.spelling == "camel"
        others = [each.json_name if camel else each.name for each in oneof.fields] if oneof is not None else []
        only = f"Only one of {', '.join(others)} may be given." if len(others) > 1 else ""
        return paragraphs(self._comments.get(field.full_name, ""), only)

    def spellings(self, members: Members, place: int) -> list[str]:
        """Gives the names by which a field is read, the one in which it is written first.

        Another field may have its name, but its JSON name is its own in every pool.
        """
        field = members.fields[place]
        names = [field.name, field.json_name]
        if self._policy.spelling == "camel":
            names.reverse()
        return [name for name in dict.fromkeys(names) if members.places[name] == place]

    def _object(self, descriptor: Descriptor) -> Json:
        members = members_of(descriptor)
        properties: dict[str, Json] = {}
        needed: list[Json] = []
        for place, field in enumerate(members.fields):
            names, schema = self.spellings(members, place), self.member(field)
            properties[names[0]] = described(schema, self.told(field), **_deprecation(field))
            properties.update({name: described(schema, f"The same as {names[0]}.") for name in names[1:]})
            if field.is_required:
                needed.append({"anyOf": [{"required": [name]} for name in names]})
        properties.update(self._extensions(descriptor))
        schema = {"title": descriptor.name, "type": "object", "properties": properties}
        if needed:
            schema["allOf"] = needed
        if self._policy.unknown_members == "error":
            schema["additionalProperties"] = False
        return described(schema, self._comments.get(descriptor.full_name, ""))

    def _extensions(self, descriptor: Descriptor) -> dict[str, Json]:
        if not descriptor.is_extendable:
            return {}
        found = descriptor.file.pool.FindAllExtensions(descriptor)
        return {f"[{field.full_name}]": self.member(field) for field in found}


def _deprecation(field: FieldDescriptor) -> dict[str, bool]:
    return {"deprecated": True} if field.GetOptions().deprecated else {}
