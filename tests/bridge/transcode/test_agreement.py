"""The JSON Schema of messages against the transcoder: what one writes or reads, the other describes."""

from __future__ import annotations

import copy
import functools
import itertools
import re
from collections import Counter

import pytest
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from papermesh_bridge.errors import InvalidParams
from papermesh_bridge.json_schema import Components, RequestSchemas, ResultSchemas, Room
from papermesh_bridge.transcode import JsonPolicy, Transcoder

WRITING = [
    JsonPolicy(spelling=spelling, defaults=defaults, int64=int64)
    for spelling, defaults, int64 in itertools.product(
        ("original", "camel"), ("always", "omitted"), ("number_when_exact", "string", "number")
    )
]
READING = [
    JsonPolicy(spelling=spelling, unknown_members=members, unknown_enum_names=names, bare_enum_names=bare)
    for spelling, members, names, bare in itertools.product(
        ("original", "camel"), ("error", "ignore"), ("error", "ignore"), (False, True)
    )
]
# What the transcoder says of what it refuses though the schema takes it. There are no words in draft 7 for these.
WIDER = (
    r"is the same field|only one of .* may be set",
    r"got a fraction|does not fit|too large for",
    r"expected an integer \(\w+\), got a string",  # one that is a fraction
    r"no such day or time|not within",
    r"half of a surrogate",
    r"expected bytes in base64: ",
    r"is not known here|written as its @type|such member|has no members",
)


def validator(schema, components):
    return Draft7Validator({"allOf": [schema], "components": {"schemas": components.finished()}})


@functools.cache
def reading(descriptor, policy):
    components = Components(Room(10**6))
    return validator(RequestSchemas(policy, {}, components).message(descriptor), components)


@functools.cache
def writing(descriptor, policy):
    """A validator that takes no members beside those that are described."""
    components = Components(Room(10**6))
    schema = ResultSchemas(policy, {}, components).message(descriptor)
    for name, each in components.finished().items():
        if "properties" in each and name != "google.protobuf.Any":
            each["additionalProperties"] = False
    return validator(schema, components)


def test_what_is_written_is_as_described(schemas, random_messages):
    members = Counter()

    @settings(deadline=None, max_examples=300)
    @given(st.data())
    def check(data):
        pool, descriptor = data.draw(st.sampled_from(schemas))
        policy = data.draw(st.sampled_from(WRITING))
        message = data.draw(random_messages(pool, descriptor))
        written = Transcoder(policy, pool).encode(message.SerializeToString(), descriptor)
        writing(descriptor, policy).validate(written)
        members.update(field.name for field, _ in message.ListFields())

    check()
    # Nearly every field of the three types was there, so that no kind of value was passed over.
    assert len(members) > 0.8 * sum(len(descriptor.fields) for _, descriptor in schemas)


@pytest.mark.parametrize("policy", WRITING, ids=str)
def test_a_message_without_anything_set_is_as_described(schemas, policy):
    for pool, descriptor in schemas:
        written = Transcoder(policy, pool).encode(b"", descriptor)
        writing(descriptor, policy).validate(written)
        assert not writing(descriptor, policy).is_valid({**written, "junk": 1})


def test_what_is_read_is_as_described(schemas, random_messages, random_junk):
    outcomes, kinds = Counter(), Counter()

    @settings(deadline=None, max_examples=900)
    @given(st.data())
    def check(data):
        pool, descriptor = data.draw(st.sampled_from(schemas))
        policy = data.draw(st.sampled_from(READING))
        params = data.draw(random_junk(descriptor))
        if data.draw(st.booleans()):
            message = data.draw(random_messages(pool, descriptor))
            sound = Transcoder(data.draw(st.sampled_from(WRITING)), pool).encode(
                message.SerializeToString(), descriptor
            )
            params = {**sound, **params} if data.draw(st.booleans()) else sound
        violations = refusals(Transcoder(policy, pool), copy.deepcopy(params), descriptor)
        valid = reading(descriptor, policy).is_valid(params)
        outcomes["refused" if violations else "taken", valid] += 1
        if not violations:
            reading(descriptor, policy).validate(params)
            kinds.update(type(value).__name__ for value in params.values())
        elif valid:
            # What was refused is missing too, where it is needed.
            first = {violation.field: violation for violation in reversed(violations)}
            assert all(map(beyond, first.values())), violations

    check()
    assert outcomes["taken", True] > 200
    assert outcomes["refused", False] > 4 * outcomes["refused", True]
    assert kinds.keys() >= {"NoneType", "bool", "dict", "float", "int", "list", "str"}


def refusals(transcoder, params, descriptor):
    try:
        transcoder.decode(params, descriptor)
    except InvalidParams as fault:
        return fault.violations
    return ()


def beyond(violation):
    """Tells whether it is known that no schema says this."""
    inside_any = re.match(r"(an_any|anAny)\b", violation.field)
    return inside_any or any(re.search(each, violation.description) for each in WIDER)


@pytest.mark.parametrize(
    ("params", "taken"),
    [
        ({"an_int32": 5}, True),
        ({"anInt32": "5"}, True),
        ({"an_int32": 5.0}, True),
        ({"an_int32": "1e2"}, True),
        ({"an_int32": 1.5}, False),
        ({"an_int32": " 1"}, False),
        ({"an_int32": "1_0"}, False),
        ({"an_int32": "+1"}, False),
        ({"an_int32": "\u0661"}, False),
        ({"a_double": ".5"}, False),
        ({"an_int32": 2**31}, False),
        ({"an_int32": True}, False),
        ({"an_int32": None}, True),
        ({"many_ints": [None]}, False),
        ({"many_values": [None]}, True),
        ({"an_uint64": 1}, False),
        ({"a_uint64": str(2**64 - 1)}, True),
        ({"a_double": "NaN"}, True),
        ({"a_double": "nan"}, False),
        ({"a_float": 1e39}, False),
        ({"a_colour": "COLOUR_RED"}, True),
        ({"a_colour": 99}, True),
        ({"a_colour": "COLOUR_BLUE"}, False),
        ({"a_colour": "red"}, False),
        ({"a_colour": ""}, False),
        ({"some_bytes": "_-8"}, True),
        ({"some_bytes": "?"}, False),
        ({"a_time": "2025-01-31T12:00:00+02:00"}, True),
        ({"a_time": "2025-1-31T12:00:00Z"}, False),
        ({"a_duration": "1.5s"}, True),
        ({"a_duration": "1.5"}, False),
        ({"a_mask": "one,twoThree"}, True),
        ({"a_mask": "two_three"}, False),
        ({"boxed_int": "5"}, True),
        ({"boxed_int": {"value": 5}}, False),
        ({"int_by_name": {"x": 1}}, True),
        ({"child_by_number": {"1": {}}}, True),
        ({"child_by_number": {"x": {}}}, False),
        ({"child_by_number": {"1": None}}, False),
        ({"name_by_bool": {"true": "x"}}, True),
        ({"name_by_bool": {"yes": "x"}}, False),
        ({"an_any": {}}, True),
        ({"an_any": {"word": 1}}, False),
        ({"a_null": None}, True),
        ({"a_null": "NULL_VALUE"}, True),
        ({"a_struct": [1]}, False),
        ({"a_list": [1, None]}, True),
        ({"a_child": {"left_child": {"leftChild": {"firstName": "x"}}}}, True),
        ({"a_child": {"left_child": {"leftChild": {"first": "x"}}}}, False),
    ],
)
def test_transcoder_and_schema_agree_on(calc_schema, params, taken):
    descriptor = calc_schema.pool.FindMessageTypeByName("calc.v1.Everything")
    read = not refusals(Transcoder(JsonPolicy(), calc_schema.pool), params, descriptor)
    assert (read, reading(descriptor, JsonPolicy()).is_valid(params)) == (taken, taken)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("red", True), ("Dark_Blue", True), ("COLOUR_RED", True), ("colour_red", True), ("blue", False), ("", False)],
)
def test_bare_enum_names_are_taken_by_both(calc_schema, name, taken):
    descriptor = calc_schema.pool.FindMessageTypeByName("calc.v1.Everything")
    policy = JsonPolicy(bare_enum_names=True)
    params = {"a_colour": name}
    read = not refusals(Transcoder(policy, calc_schema.pool), params, descriptor)
    assert (read, reading(descriptor, policy).is_valid(params)) == (taken, taken)


@pytest.mark.parametrize(
    ("item", "written"),
    [
        ({"child": {"first_name": "x"}}, {"first_name": "x", "children": []}),
        ({"error": {"code": 5}}, {"error": {"code": 5, "message": "", "details": []}}),
        ({}, {}),
    ],
)
def test_members_of_inline_messages_are_described_where_they_stand(calc_schema, item, written):
    descriptor = calc_schema.pool.FindMessageTypeByName("calc.v1.Item")
    transcoder = Transcoder(JsonPolicy(), calc_schema.pool)
    assert transcoder.encode(transcoder.decode(item, descriptor), descriptor) == written
    components = Components(Room(10**6))
    schema = ResultSchemas(JsonPolicy(), {}, components).message(descriptor)
    found = validator(schema, components)
    found.validate(written)
    assert not found.is_valid({"error": 5})
    assert reading(descriptor, JsonPolicy()).is_valid(item)


def test_what_is_needed_is_said(old_pool):
    legacy = old_pool.FindMessageTypeByName("legacy.v1.Legacy")
    found = reading(legacy, JsonPolicy())
    assert found.is_valid({"title": "x", "[legacy.v1.extra]": 5})
    assert not found.is_valid({})
    assert not found.is_valid({"title": None})
    assert not found.is_valid({"title": "x", "[legacy.v1.other]": 5})


def test_an_answer_is_read_back_from_what_is_described(schemas):
    """The request schema takes whatever is written, in any spelling, since an answer may be sent on."""
    for (pool, descriptor), policy in itertools.product(schemas, WRITING):
        made = GetMessageClass(descriptor)()
        for field in descriptor.fields:
            if field.is_required:
                setattr(made, field.name, "x")
        written = Transcoder(policy, pool).encode(made.SerializeToString(), descriptor)
        reading(descriptor, JsonPolicy()).validate(written)
