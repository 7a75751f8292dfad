"""Schemas that have a name and refer to each other, and small changes to schemas.

Named schemas are made one after the other and not one inside the other, so that a backend may nest its messages however
deep, or in circles.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.errors import AnswerTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
_PLACE: Final = "#/components/schemas/"


class Room:
    """How many bytes a document may still grow. A few lines of protobuf can make very many of JSON Schema."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit

    def take(self, part: Json) -> Json:
        """Gives back a part of the document. Raises AnswerTooLarge where there is no room for it."""
        self._left -= len(json.dumps(part))
        if self._left < 0:
            told = f"the description of this endpoint is larger than max_description_bytes ({self._limit})"
            told += "; have it raised, or ask for system.listMethods"
            raise AnswerTooLarge(told, "DESCRIPTION_TOO_LARGE", "max_description_bytes", self._limit)
        return part


class Components:
    """The named schemas of a document. All names end in `suffix`."""

    def __init__(self, room: Room, suffix: str = "") -> None:
        self._room = room
        self._suffix = suffix
        self._made: dict[str, Json] = {}
        self._waiting: list[tuple[str, Callable[[], Json]]] = []

    def refer(self, name: str, make: Callable[[], Json]) -> Json:
        """Gives a reference to the schema of a name, which is made later if it is not known yet."""
        key = name + self._suffix
        if key not in self._made:
            self._made[key] = {}
            self._waiting.append((key, make))
        return {"$ref": _PLACE + key}

    def finished(self) -> dict[str, Json]:
        """Makes everything that was referred to, and gives it by name. Raises AnswerTooLarge."""
        while self._waiting:
            key, make = self._waiting.pop()
            self._made[key] = self._room.take(make())
        return self._made


def nullable(schema: Json) -> Json:
    """Gives a schema that takes null too."""
    kinds = schema.get("type")
    if kinds is None or schema.keys() & {"enum", "anyOf", "allOf"}:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}


def described(schema: Json, *texts: str, **more: Any) -> Json:
    """Gives a schema with a description of these texts; beside a reference nothing else would count."""
    text = paragraphs(*texts)
    if text:
        more = {"description": text, **more}
    if not more:
        return schema
    return {**more, "allOf": [schema]} if "$ref" in schema else {**schema, **more}


def paragraphs(*texts: str) -> str:
    """Puts those texts together that say something."""
    return "\n\n".join(filter(None, texts))
