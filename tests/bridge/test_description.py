from __future__ import annotations

import asyncio

import pytest
from google.protobuf import descriptor_pb2

from papermesh_bridge import BackendConfig, Bridge, BridgeConfig, ConfigError, Limits
from papermesh_bridge.description import Description, read_set
from papermesh_bridge.errors import SchemaError
from papermesh_bridge.places import place_of

ROOM = {"max_files": 100, "max_bytes": 2**20}


def set_of(files):
    found = descriptor_pb2.FileDescriptorSet()
    for data in files:
        found.file.add().MergeFromString(data)
    return found.SerializeToString()


def one(name="a.proto", **members):
    return descriptor_pb2.FileDescriptorSet(file=[{"name": name, **members}]).SerializeToString()


def service(name):
    return {"name": name, "method": []}


def test_a_description_is_the_same_in_any_order(calc_files):
    first = Description(tuple(calc_files), ("a.A", "b.B"))
    assert first.digest() == Description(tuple(calc_files[::-1]), ("b.B", "a.A")).digest()
    assert first.digest() != Description(tuple(calc_files), ("a.A",)).digest()
    assert first.digest() != Description(tuple(calc_files[1:]), ("a.A", "b.B")).digest()
    assert Description((), ("ab",)).digest() != Description((), ("a", "b")).digest()


def test_a_set_offers_its_own_services_and_not_those_of_libraries(calc_files):
    health = descriptor_pb2.FileDescriptorProto(
        name="h.proto", package="grpc.health.v1", service=[service("Health")]
    ).SerializeToString()
    found = read_set(set_of([*calc_files, health]), **ROOM)
    assert found.services == ("calc.v1.Calculator",)
    assert {method.option_name for method in found.schema().methods} >= {"echo", "fail"}
    assert read_set(set_of([*calc_files, health]), ["grpc.health.v1.Health"], **ROOM).services == (
        "grpc.health.v1.Health",
    )
    assert read_set(one(service=[service("Bare")]), **ROOM).services == ("Bare",)


def test_comments_are_kept():
    path = {"path": [6, 0], "span": [1, 0, 2], "leading_comments": " What it is for."}
    file = {"name": "a.proto", "service": [service("A")], "source_code_info": {"location": [path]}}
    (data,) = read_set(descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString(), **ROOM).files
    assert b"What it is for." in data


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (b"", ROOM, r"it is not a FileDescriptorSet; make one with `buf build -o FILE` or `protoc --include_imports"),
        (b'syntax = "proto3";', ROOM, "it is not a FileDescriptorSet"),
        (one(""), ROOM, "it is not a FileDescriptorSet"),
        (one(dependency=["b.proto"]), ROOM, r"a\.proto imports b\.proto, which is not in it; make one"),
        (one(), ROOM, r"it has no service of its own; name those it is to offer with services = \[\.\.\.\]"),
        (one(), {**ROOM, "max_bytes": 5}, r"it is larger than 5 bytes \(max_schema_bytes\)"),
        (one() + one("b.proto"), {**ROOM, "max_files": 1}, r"it has more than 1 files \(max_schema_files\)"),
    ],
)
def test_a_file_that_is_no_use_is_refused(data, options, message):
    with pytest.raises(SchemaError, match=message):
        read_set(data, **options)


def test_a_set_needs_no_files_that_come_with_protobuf():
    data = one(dependency=["google/protobuf/timestamp.proto"], service=[service("A")])
    assert read_set(data, **ROOM).schema().methods == ()


@pytest.mark.parametrize(
    ("content", "services", "message"),
    [
        (None, (), r"the backend 'x': .*contract\.binpb cannot be read: No such file or directory"),
        (b"{}", (), r"the backend 'x': .*contract\.binpb does not describe it: it is not a FileDescriptorSet"),
        (one(), ("no.Service",), r"contract\.binpb does not describe it: the service no\.Service is in none of the"),
    ],
)
async def test_a_file_that_is_no_use_ends_the_start(tmp_path, content, services, message):
    path = tmp_path / "contract.binpb"
    if content is not None:
        path.write_bytes(content)
    backend = BackendConfig("127.0.0.1:1", "x", descriptors=path, services=services)
    with pytest.raises(ConfigError, match=message):
        await Bridge(BridgeConfig(backends=(backend,))).start()


def test_what_a_file_may_be_is_limited(tmp_path, calc_files):
    path = tmp_path / "contract.binpb"
    path.write_bytes(set_of(calc_files))
    backend = BackendConfig("127.0.0.1:1", descriptors=path)
    assert place_of(backend, Limits()).schema.methods
    with pytest.raises(ConfigError, match="larger than 100 bytes"):
        place_of(backend, Limits(max_schema_bytes=100))


async def test_a_backend_without_reflection_is_called_by_its_file(
    serve_calc, run_bridge, free_port, tmp_path, calc_files
):
    path = tmp_path / "contract.binpb"
    path.write_bytes(set_of(calc_files))
    backend = BackendConfig(f"127.0.0.1:{free_port}", "calc", descriptors=path)
    async with run_bridge(backend) as caller:
        error = (await caller.call("sum", [1, 2]))["error"]
        assert error["data"]["details"][0]["reason"] == "BACKEND_UNAVAILABLE"
        assert (await caller.call("nothing"))["error"]["code"] == -32601, "what it has is known"
        health = await caller.http.get("/health")
        assert health.status_code == 503
        assert health.json()["backends"][0]["detail"] == "its health check failed: UNAVAILABLE"
        async with serve_calc(target=backend.target, reflections=()) as calc, asyncio.timeout(15):
            while (answer := await caller.call("sum", [1, 2])).get("result") != 3:
                assert answer["error"]["code"] == -32014
                await asyncio.sleep(0.01)
            assert (await caller.http.get("/health")).status_code == 200
            assert calc.looks == 0
