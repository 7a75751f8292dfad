"""The main job through every door of a running mesh, and the manners of the whole."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import socket
import time

import httpx
import pytest
from grpc_health.v1 import health_pb2

from papermesh import Client, Document, PapermeshError, Unavailable

SECONDS = 60.0
SERVING = health_pb2.HealthCheckResponse.SERVING
BAD = [
    ({"file_path": "no-such-file.txt"}, -32005, "NOT_FOUND", "DOCUMENT_NOT_FOUND"),
    ({"file_path": "/etc/passwd"}, -32007, "PERMISSION_DENIED", "DOCUMENT_OUTSIDE_ROOTS"),
    ({"text": ""}, -32602, "INVALID_ARGUMENT", "DOCUMENT_EMPTY"),
    ({}, -32602, "INVALID_ARGUMENT", "SOURCE_MISSING"),
    (
        {"content": base64.b64encode(bytes(range(256))).decode()},
        -32602,
        "INVALID_ARGUMENT",
        "DOCUMENT_FORMAT_UNSUPPORTED",
    ),
    ({"content": base64.b64encode(b"%PDF-1.7\nnothing").decode()}, -32602, "INVALID_ARGUMENT", "DOCUMENT_CORRUPT"),
]


def rpc(mesh, method, params=None, path="/rpc"):
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    answer = httpx.post(mesh.http + path, json=call, timeout=SECONDS)
    assert answer.status_code == 200
    return answer.json()


def lines(mesh, *messages):
    with socket.create_connection(mesh.tcp, timeout=SECONDS) as connection:
        connection.sendall("".join(json.dumps(message) + "\n" for message in messages).encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as stream:
            return [json.loads(line) for line in stream]


@pytest.mark.parametrize("method", ["classify_document", "analyze_quality"])
def test_a_document_is_read_over_http_and_tcp_alike(mesh, method):
    params = {
        "request_id": "r",
        "file_path": "docs/samples/invoice.pdf",
        "classification_type": "automatic",
        "client": "old",
    }
    over_http = rpc(mesh, method, params)["result"]
    (over_tcp,) = lines(mesh, {"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
    assert over_tcp["id"] == 7
    assert set(over_tcp["result"]) == set(over_http)
    assert over_http["request_id"] == "r"


def test_a_result_has_the_shape_old_callers_know(mesh):
    result = rpc(mesh, "classify_document", {"file_path": "docs/samples/invoice.pdf"})["result"]
    shapes = {
        "category": str,
        "confidence": float,
        "keywords": list,
        "processing_method": str,
        "processing_time": float,
        "metadata": dict,
        "scores": list,
    }
    for name, kind in shapes.items():
        assert isinstance(result[name], kind), name
    assert isinstance(result["metadata"]["text_length"], int)
    assert isinstance(result["metadata"]["timestamp"], float)


def test_a_batch_item_reads_like_the_single_answer(mesh):
    params = {"batch_requests": [{"file_path": "docs/samples/invoice.pdf"}, {"file_path": "no-such-file"}]}
    single = rpc(mesh, "classify_document", {"file_path": "docs/samples/invoice.pdf"})["result"]
    good, bad = rpc(mesh, "batch_classify_document", params)["result"]["results"]
    assert set(good) == set(single)
    assert set(bad) == {"error"}
    assert bad["error"]["code"] == 5


@pytest.mark.parametrize(("params", "code", "status", "reason"), BAD)
@pytest.mark.parametrize("method", ["classify_document", "analyze_quality"])
def test_bad_input_has_the_same_error_everywhere(mesh, method, params, code, status, reason):
    over_http = rpc(mesh, method, params)["error"]
    (over_tcp,) = lines(mesh, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    for error in (over_http, over_tcp["error"]):
        assert error["code"] == code
        assert error["data"]["status"] == status
        assert error["data"]["details"][0]["reason"] == reason


@pytest.mark.parametrize(
    ("path", "name"), [("/classification", "classification_server"), ("/quality", "quality_server")]
)
def test_each_server_has_a_view_of_its_own(mesh, path, name):
    health = httpx.get(f"{mesh.http}{path}/health", timeout=SECONDS)
    assert health.status_code == 200
    assert (health.json()["status"], health.json()["server_name"]) == ("healthy", name)
    assert rpc(mesh, "get_server_info", path=f"{path}/rpc")["result"]["server_name"] == name
    assert rpc(mesh, "health_check", path=f"{path}/rpc")["result"]["server_name"] == name


def test_the_mesh_describes_its_methods(mesh):
    document = rpc(mesh, "rpc.discover")["result"]
    methods = {method["name"]: method for method in document["methods"]}
    assert list(methods) == rpc(mesh, "system.listMethods")["result"]
    assert {"classify_document", "analyze_quality", "papermesh.quality.v1.QualityService/GetServerInfo"} <= set(methods)
    names = [param["name"] for param in methods["classify_document"]["params"]]
    assert names[:4] == ["request_id", "file_path", "content", "text"]
    kinds = document["components"]["schemas"]["papermesh.classification.v1.ClassificationType-input"]
    assert "automatic" in kinds["anyOf"][0]["enum"]
    quality = rpc(mesh, "system.listMethods", path="/quality/rpc")["result"]
    assert "get_server_info" in quality
    assert "classify_document" not in quality


async def test_the_client_works_with_the_mesh(mesh, root):
    async with Client(classification=mesh.classification, quality=mesh.quality, timeout=SECONDS) as client:
        answer = await client.classify(root / "docs" / "samples" / "invoice.pdf")
        assert answer.category == "invoice"
        with pytest.raises(PapermeshError) as caught:
            await client.analyze(file_path="/etc/passwd")
        assert caught.value.reason == "DOCUMENT_OUTSIDE_ROOTS"


async def test_a_probe_answers_while_a_large_document_is_read(mesh):
    text = "The committee met on Tuesday and the minutes were approved. " * 4_000
    async with Client(classification=mesh.classification, quality=mesh.quality, timeout=SECONDS) as client:
        await client.health("quality")
        large = [asyncio.create_task(client.analyze(text=text)) for _ in range(4)]
        waits = []
        while not all(task.done() for task in large):
            started = time.perf_counter()
            await client.health("quality")
            waits.append(time.perf_counter() - started)
            await asyncio.sleep(0.02)
        await asyncio.gather(*large)
    assert len(waits) > 10
    # No timed assertion: that probes get through at all while every worker is busy is what matters here, and
    # tests/benchmarks/probes.py measures how fast.
    assert sorted(waits)[len(waits) // 2] < 1.0


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_a_signal_lets_running_calls_finish_and_refuses_new_ones(own_mesh, signal_):
    documents = [Document(text="The committee met on Tuesday. " * 400) for _ in range(50)]
    async with Client(classification=own_mesh.classification, quality=own_mesh.quality, timeout=SECONDS) as client:
        running = asyncio.create_task(client.analyze_batch(documents))
        async with asyncio.timeout(SECONDS):
            while not (await client.quality_metrics()).statistics.total_requests:
                await asyncio.sleep(0.01)
            own_mesh.process.send_signal(signal_)
            while (await client.health("quality")).status == SERVING:
                await asyncio.sleep(0.01)
            assert (await refused(client)).reason == "SERVER_DRAINING"
        assert [answer.overall_score > 0 for answer in await running] == [True] * 50
    assert await asyncio.to_thread(own_mesh.process.wait, SECONDS) == 0


async def refused(client):
    """The first refusal. A server says that it does not serve just before that, so that a call may still get in."""
    while True:
        try:
            await client.quality_metrics()
        except Unavailable as fault:
            return fault
