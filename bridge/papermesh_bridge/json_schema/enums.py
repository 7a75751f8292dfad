"""The schemas of enums, as they are read and as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from papermesh_bridge.json_schema.components import described, paragraphs
from papermesh_bridge.transcode.scalars import NULL_VALUE, enum_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.descriptor import EnumDescriptor

    from papermesh_bridge.json_schema.components import Json
    from papermesh_bridge.transcode import JsonPolicy

_INT32: Final[Json] = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}


def read_enum(enum: EnumDescriptor, policy: JsonPolicy, comments: Mapping[str, str]) -> Json:
    """Gives the schema of an enum as it is read: a name or a number."""
    full = [value.name for value in enum.values]
    accepted = enum_names(enum, policy)
    bare = [name.lower() if _any_case(name) else name for name in accepted if name not in full]
    forms: list[Json] = [{"type": "string", "enum": [*full, *bare]}]
    if policy.bare_enum_names:
        pattern = "|".join(map(_spelled, accepted))
        forms.append({"description": "A name in any case.", "type": "string", "pattern": f"^(?:{pattern})$"})
    if policy.unknown_enum_names == "ignore":
        forms.append({"description": "An unknown name is passed over.", "type": "string"})
    numbers = sorted({value.number for value in enum.values})
    forms.append({"type": "integer", "enum": numbers} if enum.is_closed else dict(_INT32))
    if enum.full_name == NULL_VALUE:
        forms.append({"type": "null"})
    return described({"anyOf": forms}, _told(enum, comments), title=enum.name)


def written_enum(enum: EnumDescriptor, comments: Mapping[str, str]) -> Json:
    """Gives the schema of an enum as it is written: a name, or the number of a value that has none."""
    if enum.full_name == NULL_VALUE:
        return {"title": enum.name, "type": "null"}
    names: Json = {"type": "string", "enum": [value.name for value in enum.values]}
    unnamed = {"description": "A value that this description does not know.", **_INT32}
    return described({"anyOf": [names, unnamed]}, _told(enum, comments), title=enum.name)


def _any_case(name: str) -> bool:
    """Tells whether a name is found in whatever case: it is looked up in upper case."""
    return name == name.upper()


def _spelled(name: str) -> str:
    if not _any_case(name):
        return name
    return "".join(f"[{letter}{letter.lower()}]" if letter.isalpha() else letter for letter in name)


def _told(enum: EnumDescriptor, comments: Mapping[str, str]) -> str:
    values = ((value.name, comments.get(f"{enum.full_name}.{value.name}", "")) for value in enum.values)
    lines = [f"- `{name}`: {' '.join(text.split())}" for name, text in values if text]
    return paragraphs(comments.get(enum.full_name, ""), "\n".join(lines))
