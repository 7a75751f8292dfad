"""What a gRPC caller gets, whatever way the legacy server is reached: one suite over all of them."""

from __future__ import annotations

import asyncio
import base64
import json

import grpc
import pytest
from google.rpc import error_details_pb2

from papermesh_bridge.expose import LegacyMethod

WAYS = [("http", "lines"), ("tcp", "lines"), ("tcp", "content-length"), ("stdio", "lines"), ("stdio", "content-length")]
STREAMS = WAYS[1:]
CALC = "calc.v1.Calculator"


@pytest.fixture(params=WAYS, ids="-".join)
async def peer(request, run_legacy):
    async with run_legacy(*request.param) as running:
        await running.reached()
        yield running


@pytest.fixture(params=STREAMS, ids="-".join)
def stream(request):
    return request.param


async def test_calls_are_made_and_answered(peer):
    assert (await peer.call("Subtract", minuend=42, subtrahend=23)).difference == 19
    assert (await peer.call("Sum", values=[1, 2, 4])).total == 7
    assert [value.WhichOneof("kind") for value in (await peer.call("GetData")).data] == ["string_value", "number_value"]
    info = await peer.call("GetServerInfo")
    assert (info.server_name, info.capabilities[1:]) == ("legacy", ["subtract", "sum", "get_data", "get_server_info"])


@pytest.mark.parametrize("rpc", ["Update", "NotifyHello"])
async def test_a_result_that_says_nothing_is_an_empty_response(peer, rpc):
    assert await peer.call(rpc) == peer.message("Empty")


async def test_a_message_comes_back_as_it_went(peer):
    text = {"a_string": "grüße \u2028 🎉", "an_int64": 2**60, "some_bytes": b"\x00\xff", "a_float": 1.5}
    values = {**text, "a_colour": 2, "many_ints": [1, -2], "that_child": {"first_name": "Ada"}}
    assert await peer.call("Echo", **values) == peer.message("Everything", **values)


async def test_a_large_message_is_carried(peer):
    assert (await peer.call("Echo", a_string="x" * 1_500_000)).a_string == "x" * 1_500_000


async def test_calls_run_side_by_side_and_are_answered_in_any_order(peer):
    calls = [peer.start("Wait", name=name) for name in ("let go last", "let go first")]
    await peer.saw("wait")
    async with asyncio.timeout(10):
        while (await peer.seen()).count("wait") < 2:
            await asyncio.sleep(0.01)
        assert not any(call.done() for call in calls)
        await peer.call("NotifySum")
        assert [(await call).name for call in calls] == ["let go last", "let go first"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (-32700, "INVALID_ARGUMENT"),
        (-32602, "INVALID_ARGUMENT"),
        (-32601, "UNIMPLEMENTED"),
        (-32603, "INTERNAL"),
        (-32005, "NOT_FOUND"),
        (-32014, "UNAVAILABLE"),
        (-32099, "UNKNOWN"),
        (17, "UNKNOWN"),
    ],
)
async def test_an_error_becomes_the_status_of_the_table(run_legacy, code, status):
    async with run_legacy("tcp") as peer:
        data = json.dumps({"field": "größe", "of": [1, 2]}).encode()
        failed = await peer.fail("FailWith", code=code, message="it did not work", details=data)
        assert (failed.code, failed.message, failed.reason) == (status, "it did not work", "JSONRPC_ERROR")
        metadata = dict(failed.details["ErrorInfo"].metadata)
        assert metadata.pop("code") == str(code)
        assert json.loads(metadata["data"]) == json.loads(data)


async def test_an_error_of_a_bridge_is_the_status_it_was_made_from(run_legacy):
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "DISK_FULL", "domain": "example.org"}
    unknown = {"@type": "type.googleapis.com/example.Unknown", "value": base64.b64encode(b"\x08\x01").decode()}
    data = {"code": 9, "status": "FAILED_PRECONDITION", "details": [info, unknown]}
    async with run_legacy("tcp") as peer:
        failed = await peer.fail("FailWith", code=-32009, message="no room", details=json.dumps(data).encode())
    assert (failed.code, failed.message, failed.reason) == ("FAILED_PRECONDITION", "no room", "DISK_FULL")
    assert failed.status.details[1].type_url == "type.googleapis.com/example.Unknown"
    assert failed.status.details[1].value == b"\x08\x01"


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("array", "INTERNAL", "LEGACY_BAD_ANSWER"),
        ("nothing", "INTERNAL", "LEGACY_BAD_ANSWER"),
        ("wrong id", "INTERNAL", "LEGACY_BAD_ANSWER"),
        ("string id", "INTERNAL", "LEGACY_BAD_ANSWER"),
        ("error text", "INTERNAL", "LEGACY_BAD_ANSWER"),
        ("broken", "INTERNAL", "LEGACY_BAD_ANSWER"),
        ("misfit", "INTERNAL", "LEGACY_RESULT_MISFIT"),
        ("scalar", "INTERNAL", "LEGACY_RESULT_MISFIT"),
        ("huge", "RESOURCE_EXHAUSTED", "LEGACY_ANSWER_TOO_LARGE"),
        ("null id", "INVALID_ARGUMENT", "JSONRPC_ERROR"),
    ],
)
@pytest.mark.parametrize("way", [("http", "lines"), ("stdio", "lines"), ("tcp", "content-length")], ids="-".join)
async def test_an_answer_that_cannot_be_used_is_told(run_legacy, way, name, status, reason):
    async with run_legacy(*way, limits={"max_answer_bytes": 2000}) as peer:
        await peer.reached()
        failed = await peer.fail("Wait", name=name)
        assert (failed.code, failed.reason) == (status, reason)
        assert "oops" not in failed.message
        assert (await peer.call("Wait", name="fine")).name == "fine"


async def test_a_misfit_names_the_field(run_legacy):
    async with run_legacy("tcp") as peer:
        failed = await peer.fail("Wait", name="misfit")
        assert failed.message == (
            "the legacy server's result does not fit the response of calc.v1.Calculator/Wait at name: "
            "expected a string, got a number"
        )


async def test_what_is_no_json_among_the_answers_is_skipped(run_legacy):
    async with run_legacy("stdio") as peer:
        assert (await peer.call("Wait", name="noise")).name == "noise"


async def test_a_server_that_asks_back_is_told_that_there_is_nothing_to_ask(run_legacy, stream):
    async with run_legacy(*stream) as peer:
        assert (await peer.call("Wait", name="ask")).name == "-32601"


async def test_the_deadline_of_the_caller_wins_and_a_late_answer_is_dropped(run_legacy, stream):
    async with run_legacy(*stream, cancel=True) as peer:
        await peer.reached()
        late = await peer.fail("Wait", timeout=0.2, name="held")
        assert late.code == "DEADLINE_EXCEEDED"
        await peer.saw("$/cancelRequest")
        await peer.call("NotifySum")
        assert (await peer.call("Subtract", minuend=3, subtrahend=1)).difference == 2


async def test_without_a_deadline_there_is_one_by_default(run_legacy):
    async with run_legacy("tcp", limits={"call_timeout_seconds": 0.2}) as peer:
        late = await peer.fail("Wait", timeout=None, name="held")
        assert (late.code, late.reason) == ("DEADLINE_EXCEEDED", "CALL_TIMEOUT")
        assert late.message == "the legacy server did not answer wait within 0.2 s"


@pytest.mark.parametrize(("framing", "cancel", "told"), [
    ("lines", None, False), ("lines", True, True), ("content-length", None, True), ("content-length", False, False),
])  # fmt: skip
async def test_a_call_that_is_cancelled_is_cancelled_there_where_that_is_wanted(run_legacy, framing, cancel, told):
    async with run_legacy("tcp", framing, cancel=cancel) as peer:
        call = peer.start("Wait", name="held")
        await peer.saw("wait")
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        if told:
            await peer.saw("$/cancelRequest")
        else:
            await peer.call("NotifySum")
            assert not any(each.startswith("$/cancel") for each in await peer.seen())


async def test_streaming_is_refused_with_its_reason(run_legacy, failed):
    async with run_legacy("tcp") as peer:
        stream = peer.channel.unary_stream(f"/{CALC}/CountUp")(b"", timeout=10)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stream.read()
        found = failed(caught.value)
        assert (found.code, found.reason) == ("UNIMPLEMENTED", "STREAMING_METHOD")


async def test_a_request_that_is_no_message_is_refused(run_legacy, failed):
    async with run_legacy("tcp") as peer:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.channel.unary_unary(f"/{CALC}/Subtract")(b"\xff\xff", timeout=10)
        found = failed(caught.value)
        assert (found.code, found.reason) == ("INVALID_ARGUMENT", "REQUEST_MALFORMED")
        assert "calc.v1.SubtractRequest" in found.message


async def test_calls_over_the_limit_are_refused(run_legacy):
    async with run_legacy("tcp", limits={"max_calls": 1}) as peer:
        await peer.reached()
        call = peer.start("Wait", name="held")
        failed = await peer.fail("Update")
        assert (failed.code, failed.reason) == ("RESOURCE_EXHAUSTED", "TOO_MANY_CALLS")
        assert failed.details["RetryInfo"].retry_delay.seconds == 1
        call.cancel()


async def test_calls_over_what_the_server_may_have_wait(run_legacy):
    async with run_legacy("tcp", limits={"max_calls_in_flight": 1}) as peer:
        call = peer.start("Wait", name="held", timeout=0.3)
        second = await peer.call("Update")
        assert second == peer.message("Empty")
        with pytest.raises(grpc.aio.AioRpcError):
            await call


async def test_an_http_status_without_an_answer_is_told(run_legacy):
    async with run_legacy("http") as peer:
        failed = await peer.fail("Wait", name="status 503")
        assert (failed.code, failed.reason) == ("UNAVAILABLE", "LEGACY_HTTP_STATUS")
        assert failed.details["RetryInfo"].retry_delay.seconds == 7
        assert (await peer.fail("Wait", name="status 401")).code == "UNAUTHENTICATED"
        assert (await peer.fail("Wait", name="status 302")).code == "UNKNOWN"


async def test_an_answer_counts_whatever_its_http_status(run_legacy):
    async with run_legacy("http") as peer:
        failed = await peer.fail("Wait", name="status 500 with an error")
        assert (failed.code, failed.message) == ("NOT_FOUND", "not found")


async def test_headers_of_the_configuration_are_sent(run_legacy):
    async with run_legacy("http", headers=(("X-Token", "a secret"),)) as peer:
        assert "a secret" in await peer.seen()


async def test_a_name_of_the_configuration_is_called(run_legacy):
    methods = (LegacyMethod(f"{CALC}/Wait", name="echo"),)
    async with run_legacy("tcp", methods=methods) as peer:
        assert (await peer.call("Wait", name="die")).name == "die"


async def test_a_status_fits_into_a_header(run_legacy):
    async with run_legacy("tcp") as peer:
        data = {"code": 5, "status": "NOT_FOUND", "details": [
            {"@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": "ü" * 5000},
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "KEPT", "domain": "example.org"},
        ]}  # fmt: skip
        failed = await peer.fail("FailWith", code=-32005, message="ß" * 5000, details=json.dumps(data).encode())
        assert (failed.code, failed.reason) == ("NOT_FOUND", "JSONRPC_ERROR")
        kinds = [each.type_url.rpartition(".")[2] for each in failed.status.details]
        assert kinds == ["ErrorInfo", "ErrorInfo"]
        kept = error_details_pb2.ErrorInfo.FromString(failed.status.details[0].value)
        assert kept.reason == "KEPT"
        assert 600 < len(failed.message.encode()) < 800
