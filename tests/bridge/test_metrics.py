"""What /metrics says after real calls, read by Prometheus' own parsers."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import grpc
import pytest
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from papermesh_bridge import BackendConfig, EndpointConfig
from papermesh_bridge.metrics import Metrics

CALC = "calc.v1.Calculator"
OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
BUILTINS = ("health_check", "rpc.discover", "system.listMethods")
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def numbers(text, parse=parse_text):
    """Every sample by its name without the prefix, and its labels' values in the order of their names."""
    return {
        (sample.name.removeprefix("papermesh_bridge_"), *(sample.labels[name] for name in sorted(sample.labels))): (
            sample.value
        )
        for family in parse(text)
        for sample in family.samples
    }


async def scraped(caller):
    answer = await caller.http.get("/metrics")
    assert answer.status_code == 200
    return numbers(answer.text)


async def test_calls_and_errors_are_counted_by_what_is_known_of_them(caller):
    await caller.call("sum", [1])
    await caller.call(f"{CALC}/Sum", [1])
    await caller.call("sum", {"nothing": 1})
    await caller.call("fail", {"code": 5})
    await caller.call("made up by a caller")
    await caller.post(b"{")
    found = await scraped(caller)
    assert found["calls_total", "/", f"{CALC}/Sum"] == 3
    assert found["calls_total", "/", f"{CALC}/FailWith"] == 1
    assert found["calls_total", "/", "unknown"] == 1
    assert {key[1:]: value for key, value in found.items() if key[0] == "call_errors_total"} == {
        ("-32602", "/", f"{CALC}/Sum"): 1,
        ("-32005", "/", f"{CALC}/FailWith"): 1,
        ("-32601", "/", "unknown"): 1,
        ("-32700", "/", "unknown"): 1,
    }
    assert not [key for key in found if "made up" in str(key)]


async def test_each_item_of_a_batch_and_each_notification_is_a_call(caller):
    call = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1]}
    await caller.post([call, call, {"jsonrpc": "2.0", "method": "update", "params": [1]}, 5])
    found = await scraped(caller)
    assert found["calls_total", "/", f"{CALC}/Sum"] == 2
    assert found["calls_total", "/", f"{CALC}/Update"] == 1
    assert found["call_errors_total", "-32600", "/", "unknown"] == 1
    assert (found["batch_items_count", "/"], found["batch_items_sum", "/"]) == (1, 4)
    assert (found["batch_items_bucket", "/", "2.0"], found["batch_items_bucket", "/", "5.0"]) == (0, 1)


def divisions():
    return [
        {"jsonrpc": "2.0", "id": n, "method": "divide", "params": {"minuend": 1, "subtrahend": n}} for n in range(3)
    ]


@pytest.mark.parametrize("refused", [None, grpc.StatusCode.UNIMPLEMENTED])
async def test_calls_that_are_made_together_are_counted_each_once(caller, calc, refused):
    calc.refuse_together = refused
    await caller.post(divisions())
    found = await scraped(caller)
    assert calc.names() == (["DivideAll"] if not refused else ["DivideAll", *["Divide"] * 3])
    assert found["calls_total", "/", f"{CALC}/Divide"] == 3
    assert found["call_errors_total", "-32602", "/", f"{CALC}/Divide"] == 1
    assert found["calls_in_flight", "/"] == 0
    assert ("calls_total", "/", f"{CALC}/DivideAll") not in found


async def test_a_stream_is_one_call_and_its_bytes_are_those_of_all_it_sends(caller):
    async with caller.connect() as line:
        await line.send({"jsonrpc": "2.0", "id": 1, "method": "count_up", "params": {"value": 3}})
        line.writer.write_eof()
        sent = (await line.reader.read()).splitlines()
    found = await scraped(caller)
    assert len(sent) == 4
    assert found["calls_total", "/", f"{CALC}/CountUp"] == 1
    assert found["answer_bytes_total", "/"] == sum(map(len, sent))


async def test_bytes_are_those_of_messages_and_answers_over_every_transport(caller):
    question = b'{"jsonrpc":"2.0","id":1,"method":"sum","params":[1]}'
    answer = (await caller.post(question)).content
    async with caller.connect() as line:
        await line.send(question + b"\n")
        await line.answer()
    found = await scraped(caller)
    assert found["request_bytes_total", "/"] == 2 * len(question)
    assert found["answer_bytes_total", "/"] == 2 * len(answer)


async def test_calls_in_flight_and_their_latency(caller, calc):
    call = asyncio.create_task(caller.call("wait", {"name": "x"}))
    await calc.seen(1)
    assert (await scraped(caller))["calls_in_flight", "/"] == 1
    calc.let_go("x")
    await call
    found = await scraped(caller)
    assert found["calls_in_flight", "/"] == 0
    key = ("/", f"{CALC}/Wait")
    assert found["call_seconds_count", *key] == 1
    assert 0 < found["call_seconds_sum", *key] < 10
    assert found["call_seconds_bucket", "/", "+Inf", f"{CALC}/Wait"] == 1


async def test_a_call_whose_caller_goes_away_is_no_longer_in_flight(caller, calc):
    call = asyncio.create_task(caller.call("wait", {"name": "never"}))
    await calc.seen(1)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    async with asyncio.timeout(5):
        while (found := await scraped(caller))["calls_in_flight", "/"]:
            await asyncio.sleep(0.01)
    assert found["call_errors_total", "-32001", "/", f"{CALC}/Wait"] == 1


async def test_endpoints_are_told_apart(calc, run_bridge):
    endpoint = EndpointConfig("numbers", ("calc",))
    async with run_bridge(BackendConfig(calc.target, "calc"), endpoints=(endpoint,)) as caller:
        await caller.call("sum", [1], "/numbers/rpc")
        for builtin in BUILTINS:
            await caller.call(builtin)
        found = await scraped(caller)
    assert found["calls_total", "/numbers", f"{CALC}/Sum"] == 1
    assert {found["calls_total", "/", builtin] for builtin in BUILTINS} == {1}
    assert ("calls_total", "/", f"{CALC}/Sum") not in found


async def test_the_backends_are_asked_how_they_are(serve_calc, run_bridge, free_port, limits):
    quick = limits(health_timeout_seconds=1.0)
    async with serve_calc() as calc:
        backends = BackendConfig(calc.target, "calc"), BackendConfig(f"127.0.0.1:{free_port}", "missing")
        async with run_bridge(*backends, limits=quick) as caller:
            found = await scraped(caller)
            assert (found["backend_up", "calc"], found["backend_up", "missing"]) == (1, 0)
            await calc.server.stop(0)
            assert (await scraped(caller))["backend_up", "calc"] == 0


@pytest.mark.parametrize(
    ("accept", "kind", "parse"),
    [
        (None, "text/plain; version=0.0.4; charset=utf-8", parse_text),
        ("*/*", "text/plain; version=", parse_text),
        (f"{OPENMETRICS},text/plain;q=0.5", OPENMETRICS, parse_openmetrics),
    ],
)
async def test_the_format_is_the_one_asked_for(caller, accept, kind, parse):
    await caller.call("sum", [1])
    answer = await caller.http.get("/metrics", headers={"Accept": accept} if accept else {})
    assert answer.headers["content-type"].startswith(kind)
    assert numbers(answer.text, parse)["calls_total", "/", f"{CALC}/Sum"] == 1


async def test_only_callers_that_may_call_may_read_the_metrics(caller):
    assert (await caller.http.get("/metrics", headers={"Host": "elsewhere.example"})).status_code == 421
    assert (await caller.http.post("/metrics")).status_code == 405


async def test_the_metrics_can_be_switched_off(calc, run_bridge):
    async with run_bridge(calc.target, metrics=False) as caller:
        assert (await caller.http.get("/metrics")).status_code == 404
        assert (await caller.call("sum", [1]))["result"] == 1


async def test_every_number_is_documented_with_its_kind_and_labels_and_no_other(caller):
    await caller.call("sum", {"nothing": 1})
    families = parse_openmetrics((await caller.http.get("/metrics", headers={"Accept": OPENMETRICS})).text)
    exposed = {
        (
            family.name + "_total" * (family.type == "counter"),
            family.type,
            *sorted(family.samples[0].labels.keys() - {"le"}),
        )
        for family in families
    }
    lines = [line.split("|") for line in OPERATIONS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert exposed == {(cells[1].strip(" `"), cells[2].strip(), *re.findall(r"`(.+?)`", cells[3])) for cells in lines}


async def test_two_bridges_in_one_process_count_apart(calc, run_bridge):
    async with run_bridge(calc.target) as one, run_bridge(calc.target) as other:
        await one.call("sum", [1])
        assert ("calls_total", "/", f"{CALC}/Sum") not in await scraped(other)
    assert not [family.name for family in REGISTRY.collect() if family.name.startswith("papermesh")]


def test_methods_beyond_the_most_that_are_told_apart_are_counted_together():
    metrics = Metrics()
    endpoint = metrics.endpoint("")
    for n in range(1100):
        endpoint.begin(f"s/{n}").end(None)
    methods = {sample.labels["method"]: sample.value for sample in samples(metrics, "papermesh_bridge_calls_total")}
    assert len(methods) == 1001
    assert (methods["s/999"], methods["other"]) == (1, 100)


def samples(metrics, name):
    return [sample for family in metrics.registry.collect() for sample in family.samples if sample.name == name]
