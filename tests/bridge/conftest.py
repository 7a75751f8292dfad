"""A gRPC service of the tests' own, described in Python, served for real, and a bridge in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import httpx
import pytest
from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    duration_pb2,
    field_mask_pb2,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from papermesh.jsonrpc.v1 import options_pb2
from papermesh_bridge import Address, Alias, BackendConfig, Bridge, BridgeConfig, Limits
from papermesh_bridge.schema import Schema, build_schema, snake_case

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from google.protobuf.descriptor_pool import DescriptorPool

Field = descriptor_pb2.FieldDescriptorProto
WAIT = 10.0
KNOWN = {
    module.DESCRIPTOR.name: module.DESCRIPTOR
    for module in (any_pb2, duration_pb2, field_mask_pb2, struct_pb2, timestamp_pb2, wrappers_pb2, status_pb2)
}
OPTIONS = (options_pb2.DESCRIPTOR, descriptor_pb2.DESCRIPTOR)

MESSAGES = {
    "Empty": [],
    "SubtractRequest": ["int32 minuend", "int32 subtrahend"],
    "SubtractResponse": ["int32 difference"],
    "Values": ["repeated int32 values"],
    "SumResponse": ["int64 total"],
    "HelloRequest": ["int32 value", "optional string padding"],
    "DataResponse": ["repeated .google.protobuf.Value data"],
    "FailRequest": ["int32 code", "string message", "bytes details"],
    "WaitRequest": ["string name"],
    "Secret": ["string word"],
    "Divisions": ["repeated SubtractRequest calls"],
    "Quotient": ["double quotient"],
    "Division": ["Quotient given in outcome inline", ".google.rpc.Status error in outcome"],
    "Quotients": ["repeated Division ends"],
    "Info": ["string server_name", "string version", "repeated string capabilities"],
    "Child": ["string first_name", "Child left_child", "repeated Child children"],
    "Item": ["Child child in outcome inline", ".google.rpc.Status error in outcome"],
    "Everything": [
        "int32 an_int32", "sint32 a_sint32", "sfixed32 a_sfixed32", "uint32 a_uint32", "fixed32 a_fixed32",
        "int64 an_int64", "sint64 a_sint64", "sfixed64 a_sfixed64", "uint64 a_uint64", "fixed64 a_fixed64",
        "double a_double", "float a_float", "bool a_bool", "string a_string", "bytes some_bytes",
        "Colour a_colour", "Child a_child", "repeated int32 many_ints", "repeated string many_strings",
        "repeated Child many_children", "repeated Colour many_colours",
        "map<string,int32> int_by_name", "map<int64,Child> child_by_number", "map<bool,string> name_by_bool",
        "string this_text in either", "int32 that_number in either", "Child that_child in either",
        "optional int32 an_optional_int", "optional string an_optional_text",
        ".google.protobuf.Timestamp a_time", ".google.protobuf.Duration a_duration",
        ".google.protobuf.FieldMask a_mask", ".google.protobuf.Struct a_struct", ".google.protobuf.Value a_value",
        ".google.protobuf.ListValue a_list", ".google.protobuf.Any an_any", ".google.protobuf.Int64Value boxed_int",
        ".google.protobuf.BoolValue boxed_bool", ".google.protobuf.NullValue a_null",
        "repeated .google.protobuf.Value many_values",
    ],
}  # fmt: skip
RPCS = {
    "Calculator": [
        ("Subtract", "SubtractRequest", "SubtractResponse", ""),
        ("Sum", "Values", "SumResponse", ""),
        ("Update", "Values", "Empty", ""),
        ("NotifyHello", "HelloRequest", "Empty", ""),
        ("NotifySum", "Values", "Empty", ""),
        ("GetData", "Empty", "DataResponse", ""),
        ("FailWith", "FailRequest", "Empty", "fail"),
        ("Wait", "WaitRequest", "WaitRequest", ""),
        ("Echo", "Everything", "Everything", "echo"),
        ("EchoItem", "Item", "Item", ""),
        ("CountUp", "HelloRequest", "stream HelloRequest", ""),
        ("SumUp", "stream HelloRequest", "SumResponse", ""),
        ("Chat", "stream HelloRequest", "stream HelloRequest", ""),
        ("Divide", "SubtractRequest", "Quotient", "divide"),
        ("DivideAll", "Divisions", "Quotients", ""),
        ("GetServerInfo", "Empty", "Info", "get_server_info"),
    ],
}


def _field(text: str, number: int, message: descriptor_pb2.DescriptorProto) -> None:
    words = text.split()
    made = message.field.add(number=number, label=Field.LABEL_OPTIONAL)
    if words[0] in ("repeated", "optional"):
        label = words.pop(0)
        made.label = Field.LABEL_REPEATED if label == "repeated" else Field.LABEL_OPTIONAL
        made.proto3_optional = label == "optional"
    kind, made.name = words[0], words[1]
    if "inline" in words:
        made.options.Extensions[options_pb2.field].inline = True
    if kind.startswith("map<"):
        key, value = kind.removeprefix("map<").removesuffix(">").split(",")
        entry = message.nested_type.add(name="".join(p.title() for p in made.name.split("_")) + "Entry")
        entry.options.map_entry = True
        _field(f"{key} key", 1, entry)
        _field(f"{value} value", 2, entry)
        made.label, kind = Field.LABEL_REPEATED, f".calc.v1.{message.name}.{entry.name}"
    _type(made, kind)
    oneof = words[words.index("in") + 1] if "in" in words else f"_{made.name}" if made.proto3_optional else ""
    if oneof:
        names = [each.name for each in message.oneof_decl]
        if oneof not in names:
            message.oneof_decl.add(name=oneof)
        made.oneof_index = [each.name for each in message.oneof_decl].index(oneof)


def _type(made: Field, kind: str) -> None:
    if kind in ("Colour", ".google.protobuf.NullValue"):
        made.type, made.type_name = Field.TYPE_ENUM, kind if kind.startswith(".") else f".calc.v1.{kind}"
    elif kind.startswith(".") or kind in MESSAGES:
        made.type, made.type_name = Field.TYPE_MESSAGE, kind if kind.startswith(".") else f".calc.v1.{kind}"
    else:
        made.type = Field.Type.Value(f"TYPE_{kind.upper()}")


def describe(rpcs: dict[str, list[tuple[str, str, str, str]]], package: str = "calc.v1") -> Any:
    """Makes the descriptor file of the messages above and some services."""
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    file.dependency.extend([*KNOWN, options_pb2.DESCRIPTOR.name])
    if package == "calc.v1":
        for name, fields in MESSAGES.items():
            message = file.message_type.add(name=name)
            for number, text in enumerate(sorted(fields, key=lambda each: each.startswith("optional")), 1):
                _field(text, number, message)
        colour = file.enum_type.add(name="Colour")
        for number, name in enumerate(("COLOUR_UNSPECIFIED", "COLOUR_RED", "COLOUR_DARK_BLUE")):
            colour.value.add(name=name, number=number)
    else:
        file.dependency.append("calc.v1.proto")
    for name, methods in rpcs.items():
        service = file.service.add(name=name)
        for method, request, response, option in methods:
            made = service.method.add(
                name=method,
                input_type=f".calc.v1.{request.removeprefix('stream ')}",
                output_type=f".calc.v1.{response.removeprefix('stream ')}",
                client_streaming=request.startswith("stream "),
                server_streaming=response.startswith("stream "),
            )
            if option:
                made.options.Extensions[options_pb2.method].name = option
            if option == "divide":
                batch = made.options.Extensions[options_pb2.method].batch
                batch.rpc, batch.requests_field, batch.results_field = "DivideAll", "calls", "ends"
    return file


def _bytes(descriptor: Any) -> bytes:
    file = descriptor_pb2.FileDescriptorProto()
    descriptor.CopyToProto(file)
    return file.SerializeToString()


def files_of(*own: Any) -> list[bytes]:
    """Gives every file that these depend on, and these, serialized."""
    return [*map(_bytes, OPTIONS[::-1]), *map(_bytes, KNOWN.values()), *(file.SerializeToString() for file in own)]


@pytest.fixture(scope="session")
def calc_files() -> list[bytes]:
    return files_of(describe(RPCS))


@pytest.fixture(scope="session")
def describe_files() -> Callable[..., list[bytes]]:
    """Describes other services: (rpcs, package) gives their files and those they depend on."""

    def make(rpcs, package="calc.v1"):
        own = [describe(RPCS)] if package != "calc.v1" else []
        return files_of(*own, describe(rpcs, package))

    return make


@pytest.fixture(scope="session")
def calc_schema(calc_files) -> Schema:
    return build_schema(calc_files, ["calc.v1.Calculator"])


@dataclass
class Calc:
    """The service, and what it saw."""

    pool: DescriptorPool
    services: tuple[str, ...]
    mute: bool = False
    looks: int = 0
    describing: asyncio.Event = field(default_factory=asyncio.Event)
    looked: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    waiting: dict[str, asyncio.Event] = field(default_factory=dict)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    deadlines: list[float | None] = field(default_factory=list)
    metadata: list[list[tuple[str, str | bytes]]] = field(default_factory=list)
    refuse_together: Any = None
    running: int = 0
    most_running: int = 0
    target: str = ""
    server: Any = None
    health: Any = None

    def become(self, files: list[bytes], *services: str) -> None:
        """Offers something else from now on, as after an update at the same address."""
        self.pool, self.services = build_schema(files, services).pool, services

    def method(self, service: str, name: str) -> Any:
        found = self.pool.FindServiceByName(service) if service in self.services else None
        return found.methods_by_name.get(name) if found else None

    async def seen_looks(self, count: int) -> None:
        """Waits until it was asked this many times what it offers."""
        async with asyncio.timeout(WAIT):
            while self.looks < count:
                self.looked.clear()
                await self.looked.wait()

    def message(self, name: str, **values: Any) -> Any:
        return GetMessageClass(self.pool.FindMessageTypeByName(f"calc.v1.{name}"))(**values)

    async def seen(self, count: int) -> None:
        """Waits until this many calls have come."""
        async with asyncio.timeout(WAIT), self.arrived:
            await self.arrived.wait_for(lambda: len(self.calls) >= count)

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def let_go(self, name: str) -> None:
        self.waiting.setdefault(name, asyncio.Event()).set()

    async def handle(self, name: str, request: Any, context: Any) -> Any:
        async with self.arrived:
            self.calls.append((name, request))
            self.arrived.notify_all()
        self.deadlines.append(context.time_remaining())
        self.metadata.append([tuple(each) for each in context.invocation_metadata()])
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            return await getattr(self, f"do_{snake_case(name)}")(request, context)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        finally:
            self.running -= 1

    async def do_subtract(self, request, context):
        return self.message("SubtractResponse", difference=request.minuend - request.subtrahend)

    async def do_sum(self, request, context):
        return self.message("SumResponse", total=sum(request.values))

    async def do_update(self, request, context):
        return self.message("Empty")

    do_notify_hello = do_notify_sum = do_update

    async def do_get_data(self, request, context):
        data = [struct_pb2.Value(string_value="hello"), struct_pb2.Value(number_value=5)]
        response = self.message("DataResponse")
        for each in data:
            response.data.add().MergeFromString(each.SerializeToString())
        return response

    async def do_fail_with(self, request, context):
        if request.details:
            context.set_trailing_metadata((("grpc-status-details-bin", request.details),))
        code = next((each for each in grpc.StatusCode if each.value[0] == request.code), None)
        if code is None:
            raise RuntimeError("the secret of the backend")
        await context.abort(code, request.message)

    async def do_wait(self, request, context):
        async with asyncio.timeout(WAIT):
            await self.waiting.setdefault(request.name, asyncio.Event()).wait()
        return request

    async def do_echo(self, request, context):
        return request

    do_echo_item = do_echo

    async def do_get_server_info(self, request, context):
        return self.message("Info", server_name="calc_server", version="1.2.3", capabilities=["echo", "subtract"])

    def quotient(self, request):
        return self.message("Quotient", quotient=request.minuend / request.subtrahend)

    async def do_divide(self, request, context):
        if request.subtrahend == 0:
            await context.abort(grpc.StatusCode.OUT_OF_RANGE, "division by zero")
        return self.quotient(request)

    async def do_divide_all(self, request, context):
        if self.refuse_together:
            await context.abort(self.refuse_together, "one by one, please")
        answer = self.message("Quotients")
        for each in request.calls:
            if each.subtrahend == 0:
                answer.ends.add().error.MergeFrom(
                    GetMessageClass(self.pool.FindMessageTypeByName("google.rpc.Status"))(
                        code=11, message="division by zero"
                    )
                )
            else:
                answer.ends.add().given.MergeFrom(self.quotient(each))
        if request.calls[0].minuend == 13:
            del answer.ends[-1]
        for each in request.calls:
            if each.minuend == 99:
                async with asyncio.timeout(WAIT):
                    await self.waiting.setdefault("99", asyncio.Event()).wait()
        return answer

    async def count_up(self, request, context):
        """Streams the numbers from 0; fails before a negative one's end, and goes on for ever from 1000 on."""
        async with self.arrived:
            self.calls.append(("CountUp", request))
            self.arrived.notify_all()
        try:
            number = 0
            while number < abs(request.value) or request.value >= 1000:
                padding = {"padding": "x" * 10_000} if request.value > 1000 else {}
                yield self.message("HelloRequest", value=number, **padding)
                number += 1
            if request.value < 0:
                await context.abort(grpc.StatusCode.DATA_LOSS, "the rest is lost")
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise

    async def sum_up(self, requests, context):
        values = [request.value async for request in requests]
        self.calls.append(("SumUp", values))
        return self.message("SumResponse", total=sum(values))

    async def chat(self, requests, context):
        async for request in requests:
            yield request


class _Handlers(grpc.GenericRpcHandler):
    def __init__(self, calc: Calc) -> None:
        self.calc = calc

    def service(self, details):
        service, _, name = details.method.removeprefix("/").partition("/")
        method = self.calc.method(service, name)
        if method is None:
            return None

        async def call(request, context):
            return await self.calc.handle(method.name, request, context)

        kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"
        if kind != "unary_unary":
            call = getattr(self.calc, snake_case(method.name))
        return getattr(grpc, f"{kind}_rpc_method_handler")(
            call,
            GetMessageClass(method.input_type).FromString,
            GetMessageClass(method.output_type).SerializeToString,
        )


class _Reflection:
    """Describes what the service is now, unless it is told to hang or to fail."""

    def __init__(self, calc: Calc, version: str) -> None:
        self.calc = calc
        self.service = f"grpc.reflection.{version}.ServerReflection"

    async def answer(self, requests: Any, context: Any) -> AsyncIterator[Any]:
        self.calc.looks += 1
        self.calc.looked.set()
        if self.calc.mute:
            await context.abort(grpc.StatusCode.INTERNAL, "no words")
        async with asyncio.timeout(WAIT):
            await self.calc.describing.wait()
        servicer = reflection.aio.ReflectionServicer([*self.calc.services, self.service], pool=self.calc.pool)
        async for answer in servicer.ServerReflectionInfo(requests, context):
            yield answer

    def handler(self) -> grpc.GenericRpcHandler:
        handler = grpc.stream_stream_rpc_method_handler(
            self.answer,
            reflection_pb2.ServerReflectionRequest.FromString,
            reflection_pb2.ServerReflectionResponse.SerializeToString,
        )
        return grpc.method_handlers_generic_handler(self.service, {"ServerReflectionInfo": handler})


@contextlib.asynccontextmanager
async def _serve_calc(
    files: list[bytes],
    services: tuple[str, ...] = ("calc.v1.Calculator",),
    reflections: tuple[str, ...] = ("v1", "v1alpha"),
    target: str = "127.0.0.1:0",
    tls: grpc.ServerCredentials | None = None,
) -> AsyncIterator[Calc]:
    calc = Calc(build_schema(files, services).pool, services)
    calc.describing.set()
    calc.server = grpc.aio.server(
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    )
    calc.server.add_generic_rpc_handlers((_Handlers(calc),))
    for version in reflections:
        calc.server.add_generic_rpc_handlers((_Reflection(calc, version).handler(),))
    calc.health = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(calc.health, calc.server)
    await calc.health.set("", health_pb2.HealthCheckResponse.SERVING)
    port = calc.server.add_secure_port(target, tls) if tls else calc.server.add_insecure_port(target)
    calc.target = f"127.0.0.1:{port}"
    await calc.server.start()
    try:
        yield calc
    finally:
        await calc.server.stop(0)


@pytest.fixture(scope="session")
def serve_calc(calc_files):
    """Serves the service: `async with serve_calc() as calc`."""

    def serve(files=None, **options):
        return _serve_calc(files or calc_files, **options)

    return serve


@pytest.fixture
async def calc(serve_calc) -> AsyncIterator[Calc]:
    async with serve_calc() as served:
        yield served


ALIASES = tuple(
    Alias(name, f"calc.v1.Calculator/{rpc}", unwrap=unwrap)
    for name, rpc, unwrap in (
        ("subtract", "Subtract", True),
        ("sum", "Sum", True),
        ("update", "Update", False),
        ("notify_hello", "NotifyHello", False),
        ("notify_sum", "NotifySum", False),
        ("get_data", "GetData", True),
    )
)


@dataclass
class Caller:
    """A bridge, and the ways to call it."""

    bridge: Bridge
    http: httpx.AsyncClient

    async def post(self, message: Any, path: str = "/rpc", headers: Any = ()) -> httpx.Response:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return await self.http.post(path, content=body, headers=[("Content-Type", "application/json"), *headers])

    async def call(self, method: str, params: Any = None, path: str = "/rpc", headers: Any = ()) -> Any:
        """Calls over HTTP and gives the whole answer."""
        answer = await self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, path, headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncIterator[Line]:
        reader, writer = await asyncio.open_connection(
            self.bridge.tcp_address.host, self.bridge.tcp_address.port, limit=2**27
        )
        try:
            yield Line(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


@dataclass
class Line:
    """A byte stream to a bridge."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, *messages: Any) -> None:
        for message in messages:
            self.writer.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
        await self.writer.drain()

    async def raw(self) -> bytes:
        async with asyncio.timeout(WAIT):
            line = await self.reader.readline()
        assert line.endswith(b"\n"), line
        return line[:-1]

    async def answer(self) -> Any:
        return json.loads(await self.raw())

    async def rest(self) -> list[Any]:
        """Says that nothing more is sent, and gives every answer that is still to come."""
        self.writer.write_eof()
        async with asyncio.timeout(WAIT):
            return [json.loads(line) for line in (await self.reader.read()).splitlines()]


@contextlib.asynccontextmanager
async def _run_bridge(*backends: Any, tracer_provider: Any = None, **options: Any) -> AsyncIterator[Caller]:
    named = tuple(each if isinstance(each, BackendConfig) else BackendConfig(each) for each in backends)
    local = Address("127.0.0.1", 0)
    config = BridgeConfig(**{"backends": named, "http": local, "tcp": local, "methods": ALIASES, **options})
    bridge = Bridge(config, tracer_provider)
    await bridge.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://{bridge.http_address}", timeout=WAIT, trust_env=False) as http:
            yield Caller(bridge, http)
    finally:
        await bridge.stop(0)


@pytest.fixture(scope="session")
def line_over() -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Line]:
    """Speaks to a bridge over any byte stream."""
    return Line


def _bridge_toml(target: str, **limits: Any) -> str:
    lines = ["[limits]", *(f"{name} = {value}" for name, value in limits.items())]
    lines += ["[[backend]]", f'target = "{target}"']
    for each in ALIASES:
        unwrap = str(each.unwrap).lower()
        lines += ["[[method]]", f'name = "{each.name}"', f'rpc = "{each.rpc}"', f"unwrap = {unwrap}"]
    return "\n".join(lines)


@pytest.fixture(scope="session")
def bridge_toml() -> Callable[..., str]:
    """What a bridge is told by a file: (target, **limits) gives its text."""
    return _bridge_toml


@pytest.fixture(scope="session")
def run_bridge():
    """Runs a bridge: `async with run_bridge(calc.target, limits=...) as caller`."""
    return _run_bridge


@pytest.fixture
async def caller(calc, run_bridge) -> AsyncIterator[Caller]:
    async with run_bridge(BackendConfig(calc.target, "calc")) as running:
        yield running


@pytest.fixture
def limits() -> Callable[..., Limits]:
    """Gives limits that differ from the defaults."""
    return lambda **changes: replace(Limits(), **changes)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
