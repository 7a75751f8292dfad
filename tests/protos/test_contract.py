"""What the descriptors promise: JSON-RPC names, batches, and the shapes legacy callers know."""

from __future__ import annotations

import collections

import pytest
from google.protobuf.descriptor import FieldDescriptor

from papermesh.classification.v1 import classification_pb2
from papermesh.jsonrpc.v1 import options_pb2
from papermesh.quality.v1 import quality_pb2
from papermesh_services.documents import BlockKind, Status

SERVICES = [
    classification_pb2.DESCRIPTOR.services_by_name["ClassificationService"],
    quality_pb2.DESCRIPTOR.services_by_name["QualityService"],
]
METHODS = [method for service in SERVICES for method in service.methods]
# What callers of the old servers read out of a result, and the JSON types they know it by.
LEGACY_RESULTS = {
    "classify_document": {
        "category": "text",
        "confidence": "double",
        "keywords": "[text]",
        "processing_method": "text",
        "processing_time": "double",
        "metadata": "object",
        "scores": "[object]",
    },
    "batch_classify_document": {"results": "[object]"},
    "extract_text": {"text_content": "text", "text_length": "integer", "extraction_method": "text"},
    "get_categories": {"categories": "[text]", "total_count": "integer", "model_version": "text"},
    "get_statistics": {
        "total_requests": "integer",
        "successful_classifications": "integer",
        "failed_classifications": "integer",
        "average_processing_time": "double",
        "uptime": "double",
        "memory_usage": "integer",
        "cpu_usage": "double",
    },
    "analyze_quality": {
        "overall_score": "double",
        "readability_score": "double",
        "structure_score": "double",
        "content_quality_score": "double",
        "issues": "[text]",
        "recommendations": "[text]",
        "processing_time": "double",
        "metrics": "object",
        "findings": "[object]",
    },
    "batch_analyze_quality": {"results": "[object]"},
    "get_server_info": {"server_name": "text", "version": "text", "capabilities": "[text]", "methods": "[text]"},
}
KINDS = {
    FieldDescriptor.CPPTYPE_STRING: "text",
    FieldDescriptor.CPPTYPE_DOUBLE: "double",
    FieldDescriptor.CPPTYPE_INT32: "integer",
    FieldDescriptor.CPPTYPE_INT64: "integer",
    FieldDescriptor.CPPTYPE_MESSAGE: "object",
}


def option(method):
    return method.GetOptions().Extensions[options_pb2.method]


def kind(field):
    name = KINDS.get(field.cpp_type, "other")
    return f"[{name}]" if field.is_repeated else name


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_every_rpc_has_a_json_rpc_name_after_its_own(method):
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method.name).lstrip("_")
    assert option(method).name == snake


def test_only_the_handshake_is_in_both_services():
    names = collections.Counter(option(method).name for method in METHODS)
    assert {name for name, times in names.items() if times > 1} == {"get_server_info"}


@pytest.mark.parametrize(
    "method", [method for method in METHODS if option(method).HasField("batch")], ids=lambda method: method.name
)
def test_a_batch_option_names_what_there_is(method):
    batch = option(method).batch
    rpc = method.containing_service.methods_by_name[batch.rpc]
    assert rpc.input_type.fields_by_name[batch.requests_field].message_type is method.input_type
    result = rpc.output_type.fields_by_name[batch.results_field].message_type
    inline = [field for field in result.fields if field.GetOptions().Extensions[options_pb2.field].inline]
    assert [field.message_type for field in inline] == [method.output_type]
    assert result.fields_by_name["error"].message_type.full_name == "google.rpc.Status"


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_a_request_for_a_document_is_flat(method):
    request = method.input_type
    if "source" in request.oneofs_by_name:
        assert [field.name for field in request.oneofs_by_name["source"].fields] == ["file_path", "content", "text"]
        assert {"request_id", "filename"} <= set(request.fields_by_name)


@pytest.mark.parametrize("name", LEGACY_RESULTS)
def test_results_have_the_shape_old_callers_know(name):
    for method in METHODS:
        if option(method).name == name:
            fields = {field.name: kind(field) for field in method.output_type.fields}
            assert {key: fields.get(key) for key in LEGACY_RESULTS[name]} == LEGACY_RESULTS[name]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_only_training_has_side_effects(method):
    harmless = method.GetOptions().idempotency_level == method.GetOptions().NO_SIDE_EFFECTS
    assert harmless == (method.name != "UpdateModel")


@pytest.mark.parametrize("method", [each for each in METHODS if each.client_streaming], ids=lambda method: method.name)
def test_a_document_in_pieces_is_described_and_answered_like_a_whole_one(method):
    # One that answers with a stream too is described and answered like the one that answers so.
    name = "ExtractPages" if method.server_streaming else method.name.removesuffix("Stream")
    whole = method.containing_service.methods_by_name[name]
    described = method.input_type.fields_by_name["description"].message_type
    fields = {field.name: (field.number, field.type, field.message_type, field.enum_type) for field in described.fields}
    assert fields.pop("size_bytes")
    # The server reads a description as a request whose source is still to come.
    sources = {field.name for field in whole.input_type.oneofs_by_name["source"].fields}
    assert fields == {
        field.name: (field.number, field.type, field.message_type, field.enum_type)
        for field in whole.input_type.fields
        if field.name not in sources
    }
    assert method.output_type is whole.output_type


def test_every_kind_and_status_of_the_services_is_in_the_contract():
    kinds, statuses = (
        {name.removeprefix(prefix).lower() for name in enum.DESCRIPTOR.values_by_name}
        for enum, prefix in (
            (classification_pb2.BlockKind, "BLOCK_KIND_"),
            (classification_pb2.ExtractionStatus, "EXTRACTION_STATUS_"),
        )
    )
    assert kinds == {kind.value for kind in BlockKind} | {"unspecified"}
    assert statuses == {status.value for status in Status} | {"unspecified", "worker_crashed"}
