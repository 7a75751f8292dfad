"""Answers and errors as JSON for programs: proto JSON with the names of the contract, every field present.

64-bit integers are numbers where a double holds them exactly, and strings otherwise.
"""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from papermesh.errors import PapermeshError

EXACT_INTEGER: Final = 2**53
"""Integers up to here, either way from 0, are exact in a double."""
_WIDE: Final = {
    FieldDescriptor.TYPE_INT64,
    FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_SINT64,
    FieldDescriptor.TYPE_FIXED64,
    FieldDescriptor.TYPE_SFIXED64,
}


def message_json(message: Message) -> dict[str, Any]:
    """A message as JSON values."""
    value: dict[str, Any] = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return _with_numbers(value, message.DESCRIPTOR)


def error_json(error: PapermeshError) -> dict[str, Any]:
    """An error as JSON values."""
    return {
        "code": error.code.value[0],
        "status": error.code.name,
        "reason": error.reason,
        "message": str(error),
        "metadata": error.metadata,
        "field_violations": [
            {"field": violation.field, "description": violation.description} for violation in error.field_violations
        ],
    }


class JsonList:
    """Writes a JSON list to standard output, entry by entry; what was written is a whole list once it is closed."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def begun(self) -> bool:
        """Whether something was written."""
        return self._count > 0

    def add(self, entry: dict[str, Any]) -> None:
        """Writes one entry."""
        text = json.dumps(entry, indent=2, ensure_ascii=not _writes_unicode())
        sys.stdout.write(",\n" if self._count else "[\n")
        sys.stdout.write(textwrap.indent(text, "  "))
        sys.stdout.flush()
        self._count += 1

    def close(self) -> None:
        """Ends the list."""
        sys.stdout.write("\n]\n" if self._count else "[]\n")
        sys.stdout.flush()


def _writes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


# The stubs give descriptors of two classes that do not fit each other; hence Any.
def _with_numbers(value: dict[str, Any], descriptor: Any) -> dict[str, Any]:
    for name, member in value.items():
        field = descriptor.fields_by_name[name]
        if field.type in _WIDE:
            value[name] = [_number(item) for item in member] if isinstance(member, list) else _number(member)
        elif field.message_type and not field.message_type.GetOptions().map_entry:
            for item in member if isinstance(member, list) else [member]:
                _with_numbers(item, field.message_type)
    return value


def _number(text: str) -> int | str:
    number = int(text)
    return number if abs(number) <= EXACT_INTEGER else text
