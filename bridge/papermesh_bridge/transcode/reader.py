"""JSON values to messages.

What is found out about a message type is kept, so that reading is a look-up and a call for each member.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.transcode.faults import MAX_FAULTS, Misfit, expected
from papermesh_bridge.transcode.known import (
    ANY,
    NULL_VALUE,
    OWN_FORM,
    VALUE,
    WRAPPERS,
    descriptor_of,
    fill_own_form,
    find_message,
)
from papermesh_bridge.transcode.scalars import IGNORED, Reader, scalar_reader

if TYPE_CHECKING:
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.transcode.policy import JsonPolicy

Fill = Callable[[Message, Any], None]
_KEYS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    put: Fill
    takes_null: bool
    slot: str
    """What only one member may fill: the oneof the field is in, or the field itself."""


class MessageReader:
    """Reads JSON values into messages of one descriptor pool under one policy."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        self._policy = policy
        self._pool = pool
        self._fills: dict[Descriptor, Fill] = {}

    def fill(self, message: Message, value: Any) -> None:
        """Puts a value into an empty message. Raises Misfit."""
        fill = self._fills.get(descriptor_of(message))
        if fill is None:
            fill = self._fills[descriptor_of(message)] = self._fill_of(descriptor_of(message))
        fill(message, value)

    def _fill_of(self, descriptor: Descriptor) -> Fill:
        if descriptor.full_name == ANY:
            return self._fill_any
        if descriptor.full_name in OWN_FORM:
            return fill_own_form
        if descriptor.full_name in WRAPPERS:
            return self._put_one(descriptor.fields_by_name["value"])
        return self._fill_object(descriptor)

    def _fill_object(self, descriptor: Descriptor) -> Fill:
        members = self._members(descriptor)
        strict = self._policy.unknown_members == "error"

        def fill(message: Message, value: Any) -> None:
            if not isinstance(value, dict):
                raise expected("an object", value)
            faults: list[tuple[str, str]] = []
            filled: dict[str, str] = {}
            for key, each in value.items():
                member = members.get(key)
                if member is not None:
                    faults += _put(message, member, key, each, filled)
                elif strict:
                    faults.append((f".{key[:64]}", _unknown(key, descriptor, members)))
                if len(faults) >= MAX_FAULTS:
                    break
            if faults:
                raise Misfit(faults=faults)

        return fill

    def _members(self, descriptor: Descriptor) -> dict[str, _Member]:
        members: dict[str, _Member] = {}
        for field in descriptor.fields:
            oneof = field.containing_oneof
            member = _Member(
                field.name,
                self._put_of(field),
                not field.is_repeated and _null_is_value(field),
                oneof.name if oneof else field.name,
            )
            members[field.json_name] = member
            members[field.name] = member
        return members

    def _put_of(self, field: FieldDescriptor) -> Fill:
        if not field.is_repeated:
            return self._put_one(field)
        kind = field.message_type
        if kind is None:
            return self._put_scalars(field)
        return self._put_map(field.name, kind) if kind.GetOptions().map_entry else self._put_messages(field)

    def _put_one(self, field: FieldDescriptor) -> Fill:
        name = field.name
        if field.message_type is not None:

            def put_message(message: Message, value: Any) -> None:
                inner = getattr(message, name)
                inner.SetInParent()
                self.fill(inner, value)

            return put_message
        read = scalar_reader(field, self._policy)

        def put_scalar(message: Message, value: Any) -> None:
            known = read(value)
            if known is not IGNORED:
                setattr(message, name, known)

        return put_scalar

    def _put_messages(self, field: FieldDescriptor) -> Fill:
        name = field.name

        def put(message: Message, value: Any) -> None:
            container = getattr(message, name)
            _each(value, lambda item: self.fill(container.add(), item))

        return put

    def _put_scalars(self, field: FieldDescriptor) -> Fill:
        name, read = field.name, _present(scalar_reader(field, self._policy), _null_is_value(field))

        def put(message: Message, value: Any) -> None:
            items: list[Any] = []
            _each(value, lambda item: items.append(read(item)))
            getattr(message, name).extend(item for item in items if item is not IGNORED)

        return put

    def _put_map(self, name: str, entry: Descriptor) -> Fill:
        key_field, value_field = (entry.fields_by_name[each] for each in ("key", "value"))
        read_key = _key_reader(key_field, self._policy)
        put_value = self._map_value(value_field)

        def put(message: Message, value: Any) -> None:
            if not isinstance(value, dict):
                raise expected("an object", value)
            container, faults = getattr(message, name), []
            for key, each in value.items():
                try:
                    put_value(container, read_key(key), each)
                except Misfit as misfit:
                    faults += misfit.inside(f'["{key[:64]}"]')
            if faults:
                raise Misfit(faults=faults)

        return put

    def _map_value(self, field: FieldDescriptor) -> Callable[[Any, Any, Any], None]:
        if field.message_type is not None:
            return lambda container, key, value: self.fill(container[key], value)
        read = _present(scalar_reader(field, self._policy), _null_is_value(field))

        def put(container: Any, key: Any, value: Any) -> None:
            known = read(value)
            if known is not IGNORED:
                container[key] = known

        return put

    def _fill_any(self, message: Message, value: Any) -> None:
        if not isinstance(value, dict):
            raise expected("an object", value)
        if not value:
            return
        url = value.get("@type")
        if not isinstance(url, str):
            raise Misfit(faults=[(".@type", "expected the type of the message, like type.googleapis.com/pkg.Message")])
        descriptor = find_message(self._pool, url.rpartition("/")[2])
        if descriptor is None or "/" not in url:
            raise Misfit(faults=[(".@type", f"the type {url[:128]!r} is not known here")])
        inner = GetMessageClass(descriptor)()
        self._fill_inner(inner, value)
        any_message: Any = message
        any_message.type_url, any_message.value = url, inner.SerializeToString()

    def _fill_inner(self, inner: Message, value: Mapping[str, Any]) -> None:
        rest = {key: each for key, each in value.items() if key != "@type"}
        if descriptor_of(inner).full_name not in OWN_FORM | WRAPPERS | {ANY}:
            self.fill(inner, rest)
            return
        if rest.keys() != {"value"}:
            raise Misfit(faults=[(".value", "this type is written as its @type and one value")])
        try:
            self.fill(inner, rest["value"])
        except Misfit as misfit:
            raise Misfit(faults=misfit.inside(".value")) from None


def _put(message: Message, member: _Member, key: str, value: Any, filled: dict[str, str]) -> list[tuple[str, str]]:
    if value is None and not member.takes_null:
        return []
    other = filled.setdefault(member.slot, key)
    if other != key:
        told = f"{other} is the same field" if member.slot == member.name else f"only one of {other}, {key} may be set"
        return [(f".{key}", told)]
    try:
        member.put(message, value)
    except Misfit as misfit:
        return misfit.inside(f".{key}")
    return []


def _each(value: Any, take: Callable[[Any], None]) -> None:
    if not isinstance(value, list):
        raise expected("an array", value)
    faults: list[tuple[str, str]] = []
    for index, item in enumerate(value):
        try:
            take(item)
        except Misfit as misfit:
            faults += misfit.inside(f"[{index}]")
            if len(faults) >= MAX_FAULTS:
                break
    if faults:
        raise Misfit(faults=faults)


def _null_is_value(field: FieldDescriptor) -> bool:
    if field.message_type is not None:
        return bool(field.message_type.full_name == VALUE)
    return field.enum_type is not None and bool(field.enum_type.full_name == NULL_VALUE)


def _present(read: Reader, takes_null: bool) -> Reader:
    return (lambda value: 0 if value is None else read(value)) if takes_null else read


def _key_reader(field: FieldDescriptor, policy: JsonPolicy) -> Reader:
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool_key
    return scalar_reader(field, policy)


def _bool_key(key: str) -> bool:
    if key not in _KEYS:
        raise Misfit("expected a key that is true or false")
    return _KEYS[key]


def _unknown(key: str, descriptor: Descriptor, members: Mapping[str, _Member]) -> str:
    near = difflib.get_close_matches(key[:64], members, n=1)
    if near:
        return f"{descriptor.name} has no such member; did you mean {near[0]}?"
    names = [field.name for field in descriptor.fields]
    if not names:
        return f"{descriptor.name} has no members"
    return f"{descriptor.name} has no such member; it has {', '.join(names[:12])}{', …' if len(names) > 12 else ''}"
