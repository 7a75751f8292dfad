"""The RPCs that take a document in pieces answer as those that take it whole."""

from __future__ import annotations

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from papermesh.classification.v1 import classification_pb2 as cpb
from papermesh.classification.v1 import classification_pb2_grpc as cgrpc
from papermesh.quality.v1 import quality_pb2 as qpb
from papermesh.quality.v1 import quality_pb2_grpc as qgrpc

SECONDS = 60.0
SAMPLES = ["invoice.pdf", "contract.docx", "manual.html", "draft.md", "receipt.txt"]
RPCS = [
    ("classification", cgrpc.ClassificationServiceStub, cpb, "ClassifyDocument"),
    ("quality", qgrpc.QualityServiceStub, qpb, "AnalyzeQuality"),
]


@pytest.fixture(params=RPCS, ids=lambda each: each[3])
def rpc(request):
    """Both forms of an RPC, and the types of their messages."""
    name, stub, messages, method = request.param
    with grpc.insecure_channel(request.getfixturevalue(f"{name}_address")) as channel:
        made = stub(channel)
        yield getattr(made, method), getattr(made, f"{method}Stream"), messages, method


def pieces(messages, method, data, size=1000, **fields):
    kind, description = getattr(messages, f"{method}StreamRequest"), getattr(messages, f"{method}Description")
    yield kind(description=description(**fields))
    for at in range(0, len(data), size):
        yield kind(chunk=data[at : at + size])


def timeless(answer):
    answer.processing_time = 0
    for holder in ("metadata", "metrics"):
        if holder in answer.DESCRIPTOR.fields_by_name:
            getattr(answer, holder).ClearField("timestamp")
    return answer


@pytest.mark.parametrize("name", SAMPLES)
def test_a_document_in_pieces_is_answered_as_the_whole(rpc, root, name):
    whole, stream, messages, method = rpc
    data = (root / "docs" / "samples" / name).read_bytes()
    request = getattr(messages, f"{method}Request")(content=data, filename=name, request_id="r")
    expected = timeless(whole(request, timeout=SECONDS))
    told = pieces(messages, method, data, filename=name, request_id="r", size_bytes=len(data))
    assert timeless(stream(told, timeout=SECONDS)) == expected


def test_options_count_in_pieces_too(classification_address):
    options = cpb.ClassificationOptions(max_keywords=2, max_scores=1)
    with grpc.insecure_channel(classification_address) as channel:
        stub = cgrpc.ClassificationServiceStub(channel)
        told = pieces(cpb, "ClassifyDocument", b"The committee met on Tuesday and approved.", options=options)
        answer = stub.ClassifyDocumentStream(told, timeout=SECONDS)
    assert len(answer.keywords) <= 2
    assert len(answer.scores) == 1


@pytest.mark.parametrize(
    ("data", "reason", "fields"),
    [
        (b"", "DOCUMENT_EMPTY", ["chunk"]),
        (bytes(range(256)) * 10, "DOCUMENT_FORMAT_UNSUPPORTED", ["chunk"]),
        (b"%PDF-1.7\nnothing", "DOCUMENT_CORRUPT", ["chunk"]),
    ],
)
def test_what_is_wrong_with_a_document_is_told_of_its_pieces(rpc, data, reason, fields):
    _, stream, messages, method = rpc
    with pytest.raises(grpc.RpcError) as caught:
        stream(pieces(messages, method, data), timeout=SECONDS)
    status = status_pb2.Status.FromString(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(bad)
    assert (info.reason, [each.field for each in bad.field_violations]) == (reason, fields)
