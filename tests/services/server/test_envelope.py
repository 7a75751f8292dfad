from __future__ import annotations

import pytest
from google.protobuf import message_factory

from papermesh.classification.v1 import classification_pb2 as cpb
from papermesh.quality.v1 import quality_pb2 as qpb
from papermesh_services.server.envelope import (
    CONTENT,
    FILE_PATH,
    FILENAME,
    MAX_FIELDS,
    REQUEST_ID,
    TEXT,
    NotSeen,
    look,
    request_id,
    with_filename,
)

FIELDS = {"request_id": REQUEST_ID, "file_path": FILE_PATH, "content": CONTENT, "text": TEXT, "filename": FILENAME}


def document_requests():
    """The types of request that a worker gets: those with a document."""
    for file in (cpb.DESCRIPTOR, qpb.DESCRIPTOR):
        for service in file.services_by_name.values():
            for method in service.methods:
                if not method.client_streaming and "file_path" in method.input_type.fields_by_name:
                    yield method.input_type


@pytest.mark.parametrize("kind", dict.fromkeys(document_requests()), ids=lambda kind: kind.name)
def test_every_request_for_a_document_has_the_same_fields_at_the_same_places(kind):
    assert {name: kind.fields_by_name[name].number for name in FIELDS} == FIELDS
    assert {field.name for field in kind.oneofs_by_name["source"].fields} == {"file_path", "content", "text"}
    request = message_factory.GetMessageClass(kind)(request_id="ä", content=b"abc", filename="x")
    assert bytes(look(request.SerializeToString()).document) == b"abc"


def test_there_are_such_requests():
    assert len(set(document_requests())) == 8


@pytest.mark.parametrize(
    ("fields", "source", "document"),
    [
        ({}, 0, b""),
        ({"file_path": "a/b"}, FILE_PATH, b"a/b"),
        ({"content": b""}, CONTENT, b""),
        ({"content": bytes(300_000)}, CONTENT, bytes(300_000)),
        ({"text": "ä", "options": cpb.ClassificationOptions(candidate_categories=["a"] * 2000)}, TEXT, "ä".encode()),
    ],
)
def test_the_source_is_found(fields, source, document):
    envelope = look(cpb.ClassifyDocumentRequest(request_id="r", **fields).SerializeToString())
    assert (envelope.source, bytes(envelope.document), bytes(envelope.request_id)) == (source, document, b"r")


def test_the_last_source_counts_as_it_does_in_the_message():
    data = b"".join(
        cpb.ClassifyDocumentRequest(**each).SerializeToString() for each in ({"text": "a"}, {"file_path": "b"})
    )
    assert cpb.ClassifyDocumentRequest.FromString(data).WhichOneof("source") == "file_path"
    assert look(data).source == FILE_PATH


@pytest.mark.parametrize(
    "data",
    [b"\xff", b"\xff" * 20, b"\x12\x05abc", b"\x13\x14", b"\x0d\x00", b"\x09\x00\x00", b"\x30\x01" * (MAX_FIELDS + 1)],
)
def test_what_is_no_message_or_too_many_parts_is_not_looked_through(data):
    with pytest.raises(NotSeen):
        look(data)
    assert request_id(data) == ""


@pytest.mark.parametrize("filename", ["", "a.txt", "ä" * 5000, "\udcff"])
def test_a_filename_is_put_in_the_place_of_another(filename):
    request = cpb.ClassifyDocumentRequest(file_path="p", filename="old", request_id="r")
    changed = cpb.ClassifyDocumentRequest.FromString(with_filename(request.SerializeToString(), filename))
    request.filename = filename.encode("utf-8", "replace").decode()
    assert changed == request
