from __future__ import annotations

import pytest
from google.protobuf import descriptor_pb2

from papermesh.classification.v1 import classification_pb2
from papermesh_bridge.errors import SchemaError
from papermesh_bridge.schema import Alias, build_schema, build_table, snake_case


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("ClassifyDocument", "classify_document"),
        ("GetHTTPInfo", "get_http_info"),
        ("Sum", "sum"),
        ("sum", "sum"),
        ("Int64ToText", "int64_to_text"),
        ("already_snake", "already_snake"),
    ],
)
def test_names_in_snake_case(name, snake):
    assert snake_case(name) == snake


def method(schema, rpc):
    return next(each for each in schema.methods if each.rpc == rpc)


def test_a_schema_knows_its_methods(calc_schema):
    echo = method(calc_schema, "calc.v1.Calculator/Echo")
    assert echo.path == "/calc.v1.Calculator/Echo"
    assert (echo.option_name, echo.snake_name, echo.streaming) == ("echo", "echo", False)
    assert echo.input.full_name == "calc.v1.Everything"
    assert method(calc_schema, "calc.v1.Calculator/CountUp").streaming
    assert calc_schema.named("fail").rpc == "calc.v1.Calculator/FailWith"
    assert calc_schema.named("subtract") is None


def test_the_order_of_files_does_not_matter_and_pools_are_private(calc_files):
    first = build_schema(calc_files, ["calc.v1.Calculator"])
    second = build_schema(calc_files[::-1], ["calc.v1.Calculator"])
    assert first.methods[0].input is not second.methods[0].input


def test_files_that_come_with_protobuf_need_not_be_sent(calc_files):
    own = [data for data in calc_files if b"calc.v1.proto" in data or b"papermesh" in data or b"google/rpc" in data]
    assert len(own) < len(calc_files)
    assert build_schema(own, ["calc.v1.Calculator"]).methods


def file(name: str, *dependencies: str) -> bytes:
    return descriptor_pb2.FileDescriptorProto(name=name, dependency=dependencies).SerializeToString()


@pytest.mark.parametrize(
    ("files", "services", "message"),
    [
        ([b"\xff\xff"], [], "not a FileDescriptorProto"),
        ([file("a.proto", "b.proto")], [], "the file b.proto is missing"),
        ([file("a.proto", "b.proto"), file("b.proto", "a.proto")], [], "depends on depend on"),
        ([file("a.proto", "a.proto")], [], "depends on depend on"),
        ([], ["no.Service"], "the service no.Service is in none of the files"),
        (
            [descriptor_pb2.FileDescriptorProto(name="a.proto", message_type=[{"name": "1x"}]).SerializeToString()],
            [],
            "the file a.proto cannot be used",
        ),
    ],
)
def test_a_description_that_cannot_be_used_is_said(files, services, message):
    with pytest.raises(SchemaError, match=message):
        build_schema(files, services)


def test_a_long_chain_of_files_is_followed():
    chain = [file(f"{n}.proto", *([f"{n + 1}.proto"] if n < 1500 else [])) for n in range(1501)]
    assert build_schema(chain, []).methods == ()


def test_methods_are_reached_by_alias_option_full_name_and_snake_case(calc_schema):
    alias = Alias("minus", "calc.v1.Calculator/Subtract", unwrap=True)
    table = build_table([("a", calc_schema)], [alias], {"a": "one"})
    assert table.notices == ()
    assert table.routes["minus"].unwrap
    for name in ("minus", "subtract", "calc.v1.Calculator/Subtract"):
        assert table.routes[name].method.rpc == "calc.v1.Calculator/Subtract"
    assert not table.routes["subtract"].unwrap
    assert table.routes["fail"].method is table.routes["fail_with"].method


def test_the_first_backend_has_a_name_that_several_offer(calc_schema, describe_files):
    other = build_schema(
        describe_files(
            {"Other": [("GetServerInfo", "Empty", "Info", "get_server_info"), ("Sum", "Values", "Values", "")]},
            "other.v1",
        ),
        ["other.v1.Other"],
    )
    labels = {"a": "one", "b": "two"}
    table = build_table([("a", calc_schema), ("b", other)], [], labels)
    assert table.routes["get_server_info"].owner == "a"
    assert table.notices == (
        "'get_server_info' is calc.v1.Calculator/GetServerInfo of one, not other.v1.Other/GetServerInfo of two; "
        "the latter is called by its full name, or by another name that a [[method]] gives it",
    )
    assert "sum" not in table.routes, "two methods have this snake_case name"
    assert table.routes["other.v1.Other/Sum"].owner == "b"
    assert build_table([("b", other), ("a", calc_schema)], [], labels).routes["get_server_info"].owner == "b"


def test_a_service_that_two_backends_have_is_told_with_how_the_second_is_reached(calc_schema, describe_files):
    files = describe_files({"Twice": [("Sum", "Values", "Values", "")]}, "twice.v1")
    first, second = (build_schema(files, ["twice.v1.Twice"]) for _ in range(2))
    table = build_table([("a", first), ("b", second)], [], {"a": "one", "b": "two"})
    assert table.notices[0].endswith("of two; to call the latter, give two an [[endpoint]] of its own")


@pytest.mark.parametrize(
    ("alias", "notice"),
    [
        (Alias("x", "calc.v1.Calculator/None"), "leads nowhere: no backend has calc.v1.Calculator/None"),
        (Alias("x", "calc.v1.Calculator/GetServerInfo", unwrap=True), "cannot unwrap: calc.v1.Info has 3 fields"),
    ],
)
def test_an_alias_that_cannot_be_is_told_and_left_out(calc_schema, alias, notice):
    table = build_table([("a", calc_schema)], [alias], {"a": "one"})
    assert "x" not in table.routes
    assert notice in (*table.notices, *table.lost)[0]


def test_the_machinery_keeps_its_full_names_only():
    from grpc_health.v1 import health_pb2

    schema = build_schema([health_pb2.DESCRIPTOR.serialized_pb], ["grpc.health.v1.Health"])
    table = build_table([("a", schema), ("b", schema)], [], {"a": "one", "b": "two"})
    assert "grpc.health.v1.Health/Check" in table.routes
    assert "check" not in table.routes
    assert table.notices == ()


def test_the_number_of_our_option_may_mean_something_else_elsewhere():
    text = descriptor_pb2.FieldDescriptorProto.TYPE_STRING
    file = descriptor_pb2.FileDescriptorProto(
        name="theirs.proto",
        package="theirs",
        dependency=["google/protobuf/descriptor.proto"],
        message_type=[{"name": "Empty"}],
        extension=[
            {"name": "note", "number": 50501, "type": text, "label": 1, "extendee": ".google.protobuf.MethodOptions"}
        ],
    )
    method = file.service.add(name="Theirs").method.add(name="Ask", input_type=".theirs.Empty")
    method.output_type = ".theirs.Empty"
    method.options.deprecated = True
    # The option cannot be set from here, where its number is ours; so it takes the place of another of equal length.
    method.options.uninterpreted_option.add(string_value=b"12345678")
    ours = method.options.SerializeToString()
    theirs = b"\xaa\xd4\x18" + bytes([len(ours) - 4]) + b"x" * (len(ours) - 4)
    data = file.SerializeToString().replace(ours, theirs)
    assert theirs in data
    (ask,) = build_schema([data], ["theirs.Theirs"]).methods
    assert (ask.option_name, ask.snake_name) == (None, "ask")


def test_the_contract_of_the_product_gives_its_own_names(root):
    from google.rpc import status_pb2

    from papermesh.jsonrpc.v1 import options_pb2

    files = [each.DESCRIPTOR.serialized_pb for each in (classification_pb2, options_pb2, status_pb2)]
    service = "papermesh.classification.v1.ClassificationService"
    table = build_table([("a", build_schema(files, [service]))], [], {"a": "one"})
    assert table.routes["classify_document"].method.rpc == f"{service}/ClassifyDocument"
    assert table.routes["batch_classify_document"].method.option_name == "batch_classify_document"
