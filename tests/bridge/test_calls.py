"""Calls through a bridge to a real server: names, errors, deadlines, backends that are down, large messages."""

from __future__ import annotations

import asyncio
import base64
import json
import logging

import grpc
import grpc.aio
import pytest
from google.protobuf import any_pb2, descriptor_pb2
from google.rpc import error_details_pb2, status_pb2

from papermesh_bridge import Alias, BackendConfig, EndpointConfig, JsonPolicy
from papermesh_bridge.transcode import LEGACY_POLICY

TYPE = "type.googleapis.com/"


@pytest.mark.parametrize("name", ["echo", "calc.v1.Calculator/Echo"])
async def test_a_method_has_several_names(caller, name):
    answer = await caller.call(name, {"a_string": "x", "an_int64": 5})
    assert answer["result"]["a_string"] == "x"
    assert answer["result"]["an_int64"] == 5


async def test_an_unknown_method_is_said_with_the_nearest_one(caller):
    error = (await caller.call("subtrac"))["error"]
    assert (error["code"], error["message"]) == (-32601, "Method not found")
    assert error["data"]["status"] == "UNIMPLEMENTED"
    assert error["data"]["details"][1]["fieldViolations"] == [
        {"field": "method", "description": "there is no method 'subtrac'; did you mean subtract?"}
    ]


async def test_an_unknown_method_with_none_near_it_is_said_with_what_lists_them(caller):
    error = (await caller.call("zzzzzz"))["error"]
    told = "there is no method 'zzzzzz'; system.listMethods and rpc.discover say what there is"
    assert error["data"]["details"][1]["fieldViolations"] == [{"field": "method", "description": told}]


async def test_params_that_do_not_fit_are_refused_before_the_backend_is_asked(caller, calc):
    error = (await caller.call("echo", {"a_child": {"first_name": 5}, "nothing": 1}))["error"]
    assert error["code"] == -32602
    assert error["message"].startswith("Invalid params: a_child.first_name: expected a string, got a number; nothing: ")
    assert error["data"]["code"] == 3
    details = error["data"]["details"]
    assert [detail["@type"] for detail in details] == [TYPE + "google.rpc.ErrorInfo", TYPE + "google.rpc.BadRequest"]
    assert [each["field"] for each in details[1]["fieldViolations"]] == ["a_child.first_name", "nothing"]
    assert calc.calls == []


@pytest.mark.parametrize("status", [status for status in grpc.StatusCode if status is not grpc.StatusCode.OK])
async def test_every_status_of_a_backend_has_its_code(caller, status):
    number, name = status.value[0], status.name
    expected = {2: -32603, 3: -32602, 11: -32602, 12: -32601, 13: -32603, 15: -32603}.get(number, -32000 - number)
    error = (await caller.call("fail", {"code": number, "message": "it was so"}))["error"]
    assert error["code"] == expected
    assert (error["data"]["code"], error["data"]["status"]) == (number, name)
    if status is not grpc.StatusCode.UNAVAILABLE:
        assert error["message"] == "it was so"


async def test_the_details_of_a_status_are_carried_whole(caller):
    status = status_pb2.Status(code=5, message="gone")
    info = any_pb2.Any()
    info.Pack(error_details_pb2.ErrorInfo(reason="DOCUMENT_NOT_FOUND", domain="papermesh", metadata={"a": "b"}))
    status.details.append(info)
    status.details.add(type_url=TYPE + "calc.v1.Secret", value=b"\x0a\x01x")
    status.details.add(type_url="example.org/never.Heard.of", value=b"\x00\xff")
    details = base64.b64encode(status.SerializeToString()).decode()
    error = (await caller.call("fail", {"code": 5, "message": "gone", "details": details}))["error"]
    assert error == {
        "code": -32005,
        "message": "gone",
        "data": {
            "code": 5,
            "status": "NOT_FOUND",
            "details": [
                {
                    "@type": TYPE + "google.rpc.ErrorInfo",
                    "reason": "DOCUMENT_NOT_FOUND",
                    "domain": "papermesh",
                    "metadata": {"a": "b"},
                },
                {"@type": TYPE + "calc.v1.Secret", "word": "x"},
                {"@type": "example.org/never.Heard.of", "value": "AP8="},
            ],
        },
    }


async def test_details_that_cannot_be_read_do_not_hide_the_error(caller):
    error = (await caller.call("fail", {"code": 5, "message": "gone", "details": "/w=="}))["error"]
    assert (error["code"], error["message"], error["data"]["details"]) == (-32005, "gone", [])


async def test_a_fault_inside_the_bridge_says_nothing_from_inside(caller, monkeypatch, caplog):
    def broken(*_args, **_options):
        raise RuntimeError("the secret of the bridge")

    monkeypatch.setattr("papermesh_bridge.transcode.transcoder.MessageWriter.write", broken)
    answer = await caller.post({"jsonrpc": "2.0", "id": 7, "method": "echo"})
    assert answer.json()["error"]["code"] == -32603
    assert answer.json()["error"]["message"] == "Internal error"
    assert "secret" not in answer.text
    assert "the secret of the bridge" in caplog.text


async def test_a_call_ends_at_its_deadline(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(call_timeout_seconds=0.2)) as caller:
        error = (await caller.call("wait", {"name": "x"}))["error"]
        assert (error["code"], error["data"]["status"]) == (-32004, "DEADLINE_EXCEEDED")
        assert error["data"]["details"][0]["reason"] == "CALL_TIMEOUT"
        async with asyncio.timeout(5):
            await calc.cancelled.wait()
    assert 0 < calc.deadlines[0] < 1  # the clocks of the two sides differ a little


async def test_every_call_has_a_deadline(caller, calc):
    await caller.call("sum", [1])
    assert 50 < calc.deadlines[0] < 61  # the clocks of the two sides differ a little


async def test_a_backend_that_is_down_at_the_start_is_named_and_joined_when_it_comes(
    serve_calc, run_bridge, limits, free_port
):
    backend = BackendConfig(f"127.0.0.1:{free_port}", "adder")
    async with run_bridge(backend, limits=limits(retry_seconds=0.3)) as caller:
        error = (await caller.call("sum", [1, 2]))["error"]
        assert (error["code"], error["data"]["status"]) == (-32014, "UNAVAILABLE")
        assert "adder" in error["message"]
        assert str(free_port) not in error["message"]
        assert [each["@type"].rpartition(".")[2] for each in error["data"]["details"]] == ["ErrorInfo", "RetryInfo"]
        assert (await caller.http.get("/health")).status_code == 503
        async with serve_calc(target=backend.target), asyncio.timeout(10):
            while (answer := await caller.call("sum", [1, 2])).get("result") != 3:
                assert answer["error"]["code"] == -32014
                await asyncio.sleep(0.02)


async def test_a_backend_that_goes_away_is_named_and_others_go_on(serve_calc, run_bridge, describe_files):
    files = describe_files({"Other": [("Subtract", "SubtractRequest", "SubtractResponse", "minus")]}, "other.v1")
    async with (
        serve_calc() as first,
        serve_calc(files=files, services=("other.v1.Other",)) as second,
        run_bridge(BackendConfig(first.target, "first"), BackendConfig(second.target, "second")) as caller,
    ):
        await first.server.stop(0)
        error = (await caller.call("sum", [1]))["error"]
        assert (error["code"], error["data"]["status"]) == (-32014, "UNAVAILABLE")
        assert error["message"] == "the backend first cannot be reached; is it running?"
        assert (await caller.call("minus", [3, 1]))["result"] == {"difference": 2}


@pytest.mark.parametrize("versions", [("v1",), ("v1alpha",), ("v1", "v1alpha")])
async def test_either_version_of_reflection_will_do(serve_calc, run_bridge, versions):
    async with serve_calc(reflections=versions) as calc, run_bridge(calc.target) as caller:
        assert (await caller.call("sum", [1, 2]))["result"] == 3


async def test_a_backend_without_reflection_is_said(serve_calc, run_bridge):
    async with serve_calc(reflections=()) as calc, run_bridge(BackendConfig(calc.target, "mute")) as caller:
        error = (await caller.call("sum", [1, 2]))["error"]
    assert error["code"] == -32014
    assert (
        error["message"]
        == "the backend mute is not ready: it has no reflection service, so its methods cannot be known"
    )


@pytest.mark.parametrize("cap", [{"max_schema_files": 3}, {"max_schema_bytes": 1000}])
async def test_a_backend_that_describes_too_much_is_not_held(calc, run_bridge, limits, cap):
    async with run_bridge(calc.target, limits=limits(**cap)) as caller:
        error = (await caller.call("sum", [1, 2]))["error"]
    assert error["code"] == -32014
    assert "its description cannot be used: it has more than" in error["message"]


async def test_collisions_are_logged_once_and_resolved_by_order(serve_calc, run_bridge, describe_files, caplog):
    caplog.set_level(logging.WARNING, "papermesh_bridge")
    files = describe_files({"Other": [("GetServerInfo", "Empty", "Empty", "get_server_info")]}, "other.v1")
    async with serve_calc() as first, serve_calc(files=files, services=("other.v1.Other",)) as second:
        backends = (BackendConfig(first.target, "first"), BackendConfig(second.target, "second"))
        for order, result in [(backends, {"server_name": "calc_server"}), (backends[::-1], {})]:
            async with run_bridge(*order) as caller:
                for _ in range(2):
                    assert result.items() <= (await caller.call("get_server_info"))["result"].items()
                assert caplog.text.count("'get_server_info' is ") == 1
            caplog.clear()


async def test_endpoints_have_their_own_backends_and_policies(serve_calc, run_bridge, describe_files):
    files = describe_files({"Other": [("Repeat", "Everything", "Everything", "")]}, "other.v1")
    async with (
        serve_calc() as first,
        serve_calc(files=files, services=("other.v1.Other",)) as second,
        run_bridge(
            BackendConfig(first.target, "first"),
            BackendConfig(second.target, "second"),
            endpoints=(
                EndpointConfig("calc", ("first",), JsonPolicy(spelling="camel", defaults="omitted")),
                EndpointConfig("old", ("second", "first"), LEGACY_POLICY),
            ),
            methods=(Alias("again", "calc.v1.Calculator/Echo"),),
        ) as caller,
    ):
        params = {"an_int32": 3}
        assert (await caller.call("again", params, "/calc/rpc"))["result"] == {"anInt32": 3}
        assert (await caller.call("repeat", params, "/calc/rpc"))["error"]["code"] == -32601
        assert (await caller.call("echo", {"a_colour": "red", "x": 1}, "/old/rpc"))["result"][
            "a_colour"
        ] == "COLOUR_RED"
        assert (await caller.call("echo", {"x": 1}))["error"]["code"] == -32602


async def test_a_large_document_passes_and_small_calls_are_answered_meanwhile(caller, calc):
    document = b"%PDF" * (12 * 1024 * 1024 // 4)
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"some_bytes": base64.b64encode(document).decode()}}
    ).encode()
    large = asyncio.create_task(caller.post(body))
    small = 0
    while not large.done():
        assert (await caller.call("sum", [small, 1]))["result"] == small + 1
        small += 1
    assert base64.b64decode((await large).json()["result"]["some_bytes"]) == document
    assert small >= 3, "small calls waited for the large one"


async def test_what_no_backend_can_take_is_refused(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_calls=1)) as caller:
        waiting = asyncio.create_task(caller.call("wait", {"name": "a"}))
        await calc.seen(1)
        second = asyncio.create_task(caller.call("sum", [1]))
        third = asyncio.create_task(caller.call("nothing"))
        done, _ = await asyncio.wait((second, third), timeout=0.1)
        assert not done, "calls over the bound wait"
        calc.let_go("a")
        assert (await waiting)["result"] == {"name": "a"}
        assert (await second)["result"] == 1
        assert (await third)["error"]["code"] == -32601


class Garbage(grpc.GenericRpcHandler):
    """A backend whose answers are no messages."""

    def service(self, details):
        if details.method.endswith("/CountUp"):
            return grpc.unary_stream_rpc_method_handler(self.stream)
        return grpc.unary_unary_rpc_method_handler(self.answer)

    async def answer(self, request, context):
        return b"\xff\xff"

    async def stream(self, request, context):
        yield b"\xff\xff"


@pytest.mark.parametrize(
    ("method", "params"), [("subtract", [5, 3]), ("count_up", [3]), ("calc.v1.Calculator/Divide", [1, 2])]
)
@pytest.mark.parametrize("together", [False, True])
async def test_an_answer_that_is_no_message_is_said_to_be_the_backends_fault(
    calc, run_bridge, tmp_path, calc_files, caplog, method, params, together
):
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Garbage(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    described = descriptor_pb2.FileDescriptorSet(file=map(descriptor_pb2.FileDescriptorProto.FromString, calc_files))
    path = tmp_path / "calc.binpb"
    path.write_bytes(described.SerializeToString())
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    try:
        async with run_bridge(BackendConfig(f"127.0.0.1:{port}", "odd", descriptors=path)) as caller:
            answers = (await caller.post([call, call] if together else call)).json()
    finally:
        await server.stop(0)
    for answer in answers if together else [answers]:
        assert answer["error"]["code"] == -32603
        assert answer["error"]["data"]["details"][0]["reason"] == "BACKEND_ANSWER_INVALID"
        assert answer["error"]["data"]["details"][0]["metadata"] == {"backend": "odd"}
    assert "is no calc.v1." in caplog.text
    assert "failed inside the bridge" not in caplog.text
