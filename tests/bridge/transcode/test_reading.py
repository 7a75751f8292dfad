from __future__ import annotations

import base64
import json
import math

import pytest
from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given, settings
from hypothesis import strategies as st

from papermesh_bridge.errors import InvalidParams
from papermesh_bridge.transcode import DEFAULT_POLICY, LEGACY_POLICY, JsonPolicy, Transcoder

TYPE = "type.googleapis.com/"


@pytest.fixture(scope="module")
def read(calc_schema):
    """Reads params into a message of the test service."""

    def read(params, name="Everything", policy=DEFAULT_POLICY):
        descriptor = calc_schema.pool.FindMessageTypeByName(f"calc.v1.{name}")
        return GetMessageClass(descriptor).FromString(Transcoder(policy, calc_schema.pool).decode(params, descriptor))

    return read


@pytest.fixture(scope="module")
def faults(read):
    """Gives what is wrong with params, as (field, description)."""

    def faults(params, name="Everything", policy=DEFAULT_POLICY):
        with pytest.raises(InvalidParams) as caught:
            read(params, name, policy)
        return [(violation.field, violation.description) for violation in caught.value.violations]

    return faults


@pytest.mark.parametrize(
    ("params", "name", "value"),
    [
        ({"an_int32": -5}, "an_int32", -5),
        ({"anInt32": -5}, "an_int32", -5),
        ({"an_int32": 5.0}, "an_int32", 5),
        ({"an_int32": 1e3}, "an_int32", 1000),
        ({"an_int32": "5"}, "an_int32", 5),
        ({"an_int32": "1e1"}, "an_int32", 10),
        ({"an_int64": 2**63 - 1}, "an_int64", 2**63 - 1),
        ({"an_int64": str(-(2**63))}, "an_int64", -(2**63)),
        ({"a_uint64": 2**64 - 1}, "a_uint64", 2**64 - 1),
        ({"a_double": 1}, "a_double", 1.0),
        ({"a_double": "1.5e3"}, "a_double", 1500.0),
        ({"a_double": "-Infinity"}, "a_double", -math.inf),
        ({"a_float": 0.5}, "a_float", 0.5),
        ({"a_bool": True}, "a_bool", True),
        ({"a_string": "é𝄞"}, "a_string", "é𝄞"),
        ({"some_bytes": "+/8="}, "some_bytes", b"\xfb\xff"),
        ({"some_bytes": "-_8"}, "some_bytes", b"\xfb\xff"),
        ({"some_bytes": "aGVs\r\nbG8=\n"}, "some_bytes", b"hello"),
        ({"some_bytes": ""}, "some_bytes", b""),
        ({"a_colour": "COLOUR_RED"}, "a_colour", 1),
        ({"a_colour": 2}, "a_colour", 2),
        ({"a_colour": 77}, "a_colour", 77),
        ({"many_ints": [1, "2", 3.0]}, "many_ints", [1, 2, 3]),
        ({"many_colours": ["COLOUR_RED", 2]}, "many_colours", [1, 2]),
        ({"int_by_name": {"a": 1, "": 2}}, "int_by_name", {"a": 1, "": 2}),
        ({"name_by_bool": {"true": "x", "false": "y"}}, "name_by_bool", {True: "x", False: "y"}),
        ({"this_text": "", "that_number": None}, "this_text", ""),
        ({"an_optional_int": 0}, "an_optional_int", 0),
        ({"an_int32": None}, "an_int32", 0),
        ({"many_ints": None}, "many_ints", []),
    ],
)
def test_values_are_read(read, params, name, value):
    assert getattr(read(params), name) == value


@pytest.mark.parametrize(
    ("params", "written"),
    [
        ({"a_time": "2025-01-31T12:00:00Z"}, "2025-01-31T12:00:00Z"),
        ({"a_duration": "1.500s"}, "1.500s"),
        ({"a_mask": "oneTwo,three"}, "oneTwo,three"),
        ({"a_struct": {"a": [1, None, {"b": True}]}}, {"a": [1, None, {"b": True}]}),
        ({"a_value": None}, None),
        ({"a_value": [1, "x"]}, [1, "x"]),
        ({"a_list": [None, 1]}, [None, 1]),
        ({"boxed_int": 7}, "7"),
        ({"boxed_bool": False}, False),
        ({"an_any": {"@type": TYPE + "calc.v1.Secret", "word": "x"}}, {"@type": TYPE + "calc.v1.Secret", "word": "x"}),
        (
            {"an_any": {"@type": TYPE + "google.protobuf.Duration", "value": "3s"}},
            {"@type": TYPE + "google.protobuf.Duration", "value": "3s"},
        ),
        ({"many_values": [None, {"a": None}]}, [None, {"a": None}]),
        ({"child_by_number": {"-3": {"firstName": "x"}}}, {"-3": {"first_name": "x"}}),
        ({"a_child": {"left_child": {"children": [{}, {"first_name": "y"}]}}}, None),
    ],
)
def test_messages_are_read_as_json_format_reads_them(read, calc_schema, params, written):
    message = read(params)
    oracle = json_format.ParseDict(params, type(message)(), descriptor_pool=calc_schema.pool)
    assert message == oracle
    if written is not None:
        told = json_format.MessageToDict(message, descriptor_pool=calc_schema.pool, preserving_proto_field_name=True)
        assert told[next(iter(params))] == written


@pytest.mark.parametrize(
    ("params", "field", "description"),
    [
        ({"an_int32": True}, "an_int32", "expected an integer (int32), got a boolean"),
        ({"an_int32": 1.5}, "an_int32", "expected an integer (int32), got a fraction"),
        ({"an_int32": "x"}, "an_int32", "expected an integer (int32), got a string"),
        ({"an_int32": " 1"}, "an_int32", "expected an integer (int32), got a string"),
        ({"an_int32": 2**31}, "an_int32", "the number does not fit int32, which takes -2147483648 to 2147483647"),
        ({"an_int32": "1e999999999"}, "an_int32",
         "the number does not fit int32, which takes -2147483648 to 2147483647"),
        ({"a_uint32": -1}, "a_uint32", "the number does not fit uint32, which takes 0 to 4294967295"),
        ({"a_double": False}, "a_double", "expected a number, got a boolean"),
        ({"a_double": "nan"}, "a_double", "expected a number, got a string that is none"),
        ({"a_double": 10**400}, "a_double", "the number is too large for a double"),
        ({"a_double": "1e400"}, "a_double", "the number is too large for a double"),
        ({"a_double": math.inf}, "a_double", "the number is too large for a double"),
        ({"a_value": 1e400}, "a_value", "the number is too large for a double"),
        ({"a_struct": {"x": [1e400]}}, "a_struct.x[0]", "the number is too large for a double"),
        ({"a_float": 1e39}, "a_float", "the number is too large for a 32-bit float"),
        ({"a_bool": 1}, "a_bool", "expected true or false, got a number"),
        ({"a_bool": "true"}, "a_bool", "expected true or false, got a string"),
        ({"a_string": 5}, "a_string", "expected a string, got a number"),
        ({"a_string": "\ud800"}, "a_string", "the string has half of a surrogate pair, which is no character"),
        ({"some_bytes": "?"}, "some_bytes", None),
        ({"some_bytes": "é"}, "some_bytes", "expected bytes in base64; some characters are not of its alphabet"),
        ({"some_bytes": "a"}, "some_bytes", None),
        ({"some_bytes": [1]}, "some_bytes", "expected bytes in base64, got an array"),
        ({"a_colour": "RED"}, "a_colour",
         "'RED' is no name of Colour, which has COLOUR_UNSPECIFIED, COLOUR_RED, COLOUR_DARK_BLUE"),
        ({"a_colour": True}, "a_colour", "expected a name of Colour, got a boolean"),
        ({"a_child": []}, "a_child", "expected an object, got an array"),
        ({"a_child": {"first_name": 1}}, "a_child.first_name", "expected a string, got a number"),
        ({"aChild": {"leftChild": {"firstName": 1}}}, "aChild.leftChild.firstName", "expected a string, got a number"),
        ({"a_child": {"children": [{}, {"children": [0]}]}}, "a_child.children[1].children[0]",
         "expected an object, got a number"),
        ({"many_ints": 5}, "many_ints", "expected an array, got a number"),
        ({"many_ints": [1, None]}, "many_ints[1]", "expected an integer (int32), got null"),
        ({"many_strings": "abc"}, "many_strings", "expected an array, got a string"),
        ({"int_by_name": []}, "int_by_name", "expected an object, got an array"),
        ({"int_by_name": {"a": "x"}}, 'int_by_name["a"]', "expected an integer (int32), got a string"),
        ({"child_by_number": {"x": {}}}, 'child_by_number["x"]', "expected an integer (int64), got a string"),
        ({"child_by_number": {"1": {"x": 1}}}, 'child_by_number["1"].x',
         "Child has no such member; it has first_name, left_child, children"),
        ({"name_by_bool": {"1": "x"}}, 'name_by_bool["1"]', "expected a key that is true or false"),
        ({"this_text": "a", "that_number": 1}, "that_number", "only one of this_text, that_number may be set"),
        ({"an_int32": 1, "anInt32": 1}, "anInt32", "an_int32 is the same field"),
        ({"a_strin": 1}, "a_strin", "Everything has no such member; did you mean a_string?"),
        ({"a_time": "yesterday"}, "a_time", "expected a time like 2025-01-31T12:00:00Z"),
        ({"a_time": 5}, "a_time", "expected a time like 2025-01-31T12:00:00Z, got a number"),
        ({"a_duration": "x"}, "a_duration", "expected a duration in seconds like 1.5s"),
        ({"a_struct": []}, "a_struct", "expected an object, got an array"),
        ({"a_list": {}}, "a_list", "expected an array, got an object"),
        ({"boxed_bool": 1}, "boxed_bool", "expected true or false, got a number"),
        ({"an_any": {"word": "x"}}, "an_any.@type",
         "expected the type of the message, like type.googleapis.com/pkg.Message"),
        ({"an_any": {"@type": TYPE + "\ud800"}}, "an_any.@type",
         "the type 'type.googleapis.com/\\ud800' is not known here"),
        ({"an_any": {"@type": TYPE + "no.Such"}}, "an_any.@type",
         "the type 'type.googleapis.com/no.Such' is not known here"),
        ({"an_any": {"@type": TYPE + "calc.v1.Secret", "word": 1}}, "an_any.word", "expected a string, got a number"),
        ({"an_any": {"@type": TYPE + "google.protobuf.Duration"}}, "an_any.value",
         "this type is written as its @type and one value"),
    ],
)  # fmt: skip
def test_faults_name_the_field_and_what_was_expected(faults, params, field, description):
    ((found, told),) = faults(params)
    assert found == field
    assert told == description if description else told.startswith("expected bytes in base64: ")


def test_all_faults_are_told_up_to_a_bound(faults):
    assert [field for field, _ in faults({"an_int32": "x", "a_bool": 1, "many_ints": ["y", 1, "z"]})] == [
        "an_int32", "a_bool", "many_ints[0]", "many_ints[2]",
    ]  # fmt: skip
    assert len(faults({"many_ints": ["x"] * 1000})) == 20
    assert len(faults({f"unknown{n}": 1 for n in range(1000)})) == 20


@pytest.mark.parametrize(
    ("name", "params", "values"),
    [
        ("SubtractRequest", [5, 3], {"minuend": 5, "subtrahend": 3}),
        ("SubtractRequest", [5], {"minuend": 5, "subtrahend": 0}),
        ("SubtractRequest", [None, 3], {"minuend": 0, "subtrahend": 3}),
        ("SubtractRequest", [], {"minuend": 0}),
        ("SubtractRequest", None, {"minuend": 0}),
        ("Values", [1, 2, 3], {"values": [1, 2, 3]}),
        ("Values", [], {"values": []}),
        ("Values", {"values": [1]}, {"values": [1]}),
        ("Empty", [], {}),
        ("FailRequest", [3, "x", "aGk="], {"code": 3, "message": "x", "details": b"hi"}),
    ],
)
def test_params_by_position_follow_the_declaration(read, name, params, values):
    message = read(params, name)
    assert {key: getattr(message, key) for key in values} == values


@pytest.mark.parametrize(
    ("name", "params", "field", "description"),
    [
        ("SubtractRequest", [1, 2, 3], "", "at most 2 positional params are taken (minuend, subtrahend), got 3"),
        ("Empty", [1], "", "at most 0 positional params are taken (none), got 1"),
        ("Empty", {"x": 1}, "x", "Empty has no members"),
        ("SubtractRequest", [1, "x"], "subtrahend", "expected an integer (int32), got a string"),
        ("Values", [[1, 2]], "values[0]", "expected an integer (int32), got an array"),
    ],
)
def test_faults_of_params_by_position_name_the_field(faults, name, params, field, description):
    assert faults(params, name) == [(field, description)]


def test_requests_that_have_a_form_of_their_own(calc_schema):
    find = calc_schema.pool.FindMessageTypeByName
    transcoder = Transcoder(DEFAULT_POLICY, calc_schema.pool)
    for name, params, value in [
        ("Struct", {"a": 1}, {"a": 1}),
        ("ListValue", [1, 2], [1, 2]),
        ("Int64Value", [7], "7"),
        ("Int64Value", {"value": 7}, "7"),
        ("Duration", None, "0s"),
    ]:
        descriptor = find(f"google.protobuf.{name}")
        message = GetMessageClass(descriptor).FromString(transcoder.decode(params, descriptor))
        assert json_format.MessageToDict(message) == value
    with pytest.raises(InvalidParams, match="expected one param, value"):
        transcoder.decode([1, 2], find("google.protobuf.Int64Value"))


@pytest.mark.parametrize("name", ["red", "RED", "Red", "colour_red", "COLOUR_RED"])
def test_a_legacy_policy_takes_bare_enum_names_and_unknown_members(read, name):
    assert read({"a_colour": name, "extra": [1]}, policy=LEGACY_POLICY).a_colour == 1
    assert read({"a_colour": "dark_blue", "a_child": {"extra": 1}}, policy=LEGACY_POLICY).a_colour == 2


def test_unknown_enum_names_are_left_out_where_the_policy_says_so(read, faults):
    assert faults({"a_colour": "green"}, policy=LEGACY_POLICY)[0][0] == "a_colour"
    message = read(
        {"a_colour": "green", "many_colours": ["green", "COLOUR_RED"]}, policy=JsonPolicy(unknown_enum_names="ignore")
    )
    assert message.a_colour == 0
    assert list(message.many_colours) == [1]


@settings(deadline=None)
@given(st.binary(max_size=5000), st.booleans(), st.booleans())
def test_bytes_survive_both_alphabets(read, data, urlsafe, padded):
    text = (base64.urlsafe_b64encode if urlsafe else base64.b64encode)(data).decode()
    assert read({"some_bytes": text if padded else text.rstrip("=")}).some_bytes == data


def test_large_bytes_are_read_whole(read):
    data = bytes(range(256)) * 20_000
    assert read({"some_bytes": base64.b64encode(data).decode()}).some_bytes == data


NAMES = ["an_int32", "aDouble", "a_bool", "a_string", "some_bytes", "a_colour", "a_child", "many_ints", "many_children"]
NAMES += [
    "int_by_name",
    "childByNumber",
    "this_text",
    "that_child",
    "a_time",
    "a_struct",
    "a_value",
    "a_list",
    "an_any",
]
NAMES += ["boxed_int", "a_null", "first_name", "left_child", "children", "@type", "value", "junk", "1"]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["1", "-1", "AA=="]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=10,
)


@settings(deadline=None, max_examples=300)
@given(JUNK, st.sampled_from([DEFAULT_POLICY, LEGACY_POLICY]))
def test_any_params_are_read_or_refused_with_fields_named(calc_schema, params, policy):
    descriptor = calc_schema.pool.FindMessageTypeByName("calc.v1.Everything")
    params = params if isinstance(params, dict | list) else {"a_value": params}
    data, fault = None, None
    try:
        data = Transcoder(policy, calc_schema.pool).decode(params, descriptor)
    except InvalidParams as refusal:
        fault = refusal
    if fault is not None:
        assert fault.violations
        json.dumps(fault.to_object().data)
    else:
        message = GetMessageClass(descriptor).FromString(data)
        if isinstance(params, dict) and policy is DEFAULT_POLICY:
            assert message == json_format.ParseDict(params, type(message)(), descriptor_pool=calc_schema.pool)


@pytest.mark.parametrize("length", [4, 2**20, 2**21])
def test_padding_stands_at_the_end_of_bytes_however_many_there_are(faults, length):
    found = faults({"some_bytes": "A" * (length - 2) + "==" + "A" * 4})
    assert found == [("some_bytes", "expected bytes in base64: padding before the end")]
