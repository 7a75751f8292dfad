"""The servers as people debugging meet them: grpcurl and buf curl, with no proto at hand."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from papermesh.classification.v1 import classification_pb2
from papermesh.quality.v1 import quality_pb2

SECONDS = 60.0
BIN = Path(sys.executable).parent
CLASSIFICATION = classification_pb2.DESCRIPTOR.services_by_name["ClassificationService"]
QUALITY = quality_pb2.DESCRIPTOR.services_by_name["QualityService"]
DOCUMENT = {"file_path": "docs/samples/invoice.pdf"}
DOCUMENTS = {"batch_requests": [{"file_path": "docs/samples/invoice.pdf"}, {"file_path": "no-such-file.pdf"}]}
PIECES = (
    {"description": {"filename": "a.txt"}},
    {"chunk": base64.b64encode(b"The committee met on Tuesday. ").decode()},
    {"chunk": base64.b64encode(b"The minutes were approved.").decode()},
)
REQUESTS = {
    "ClassifyDocumentStream": PIECES,
    "AnalyzeQualityStream": PIECES,
    "ExtractTextStream": PIECES,
    "BatchClassifyDocument": DOCUMENTS,
    "BatchAnalyzeQuality": DOCUMENTS,
    "GetCategories": {},
    "GetStatistics": {},
    "GetServerInfo": {},
}
CALLS = [
    (service, method.name)
    for service in (CLASSIFICATION, QUALITY)
    for method in service.methods
    if method.name != "UpdateModel"
]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def documents(text):
    """The JSON documents that stand one after the other in a text."""
    found, rest = [], text.strip()
    while rest:
        document, end = json.JSONDecoder().raw_decode(rest)
        found.append(document)
        rest = rest[end:].lstrip()
    return found


def address(mesh, service):
    return mesh.classification if service is CLASSIFICATION else mesh.quality


@pytest.mark.parametrize(("service", "method"), CALLS, ids=lambda value: getattr(value, "name", value))
def test_grpcurl_calls_every_rpc(mesh, grpcurl, service, method):
    request = REQUESTS.get(method, DOCUMENT)
    data = "".join(map(json.dumps, request)) if isinstance(request, tuple) else json.dumps(request)
    done = run(grpcurl, "-plaintext", "-d", data, address(mesh, service), f"{service.full_name}/{method}")
    assert done.returncode == 0, done.stderr
    answers = documents(done.stdout)
    assert answers
    if service.methods_by_name[method].server_streaming:
        assert [list(answer) for answer in answers] == [["head"], ["part"], ["end"]]


@pytest.mark.parametrize("service", [CLASSIFICATION, QUALITY], ids=lambda service: service.name)
def test_grpcurl_lists_and_describes_everything(mesh, grpcurl, service):
    listed = run(grpcurl, "-plaintext", address(mesh, service), "list").stdout.split()
    assert set(listed) == {
        service.full_name,
        "grpc.health.v1.Health",
        "grpc.channelz.v1.Channelz",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }
    for name in listed:
        described = run(grpcurl, "-plaintext", address(mesh, service), "describe", name)
        assert described.returncode == 0, described.stderr
        assert f"service {name.rpartition('.')[2]}" in described.stdout


@pytest.mark.parametrize("service", [CLASSIFICATION, QUALITY], ids=lambda service: service.name)
def test_grpcurl_describes_single_methods_and_fields(mesh, grpcurl, service):
    method = service.methods[0]
    described = run(grpcurl, "-plaintext", address(mesh, service), "describe", method.full_name)
    assert f"rpc {method.name} ( .{method.input_type.full_name} )" in described.stdout, described.stderr
    field = method.input_type.fields_by_name["filename"]
    assert (
        "string filename = 5" in run(grpcurl, "-plaintext", address(mesh, service), "describe", field.full_name).stdout
    )


def test_the_reflection_client_of_grpcio_finds_a_method(mesh):
    method = CLASSIFICATION.methods_by_name["ClassifyDocument"]
    with grpc.insecure_channel(mesh.classification) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        assert database.FindFileContainingSymbol(method.full_name).name == CLASSIFICATION.file.name


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_both_versions_of_reflection_answer(mesh, grpcurl, version):
    done = run(
        grpcurl,
        "-plaintext",
        "-d",
        '{"list_services": ""}',
        mesh.quality,
        f"grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
    )
    assert QUALITY.full_name in done.stdout, done.stderr


@pytest.mark.parametrize("service", ["", CLASSIFICATION.full_name])
def test_grpcurl_asks_for_the_health(mesh, grpcurl, service):
    data = json.dumps({"service": service})
    done = run(grpcurl, "-plaintext", "-d", data, mesh.classification, "grpc.health.v1.Health/Check")
    assert json.loads(done.stdout) == {"status": "SERVING"}
    listed = run(grpcurl, "-plaintext", mesh.classification, "grpc.health.v1.Health/List")
    assert set(json.loads(listed.stdout)["statuses"]) == {"", CLASSIFICATION.full_name}


def test_grpcurl_shows_the_details_of_an_error(mesh, grpcurl):
    data = json.dumps({"file_path": "/etc/passwd"})
    done = run(grpcurl, "-plaintext", "-d", data, mesh.classification, f"{CLASSIFICATION.full_name}/ClassifyDocument")
    assert done.returncode != 0
    assert "PermissionDenied" in done.stderr
    assert "DOCUMENT_OUTSIDE_ROOTS" in done.stderr


def test_buf_curl_lists_and_calls(mesh, root):
    url = f"http://{mesh.classification}"
    listed = run(BIN / "buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-methods", url)
    assert f"{CLASSIFICATION.full_name}/ClassifyDocument" in listed.stdout, listed.stderr
    called = run(
        BIN / "buf",
        "curl",
        "--protocol",
        "grpc",
        "--http2-prior-knowledge",
        "-d",
        json.dumps(DOCUMENT),
        f"{url}/{CLASSIFICATION.full_name}/ClassifyDocument",
    )
    assert json.loads(called.stdout)["category"] == "invoice", called.stderr
