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
    r"got NaN": "json_format takes what no JSON has",
    r"got a fraction": "json_format cuts the fraction off the number of an enum",
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


@pytest.mark.parametrize("value", [FLOAT_MAX, -FLOAT_MAX])
def test_the_largest_float_comes_back(value):
    written = write_float(value)
    assert struct.pack("f", read_float(written)) == struct.pack("f", value)


def test_random_messages_are_written_as_json_format_does_and_come_back(schemas, random_messages):
    total = Counter()

    @settings(deadline=None, max_examples=250)
    @given(st.data())
    def check(data):
        pool, descriptor = data.draw(st.sampled_from(schemas))
        message = data.draw(random_messages(pool, descriptor))
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


def taken(read):
    """Gives what json_format makes of its input, or None where it refuses it in one of its ways."""
    try:
        return read()
    except REFUSALS:
        return None


def test_random_junk_is_taken_or_refused_as_json_format_does(schemas, random_messages, random_junk):
    outcomes = Counter()

    @settings(deadline=None, max_examples=600)
    @given(st.data())
    def check(data):
        pool, descriptor = data.draw(st.sampled_from(schemas))
        made = GetMessageClass(descriptor)
        params = data.draw(random_junk(descriptor))
        if data.draw(st.booleans()):
            sound = json_format.MessageToDict(data.draw(random_messages(pool, descriptor)), descriptor_pool=pool)
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
