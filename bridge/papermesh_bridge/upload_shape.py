"""Which methods can take an uploaded file, and how its fields and bytes become their messages.

Pure: descriptors and values in, bytes out. A method takes a file in one of two shapes: as a stream of messages with
a field for a description and one for the next bytes, or as one message with one field of bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import FieldDescriptor

from papermesh_bridge.errors import InvalidParams, Violation
from papermesh_bridge.wire import field_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from google.protobuf.descriptor import Descriptor, MethodDescriptor

# What a form can say as it is; anything else is written as JSON.
_AS_IT_IS: Final = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES, FieldDescriptor.TYPE_ENUM)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a method takes a file."""

    described: Descriptor
    """The message that the fields of a form go into."""
    bytes_field: int
    """The number of the field that takes the bytes of the file."""
    description_field: int | None = None
    """The number of the field that takes the description, in a stream; None for a method that takes one message."""

    @property
    def streams(self) -> bool:
        """Whether the method takes the file in pieces."""
        return self.description_field is not None

    def first(self, description: bytes) -> bytes:
        """Gives the first message of a stream."""
        return _delimited(self.description_field or 0, description)

    def next(self, piece: bytes) -> bytes:
        """Gives a further message of a stream."""
        return _delimited(self.bytes_field, piece)

    def whole(self, description: bytes, pieces: Sequence[bytes]) -> bytes:
        """Gives the one message of a method that takes the file as a whole."""
        return b"".join((description, field_head(self.bytes_field, sum(map(len, pieces))), *pieces))


def shape_of(method: MethodDescriptor) -> Shape | None:
    """Tells how a method takes a file; None where it does not."""
    if method.server_streaming:
        return None
    single = [field for field in method.input_type.fields if not field.is_repeated]
    blobs = [field for field in single if field.type == FieldDescriptor.TYPE_BYTES]
    if len(blobs) != 1:
        return None
    if not method.client_streaming:
        return Shape(method.input_type, blobs[0].number)
    described = [(field.message_type, field.number) for field in single if field.message_type is not None]
    if len(described) != 1:
        return None
    ((message, number),) = described
    return Shape(message, blobs[0].number, number)


def params_of(fields: Mapping[str, str], described: Descriptor) -> dict[str, Any]:
    """Gives the texts of a form as the JSON values their fields take. Raises InvalidParams."""
    known = {**described.fields_by_camelcase_name, **described.fields_by_name}
    return {name: _value(name, text, known.get(name)) for name, text in fields.items()}


def has_text(described: Descriptor, name: str) -> bool:
    """Tells whether a message has a text field of this name."""
    field = described.fields_by_name.get(name)
    return field is not None and field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated


def _value(name: str, text: str, field: FieldDescriptor | None) -> Any:
    if field is None or (field.type in _AS_IT_IS and not field.is_repeated):
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidParams([Violation(name, "expected JSON, as this field is not a text")]) from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _delimited(number: int, data: bytes) -> bytes:
    return field_head(number, len(data)) + data
