"""What a backend's descriptors say: its methods, their JSON-RPC names, and which name means which method.

Pure: descriptors in, tables out. There is no list of methods anywhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from papermesh.jsonrpc.v1 import options_pb2
from papermesh_bridge.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor

# Services every server has for machinery; they keep their full names only.
MACHINERY: Final = "grpc."
_STATUS: Final = "google.rpc.Status"


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """A method that takes many calls of another one at once, as that one's option says."""

    path: str
    """Its path on the wire."""
    requests: int
    """The number of the field of its request that holds the requests."""
    output: Descriptor
    results: str
    """The field of its response with an outcome for each request, in the same order."""
    response: str
    """The field of an outcome with what the single call would have answered."""
    error: str
    """The field of an outcome with the google.rpc.Status the single call would have failed with."""


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """One gRPC method and how it may be called."""

    rpc: str
    """The full name, `package.Service/Method`."""
    input: Descriptor
    output: Descriptor
    option_name: str | None
    """The name its method option gives it."""
    snake_name: str | None
    """Its method name in snake_case; None for machinery."""
    client_streaming: bool = False
    server_streaming: bool = False
    together: Together | None = None
    """The method that takes many calls of this one at once, if there is one."""
    idempotent: bool = False
    """Whether its idempotency_level says that calling it again does no harm."""

    @property
    def streaming(self) -> bool:
        """Whether requests or responses come in streams."""
        return self.client_streaming or self.server_streaming

    @property
    def path(self) -> str:
        """The path of the method on the wire."""
        return f"/{self.rpc}"


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """Everything one backend offers."""

    pool: DescriptorPool
    methods: tuple[Method, ...]
    commented: tuple[bytes, ...] = ()
    """The serialized files that carry their source information, and so their comments; a pool does not keep it."""

    def named(self, name: str) -> Method | None:
        """Finds the method whose option gives it this name."""
        return next((method for method in self.methods if method.option_name == name), None)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for a method, given by the configuration."""

    name: str
    rpc: str
    """The method's full name, `package.Service/Method`."""
    unwrap: bool = False
    """Whether the result is the value of the response's only field."""


OwnerT = TypeVar("OwnerT")


@dataclass(frozen=True, slots=True)
class Route(Generic[OwnerT]):
    """Where a call goes: the backend that owns the method, and how its result is given."""

    owner: OwnerT
    method: Method
    unwrap: bool = False


@dataclass(frozen=True, slots=True)
class MethodTable(Generic[OwnerT]):
    """Every name callers may use, and what had to be decided on the way."""

    routes: Mapping[str, Route[OwnerT]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """Collisions, and aliases that cannot be, in words for the log."""
    lost: tuple[str, ...] = ()
    """Aliases that no backend has a method for, likewise."""


def build_schema(files: Iterable[bytes], services: Iterable[str]) -> Schema:
    """Builds the schema of a backend from its serialized descriptor files, in any order, in a pool of its own."""
    pool = DescriptorPool()
    parsed = {file.name: file for file in map(parse_file, files)}
    added: set[str] = set()
    for name in parsed:
        _add(pool, parsed, name, added)
    known = knows_options(pool)
    methods = [method for service in services for method in _methods(_service(pool, service), known)]
    commented = tuple(file.data for file in parsed.values() if file.commented)
    return Schema(pool, tuple(methods), commented)


def build_table(
    schemas: Sequence[tuple[OwnerT, Schema]], aliases: Sequence[Alias], label: Mapping[OwnerT, str]
) -> MethodTable[OwnerT]:
    """Gives every callable name its route: aliases first, then option names, full names and unique snake_case.

    Where several backends offer a name, the first of them has it.
    """
    notices: list[str] = []
    lost: list[str] = []
    every = [Route(owner, method) for owner, schema in schemas for method in schema.methods]
    routes = {alias.name: route for alias in aliases if (route := _aliased(alias, every, notices, lost))}
    snake = Counter(route.method.snake_name for route in every)
    for route in every:
        _offer(routes, route, route.method.option_name, label, notices)
    for route in every:
        quiet = route.method.rpc.startswith(MACHINERY)
        _offer(routes, route, route.method.rpc, label, None if quiet else notices)
    for route in every:
        if snake[route.method.snake_name] == 1 and route.method.snake_name not in routes:
            _offer(routes, route, route.method.snake_name, label, notices)
    return MethodTable(routes, tuple(notices), tuple(lost))


def snake_case(name: str) -> str:
    """Writes a method name in snake_case: `GetHTTPInfo` is `get_http_info`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _aliased(alias: Alias, every: Sequence[Route[OwnerT]], notices: list[str], lost: list[str]) -> Route[OwnerT] | None:
    found = next((route for route in every if route.method.rpc == alias.rpc), None)
    if found is None:
        lost.append(f"the alias {alias.name!r} leads nowhere: no backend has {alias.rpc}; correct its rpc")
        return None
    fields = len(found.method.output.fields)
    if alias.unwrap and fields != 1:
        notices.append(
            f"the alias {alias.name!r} cannot unwrap: {found.method.output.full_name} has {fields} fields, not one"
        )
        return None
    return Route(found.owner, found.method, alias.unwrap)


def _offer(
    routes: dict[str, Route[OwnerT]],
    route: Route[OwnerT],
    name: str | None,
    label: Mapping[OwnerT, str],
    notices: list[str] | None,
) -> None:
    if not name:
        return
    taken = routes.setdefault(name, route)
    if taken is route or notices is None or taken.method is route.method:
        return
    told = f"{name!r} is {taken.method.rpc} of {label[taken.owner]}, not {route.method.rpc} of {label[route.owner]}"
    if name == route.method.rpc:
        remedy = f"to call the latter, give {label[route.owner]} an [[endpoint]] of its own"
    else:
        remedy = "the latter is called by its full name, or by another name that a [[method]] gives it"
    notices.append(f"{told}; {remedy}")


@dataclass(frozen=True, slots=True)
class DescriptorFile:
    """A serialized descriptor file, with what must be known of it to put it in order."""

    name: str
    dependencies: tuple[str, ...]
    data: bytes
    commented: bool
    """Whether it carries its source information."""


def parse_file(data: bytes) -> DescriptorFile:
    """Reads the head of a serialized descriptor file. Raises SchemaError."""
    file = read_file(data)
    return DescriptorFile(file.name, tuple(file.dependency), data, bool(file.source_code_info.location))


def read_file(data: bytes) -> Any:
    """Reads a serialized descriptor file whole, as a FileDescriptorProto. Raises SchemaError."""
    try:
        return _FILE.FromString(data)
    except DecodeError as fault:
        raise SchemaError("one of its descriptor files is not a FileDescriptorProto") from fault


def _file_class() -> type[Message]:
    # In a pool of its own, because in the default one the options of a file are read with our extensions, and a
    # backend may have given their numbers another meaning.
    pool = DescriptorPool()
    pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    return GetMessageClass(pool.FindMessageTypeByName("google.protobuf.FileDescriptorProto"))


_FILE: Final = _file_class()


def _add(pool: DescriptorPool, parsed: Mapping[str, DescriptorFile], root: str, added: set[str]) -> None:
    """Adds a file after the files it depends on; a chain of any length, and a circle ends in an error."""
    stack = [root]
    waiting: set[str] = set()
    while stack:
        name = stack[-1]
        file = _file(parsed, name)
        missing = [each for each in file.dependencies if each not in added]
        if name not in added and missing and name in waiting:
            raise SchemaError(f"the files that {name} depends on depend on {name}")
        if name in added or not missing:
            stack.pop()
            _add_one(pool, file, added)
        else:
            waiting.add(name)
            stack += missing


def _file(parsed: Mapping[str, DescriptorFile], name: str) -> DescriptorFile:
    if name in parsed:
        return parsed[name]
    try:  # servers may leave out the files that come with protobuf
        own = descriptor_pool.Default().FindFileByName(name)
    except KeyError:
        raise SchemaError(f"the file {name} is missing") from None
    return parse_file(own.serialized_pb)


def _add_one(pool: DescriptorPool, file: DescriptorFile, added: set[str]) -> None:
    if file.name in added:
        return
    try:
        pool.AddSerializedFile(file.data)
    except (TypeError, ValueError) as fault:
        raise SchemaError(f"the file {file.name} cannot be used: {fault}") from fault
    added.add(file.name)


def _service(pool: DescriptorPool, name: str) -> ServiceDescriptor:
    try:
        return pool.FindServiceByName(name)
    except KeyError:
        raise SchemaError(f"the service {name} is in none of the files") from None


def _methods(service: ServiceDescriptor, known: bool) -> Iterator[Method]:
    machinery = service.full_name.startswith(MACHINERY)
    for method in service.methods:
        yield Method(
            rpc=f"{service.full_name}/{method.name}",
            input=method.input_type,
            output=method.output_type,
            option_name=_option(method).name or None if known else None,
            snake_name=None if machinery else snake_case(method.name),
            client_streaming=method.client_streaming,
            server_streaming=method.server_streaming,
            together=_together(method) if known else None,
            idempotent=_is_idempotent(method),
        )


def _is_idempotent(method: MethodDescriptor) -> bool:
    options: Any = method.GetOptions()
    return bool(options.idempotency_level)  # IDEMPOTENCY_UNKNOWN is 0, the others promise it


def _option(method: MethodDescriptor) -> options_pb2.Method:
    options: Any = method.GetOptions()
    found: options_pb2.Method = options.Extensions[options_pb2.method]
    return found


def _together(method: MethodDescriptor) -> Together | None:
    """Finds the method that takes many calls of this one; None where there is none that fits what the option says."""
    option = _option(method).batch
    batch = method.containing_service.methods_by_name.get(option.rpc)
    if batch is None or any(each.client_streaming or each.server_streaming for each in (batch, method)):
        return None
    requests = batch.input_type.fields_by_name.get(option.requests_field)
    results = batch.output_type.fields_by_name.get(option.results_field)
    if requests is None or results is None or not (requests.is_repeated and results.is_repeated):
        return None
    response = _field_of(results.message_type, method.output_type.full_name)
    error = _field_of(results.message_type, _STATUS)
    if requests.message_type is not method.input_type or response is None or error is None:
        return None
    path = f"/{batch.containing_service.full_name}/{batch.name}"
    return Together(path, requests.number, batch.output_type, results.name, response, error)


def _field_of(message: Descriptor | None, kind: str) -> str | None:
    """Names the only field of a message that is a message of this type."""
    fields = message.fields if message is not None else ()
    found = [field.name for field in fields if field.message_type and field.message_type.full_name == kind]
    return found[0] if len(found) == 1 else None


def knows_options(pool: DescriptorPool) -> bool:
    """Tells whether a backend has our options; without them, their numbers may mean something else there."""
    try:
        pool.FindExtensionByName(options_pb2.method.full_name)
    except KeyError:
        return False
    return True
