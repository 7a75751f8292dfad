"""Text, blocks and pages of documents through a running mesh: over JSON-RPC, by the client and on the command line."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import httpx

from papermesh import Client, SyncClient

SECONDS = 60.0
PAPER = "docs/samples/paper.pdf"


def call(method, **params):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def over_http(mesh, method, **params):
    return httpx.post(f"{mesh.http}/rpc", json=call(method, **params), timeout=SECONDS).json()["result"]


def over_tcp(mesh, method, **params):
    """Every message until the answer, which is the last."""
    messages = []
    with socket.create_connection(mesh.tcp, SECONDS) as connection:
        connection.sendall(json.dumps(call(method, **params)).encode() + b"\n")
        for line in connection.makefile():
            messages.append(json.loads(line))
            if "id" in messages[-1]:
                break
    return messages


def test_an_old_caller_sees_what_it_always_saw(mesh):
    result = over_http(mesh, "extract_text", file_path=PAPER)
    assert result["text_length"] == len(result["text_content"])
    assert [(page["number"], page["start"] < page["end"]) for page in result["pages"]] == [(1, True), (2, True)]
    assert result["blocks"] == []
    assert result["status"] == "EXTRACTION_STATUS_OK"


def test_parts_are_named_in_lower_case_and_spans_slice_the_text(mesh):
    result = over_http(mesh, "extract_text", file_path=PAPER, options={"parts": ["text", "blocks"]})
    headings = [block for block in result["blocks"] if block["kind"] == "BLOCK_KIND_HEADING"]
    title = headings[0]
    assert result["text_content"][title["start"] : title["end"]].startswith("Drift of Low-Cost")
    assert result["pages"] == []


def test_pages_are_an_array_over_http_and_come_one_by_one_over_tcp(mesh):
    params = {"file_path": PAPER, "options": {"parts": ["text", "pages"]}}
    whole = over_http(mesh, "extract_text", **params)["text_content"]
    head, *parts, end = over_http(mesh, "extract_pages", **params)
    assert head["head"]["text_length"] == end["end"]["text_length"] == len(whole)
    assert "".join(each["part"]["text"] for each in parts) == whole
    *told, answer = over_tcp(mesh, "extract_pages", **params)
    assert answer["result"] == {"count": len(parts) + 2}
    assert {each["method"] for each in told} == {"extract_pages.next"}
    assert [each["params"]["result"] for each in told[1:-1]] == parts


def test_what_streams_both_ways_is_called_over_grpc(mesh):
    answer = httpx.post(f"{mesh.http}/rpc", json=call("extract_text_stream"), timeout=SECONDS).json()
    assert answer["error"]["data"]["details"][0]["reason"] == "BIDIRECTIONAL_METHOD"


async def test_the_client_has_the_pages_one_by_one(mesh, root):
    async with Client(mesh.classification, timeout=SECONDS) as client:
        parts = client.extract_pages(root / PAPER, blocks=True)
        found = [(part.page.number, len(part.blocks) > 0) async for part in parts]
        assert (found, parts.head.metadata.page_count) == ([(1, True), (2, True)], 2)


def test_the_client_that_waits_has_them_too(mesh, root):
    with SyncClient(mesh.classification, timeout=SECONDS) as client, client.extract_pages(root / PAPER) as parts:
        assert [part.page.number for part in parts] == [1, 2]


def test_the_samples_are_extracted_into_a_folder(mesh, root, tmp_path):
    program = [sys.executable, "-c", "from papermesh.cli import main; main()", "extract"]
    command = [*program, "--classification", mesh.classification, "--out", tmp_path, "--format", "json", "docs/samples"]
    for summary in ("10 of 10 files extracted", "0 of 10 files extracted, 10 were there already"):
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=SECONDS, check=True)
        assert summary in done.stdout
    paper = json.loads((tmp_path / "paper.pdf.json").read_text())
    first = paper["blocks"][0]
    assert paper["text_content"][first["start"] : first["end"]].strip()
    assert paper["metadata"]["page_count"] == 2
