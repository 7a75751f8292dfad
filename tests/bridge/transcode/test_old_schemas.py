"""proto2 and editions, and names that are awkward in generated code."""

from __future__ import annotations

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.errors import InvalidParams, SchemaError
from papermesh_bridge.transcode import DEFAULT_POLICY, PROTO_POLICY, JsonPolicy, Transcoder

OMITTED = JsonPolicy(defaults="omitted")
NAMES = {"legacy": "legacy.v1.Legacy", "edition": "edition.v1.Edition"}


@pytest.fixture(scope="module")
def through(old_pool):
    """Reads params and writes what was read."""

    def through(name, params, policy=DEFAULT_POLICY):
        descriptor = old_pool.FindMessageTypeByName(NAMES[name])
        transcoder = Transcoder(policy, old_pool)
        return transcoder.encode(transcoder.decode(params, descriptor), descriptor)

    return through


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("legacy", {"title": "x", "shade": "SHADE_DARK", "count": 0}),
        ("legacy", {"title": "", "rowgroup": {"cell": False}}),
        ("legacy", {"title": "x", "from": "y", "HasField": 3, "odd": 4}),
        ("legacy", {"title": "x", "[legacy.v1.extra]": 5, "[legacy.v1.extras]": [{"title": "y"}, {"title": "z"}]}),
        ("legacy", {"title": "x", "inner_legacy": {"title": "y", "[legacy.v1.extra]": 0}}),
        ("edition", {"explicit": 0, "needed": ""}),
        ("edition", {"implicit": 1, "needed": "x", "nested": {"needed": "y"}}),
    ],
)
def test_what_is_read_is_written_again(through, name, params):
    assert through(name, params, OMITTED) == params


def test_defaults_follow_presence(through):
    assert through("legacy", {"title": "x"}) == {"title": "x", "shades": []}
    assert through("edition", {"needed": "x"}) == {"implicit": 0, "needed": "x"}
    assert through("edition", {"needed": "x", "implicit": 0}, OMITTED) == {"needed": "x"}


def test_json_names_may_be_any_text(through):
    assert through("legacy", {"title": "x", 'a "quoted" name': 4}, PROTO_POLICY) == {"title": "x", 'a "quoted" name': 4}


@pytest.mark.parametrize(
    ("name", "params", "field", "description"),
    [
        ("legacy", {}, "title", "required, and missing"),
        ("legacy", None, "title", "required, and missing"),
        ("legacy", {"title": None}, "title", "required, and missing"),
        ("legacy", {"title": "x", "innerLegacy": {}}, "innerLegacy.title", "required, and missing"),
        ("edition", {"needed": "x", "nested": {}}, "nested.needed", "required, and missing"),
        ("legacy", {"title": "x", "shade": 3}, "shade", "3 is no value of Shade"),
        ("legacy", {"title": "x", "shades": ["SHADE_DARK", 3]}, "shades[1]", "3 is no value of Shade"),
        ("legacy", {"title": "x", "[legacy.v1.extra]": "y"}, "[legacy.v1.extra]",
         "expected an integer (int64), got a string"),
        ("legacy", {"title": "x", "[legacy.v1.extras]": [{}]}, "[legacy.v1.extras][0].title", "required, and missing"),
        ("legacy", {"title": "x", "count": 1, "rowgroup": {"cell": 1}}, "rowgroup.cell",
         "expected true or false, got a number"),
    ],
)  # fmt: skip
def test_faults_name_the_field_in_the_callers_spelling(through, name, params, field, description):
    with pytest.raises(InvalidParams) as caught:
        through(name, params)
    assert [(each.field, each.description) for each in caught.value.violations] == [(field, description)]


def test_an_extension_of_another_message_is_no_member(through):
    for key in ("[legacy.v1.none]", "[legacy.v1.extra", "legacy.v1.extra"):
        with pytest.raises(InvalidParams, match="no such member"):
            through("legacy", {"title": "x", key: 1})


@pytest.mark.parametrize(("depth", "fits"), [(100, True), (101, False), (5000, False)])
def test_messages_are_as_deep_as_protobuf_reads_them(through, old_pool, depth, fits):
    params: dict = {"title": "x"}
    for _ in range(depth):
        params = {"title": "x", "inner_legacy": params}
    transcoder = Transcoder(DEFAULT_POLICY, old_pool)
    descriptor = old_pool.FindMessageTypeByName("legacy.v1.Legacy")
    if fits:
        GetMessageClass(descriptor).FromString(transcoder.decode(params, descriptor))
    else:
        with pytest.raises(InvalidParams, match="nested too deeply"):
            transcoder.decode(params, descriptor)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Timestamp", {"seconds": 2**40}),
        ("Timestamp", {"nanos": -1}),
        ("Duration", {"seconds": 1, "nanos": -1}),
        ("FieldMask", {"paths": ["fooBar"]}),
        ("FieldMask", {"paths": ["foo_3"]}),
        ("Value", {"number_value": float("nan")}),
    ],
)
def test_an_answer_that_has_no_json_form_is_said(calc_schema, name, values):
    descriptor = calc_schema.pool.FindMessageTypeByName(f"google.protobuf.{name}")
    data = GetMessageClass(descriptor)(**values).SerializeToString()
    with pytest.raises(SchemaError, match="a backend's answer has a"):
        Transcoder(DEFAULT_POLICY, calc_schema.pool).encode(data, descriptor)


def test_a_type_that_only_shares_a_well_known_name_is_an_ordinary_message():
    file = descriptor_pb2.FileDescriptorProto(name="own.proto", package="google.protobuf", syntax="proto3")
    message = file.message_type.add(name="Timestamp")
    message.field.add(name="moment", number=1, type=5, label=1)
    pool = DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("google.protobuf.Timestamp")
    transcoder = Transcoder(DEFAULT_POLICY, pool)
    assert transcoder.encode(transcoder.decode({"moment": 5}, descriptor), descriptor) == {"moment": 5}
