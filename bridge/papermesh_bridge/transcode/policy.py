"""How messages look as JSON where the protobuf mapping leaves a choice.

Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPolicy:
    """The choices of one endpoint. What is read is wider than what is written: both spellings are always read."""

    spelling: Literal["original", "camel"] = "original"
    """How field names are written: as in the proto file, or in lowerCamelCase."""
    defaults: Literal["always", "omitted"] = "always"
    """Whether fields without presence are written when they have their default value."""
    int64: Literal["number_when_exact", "string", "number"] = "number_when_exact"
    """How 64-bit integers are written; a number is exact where a double can hold it."""
    unknown_members: Literal["error", "ignore"] = "error"
    """What becomes of members that the message does not have."""
    unknown_enum_names: Literal["error", "ignore"] = "error"
    """What becomes of enum names that the enum does not have; an ignored one leaves the field unset."""
    bare_enum_names: bool = False
    """Whether enum names are read without their prefix too, in any case: `automatic`."""


DEFAULT_POLICY: Final = JsonPolicy()
LEGACY_POLICY: Final = JsonPolicy(unknown_members="ignore", bare_enum_names=True)
"""For callers that were there before: they send members of their own and bare enum names."""
PROTO_POLICY: Final = JsonPolicy(spelling="camel", defaults="omitted", int64="string")
"""The protobuf JSON mapping as it stands; error details are written in it."""
