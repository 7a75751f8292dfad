"""The product's own contract through the bridge: its names, shapes and errors, with stand-ins for the services."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from google.rpc import code_pb2, error_details_pb2
from grpc_reflection.v1alpha import reflection

from papermesh.classification.v1 import classification_pb2 as classification
from papermesh.classification.v1 import classification_pb2_grpc
from papermesh.quality.v1 import quality_pb2 as quality
from papermesh.quality.v1 import quality_pb2_grpc
from papermesh_bridge import LEGACY_POLICY, BackendConfig, EndpointConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Classifier(classification_pb2_grpc.ClassificationServiceServicer):
    """Answers with what it was asked."""

    async def ClassifyDocument(self, request: Any, context: Any) -> Any:  # noqa: N802
        if request.WhichOneof("source") is None:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no source")
        return classification.ClassifyDocumentResponse(
            request_id=request.request_id,
            category=request.WhichOneof("source"),
            confidence=request.classification_type,
            keywords=[request.text or request.content.decode()],
            metadata=classification.ClassificationMetadata(text_length=2**53 + 1, processed_text_length=7),
        )

    async def BatchClassifyDocument(self, request: Any, context: Any) -> Any:  # noqa: N802
        response = classification.BatchClassifyDocumentResponse()
        for each in request.batch_requests:
            if each.WhichOneof("source"):
                response.results.add().response.category = each.text
            else:
                status = response.results.add().error
                status.code, status.message = code_pb2.INVALID_ARGUMENT, "no source"
                status.details.add().Pack(error_details_pb2.ErrorInfo(reason="NO_SOURCE", domain="papermesh"))
        return response

    async def GetServerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return classification.GetServerInfoResponse(server_name="classification_server", version="1")


class Quality(quality_pb2_grpc.QualityServiceServicer):
    """Only says who it is."""

    async def GetServerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return quality.GetServerInfoResponse(server_name="quality_server", version="1")


@pytest.fixture
async def mesh(run_bridge) -> AsyncIterator[Any]:
    first, second = grpc.aio.server(), grpc.aio.server()
    classification_pb2_grpc.add_ClassificationServiceServicer_to_server(Classifier(), first)  # type: ignore[abstract]  # the others answer UNIMPLEMENTED
    quality_pb2_grpc.add_QualityServiceServicer_to_server(Quality(), second)  # type: ignore[abstract]  # likewise
    reflection.enable_server_reflection(["papermesh.classification.v1.ClassificationService"], first)
    reflection.enable_server_reflection(["papermesh.quality.v1.QualityService"], second)
    ports = [server.add_insecure_port("127.0.0.1:0") for server in (first, second)]
    await first.start()
    await second.start()
    try:
        async with run_bridge(
            BackendConfig(f"127.0.0.1:{ports[0]}", "classification"),
            BackendConfig(f"127.0.0.1:{ports[1]}", "quality"),
            endpoints=tuple(EndpointConfig(name, (name,)) for name in ("classification", "quality")),
            policy=LEGACY_POLICY,
            methods=(),
        ) as caller:
            yield caller
    finally:
        await first.stop(0)
        await second.stop(0)


async def test_a_legacy_request_is_taken_and_its_answer_has_the_shape_callers_know(mesh):
    params = {"request_id": "r", "text": "hello", "classification_type": "automatic", "api_key": "x", "options": {}}
    assert (await mesh.call("classify_document", params))["result"] == {
        "request_id": "r",
        "category": "text",
        "confidence": 1.0,
        "keywords": ["hello"],
        "processing_method": "",
        "processing_time": 0.0,
        "metadata": {
            "text_length": "9007199254740993",
            "processed_text_length": 7,
            "model_version": "",
            "timestamp": 0.0,
        },
        "scores": [],
    }


async def test_content_is_base64(mesh):
    result = (await mesh.call("classify_document", {"content": base64.b64encode(b"bytes").decode()}))["result"]
    assert (result["category"], result["keywords"]) == ("content", ["bytes"])


async def test_an_item_of_a_batch_reads_like_the_single_answer_or_has_an_error(mesh):
    result = (await mesh.call("batch_classify_document", {"batch_requests": [{"text": "a"}, {}]}))["result"]
    good, bad = result["results"]
    assert good["category"] == "a"
    assert "response" not in good
    assert bad["error"]["message"] == "no source"
    assert bad["error"]["details"][0]["reason"] == "NO_SOURCE"


async def test_two_sources_are_refused_by_name(mesh):
    error = (await mesh.call("classify_document", {"text": "a", "content": ""}))["error"]
    assert error["message"] == "Invalid params: content: only one of text, content may be set"


async def test_each_server_has_a_view_of_its_own(mesh):
    names = {
        path: (await mesh.call("get_server_info", path=path))["result"]["server_name"]
        for path in ("/rpc", "/classification/rpc", "/quality/rpc")
    }
    assert names == {
        "/rpc": "classification_server",
        "/classification/rpc": "classification_server",
        "/quality/rpc": "quality_server",
    }
    assert (await mesh.call("classify_document", {"text": "a"}, "/quality/rpc"))["error"]["code"] == -32601


async def test_a_server_without_a_health_service_is_healthy_if_it_answers(mesh):
    assert (await mesh.call("health_check", path="/quality/rpc"))["result"]["server_name"] == "quality_server"
    assert (await mesh.http.get("/health")).status_code == 200


@pytest.mark.parametrize("service", [("classification", classification), ("quality", quality)])
async def test_every_rpc_of_the_contract_can_be_called_by_the_name_in_its_option(mesh, service):
    name, module = service
    for described in module.DESCRIPTOR.services_by_name.values():
        for rpc in (each for each in described.methods if not each.client_streaming):
            method = next(value.name for _, value in rpc.GetOptions().ListFields() if hasattr(value, "batch"))
            answer = await mesh.call(method, path=f"/{name}/rpc")
            data = answer.get("error", {}).get("data")
            # A method the stand-in does not have is refused by the server, not by the bridge.
            assert data is None or data["details"] == [], method
