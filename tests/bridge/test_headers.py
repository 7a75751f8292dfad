"""Headers -> what a call takes along, as tables, and whatever bytes may come."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_bridge.context import NO_CONTEXT
from papermesh_bridge.errors import ConfigError, InvalidRequest
from papermesh_bridge.headers import HeaderRule
from papermesh_bridge.limits import Limits

PARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
RULE = HeaderRule.of(("Authorization", "x-request-id", "x-tenant-*", "data-bin", "c*"), Limits())


def read(*headers, rule=RULE):
    return rule.read(headers, now=1000.0)


def refusal(*headers, rule=RULE):
    with pytest.raises(InvalidRequest) as caught:
        read(*headers, rule=rule)
    (info, bad) = caught.value.details
    (violation,) = bad["fieldViolations"]
    return info["reason"], violation["field"], violation["description"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"1H", 3600),
        (b"2M", 120),
        (b"3S", 3),
        (b"250m", 0.25),
        (b"5u", 5e-6),
        (b"7n", 7e-9),
        (b"00000030S", 30),
        (b"99999999n", 0.099999999),
    ],
)
def test_a_timeout_is_read_in_every_unit(value, seconds):
    rule = HeaderRule.of((), Limits(max_call_timeout_seconds=86400.0))
    context = rule.read([(b"grpc-timeout", value)], now=0.0)
    assert context.deadline == pytest.approx(seconds)
    assert (context.metadata, context.trace, context.refusal) == ((), (), None)


def test_a_timeout_over_the_maximum_is_lowered_to_it():
    rule = HeaderRule.of((), Limits(call_timeout_seconds=1.0, max_call_timeout_seconds=2.0))
    assert read((b"grpc-timeout", b"99999999H"), rule=rule).deadline == 1002.0


@pytest.mark.parametrize(
    "value",
    [b"", b"5", b"S", b"5s", b"5 S", b"-5S", b"+5S", b"1.5S", b"123456789S", b"0S", b"5SS", b"\xd9\xa5S", b"1e3S"],
)
def test_a_bad_timeout_is_refused_by_name(value):
    reason, field, told = refusal((b"grpc-timeout", value))
    assert (reason, field) == ("INVALID_HEADER", "grpc-timeout")
    assert "grpc-timeout must be there once: a number above 0 of at most 8 digits and one of H, M, S, m, u, n" in told


def test_two_timeouts_are_refused():
    assert refusal((b"grpc-timeout", b"1S"), (b"grpc-timeout", b"1S"))[1] == "grpc-timeout"


def test_only_what_is_allowed_goes_along_each_as_often_and_in_the_order_it_was_sent():
    context = read(
        (b"host", b"here"),
        (b"x-request-id", b"1"),
        (b"x-secret", b"no"),
        (b"authorization", b"Bearer x"),
        (b"x-request-id", b"2"),
        (b"x-tenant-name", b"  Acme Inc "),
        (b"x-tenant", b"no"),
        (b"x-request-identity", b"no"),
    )
    assert context.metadata == (
        ("x-request-id", "1"),
        ("x-request-id", "2"),
        ("authorization", "Bearer x"),
        ("x-tenant-name", "Acme Inc"),
    )


@pytest.mark.parametrize("headers", [(), ((b"host", b"x"), (b"x-secret", b"\xff"), (b"x!", b"1"))])
def test_what_nobody_asked_for_is_not_looked_into(headers):
    assert read(*headers) is NO_CONTEXT


NEVER = b"connection cookie content-type content-length content-encoding grpc-status grpc-encoding"


@pytest.mark.parametrize("name", [*NEVER.split(), b"cache-control"])
def test_a_beginning_takes_nothing_of_http_and_grpc_and_no_cookie(name):
    rule = HeaderRule.of(("c*", "g*"), Limits())
    assert read((name, b"x"), rule=rule).metadata == ((("cache-control", "x"),) if name == b"cache-control" else ())


def test_a_beginning_takes_no_credentials_but_their_full_name_does():
    assert read((b"authorization", b"x"), rule=HeaderRule.of(("a*",), Limits())).metadata == ()
    both = HeaderRule.of(("cookie", "authorization"), Limits())
    assert len(read((b"authorization", b"x"), (b"cookie", b"y"), rule=both).metadata) == 2


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "'' is no name of a header"),
        ("*", r"'\*' is no name of a header"),
        ("x y", "no name"),
        ("x*y", "no name"),
        ("x-é", "no name"),
        ("grpc-*", r"'grpc-\*' cannot go along"),
        ("grpc-status", "cannot go along"),
        ("Host", "'Host' cannot go along: it belongs to HTTP or gRPC itself"),
        ("content-type", "cannot go along"),
        ("te", "cannot go along"),
        ("User-Agent", "cannot go along"),
        ("traceparent", "goes along anyway; leave it out"),
        ("Grpc-Timeout", "goes along anyway"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(pattern, told):
    with pytest.raises(ConfigError, match=f"metadata: .*{told}"):
        HeaderRule.of((pattern,), Limits())


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        (b"", [b""]),
        (b"AP8=", [b"\x00\xff"]),
        (b"AP8", [b"\x00\xff"]),
        (b"AA==", [b"\x00"]),
        (b"AA", [b"\x00"]),
        (b"+/+/", [b"\xfb\xff\xbf"]),
        (b"AP8=, AA ,aGV5", [b"\x00\xff", b"\x00", b"hey"]),
    ],
)
def test_binary_values_are_decoded(value, decoded):
    assert read((b"data-bin", value)).metadata == tuple(("data-bin", each) for each in decoded)


@pytest.mark.parametrize(
    "value", [b"A", b"A===", b"AA=", b"AP8==", b"=", b"A A=", b"-_-_", b"\xff\xff", b"AA==A", b"AA,!"]
)
def test_what_is_not_base64_is_refused_and_not_repeated(value):
    reason, field, told = refusal((b"data-bin", value))
    assert (reason, field) == ("INVALID_HEADER", "data-bin")
    assert told == "the header data-bin must be base64, as the values of all headers that end in -bin"


@pytest.mark.parametrize("value", ["grün".encode(), b"a\x00b", b"a\x7f", b"a\tb"])
def test_other_values_are_printable_ascii(value):
    reason, field, told = refusal((b"authorization", value))
    assert (reason, field) == ("INVALID_HEADER", "authorization")
    assert "-bin can carry any bytes" in told


def test_a_name_that_metadata_cannot_have_is_refused():
    assert refusal((b"x-tenant-a!b", b"1"))[1] == "x-tenant-a!b"


def test_metadata_is_bounded_in_bytes_and_so_in_number():
    rule = HeaderRule.of(("x",), Limits(max_metadata_bytes=200))
    assert len(read((b"x", b"a" * 67), (b"x", b"b" * 67), rule=rule).metadata) == 2
    reason, _, told = refusal((b"x", b"a" * 67), (b"x", b"b" * 68), rule=rule)
    assert (reason, told) == ("METADATA_TOO_LARGE", "the headers make 201 bytes of metadata, at most 200 are taken")
    assert refusal(*[(b"x", b"")] * 7, rule=rule)[0] == "METADATA_TOO_LARGE"


def test_a_trace_goes_along_as_it_came():
    context = read((b"tracestate", b"a=1,b=2"), (b"traceparent", b" " + PARENT), (b"tracestate", b"c=3"))
    assert context.trace == (("traceparent", PARENT.decode()), ("tracestate", "a=1,b=2,c=3"))
    assert (context.metadata, context.deadline) == ((), None)


def test_a_later_version_of_a_trace_goes_along_too():
    later = PARENT.replace(b"00-", b"01-", 1) + b"-more"
    assert read((b"traceparent", later)).trace == (("traceparent", later.decode()),)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"traceparent", b"nonsense")],
        [(b"traceparent", PARENT.upper())],
        [(b"traceparent", PARENT + b"-more")],
        [(b"traceparent", b"ff" + PARENT[2:])],
        [(b"traceparent", b"00-" + b"0" * 32 + PARENT[35:])],
        [(b"traceparent", PARENT[:36] + b"0" * 16 + PARENT[52:])],
        [(b"traceparent", b"01" + PARENT[2:] + b"-" + b"x" * 512)],
        [(b"traceparent", PARENT), (b"traceparent", PARENT)],
        [(b"tracestate", b"a=1")],
    ],
)
def test_a_bad_trace_is_left_out(headers):
    assert read(*headers, (b"tracestate", b"b=2")).trace == ()


@pytest.mark.parametrize("state", [b"a=\xff", b"a=" + b"x" * 512, b""])
def test_a_bad_state_is_left_out_and_the_trace_goes_on(state):
    assert read((b"traceparent", PARENT), (b"tracestate", state)).trace == (("traceparent", PARENT.decode()),)


names = st.sampled_from([b"grpc-timeout", b"traceparent", b"tracestate", b"data-bin", b"authorization", b"x-tenant-1"])


@given(st.lists(st.tuples(st.one_of(names, st.binary()), st.binary(max_size=600)), max_size=20))
def test_any_headers_give_legal_metadata_or_a_refusal(headers):
    try:
        context = read(*headers)
    except InvalidRequest:
        return
    assert context.deadline is None or 1000 <= context.deadline <= 1600
    for name, value in (*context.metadata, *context.trace):
        assert re.fullmatch(r"[a-z0-9_.-]+", name)
        assert isinstance(value, bytes) if name.endswith("-bin") else re.fullmatch(r"[ -~]*", value)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=8), st.booleans())
def test_binary_values_come_back_as_they_were(values, padded):
    texts = [base64.b64encode(each) if padded else base64.b64encode(each).rstrip(b"=") for each in values]
    rule = HeaderRule.of(("data-bin",), Limits())
    assert [value for _, value in read((b"data-bin", b", ".join(texts)), rule=rule).metadata] == values


@given(st.integers(1, 99_999_999), st.sampled_from("HMSmun"))
def test_every_legal_timeout_is_taken(number, unit):
    seconds = number * {"H": 3600, "M": 60, "S": 1, "m": 1e-3, "u": 1e-6, "n": 1e-9}[unit]
    context = RULE.read([(b"grpc-timeout", f"{number}{unit}".encode())], now=0.0)
    assert context.deadline == pytest.approx(min(seconds, 600.0))
