"""Generated functions of one kind for one policy and one descriptor pool: made when first needed, kept, and linked.

A function calls those of the messages inside by name. Until such a function is needed, its name stands for one that
generates it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermesh_bridge.transcode.source import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor, FieldDescriptor
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.transcode.policy import JsonPolicy


class Functions:
    """Keeps functions by role and by what they are for. Safe to use from several threads."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool, **values: Any) -> None:
        self.policy = policy
        self.names = Names(**values)
        self._pool = pool
        self._named: dict[tuple[str, Any], str] = {}

    def _name(self, role: str, of: Any, make: Callable[[str, Any], Callable[..., Any]]) -> str:
        name = self._named.get((role, of))
        if name is None:
            name = self.names.of(None, role)
            self.names.values[name] = self._later(name, of, make)
            name = self._named.setdefault((role, of), name)
        return name

    def _later(self, name: str, of: Any, make: Callable[[str, Any], Callable[..., Any]]) -> Callable[..., Any]:
        def make_and_call(*arguments: Any) -> Any:
            # Should several threads come here, each makes the same, and the last one is kept.
            self.names.values[name] = made = make(name, of)
            return made(*arguments)

        return make_and_call

    def _define(self, name: str, lines: list[str], of: Descriptor | FieldDescriptor) -> Callable[..., Any]:
        # A function being defined takes its name at once; until then it is the one that generates it.
        return self.names.define(name, lines, of.full_name)
