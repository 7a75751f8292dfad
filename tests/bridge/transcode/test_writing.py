from __future__ import annotations

import json
import struct

import pytest
from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from papermesh_bridge.errors import SchemaError
from papermesh_bridge.transcode import DEFAULT_POLICY, PROTO_POLICY, JsonPolicy, Transcoder

TYPE = "type.googleapis.com/"


@pytest.fixture(scope="module")
def made(calc_schema):
    """Makes a message of the test service from ProtoJSON."""

    def make(name="Everything", /, **values):
        message = GetMessageClass(calc_schema.pool.FindMessageTypeByName(f"calc.v1.{name}"))()
        return json_format.ParseDict(values, message, descriptor_pool=calc_schema.pool)

    return make


@pytest.fixture(scope="module")
def write(calc_schema):
    def write(message, policy=DEFAULT_POLICY, unwrap=False):
        data = message.SerializeToString()
        return Transcoder(policy, calc_schema.pool).encode(data, message.DESCRIPTOR, unwrap=unwrap)

    return write


OMITTED = JsonPolicy(defaults="omitted")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"an_int32": 1, "a_string": "x", "some_bytes": "+/8=", "a_bool": True, "a_colour": "COLOUR_RED"},
        {"a_double": "NaN", "a_float": "-Infinity"},
        {"a_float": 0.1, "a_double": 0.1},
        {"a_double": -0.0},
        {"a_child": {}, "that_child": {}},
        {"this_text": ""},
        {"an_optional_int": 0, "an_optional_text": ""},
        {"many_ints": [1, 2], "many_children": [{}, {"first_name": "x"}], "many_colours": ["COLOUR_RED", 9]},
        {"int_by_name": {"a": 0}, "child_by_number": {"5": {}}, "name_by_bool": {"true": "x"}},
        {"a_time": "2025-01-31T12:00:00Z", "a_duration": "1.500s", "a_mask": "oneTwo"},
        {"a_struct": {"a": [1, None]}, "a_value": None, "a_list": [1], "boxed_int": 0, "boxed_bool": False},
        {"an_any": {"@type": TYPE + "calc.v1.Secret", "word": "x"}},
        {"an_any": {"@type": TYPE + "google.protobuf.Int64Value", "value": "5"}},
        {"an_any": {"@type": TYPE + "google.rpc.ErrorInfo", "reason": "X"}},
        {"a_null": None, "many_values": [None, {"a": 1}]},
    ],
)
@pytest.mark.parametrize("camel", [True, False])
@pytest.mark.parametrize("always", [True, False])
def test_messages_are_written_as_json_format_writes_them(made, write, calc_schema, values, camel, always):
    message = made(**{key: value for key, value in values.items() if "ErrorInfo" not in str(value)})
    if message.DESCRIPTOR.fields_by_name["an_any"] and "ErrorInfo" in str(values):
        message.an_any.type_url, message.an_any.value = TYPE + "google.rpc.ErrorInfo", b"\x0a\x01X"
        assert write(message, PROTO_POLICY) == {"anAny": values["an_any"]}
        return
    policy = JsonPolicy(
        spelling="camel" if camel else "original", defaults="always" if always else "omitted", int64="string"
    )
    oracle = json_format.MessageToDict(
        message,
        preserving_proto_field_name=not camel,
        always_print_fields_with_no_presence=always,
        descriptor_pool=calc_schema.pool,
    )
    assert json.dumps(write(message, policy), sort_keys=True) == json.dumps(oracle, sort_keys=True)


def test_members_stand_in_the_order_of_the_declaration(made, write):
    assert list(write(made("FailRequest", message="x", code=1))) == ["code", "message", "details"]


@pytest.mark.parametrize(
    ("policy", "value", "written"),
    [
        ("number_when_exact", 2**53, 2**53),
        ("number_when_exact", 2**53 + 1, str(2**53 + 1)),
        ("number_when_exact", -(2**63), -(2**63)),
        ("number_when_exact", 0, 0),
        ("string", 5, "5"),
        ("number", 2**53 + 1, 2**53 + 1),
    ],
)
def test_64_bit_integers_follow_the_policy(made, write, policy, value, written):
    result = write(made(an_int64=value, boxed_int=value), JsonPolicy(int64=policy))
    assert result["an_int64"] == written
    assert result["boxed_int"] == written
    assert type(result["an_int64"]) is type(written)


def test_inlined_members_stand_in_the_enclosing_object(made, write):
    assert write(made("Item", child={"first_name": "x"}), OMITTED) == {"first_name": "x"}
    assert write(made("Item", child={})) == {"first_name": "", "children": []}
    failed = write(made("Item", error={"code": 5, "message": "m"}))
    assert failed == {"error": {"code": 5, "message": "m", "details": []}}


@pytest.mark.parametrize(
    ("name", "values", "written"),
    [
        ("SumResponse", {"total": 5}, 5),
        ("SumResponse", {}, 0),
        ("DataResponse", {"data": ["hello", 5]}, ["hello", 5]),
        ("DataResponse", {}, []),
    ],
)
def test_an_unwrapped_result_is_the_value_of_the_only_field(made, write, name, values, written):
    assert write(made(name, **values), unwrap=True) == written
    assert write(made(name, **values), OMITTED, unwrap=True) == written


def test_an_unknown_any_loses_nothing(made, write):
    message = made()
    message.an_any.type_url, message.an_any.value = TYPE + "no.Such", b"\x00\x01"
    assert write(message, OMITTED) == {"an_any": {"@type": TYPE + "no.Such", "value": "AAE="}}
    message.an_any.type_url, message.an_any.value = TYPE + "calc.v1.Secret", b"\xff"
    assert write(message, OMITTED) == {"an_any": {"@type": TYPE + "calc.v1.Secret", "value": "/w=="}}


def test_details_are_proto_json_and_unreadable_ones_are_none(calc_schema):
    transcoder = Transcoder(DEFAULT_POLICY, calc_schema.pool)
    status = status_pb2.Status(code=5, message="m")
    status.details.add(type_url=TYPE + "google.rpc.RetryInfo", value=b"\x0a\x02\x08\x03")
    status.details.add(type_url=TYPE + "calc.v1.Secret", value=b"\x0a\x01x")
    status.details.add(type_url=TYPE + "no.Such", value=b"\x01")
    assert transcoder.details(status.SerializeToString()) == [
        {"@type": TYPE + "google.rpc.RetryInfo", "retryDelay": "3s"},
        {"@type": TYPE + "calc.v1.Secret", "word": "x"},
        {"@type": TYPE + "no.Such", "value": "AQ=="},
    ]
    assert transcoder.details(b"\xff") == []
    assert transcoder.details(b"") == []


def test_an_answer_of_another_type_is_said(calc_schema):
    descriptor = calc_schema.pool.FindMessageTypeByName("calc.v1.SumResponse")
    with pytest.raises(SchemaError, match=r"no calc\.v1\.SumResponse"):
        Transcoder(DEFAULT_POLICY, calc_schema.pool).encode(b"\xff", descriptor)


def test_large_bytes_are_written_whole(made, write):
    message = made()
    message.some_bytes = bytes(range(256)) * 20_000
    assert json_format.MessageToDict(message)["someBytes"] == write(message)["some_bytes"]


@settings(deadline=None)
@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_floats_are_written_so_that_they_come_back(made, write, value):
    message = made()
    message.a_float = value
    written = write(message)["a_float"]
    assert struct.pack("f", written) == struct.pack("f", value)
