"""The contract that is exposed: the services of a FileDescriptorSet, and how each of their RPCs is called.

Pure: bytes of descriptors in, a table out.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

from papermesh_bridge.errors import ConfigError, SchemaError
from papermesh_bridge.expose.config import LegacyMethod
from papermesh_bridge.schema import MACHINERY, Method, build_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# buf adds a message to each file of what it builds (number 8042), whose first field says that the file is an import.
_BUF_EXTENSION: Final = 8042
_BUF_IS_IMPORT: Final = 1
_SHOWN_RPCS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """One RPC and the legacy method it leads to."""

    method: Method
    legacy: LegacyMethod

    @property
    def name(self) -> str:
        """The JSON-RPC name of the method."""
        return self.legacy.name


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """Everything that is exposed."""

    pool: DescriptorPool
    services: tuple[str, ...]
    rpcs: Mapping[str, Exposed]
    """By their path on the wire, `/package.Service/Method`."""


class MethodMisfit(ConfigError):
    """A [[method]] of the configuration does not fit the contract; the contract is not at fault."""


def read_contract(data: bytes, services: Sequence[str], methods: Sequence[LegacyMethod]) -> Contract:
    """Reads a serialized FileDescriptorSet. Raises ConfigError."""
    files = _files(data)
    chosen = tuple(services) or _own_services(files)
    machinery = next((name for name in chosen if name.startswith(MACHINERY)), None)
    if machinery:
        raise ConfigError(f"the service {machinery} is served by the bridge itself; it cannot lead to a legacy server")
    there = _all_services(files)
    missing = next((name for name in chosen if name not in there), None)
    if missing:
        raise ConfigError(f"the service {missing} is in none of the files; there are {', '.join(there) or 'none'}")
    try:
        schema = build_schema([file.SerializeToString() for file in files], chosen)
    except SchemaError as fault:
        raise ConfigError(f"{fault}; write the set with its imports") from None
    rpcs = _exposed({method.rpc: method for method in schema.methods}, methods)
    return Contract(schema.pool, chosen, rpcs)


def _exposed(found: Mapping[str, Method], methods: Sequence[LegacyMethod]) -> dict[str, Exposed]:
    given = {method.rpc: method for method in methods}
    for rpc in given:
        if rpc not in found:
            raise MethodMisfit(f"[[method]]: no service that is exposed has {rpc!r}; {_instead(rpc, list(found))}")
    exposed = [_one(method, given.get(rpc) or LegacyMethod(rpc)) for rpc, method in found.items()]
    return {each.method.path: each for each in exposed}


def _instead(rpc: str, there: Sequence[str]) -> str:
    near = difflib.get_close_matches(rpc[:256], there, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(there[:_SHOWN_RPCS])}{', …' if len(there) > _SHOWN_RPCS else ''}"


def _one(method: Method, legacy: LegacyMethod) -> Exposed:
    fields = method.output.fields
    if legacy.wrap and len(fields) != 1:
        told = f"[[method]]: {legacy.rpc} cannot wrap: {method.output.full_name} has {len(fields)} fields, not one"
        raise MethodMisfit(told)
    name = legacy.name or method.option_name or method.snake_name or method.rpc
    return Exposed(method, LegacyMethod(legacy.rpc, name, legacy.params, legacy.wrap))


def _files(data: bytes) -> list[Any]:
    try:
        found: Any = _SET.FromString(data)
    except DecodeError:
        raise ConfigError(_NO_SET) from None
    if not found.file or not all(file.name for file in found.file):
        raise ConfigError(_NO_SET)
    return list(found.file)


def _own_services(files: Sequence[Any]) -> tuple[str, ...]:
    """The services of the files that the set is about: those buf marks, or those that no other file imports."""
    marked = any(_is_import(file) is not None for file in files)
    imported = {name for file in files for name in file.dependency}
    own = [file for file in files if (not _is_import(file) if marked else file.name not in imported)]
    found = tuple(name for name in _all_services(own) if not name.startswith(MACHINERY))
    if not found:
        there = ", ".join(_all_services(files)) or "none in its imports either"
        raise ConfigError(f"the files the set is about have no services; name those to expose in `services` ({there})")
    return found


def _all_services(files: Sequence[Any]) -> list[str]:
    return [f"{file.package}.{each.name}" if file.package else each.name for file in files for each in file.service]


def _is_import(file: Any) -> bool | None:
    """Whether buf says that a file is an import; None where it says nothing."""
    for field in _unknown(file):
        if field.field_number == _BUF_EXTENSION and isinstance(field.data, bytes):
            marks = _unknown(_EMPTY.FromString(field.data))
            return any(mark.field_number == _BUF_IS_IMPORT and bool(mark.data) for mark in marks)
    return None


def _unknown(message: Message) -> list[Any]:
    found: Any = UnknownFieldSet(message)  # its type does not say that it can be iterated over
    return list(found)


def _class(name: str) -> type[Message]:
    # In a pool of its own, so that the options of a file stay as they are, whatever extensions are known here.
    pool = DescriptorPool()
    pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    empty = descriptor_pb2.FileDescriptorProto(name="empty.proto", package="papermesh.expose")
    empty.message_type.add(name="Empty")
    pool.AddSerializedFile(empty.SerializeToString())
    return GetMessageClass(pool.FindMessageTypeByName(name))


_SET: Final = _class("google.protobuf.FileDescriptorSet")
_EMPTY: Final = _class("papermesh.expose.Empty")
_NO_SET: Final = (
    "it is no FileDescriptorSet; write one with `buf build -o contract.binpb`, or with "
    "`protoc --include_imports --descriptor_set_out=contract.binpb`"
)
