from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from papermesh_bridge.transports.hosts import HostRule

SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}


@pytest.mark.parametrize(
    ("verb", "path", "status", "allow"),
    [
        ("GET", "/rpc", 405, "POST"),
        ("PUT", "/rpc", 405, "POST"),
        ("DELETE", "/rpc", 405, "POST"),
        ("POST", "/health", 405, "GET, HEAD"),
        ("POST", "/nothing", 404, None),
        ("POST", "/", 404, None),
    ],
)
async def test_other_verbs_and_paths_are_refused(caller, verb, path, status, allow):
    answer = await caller.http.request(verb, path, json=SUM)
    assert answer.status_code == status
    if allow:
        assert sorted(answer.headers["allow"].split(", ")) == sorted(allow.split(", "))
        assert answer.text == f"{verb} is not taken at '{path}'; it takes {answer.headers['allow']}\n"
    else:
        assert answer.text.startswith(f"there is nothing at '{path}'; JSON-RPC is posted to /rpc, ")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("APPLICATION/JSON", 200),
        ("application/json-rpc", 200),
        ("application/jsonrequest", 200),
        (None, 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
async def test_content_types(caller, kind, status):
    headers = {"Content-Type": kind} if kind else {}
    answer = await caller.http.post("/rpc", content=json.dumps(SUM), headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert "application/json" in answer.text


async def test_a_body_in_another_coding_is_refused(caller):
    answer = await caller.http.post("/rpc", content=b"x", headers={"Content-Encoding": "br"})
    assert answer.status_code == 415
    assert "'br'" in answer.text
    assert answer.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_over_the_limit_is_refused(calc, run_bridge, limits, chunked):
    async def chunks():
        for _ in range(30):
            yield b" " * 100

    async with run_bridge(calc.target, limits=limits(max_message_bytes=1000)) as caller:
        assert (await caller.post(SUM)).json()["result"] == 3
        answer = await caller.http.post("/rpc", content=chunks() if chunked else b" " * 3000)
        assert answer.status_code == 413
        assert "1000 bytes" in answer.text
        assert (await caller.post(SUM)).json()["result"] == 3


async def test_a_body_that_does_not_come_is_given_up(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(body_idle_seconds=0.1)) as caller:
        address = caller.bridge.http_address
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(b"POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        async with asyncio.timeout(5):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
            await reader.read()
        writer.close()
        await writer.wait_closed()


async def test_a_caller_that_goes_away_cancels_its_call(caller, calc):
    calling = asyncio.create_task(caller.post({"jsonrpc": "2.0", "id": 1, "method": "wait", "params": ["x"]}))
    await calc.seen(1)
    calling.cancel()
    async with asyncio.timeout(5):
        await calc.cancelled.wait()


async def test_a_notification_is_finished_though_its_caller_has_gone(caller, calc):
    with pytest.raises(httpx.ReadTimeout):
        await caller.http.post(
            "/rpc", json={"jsonrpc": "2.0", "method": "wait", "params": ["x"]}, timeout=httpx.Timeout(5, read=0.1)
        )
    assert (await caller.call("sum", [1]))["result"] == 1
    assert calc.running == 1
    assert not calc.cancelled.is_set()
    calc.let_go("x")


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Host", "localhost", 200),
        ("Host", "127.0.0.1:1234", 200),
        ("Host", "[::1]:80", 200),
        ("Host", "mesh.example.org:8000", 200),
        ("Host", "evil.example.com", 421),
        ("Host", "localhost.evil.example.com", 421),
        ("Host", "127.0.0.1.evil.example.com", 421),
        ("Origin", "http://localhost:3000", 200),
        ("Origin", "https://mesh.example.org", 200),
        ("Origin", "https://evil.example.com", 403),
        ("Origin", "null", 403),
        ("Origin", "http://[bad", 403),
    ],
)
async def test_only_names_of_this_server_are_served(calc, run_bridge, header, value, status):
    async with run_bridge(calc.target, allowed_hosts=("mesh.example.org",)) as caller:
        answer = await caller.http.post("/rpc", json=SUM, headers={header: value})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("rule", "host", "allowed"),
    [
        (HostRule(), "localhost", True),
        (HostRule(), "", False),
        (HostRule(), "example.org", False),
        (HostRule(frozenset({"*"})), "example.org", True),
        (HostRule(loopback_only=False), "example.org", True),
    ],
)
def test_the_rule_for_hosts(rule, host, allowed):
    assert rule.allows(host) == allowed


async def test_the_server_answers_several_requests_on_one_connection(caller):
    for n in range(3):
        assert (await caller.call("sum", [n]))["result"] == n


async def test_a_batch_of_mixed_items_has_no_trace_of_notifications(caller):
    answer = await caller.post([SUM, {"jsonrpc": "2.0", "method": "update"}, {**SUM, "id": "b"}])
    assert [each["id"] for each in answer.json()] == [1, "b"]


async def test_notifications_of_callers_that_have_gone_do_not_pile_up(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_calls=1)) as caller:
        for name in ("first", "second"):
            with pytest.raises(httpx.ReadTimeout):
                await caller.http.post(
                    "/rpc",
                    json={"jsonrpc": "2.0", "method": "wait", "params": [name]},
                    timeout=httpx.Timeout(5, read=0.1),
                )
        calc.let_go("first")
        assert (await caller.call("sum", [1]))["result"] == 1
    assert [request.name for name, request in calc.calls if name == "Wait"] == ["first"]
