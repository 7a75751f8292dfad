"""Spans by a real SDK: what they say, where they hang, and what the backend is told of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import grpc
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id

from papermesh_bridge.context import NO_CONTEXT, CallContext
from papermesh_bridge.jsonrpc import Call, ExactNumber
from papermesh_bridge.tracing import Tracing

TRACE, PARENT_SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADERS = [("traceparent", f"00-{TRACE}-{PARENT_SPAN}-01"), ("tracestate", "vendor=1")]
SUM = "calc.v1.Calculator/Sum"


@pytest.fixture
def exported():
    return InMemorySpanExporter()


@pytest.fixture
def provider(exported):
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exported))
    yield provider
    provider.shutdown()


@pytest.fixture
async def caller(calc, run_bridge, provider):
    async with run_bridge(calc.target, tracer_provider=provider) as running:
        yield running


def told(calc, name):
    return [value for each, value in calc.metadata[-1] if each == name]


async def test_a_call_is_a_span_between_its_caller_and_the_backend(caller, calc, exported):
    await caller.call("sum", [1, 2], headers=HEADERS)
    (span,) = exported.get_finished_spans()
    assert (span.name, span.kind, span.status.status_code) == (SUM, SpanKind.SERVER, StatusCode.UNSET)
    assert dict(span.attributes) == {
        "rpc.system.name": "jsonrpc",
        "rpc.method": SUM,
        "rpc.method_original": "sum",
        "jsonrpc.protocol.version": "2.0",
        "jsonrpc.request.id": "1",
    }
    assert span.instrumentation_scope.name == "papermesh_bridge"
    assert format_trace_id(span.context.trace_id) == TRACE
    assert format_span_id(span.parent.span_id) == PARENT_SPAN
    assert told(calc, "traceparent") == [f"00-{TRACE}-{format_span_id(span.context.span_id)}-01"]
    assert told(calc, "tracestate") == ["vendor=1"]


async def test_a_call_without_a_trace_begins_one(caller, calc, exported):
    await caller.call("sum", [1], headers=[("traceparent", "nonsense"), ("tracestate", "vendor=1")])
    (span,) = exported.get_finished_spans()
    assert span.parent is None
    (parent,) = told(calc, "traceparent")
    assert parent.split("-")[1:3] == [format_trace_id(span.context.trace_id), format_span_id(span.context.span_id)]
    assert told(calc, "tracestate") == []


async def test_connections_are_traced_each_call_by_itself(caller, calc, exported):
    async with caller.connect() as line:
        await line.send(*({"jsonrpc": "2.0", "id": n, "method": "sum", "params": [n]} for n in (1, 2)))
        await line.rest()
    first, second = exported.get_finished_spans()
    assert first.context.trace_id != second.context.trace_id
    assert (first.parent, second.parent) == (None, None)


async def test_each_call_of_a_batch_and_each_notification_has_a_span(caller, exported):
    await caller.post(
        [
            {"jsonrpc": "2.0", "id": "a", "method": "sum", "params": [1]},
            {"jsonrpc": "2.0", "method": "update", "params": [1]},
            {"jsonrpc": "1.0", "id": "b"},
        ],
        headers=HEADERS,
    )
    spans = {span.name: span for span in exported.get_finished_spans()}
    assert set(spans) == {SUM, "calc.v1.Calculator/Update"}
    assert "jsonrpc.request.id" not in spans["calc.v1.Calculator/Update"].attributes
    assert {format_span_id(span.parent.span_id) for span in spans.values()} == {PARENT_SPAN}


@pytest.mark.parametrize("refused", [None, grpc.StatusCode.UNIMPLEMENTED])
async def test_calls_that_are_made_together_have_a_span_each(caller, calc, exported, refused):
    calc.refuse_together = refused
    params = [{"minuend": 1, "subtrahend": n} for n in range(3)]
    await caller.post(
        [{"jsonrpc": "2.0", "id": n, "method": "divide", "params": each} for n, each in enumerate(params)],
        headers=HEADERS,
    )
    spans = exported.get_finished_spans()
    assert sorted(span.attributes["jsonrpc.request.id"] for span in spans) == ["0", "1", "2"]
    assert [span.attributes.get("error.type") for span in spans].count("-32602") == 1
    assert {format_span_id(span.parent.span_id) for span in spans} == {PARENT_SPAN}
    (parent,) = told(calc, "traceparent")
    assert parent.split("-")[2] in {format_span_id(span.context.span_id) for span in spans}


@pytest.mark.parametrize(
    ("method", "params", "code", "status", "name"),
    [
        ("fail", {"code": 5, "message": "no such secret"}, -32005, "NOT_FOUND", "calc.v1.Calculator/FailWith"),
        ("sum", {"secret": 1}, -32602, "INVALID_ARGUMENT", SUM),
        ("no_such_secret", None, -32601, "UNIMPLEMENTED", "jsonrpc"),
    ],
)
async def test_an_error_is_told_by_its_code_and_nothing_else(caller, exported, method, params, code, status, name):
    await caller.call(method, params)
    (span,) = exported.get_finished_spans()
    assert (span.name, span.status.status_code, span.status.description) == (name, StatusCode.ERROR, status)
    assert span.attributes["rpc.response.status_code"] == span.attributes["error.type"] == str(code)
    assert span.events == ()
    assert "secret" not in "".join(map(str, span.attributes.values())).replace("no_such_secret", "")


async def test_names_made_up_by_callers_are_cut_and_name_no_span(caller, exported):
    for n in range(3):
        await caller.call(f"{n}" + "x" * 5000)
    spans = exported.get_finished_spans()
    assert {(span.name, span.attributes["rpc.method"]) for span in spans} == {("jsonrpc", "_OTHER")}
    assert max(len(str(value)) for span in spans for value in span.attributes.values()) == 128


async def test_the_bridges_own_method_is_known(caller, exported):
    await caller.call("health_check")
    (span,) = [span for span in exported.get_finished_spans() if span.name == "health_check"]
    assert "rpc.method_original" not in span.attributes


async def test_a_call_whose_caller_goes_away_ends_its_span(caller, calc, exported):
    call = asyncio.create_task(caller.call("wait", {"name": "never"}))
    await calc.seen(1)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    async with asyncio.timeout(5):
        while not exported.get_finished_spans():
            await asyncio.sleep(0.01)
    (span,) = exported.get_finished_spans()
    assert (span.attributes["error.type"], span.status.description) == ("-32001", "CANCELLED")


async def test_what_is_not_sampled_is_said_to_the_backend(calc, run_bridge, exported):
    provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exported))
    async with run_bridge(calc.target, tracer_provider=provider) as caller:
        await caller.call("sum", [1], headers=HEADERS)
    assert exported.get_finished_spans() == ()
    (parent,) = told(calc, "traceparent")
    assert parent.startswith(f"00-{TRACE}-")
    assert parent.endswith("-00")
    assert PARENT_SPAN not in parent


@pytest.mark.parametrize(
    ("identity", "shown"), [("x" * 1000, "x" * 128), (7, "7"), (ExactNumber("1.50"), "1.50"), (None, None)]
)
def test_ids_are_shown_in_bounds(provider, exported, identity, shown):
    span, _ = Tracing("1", provider).begin(Call("m", None, identity), "m", NO_CONTEXT)
    span.end(None)
    (span,) = exported.get_finished_spans()
    assert span.attributes.get("jsonrpc.request.id") == shown


def test_without_an_sdk_there_is_no_span_and_the_trace_goes_on_as_it_was():
    tracing = Tracing("1")
    assert tracing.begin(Call("m", None, 1), "m", NO_CONTEXT) == (None, NO_CONTEXT)
    span, context = tracing.begin(Call("m", None, 1), None, CallContext((("a", "b"),), tuple(HEADERS)))
    assert span is None
    assert context.metadata == (("a", "b"), *HEADERS)


LATE = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from papermesh_bridge.context import NO_CONTEXT
from papermesh_bridge.jsonrpc import Call
from papermesh_bridge.tracing import Tracing

tracing = Tracing("1")
before, _ = tracing.begin(Call("m"), "m", NO_CONTEXT)
trace.set_tracer_provider(TracerProvider())
after, context = tracing.begin(Call("m"), "m", NO_CONTEXT)
assert before is None and after is not None and [name for name, _ in context.metadata] == ["traceparent"]
"""


def test_the_sdk_of_the_process_may_be_set_later():
    subprocess.run([sys.executable, "-c", LATE], check=True, timeout=30)
