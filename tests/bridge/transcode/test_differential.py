"""The product against google.protobuf.json_format, over random messages and random junk."""

from __future__ import annotations

import copy
import itertools
import re
import struct
import sys
from collections import Counter
from contextlib import contextmanager

import pytest
from google.protobuf import json_format
from google.protobuf.message import EncodeError
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given, settings
from hypothesis import strategies as st

from papermesh_bridge.errors import InvalidParams
from papermesh_bridge.transcode import DEFAULT_POLICY, PROTO_POLICY, JsonPolicy, Transcoder
from papermesh_bridge.transcode.known import OWN_FORMS
from papermesh_bridge.transcode.scalars import FLOAT_MAX, read_float, write_float

URL = "type.googleapis.com/"
POLICIES = [
    JsonPolicy(spelling=spelling, defaults=defaults, int64=int64)
    for spelling, defaults, int64 in itertools.product(
        ("original", "camel"), ("always", "omitted"), ("number_when_exact", "string", "number")
    )
]
# What the product refuses and json_format takes, by what the product says of it.
STRICTER = {
    r"got a boolean": "Python has True for 1",
    r"expected an? \w+, got (a string|an array|an object)": "json_format takes whatever is empty for a message",
    r"is the same field": "json_format lets the later spelling win",
    r"expected an integer \(\w+\), got a string": "int() reads spaces, underscores, signs and other digits",
    r"got a string that is none|is too large for": "float() does, likewise, and gives infinity for what is too large",
    r"expected bytes in base64": "json_format passes over what is not of the alphabet, and over what is missing",
    r"is no name of": "json_format reads the number of an enum from a string",
    r"expected a time like|expected a duration": "json_format takes one-digit months, odd offsets and Python's numbers",
    r"is not known here": "json_format takes a type without an address before it",
    r"written as its @type and one value": "json_format passes over other members of an Any",
    r"half of a surrogate pair": "json_format takes one where it would fail later",
}


# What the product takes and json_format refuses: null for an array of Value is the want of one, as for any array.
WIDER = ("many_values", "manyValues")
# SystemError is what the library itself fails with where it looks up half of a surrogate pair.
REFUSALS = (InvalidParams, json_format.Error, EncodeError, SystemError)
REFUSALS += (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Calls:
    """How often generated functions were called, and readers of single values."""

    def __init__(self):
        self.counts = Counter()

    def note(self, frame, event, _argument):
        if event == "call":
            code = frame.f_code
            if code.co_filename.startswith("<transcode "):
                self.counts[code.co_name.rstrip("0123456789")] += 1
            elif code.co_filename.endswith("scalars.py") and code.co_name in ("read", "read_string", "read_bool"):
                self.counts["reader"] += 1

    @contextmanager
    def counted(self):
        earlier = sys.getprofile()
        sys.setprofile(self.note)
        try:
            yield
        finally:
            sys.setprofile(earlier)


def inside(pool, message):
    """Gives a message and every message inside of it, but for those that have a hand-written form."""
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Any":
        if message.type_url:
            kind = pool.FindMessageTypeByName(message.type_url.rpartition("/")[2])
            yield from inside(pool, GetMessageClass(kind).FromString(message.value))
    elif name not in OWN_FORMS:
        yield message
        for field, value in message.ListFields():
            for each in values_of(field, value):
                if hasattr(each, "DESCRIPTOR"):
                    yield from inside(pool, each)


def values_of(field, value):
    if not field.is_repeated:
        return [value]
    is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
    return [value[key] for key in value] if is_map else list(value)


def plain(message):
    """Counts the strings, booleans and 32-bit integers of a message itself."""
    simple = ("CPPTYPE_STRING", "CPPTYPE_BOOL", "CPPTYPE_INT32", "CPPTYPE_UINT32")
    kinds = {getattr(field_class(message), kind) for kind in simple}
    return sum(
        len(values_of(field, value))
        for field, value in message.ListFields()
        if field.cpp_type in kinds and field.type != field.TYPE_BYTES
    )


def field_class(message):
    return type(next(iter(message.DESCRIPTOR.fields)))


@st.composite
def messages(draw, pool, descriptor, depth=0):
    """A random message with a few of its fields set."""
    message = GetMessageClass(descriptor)()
    own = OWN.get(descriptor.full_name)
    if own is not None:
        json_format.ParseDict(draw(own), message, descriptor_pool=pool)
        return message
    fields = [field for field in descriptor.fields if depth < 3 or field.message_type is None]
    chosen = draw(st.lists(st.sampled_from(fields), max_size=6, unique_by=lambda field: field.name))
    chosen += [field for field in fields if field.is_required and field not in chosen]
    for field in chosen:
        put(draw, pool, message, field, depth)
    return message


def put(draw, pool, message, field, depth):
    value = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, inner = (field.message_type.fields_by_name[each] for each in ("key", "value"))
        for each in draw(st.lists(scalars(key), max_size=3)):
            if inner.message_type is not None:
                value[each].CopyFrom(draw(messages(pool, inner.message_type, depth + 1)))
            else:
                value[each] = draw(scalars(inner))
    elif field.message_type is not None:
        inner = messages(pool, field.message_type, depth + 1)
        if field.is_repeated:
            value.extend(draw(st.lists(inner, max_size=3)))
        else:
            value.CopyFrom(draw(inner))
            value.SetInParent()
    elif field.is_repeated:
        value.extend(draw(st.lists(scalars(field), max_size=4)))
    else:
        setattr(message, field.name, draw(scalars(field)))


def scalars(field):
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    bits = 64 if field.cpp_type in (field.CPPTYPE_INT64, field.CPPTYPE_UINT64) else 32
    if field.cpp_type in (field.CPPTYPE_INT32, field.CPPTYPE_INT64):
        return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return {
        field.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
        field.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
        field.CPPTYPE_BOOL: st.booleans(),
        field.CPPTYPE_DOUBLE: st.floats(allow_nan=False),
        # The largest one json_format writes with fewer digits than it takes back itself.
        field.CPPTYPE_FLOAT: st.floats(allow_nan=False, width=32).filter(lambda value: abs(value) != FLOAT_MAX),
        field.CPPTYPE_STRING: st.binary(max_size=9) if field.type == field.TYPE_BYTES else st.text(max_size=9),
    }[field.cpp_type]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
STAMPS = st.datetimes().map(lambda moment: moment.isoformat() + "Z")
LENGTHS = st.integers(-315576000000, 315576000000).map(lambda seconds: f"{seconds}.125s")
OWN = {
    "google.protobuf.Value": ANYTHING,
    "google.protobuf.Struct": st.dictionaries(st.text(max_size=3), ANYTHING, max_size=3),
    "google.protobuf.ListValue": st.lists(ANYTHING, max_size=3),
    "google.protobuf.Timestamp": STAMPS,
    "google.protobuf.Duration": LENGTHS,
    "google.protobuf.FieldMask": st.sampled_from(["", "one", "oneTwo,three.fourFive"]),
    "google.protobuf.Any": st.just({})
    | st.builds(lambda word: {"@type": URL + "calc.v1.Secret", "word": word}, st.text(max_size=3))
    | st.builds(lambda value: {"@type": URL + "google.protobuf.Duration", "value": value}, LENGTHS)
    | st.builds(lambda value: {"@type": URL + "google.protobuf.Int64Value", "value": value}, st.integers(0, 99)),
}


@pytest.fixture(scope="module")
def schemas(calc_schema, old_pool):
    """The message types to try: proto3 with all well-known types, proto2, and an edition."""
    pools = [(calc_schema.pool, "calc.v1.Everything"), (old_pool, "legacy.v1.Legacy"), (old_pool, "edition.v1.Edition")]
    return [(pool, pool.FindMessageTypeByName(name)) for pool, name in pools]


@pytest.mark.parametrize("value", [FLOAT_MAX, -FLOAT_MAX])
def test_the_largest_float_comes_back(value):
    written = write_float(value)
    assert struct.pack("f", read_float(written)) == struct.pack("f", value)


def test_random_messages_are_written_as_json_format_does_and_come_back(schemas):
    total = Counter()

    @settings(deadline=None, max_examples=250)
    @given(st.data())
    def check(data):
        pool, descriptor = data.draw(st.sampled_from(schemas))
        message = data.draw(messages(pool, descriptor))
        wire = message.SerializeToString()
        oracle = json_format.MessageToDict(message, descriptor_pool=pool)
        assert Transcoder(PROTO_POLICY, pool).encode(wire, descriptor) == oracle
        transcoder, calls = Transcoder(data.draw(st.sampled_from(POLICIES)), pool), Calls()
        with calls.counted():
            written = transcoder.encode(wire, descriptor)
            read = transcoder.decode(written, descriptor)
        assert GetMessageClass(descriptor).FromString(read) == message
        # Every message went through the function generated for its type, both ways.
        found = list(inside(pool, message))
        assert calls.counts["fill"] == calls.counts["write"] == len(found)
        total.update(messages=len(found), values=sum(map(plain, found)), readers=calls.counts["reader"])

    check()
    assert total["messages"] > 100
    # The usual form of a value is checked in place. Left to the readers are enum numbers, map keys and integers that
    # are told as strings, and these are not among the values counted.
    assert total["readers"] < total["values"] + total["messages"]


TEXTS = [
    "1",
    "-1",
    "1e2",
    "1.5",
    " 1",
    "1_0",
    "+1",
    "AA==",
    "_-8",
    "NaN",
    "Infinity",
    "nan",
    "true",
    "\ud800",
    "1" * 30,
]
TEXTS += ["COLOUR_RED", "SHADE_DARK", "2025-01-31T12:00:00Z", "2025-1-31T12:00:00Z", "2025-01-31T12:00:00+25:00"]
TEXTS += ["2025-01-31T12:00:00.123456789-08:30", "0000-01-01T00:00:00Z", "1.5s", "-0.000000001s", "1.s", "1_0s", "aB,c"]
TEXTS += ["2025-02-30T00:00:00Z", "2025-01-31t12:00:00Z", "2025-01-31T12:00:00", "9999-12-31T23:59:59-01:00", "1s "]
TYPES = [URL + name for name in ("calc.v1.Secret", "google.protobuf.Duration", "no.Such", "\ud800")]
TYPES += ["calc.v1.Secret", "", 5]


def junk(descriptor):
    """Random JSON whose members are named as those of a message type and of what is in it."""
    names, seen, todo = ["@type", "value", "junk", "[legacy.v1.extra]", "[legacy.v1.extras]"], set(), [descriptor]
    while todo:
        kind = todo.pop()
        if kind.full_name not in seen and not kind.full_name.startswith("google."):
            seen.add(kind.full_name)
            names += [name for field in kind.fields for name in (field.name, field.json_name)]
            todo += [field.message_type for field in kind.fields if field.message_type is not None]
    leaves = st.none() | st.booleans() | st.integers(-3, 9) | st.integers() | st.floats() | st.text(max_size=5)
    leaves |= st.sampled_from(TEXTS) | st.sampled_from(TYPES)
    nested = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=4),
        max_leaves=12,
    )
    # Most of these fail by their first member already, so there are more that have but one.
    short = leaves | st.lists(leaves, max_size=2) | st.dictionaries(st.sampled_from([*names, "1", "true"]), leaves)
    members = st.dictionaries(st.sampled_from(names), short, min_size=1, max_size=1)
    members |= st.dictionaries(st.sampled_from(names), nested, max_size=4)
    needed = {field.name: "x" for field in descriptor.fields if field.is_required}
    return members.map(lambda params: {**needed, **params})


def taken(read):
    """Gives what json_format makes of its input, or None where it refuses it in one of its ways."""
    try:
        return read()
    except REFUSALS:
        return None


def test_random_junk_is_taken_or_refused_as_json_format_does(schemas):
    outcomes = Counter()

    @settings(deadline=None, max_examples=600)
    @given(st.data())
    def check(data):
        pool, descriptor = data.draw(st.sampled_from(schemas))
        made = GetMessageClass(descriptor)
        params = data.draw(junk(descriptor))
        if data.draw(st.booleans()):
            sound = json_format.MessageToDict(data.draw(messages(pool, descriptor)), descriptor_pool=pool)
            params = {**params, **sound} if data.draw(st.booleans()) else sound
        oracle = taken(
            lambda: json_format.ParseDict(copy.deepcopy(params), made(), descriptor_pool=pool).SerializeToString()
        )
        try:
            mine, refusal = Transcoder(DEFAULT_POLICY, pool).decode(params, descriptor), None
        except InvalidParams as fault:
            mine, refusal = None, fault
        outcomes[mine is not None, oracle is not None] += 1
        if oracle is None:
            assert mine is None or any(name in params and params[name] is None for name in WIDER)
        elif mine is not None:
            assert repr(made.FromString(mine)) == repr(made.FromString(oracle))  # NaN is like NaN there
        else:
            told = [violation.description for violation in refusal.violations]
            assert all(any(re.search(known, each) for known in STRICTER) for each in told)

    check()
    assert outcomes[True, True] > 50
    assert outcomes[False, False] > 50


@pytest.mark.parametrize(
    "params",
    [
        {"a_double": True},
        {"a_colour": True},
        {"an_int32": 1, "anInt32": 2},
        {"an_int32": "1_0"},
        {"a_child": ""},
        {"a_colour": "1"},
        {"some_bytes": "?"},
        {"a_time": "2025-1-31T12:00:00Z"},
        {"a_time": "2025-01-31T12:00:00+25:00"},
        {"a_time": "2025-01-31T12:00:00+1:0"},
        {"a_duration": "1_0s"},
        {"a_duration": "+1s"},
        {"an_any": {"@type": "calc.v1.Secret", "word": "x"}},
    ],
)
def test_what_json_format_is_lax_about_is_refused(calc_schema, params):
    descriptor = calc_schema.pool.FindMessageTypeByName("calc.v1.Everything")
    json_format.ParseDict(params, GetMessageClass(descriptor)(), descriptor_pool=calc_schema.pool)
    with pytest.raises(InvalidParams):
        Transcoder(DEFAULT_POLICY, calc_schema.pool).decode(params, descriptor)
