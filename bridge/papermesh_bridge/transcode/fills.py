"""Writes the Python source of the functions that put JSON values into messages.

One function a message type, `fill(m, value, depth)`: the members are taken one by one, the usual form of a value is
checked in place, and any other is left to the strict readers of `scalars`, which also say what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from google.protobuf.descriptor import FieldDescriptor

from papermesh_bridge.transcode import scalars
from papermesh_bridge.transcode.known import entry_fields, is_map, takes_null
from papermesh_bridge.transcode.source import Names, access, indented, tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor

    from papermesh_bridge.transcode.members import Members
    from papermesh_bridge.transcode.policy import JsonPolicy

_DOUBLES: Final = {
    FieldDescriptor.TYPE_DOUBLE: scalars.DOUBLE_MAX,
    FieldDescriptor.TYPE_FLOAT: scalars.FLOAT_MAX,
}


class Filler(Protocol):
    """Where the functions are that fill messages inside of messages."""

    names: Names
    policy: JsonPolicy

    def fill_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that fills a message type."""
        ...

    def extension_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that finds what puts an extension, by its key."""
        ...


def object_source(name: str, members: Members, filler: Filler) -> list[str]:
    """Gives the source of the function that fills a message from an object of its fields."""
    names, fields = filler.names, members.fields
    known = names.of(members)
    found = ["if at is None:", *indented(_other_key(members, filler, known))]
    if fields:
        branches = [_member(field, members, filler, known) for field in fields]
        found += ["else:", *indented(tree("at", branches))]
    body = [f"at = {names.of(members.places.get)}(key)", *found]
    lines = [
        *_checked("value", "dict", "an object"),
        "if depth < 0: raise too_deep()",
        "faults, seen = None, 0",
        "for key, item in value.items():",
        *indented(_noted(body, "faults", "'.' + key[:64]")),
        *_required(members, filler),
        "if faults: raise Misfit(faults=faults)",
    ]
    return [f"def {name}(m, value, depth):", *indented(lines)]


def value_source(name: str, field: FieldDescriptor, filler: Filler) -> list[str]:
    """Gives the source of the function that fills a message from the value of its only field."""
    return [f"def {name}(m, item, depth):", *indented(_put(field, filler))]


def extension_source(name: str, field: FieldDescriptor, filler: Filler) -> list[str]:
    """Gives the source of the function that puts an extension."""
    return [f"def {name}(m, item, depth):", *indented(_unless_null(field, _put(field, filler)))]


def _other_key(members: Members, filler: Filler, known: str) -> list[str]:
    unknown = f"raise {known}.unknown(key)" if filler.policy.unknown_members == "error" else "pass"
    if not members.descriptor.is_extendable:
        return [unknown]
    find = filler.extension_name(members.descriptor)
    return [f"put = {find}(key)", f"if put is None: {unknown}", "else: put(m, item, depth)"]


def _member(field: FieldDescriptor, members: Members, filler: Filler, known: str) -> list[str]:
    bit, lines = members.bit(field), _put(field, filler)
    if bit:
        lines = [f"if seen & {bit}: raise {known}.clash(key, value)", f"seen |= {bit}", *lines]
    return _unless_null(field, lines)


def _unless_null(field: FieldDescriptor, lines: list[str]) -> list[str]:
    return lines if takes_null(field) else ["if item is not None:", *indented(lines)]


def _required(members: Members, filler: Filler) -> list[str]:
    camel = filler.policy.spelling == "camel"
    return [
        f"if not {access(field, filler.names).has}: faults = gathered(faults, {f'.{name}'!r}, missing())"
        for field in members.fields
        if field.is_required
        for name in (field.json_name if camel else field.name,)
    ]


def _put(field: FieldDescriptor, filler: Filler) -> list[str]:
    if is_map(field):
        return _put_map(field, filler)
    way = access(field, filler.names)
    if field.message_type is None:
        return _put_scalars(field, filler) if field.is_repeated else _kept(field, filler, "item", way.store)
    fill = filler.fill_name(field.message_type)
    if not field.is_repeated:
        return [f"inner = {way.get}", "inner.SetInParent()", f"{fill}(inner, item, depth - 1)"]
    return [
        *_checked("item", "list", "an array"),
        f"add, inner = {way.get}.add, None",
        "for i, x in enumerate(item):",
        *indented(_noted([f"{fill}(add(), x, depth - 1)"], "inner", "f'[{i}]'")),
        "if inner: raise Misfit(faults=inner)",
    ]


def _put_scalars(field: FieldDescriptor, filler: Filler) -> list[str]:
    expression, reader = _read(field, filler, "x")
    box = access(field, filler.names).get
    sifted = ["items = [x for x in items if x is not IGNORED]"] if _may_ignore(field, filler) else []
    return [
        *_checked("item", "list", "an array"),
        "try:",
        *indented([f"items = [{expression} for x in item]", *sifted, f"{box}.extend(items)"]),
        f"except (Misfit, UnicodeEncodeError): raise each_fault({reader}, item) from None",
    ]


def _put_map(field: FieldDescriptor, filler: Filler) -> list[str]:
    key_field, value_field = entry_fields(field)
    is_bool = key_field.type == FieldDescriptor.TYPE_BOOL
    key = "read_bool_key(k)" if is_bool else f"{_read(key_field, filler, 'k')[1]}(k)"
    if value_field.message_type is not None:
        lines = [f"{filler.fill_name(value_field.message_type)}(box[{key}], x, depth - 2)"]
    else:
        lines = _kept(value_field, filler, "x", lambda value: f"box[{key}] = {value}")
    return [
        *_checked("item", "dict", "an object"),
        f"box, inner = {access(field, filler.names).get}, None",
        "for k, x in item.items():",
        *indented(_noted(lines, "inner", "map_step(k)")),
        "if inner: raise Misfit(faults=inner)",
    ]


def _kept(field: FieldDescriptor, filler: Filler, variable: str, store: Callable[[str], str]) -> list[str]:
    expression, _ = _read(field, filler, variable)
    if not _may_ignore(field, filler):
        return [store(expression)]
    return [f"kept = {expression}", f"if kept is not IGNORED: {store('kept')}"]


def _may_ignore(field: FieldDescriptor, filler: Filler) -> bool:
    return field.enum_type is not None and filler.policy.unknown_enum_names == "ignore"


def _read(field: FieldDescriptor, filler: Filler, v: str) -> tuple[str, str]:
    """Gives the expression that reads a variable, and the name of the reader that takes any value."""
    if field.enum_type is not None:
        reader = filler.names.of(scalars.enum_reader(field.enum_type, filler.policy))
        numbers = filler.names.of(scalars.enum_names(field.enum_type, filler.policy).get)
        return f"n if {v}.__class__ is str and (n := {numbers}({v})) is not None else {reader}({v})", reader
    reader = filler.names.of(scalars.READERS[field.type])
    checks = {FieldDescriptor.TYPE_STRING: f"{v}.__class__ is str", FieldDescriptor.TYPE_BOOL: f"{v}.__class__ is bool"}
    if field.type in scalars.INTEGERS:
        _, low, high = scalars.INTEGERS[field.type]
        checks[field.type] = f"{v}.__class__ is int and {low} <= {v} <= {high}"
    if field.type in _DOUBLES:
        limit = _DOUBLES[field.type]
        checks[field.type] = f"{v}.__class__ is float and {-limit!r} <= {v} <= {limit!r}"
    check = checks.get(field.type)
    return f"{v} if {check} else {reader}({v})" if check else f"{reader}({v})", reader


def _checked(variable: str, kind: str, what: str) -> list[str]:
    return [
        f"if {variable}.__class__ is not {kind} and not isinstance({variable}, {kind}):",
        f" raise expected({what!r}, {variable})",
    ]


def _noted(lines: list[str], faults: str, step: str) -> list[str]:
    return [
        "try:",
        *indented(lines),
        "except (Misfit, UnicodeEncodeError) as error:",
        f" {faults} = gathered({faults}, {step}, error)",
        f" if len({faults}) >= MAX_FAULTS: break",
    ]
