from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_bridge.errors import InvalidParams
from papermesh_bridge.upload_shape import has_text, params_of, shape_of

METHODS = pb.DESCRIPTOR.services_by_name["ClassificationService"].methods_by_name
DESCRIPTION = pb.ClassifyDocumentDescription.DESCRIPTOR


@given(st.binary(max_size=400), st.text(max_size=200))
def test_messages_are_written_as_protobuf_reads_them(data, name):
    stream, whole = shape_of(METHODS["ClassifyDocumentStream"]), shape_of(METHODS["ClassifyDocument"])
    description = pb.ClassifyDocumentDescription(filename=name.encode("utf-8", "replace"))
    first = pb.ClassifyDocumentStreamRequest.FromString(stream.first(description.SerializeToString()))
    assert first == pb.ClassifyDocumentStreamRequest(description=description)
    assert pb.ClassifyDocumentStreamRequest.FromString(stream.next(data)).chunk == data
    told = pb.ClassifyDocumentRequest(filename=description.filename).SerializeToString()
    request = pb.ClassifyDocumentRequest.FromString(whole.whole(told, [data, data]))
    assert request == pb.ClassifyDocumentRequest(filename=description.filename, content=data * 2)


@pytest.mark.parametrize(
    ("method", "streams", "described"),
    [
        ("ClassifyDocumentStream", True, "ClassifyDocumentDescription"),
        ("ClassifyDocument", False, "ClassifyDocumentRequest"),
        ("ExtractText", False, "ExtractTextRequest"),
    ],
)
def test_methods_that_take_a_file(method, streams, described):
    shape = shape_of(METHODS[method])
    assert (shape.streams, shape.described.name) == (streams, described)


@pytest.mark.parametrize("method", ["GetCategories", "BatchClassifyDocument", "UpdateModel"])
def test_methods_that_do_not(method):
    assert shape_of(METHODS[method]) is None


def test_fields_are_read_as_their_types_say():
    texts = {
        "request_id": "7",
        "classification_type": "automatic",
        "options": '{"max_keywords": 2}',
        "sizeBytes": "12",
        "unknown": "left to the policy",
    }
    assert params_of(texts, DESCRIPTION) == {
        "request_id": "7",
        "classification_type": "automatic",
        "options": {"max_keywords": 2},
        "sizeBytes": 12,
        "unknown": "left to the policy",
    }


@pytest.mark.parametrize("text", ["", "zzz", "NaN", "[" * 100_000])
def test_a_field_that_is_no_json_is_named(text):
    with pytest.raises(InvalidParams, match="options: expected JSON"):
        params_of({"options": text}, DESCRIPTION)


def test_which_texts_a_message_has():
    assert has_text(DESCRIPTION, "filename")
    assert not has_text(DESCRIPTION, "options")
    assert not has_text(DESCRIPTION, "nothing")
