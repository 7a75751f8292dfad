"""The members of a message type as callers may spell them, and what is said of those it does not have."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from papermesh_bridge.transcode.faults import Misfit
from papermesh_bridge.transcode.known import is_inline, takes_null

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.descriptor import Descriptor, FieldDescriptor


@dataclass(frozen=True, slots=True)
class Members:
    """The fields of one message type, in the order of their declaration."""

    descriptor: Descriptor
    fields: tuple[FieldDescriptor, ...]
    places: Mapping[str, int]
    """Where in `fields` the field of a spelling is."""
    _bits: dict[str, int] = field(default_factory=dict)

    def bit(self, member: FieldDescriptor) -> int:
        """Gives the bit of what only one member may fill: a oneof, or a field of two spellings. 0 where none can."""
        oneof = member.containing_oneof
        if oneof is None and member.json_name == member.name:
            return 0
        return 1 << self._bits.setdefault(_slot(member), len(self._bits))

    def clash(self, key: str, value: Mapping[str, Any]) -> Misfit:
        """Says that a member fills what an earlier one has filled."""
        this = self.fields[self.places[key]]
        for other, each in value.items():
            that = self.fields[self.places[other]] if other in self.places else None
            if that is None or _slot(that) != _slot(this) or (each is None and not takes_null(that)):
                continue
            return Misfit(f"{other} is the same field" if that is this else f"only one of {other}, {key} may be set")
        return Misfit("given twice")

    def unknown(self, key: str) -> Misfit:
        """Says that there is no such member."""
        name = self.descriptor.name
        near = difflib.get_close_matches(key[:64], self.places, n=1)
        if near:
            return Misfit(f"{name} has no such member; did you mean {near[0]}?")
        names = [each.name for each in self.fields]
        if not names:
            return Misfit(f"{name} has no members")
        return Misfit(f"{name} has no such member; it has {', '.join(names[:12])}{', …' if len(names) > 12 else ''}")


def members_of(descriptor: Descriptor) -> Members:
    """Finds the members of a message type; where spellings of two fields meet, the JSON name goes first."""
    fields = tuple(descriptor.fields)
    places = {each.json_name: place for place, each in enumerate(fields)}
    for place, each in enumerate(fields):
        places.setdefault(each.name, place)
    return Members(descriptor, fields, places)


def inline_owners(members: Members) -> dict[str, str]:
    """Gives the inline field that a member of the enclosing object belongs to, for every such member.

    What the enclosing message has itself is its own, and what several inline fields have is the first one's.
    """
    owners: dict[str, str] = {}
    for member in members.fields:
        if member.message_type is not None and is_inline(member):
            for spelling in members_of(member.message_type).places:
                if spelling not in members.places:
                    owners.setdefault(spelling, member.name)
    return owners


def gathered_inline(value: Mapping[str, Any], owners: Mapping[str, str]) -> dict[str, Any]:
    """Puts the members of inline fields back into objects of their own."""
    found = {key: each for key, each in value.items() if key not in owners}
    for key, each in value.items():
        if key in owners:
            given = found.get(owners[key])
            found[owners[key]] = {**(given if isinstance(given, dict) else {}), key: each}
    return found


def _slot(member: FieldDescriptor) -> str:
    oneof = member.containing_oneof
    return f"oneof {oneof.name}" if oneof is not None else member.name
