"""The generated functions of one policy and one descriptor pool: made when first needed, kept, and linked.

A function calls those of the messages inside by name. Until such a function is needed, its name stands for one that
generates it.
"""

from __future__ import annotations

import functools
import math
import threading
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from papermesh.jsonrpc.v1 import options_pb2
from papermesh_bridge.schema import knows_options
from papermesh_bridge.transcode import faults, fills, runtime, scalars, writes
from papermesh_bridge.transcode.faults import Misfit, expected
from papermesh_bridge.transcode.known import ANY, OWN_FORMS, descriptor_of, find_message, known_name
from papermesh_bridge.transcode.members import members_of
from papermesh_bridge.transcode.source import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor, FieldDescriptor
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message import Message

    from papermesh_bridge.transcode.policy import JsonPolicy

_KEPT: Final = 32


class Codec:
    """Fills messages from JSON values and writes messages as JSON values. Safe to use from several threads."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        self.policy = policy
        self._pool = pool
        self._knows_options = knows_options(pool)
        self._named: dict[tuple[str, Any], str] = {}
        self._extensions: dict[str, Callable[[Any, Any, int], None]] = {}
        self._lock = threading.RLock()
        self.names = Names(
            Misfit=Misfit,
            MAX_FAULTS=faults.MAX_FAULTS,
            IGNORED=scalars.IGNORED,
            expected=expected,
            gathered=faults.gathered,
            too_deep=faults.too_deep,
            copysign=math.copysign,
            write_extensions=self._write_extensions,
            **runtime.FUNCTIONS,
        )

    def fill(self, message: Message, value: Any, depth: int) -> None:
        """Puts a value into an empty message, which may be so many messages deep. Raises Misfit."""
        self.names.values[self.fill_name(descriptor_of(message))](message, value, depth)

    def write(self, message: Message) -> Any:
        """Gives the JSON value of a message. Raises SchemaError for one that has none."""
        return self.names.values[self.write_name(descriptor_of(message))](message)

    def write_only(self, message: Message) -> Any:
        """Gives the JSON value of a message's only field; null where it is absent."""
        (field,) = descriptor_of(message).fields
        return self.names.values[self._name("only", field, self._make_only)](message)

    def fill_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that fills a message type."""
        return self._name("fill", descriptor, self._make_fill)

    def write_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that writes a message type."""
        return self._name("write", descriptor, self._make_write)

    def extension_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that finds what puts an extension, by its key."""
        return self._name("extension", descriptor, lambda _, of: functools.partial(self._find_extension, of))

    def is_inline(self, field: FieldDescriptor) -> bool:
        """Tells whether the members of a field's message stand in the enclosing object."""
        kind = field.message_type
        if kind is None or field.is_repeated or field.is_extension or not self._knows_options:
            return False
        options: Any = field.GetOptions()
        return bool(options.Extensions[options_pb2.field].inline) and not known_name(kind)

    def _name(self, role: str, of: Any, make: Callable[[str, Any], Callable[..., Any]]) -> str:
        name = self._named.get((role, of))
        if name is None:
            with self._lock:
                name = self._named.get((role, of))
                if name is None:
                    name = f"{role}{len(self._named)}"
                    self.names.values[name] = self._later(name, of, make)
                    self._named[role, of] = name
        return name

    def _later(self, name: str, of: Any, make: Callable[[str, Any], Callable[..., Any]]) -> Callable[..., Any]:
        def make_and_call(*arguments: Any) -> Any:
            with self._lock:
                if self.names.values[name] is make_and_call:
                    self.names.values[name] = make(name, of)
            return self.names.values[name](*arguments)

        return make_and_call

    def _make_fill(self, name: str, descriptor: Descriptor) -> Callable[..., Any]:
        known = known_name(descriptor)
        if known == ANY:
            return self._fill_any
        if known in OWN_FORMS:
            return OWN_FORMS[known][0]
        if known:
            return self._define(name, fills.value_source(name, descriptor.fields[0], self), descriptor)
        return self._define(name, fills.object_source(name, members_of(descriptor), self), descriptor)

    def _make_write(self, name: str, descriptor: Descriptor) -> Callable[..., Any]:
        known = known_name(descriptor)
        if known == ANY:
            return self._write_any
        if known in OWN_FORMS:
            return OWN_FORMS[known][1]
        if known:
            return self._define(name, writes.value_source(name, descriptor.fields[0], self), descriptor)
        return self._define(name, writes.object_source(name, descriptor, self), descriptor)

    def _make_only(self, name: str, field: FieldDescriptor) -> Callable[..., Any]:
        return self._define(name, writes.value_source(name, field, self), field)

    def _define(self, name: str, lines: list[str], of: Descriptor | FieldDescriptor) -> Callable[..., Any]:
        # A function being defined takes its name at once; until then it is the one that generates it.
        return self.names.define(name, lines, of.full_name)

    def _find_extension(self, descriptor: Descriptor, key: str) -> Callable[[Any, Any, int], None] | None:
        if not (key.startswith("[") and key.endswith("]")):
            return None
        try:
            field = self._pool.FindExtensionByName(key[1:-1])
        except KeyError:
            return None
        if field.containing_type != descriptor:
            return None
        name = self._name(
            "put", field, lambda name, field: self._define(name, fills.extension_source(name, field, self), field)
        )
        found: Callable[[Any, Any, int], None] = self.names.values[name]
        return found

    def _write_extensions(self, message: Message, out: dict[str, Any]) -> None:
        for field, _ in message.ListFields():
            if field.is_extension:
                name = self._name(
                    "tell",
                    field,
                    lambda name, field: self._define(name, writes.extension_source(name, field, self), field),
                )
                out[f"[{field.full_name}]"] = self.names.values[name](message)

    def _fill_any(self, message: Any, value: Any, depth: int) -> None:
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
        self._fill_inner(inner, {key: each for key, each in value.items() if key != "@type"}, depth - 1)
        message.type_url, message.value = url, inner.SerializePartialToString()

    def _fill_inner(self, inner: Message, rest: dict[str, Any], depth: int) -> None:
        if not known_name(descriptor_of(inner)):
            self.fill(inner, rest, depth)
            return
        if rest.keys() != {"value"}:
            raise Misfit(faults=[(".value", "this type is written as its @type and one value")])
        try:
            self.fill(inner, rest["value"], depth)
        except (Misfit, UnicodeEncodeError) as error:
            raise Misfit(faults=faults.gathered(None, ".value", error)) from None

    def _write_any(self, message: Any) -> dict[str, Any]:
        if not message.type_url and not message.value:
            return {}
        inner = self._inner(message)
        if inner is None:
            return {"@type": message.type_url, "value": b64encode(message.value).decode("ascii")}
        written = self.write(inner)
        if known_name(descriptor_of(inner)):
            written = {"value": written}
        return {"@type": message.type_url, **written}

    def _inner(self, message: Any) -> Message | None:
        """Reads what an Any holds; None where its type is not known, or its bytes are not of that type."""
        descriptor = find_message(self._pool, message.type_url.rpartition("/")[2])
        if descriptor is None:
            return None
        try:
            return GetMessageClass(descriptor).FromString(message.value)
        except DecodeError:
            return None


@functools.lru_cache(maxsize=_KEPT)
def codec(policy: JsonPolicy, pool: DescriptorPool) -> Codec:
    """Gives the codec of a policy and a pool; the latest ones are kept, so that endpoints share them."""
    return Codec(policy, pool)
