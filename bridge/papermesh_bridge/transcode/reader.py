"""JSON values to messages, by functions generated for each message type."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.schema import knows_options
from papermesh_bridge.transcode import fills, runtime
from papermesh_bridge.transcode.faults import Misfit, expected, gathered
from papermesh_bridge.transcode.functions import Functions
from papermesh_bridge.transcode.known import ANY, OWN_FORMS, descriptor_of, find_message, known_name
from papermesh_bridge.transcode.members import gathered_inline, inline_owners, members_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor, FieldDescriptor
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message import Message

    from papermesh_bridge.transcode.policy import JsonPolicy


class MessageReader(Functions):
    """Reads JSON values into messages of one descriptor pool under one policy."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        super().__init__(policy, pool, **runtime.READING)
        self._knows_options = knows_options(pool)

    def fill(self, message: Message, value: Any, depth: int) -> None:
        """Puts a value into an empty message, which may be so many messages deep. Raises Misfit."""
        self.names.values[self.fill_name(descriptor_of(message))](message, value, depth)

    def fill_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that fills a message type."""
        return self._name("fill", descriptor, self._make_fill)

    def extension_name(self, descriptor: Descriptor) -> str:
        """Gives the name of the function that finds what puts an extension, by its key."""
        return self._name("extension", descriptor, lambda _, of: functools.partial(self._find_extension, of))

    def _make_fill(self, name: str, descriptor: Descriptor) -> Callable[..., Any]:
        known = known_name(descriptor)
        if known == ANY:
            return self._fill_any
        if known in OWN_FORMS:
            return OWN_FORMS[known][0]
        if known:
            return self._define(name, fills.value_source(name, descriptor.fields[0], self), descriptor)
        members = members_of(descriptor)
        fill = self._define(name, fills.object_source(name, members, self), descriptor)
        owners = inline_owners(members) if self._knows_options else {}
        return _gathering(fill, owners) if owners else fill

    def _make_put(self, name: str, field: FieldDescriptor) -> Callable[..., Any]:
        return self._define(name, fills.extension_source(name, field, self), field)

    def _find_extension(self, descriptor: Descriptor, key: str) -> Callable[[Any, Any, int], None] | None:
        if not (key.isascii() and key.startswith("[") and key.endswith("]")):
            return None
        try:
            field = self._pool.FindExtensionByName(key[1:-1])
        except KeyError:
            return None
        if field.containing_type != descriptor:
            return None
        name = self._name("put", field, self._make_put)
        found: Callable[[Any, Any, int], None] = self.names.values[name]
        return found

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
            raise Misfit(faults=gathered(None, ".value", error)) from None


def _gathering(fill: Callable[..., Any], owners: dict[str, str]) -> Callable[..., Any]:
    """Takes what writing has put into the enclosing object for the inline field it came from."""

    def fill_inline(message: Message, value: Any, depth: int) -> None:
        fill(message, gathered_inline(value, owners) if isinstance(value, dict) else value, depth)

    return fill_inline
