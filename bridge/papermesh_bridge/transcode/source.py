"""What generated code is made of: names for the values it uses, and the ways to get at a field.

Descriptors come from backends. Nothing of theirs enters the source but as a string literal, or as an attribute name
that is a plain identifier.
"""

from __future__ import annotations

import itertools
import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from google.protobuf.descriptor import Descriptor, FieldDescriptor


class Names:
    """The global names of generated code."""

    def __init__(self, **values: Any) -> None:
        self.values: dict[str, Any] = values
        self._numbers = itertools.count()

    def of(self, value: Any, prefix: str = "c") -> str:
        """Gives a value a name of its own, whichever thread asks."""
        name = f"{prefix}{next(self._numbers)}"
        self.values[name] = value
        return name

    def define(self, name: str, lines: Iterable[str], origin: str) -> Callable[..., Any]:
        """Compiles the source of a function and gives the function."""
        code = compile("\n".join(lines), f"<transcode {origin}>", "exec")
        exec(code, self.values)  # noqa: S102  # the source is made here, from nothing but the above
        made: Callable[..., Any] = self.values[name]
        return made


@dataclass(frozen=True, slots=True)
class Access:
    """How a field of a message `m` is read and stored."""

    get: str
    has: str
    _target: str

    def store(self, value: str) -> str:
        """Gives the statement that stores what an expression gives."""
        return self._target.replace("\0", value)


def access(field: FieldDescriptor, names: Names) -> Access:
    """Gives the ways to get at a field."""
    if field.is_extension:
        key = names.of(field)
        return Access(f"m.Extensions[{key}]", f"m.HasExtension({key})", f"m.Extensions[{key}] = \0")
    has = f"{names.of(unbound(field.containing_type, 'HasField'))}(m, {field.name!r})"
    if field.name.isidentifier() and field.name.isascii() and not keyword.iskeyword(field.name):
        return Access(f"m.{field.name}", has, f"m.{field.name} = \0")
    return Access(f"getattr(m, {field.name!r})", has, f"setattr(m, {field.name!r}, \0)")


def unbound(descriptor: Descriptor | None, method: str) -> Callable[..., Any]:
    """Gives a method of a message class so that no field of the same name is in its way."""
    message_type: Any = descriptor
    made: Any = GetMessageClass(message_type)
    base = made.__mro__[1]
    found: Callable[..., Any] = getattr(made if base is Message else base, method)
    return found


def indented(lines: Iterable[str]) -> list[str]:
    """Moves lines one block further in."""
    return [f" {line}" for line in lines]


def tree(variable: str, branches: list[list[str]], first: int = 0) -> list[str]:
    """Chooses among blocks by a number, in as few comparisons as can be."""
    if len(branches) == 1:
        return branches[0]
    half = len(branches) // 2
    return [
        f"if {variable} < {first + half}:",
        *indented(tree(variable, branches[:half], first)),
        "else:",
        *indented(tree(variable, branches[half:], first + half)),
    ]
