"""What goes along with a call over HTTP, as the backend sees it: metadata, deadline, trace; and what is refused."""

from __future__ import annotations

import asyncio

import pytest

from papermesh_bridge import BackendConfig, BridgeConfig, ConfigError, EndpointConfig

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
METADATA = ("authorization", "x-tenant-*", "data-bin")
SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}


@pytest.fixture
async def open_caller(calc, run_bridge):
    async with run_bridge(calc.target, metadata=METADATA) as caller:
        yield caller


def sent(calc, *names):
    """What the backend got with its last call under these names."""
    return [(name, value) for name, value in calc.metadata[-1] if name in names]


def described(error):
    return error["data"]["details"][0]["reason"], error["data"]["details"][1]["fieldViolations"][0]


async def test_metadata_reaches_the_backend_by_the_allow_list(open_caller, calc):
    headers = [
        ("Authorization", "Bearer abc"),
        ("X-Tenant-Id", "7"),
        ("x-tenant-id", "8"),
        ("X-Other", "no"),
        ("Cookie", "no"),
        ("Data-Bin", "AP8, aGV5"),
    ]
    assert (await open_caller.call("sum", [1, 2], headers=headers))["result"] == 3
    assert sent(calc, "authorization", "x-tenant-id", "x-other", "cookie", "data-bin") == [
        ("authorization", "Bearer abc"),
        ("x-tenant-id", "7"),
        ("x-tenant-id", "8"),
        ("data-bin", b"\x00\xff"),
        ("data-bin", b"hey"),
    ]


async def test_nothing_goes_along_unless_it_is_allowed(caller, calc):
    await caller.call("sum", [1], headers=[("Authorization", "Bearer abc"), ("X-Request-Id", "1"), ("Data-Bin", "!")])
    assert sent(calc, "authorization", "x-request-id", "data-bin", "cookie", "host") == []
    assert {name for name, _ in calc.metadata[-1]} <= {"user-agent", "grpc-accept-encoding", "accept-encoding"}


async def test_as_much_metadata_as_is_taken_reaches_the_backend_too(open_caller, calc):
    largest = "x" * (7 * 1024 - len("authorization") - 32)
    trace = [("traceparent", PARENT), ("tracestate", "a=" + "b" * 200)]
    for _ in range(20):  # gRPC refuses by chance what is between its two limits
        answer = await open_caller.call("sum", [1], headers=[("Authorization", largest), *trace])
        assert answer["result"] == 1
    assert sent(calc, "authorization") == [("authorization", largest)]
    error = (await open_caller.call("sum", [1], headers=[("Authorization", largest + "x")]))["error"]
    assert (error["code"], error["data"]["status"]) == (-32600, "RESOURCE_EXHAUSTED")
    assert described(error)[0] == "METADATA_TOO_LARGE"


async def test_a_trace_goes_through_unchanged_where_there_are_no_spans(caller, calc):
    parent = PARENT.replace("00-", "01-", 1) + "-from-the-future"
    await caller.call("sum", [1], headers=[("traceparent", parent), ("tracestate", "a=1"), ("tracestate", "b=2")])
    assert sent(calc, "traceparent", "tracestate") == [("traceparent", parent), ("tracestate", "a=1,b=2")]


@pytest.mark.parametrize(("given", "least", "most"), [("5S", 3, 5.5), ("90000m", 85, 90.5), ("3H", 590, 600.5)])
async def test_the_deadline_of_a_caller_reaches_the_backend_up_to_the_maximum(caller, calc, given, least, most):
    await caller.call("sum", [1], headers=[("Grpc-Timeout", given)])
    assert least < calc.deadlines[-1] < most


async def test_without_a_header_the_deadline_is_the_configured_one(caller, calc):
    await caller.call("sum", [1])
    assert 55 < calc.deadlines[-1] < 60.5


async def test_a_call_ends_at_its_callers_deadline(caller, calc):
    async with asyncio.timeout(5):
        error = (await caller.call("wait", {"name": "never"}, headers=[("Grpc-Timeout", "200m")]))["error"]
        assert (error["code"], error["data"]["status"]) == (-32004, "DEADLINE_EXCEEDED")
        assert error["data"]["details"][0]["reason"] == "CALL_TIMEOUT"
        await calc.cancelled.wait()


async def test_waiting_for_room_counts_towards_the_deadline(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_calls=1)) as caller, asyncio.timeout(8):
        first = asyncio.create_task(caller.call("wait", {"name": "first"}))
        await calc.seen(1)
        error = (await caller.call("sum", [1], headers=[("Grpc-Timeout", "100m")]))["error"]
        assert error["data"]["details"][0]["reason"] == "CALL_TIMEOUT"
        calc.let_go("first")
        assert (await first)["result"] == {"name": "first"}
        assert calc.names() == ["Wait"]


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ([("Grpc-Timeout", "soon")], "grpc-timeout"),
        ([("Grpc-Timeout", "1S"), ("Grpc-Timeout", "2S")], "grpc-timeout"),
        ([("Data-Bin", "?")], "data-bin"),
        ([("Authorization", "gr\u00fcn".encode("latin-1"))], "authorization"),
        ([("X-Tenant-A!B", "1")], "x-tenant-a!b"),
    ],
)
async def test_a_bad_header_is_the_error_of_each_call_with_its_id(open_caller, calc, headers, field):
    notification = {"jsonrpc": "2.0", "method": "update", "params": [1]}
    answer = await open_caller.post([SUM, notification, {**SUM, "id": "two"}, {"id": 3}], headers=headers)
    first, second, third = answer.json()
    assert [each["id"] for each in (first, second, third)] == [1, "two", 3]
    for each in (first, second):
        assert (each["error"]["code"], each["error"]["message"]) == (-32600, "Invalid Request")
        reason, violation = described(each["error"])
        assert (reason, violation["field"]) == ("INVALID_HEADER", field)
    assert described(third["error"])[1]["field"] == "jsonrpc"
    assert (await open_caller.post(SUM, headers=headers)).json()["error"]["code"] == -32600
    assert (await open_caller.post(notification, headers=headers)).status_code == 204
    assert calc.calls == []


async def test_calls_that_are_made_together_take_it_along_too(open_caller, calc):
    divide = {"jsonrpc": "2.0", "id": 1, "method": "divide", "params": {"minuend": 1, "subtrahend": 2}}
    headers = [("X-Tenant-Id", "7"), ("Grpc-Timeout", "5S")]
    answers = (await open_caller.post([divide, divide], headers=headers)).json()
    assert [each["result"] for each in answers] == [{"quotient": 0.5}] * 2
    assert calc.names() == ["DivideAll"]
    assert sent(calc, "x-tenant-id") == [("x-tenant-id", "7")]
    assert 3 < calc.deadlines[-1] < 5.5
    answers = (await open_caller.post([divide, divide], headers=[("Grpc-Timeout", "soon")])).json()
    assert [each["error"]["code"] for each in answers] == [-32600, -32600]
    assert calc.names() == ["DivideAll"]


async def test_the_rule_holds_at_every_endpoint(calc, run_bridge):
    endpoint = EndpointConfig("numbers", ("calc",))
    backend = BackendConfig(calc.target, "calc")
    async with run_bridge(backend, endpoints=(endpoint,), metadata=METADATA) as caller:
        await caller.call("sum", [1], "/numbers/rpc", [("X-Tenant-Id", "7")])
        assert sent(calc, "x-tenant-id") == [("x-tenant-id", "7")]


async def test_connections_have_no_headers(open_caller, calc):
    async with open_caller.connect() as line:
        await line.send({**SUM, "headers": {"x-tenant-id": "7"}, "timeout": 1})
        assert (await line.answer())["result"] == 3
    assert sent(calc, "x-tenant-id", "traceparent") == []
    assert 55 < calc.deadlines[-1] < 60.5


async def test_a_caller_that_goes_away_cancels_a_call_with_a_deadline(caller, calc):
    call = asyncio.create_task(caller.call("wait", {"name": "never"}, headers=[("Grpc-Timeout", "1M")]))
    await calc.seen(1)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    async with asyncio.timeout(5):
        await calc.cancelled.wait()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('metadata = "x"', "metadata must be an array of strings"),
        ('metadata = ["grpc-*"]', "metadata: 'grpc-\\*' cannot go along"),
        ('metrics = "no"', "metrics must be true or false"),
        ("limits.call_timeout_seconds = 601", "call_timeout_seconds is 601, more than max_call_timeout_seconds"),
    ],
)
def test_settings_that_cannot_be_are_refused(text, told):
    with pytest.raises(ConfigError, match=told):
        BridgeConfig.from_toml_text(f'{text}\n[[backend]]\ntarget = "a:1"\n')


def test_the_settings_are_read():
    config = BridgeConfig.from_toml_text(
        'metadata = ["authorization", "x-*"]\nmetrics = false\n[[backend]]\ntarget = "a:1"\n'
    )
    assert (config.metadata, config.metrics) == (("authorization", "x-*"), False)
