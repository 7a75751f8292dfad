"""What is asked and answered in the benchmark: a request with a text of 2 kB, a response of 1 kB as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format

from papermesh.classification.v1.classification_pb2 import (
    CategoryScore,
    ClassificationMetadata,
    ClassifyDocumentRequest,
    ClassifyDocumentResponse,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = "The committee met on Tuesday and the minutes were approved. " * 34
ANSWER = ClassifyDocumentResponse(
    category="meeting_minutes",
    confidence=0.8731,
    keywords=["committee", "minutes", "approved", "Tuesday", "met", "meeting", "agenda", "motion"],
    processing_method="text+linear",
    processing_time=0.00412,
    metadata=ClassificationMetadata(
        text_length=2040, processed_text_length=2040, model_version="2025.1-a31c", timestamp=1760000000.25
    ),
    scores=[CategoryScore(category=f"category_{n}", score=(12 - n) / 90.5) for n in range(12)],
)
# json_format writes 64-bit integers as strings and knows no other way, so the product is told to as well.
WRITING: Mapping[str, Any] = {"preserving_proto_field_name": True, "always_print_fields_with_no_presence": True}
BRIDGE_TOML = """
[[backend]]
target = "{target}"

[policy]
int64 = "string"
"""


def request(request_id: str) -> ClassifyDocumentRequest:
    """What is asked of the service."""
    return ClassifyDocumentRequest(request_id=request_id, text=TEXT, filename="minutes.txt")


def answer(request_id: str) -> ClassifyDocumentResponse:
    """What the service answers to it."""
    response = ClassifyDocumentResponse(request_id=request_id)
    response.MergeFrom(ANSWER)
    return response


def request_json(request_id: str, number: int) -> bytes:
    """The same request to a bridge."""
    params = {"request_id": request_id, "text": TEXT, "filename": "minutes.txt"}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "classify_document", "params": params}).encode()


def answer_json(request_id: str, number: int) -> dict[str, Any]:
    """What a bridge answers to it, by json_format."""
    return {"jsonrpc": "2.0", "id": number, "result": json_format.MessageToDict(answer(request_id), **WRITING)}
