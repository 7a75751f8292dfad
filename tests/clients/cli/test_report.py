"""Answers and errors as JSON."""

import json

from papermesh.classification.v1 import classification_pb2 as cpb
from papermesh.cli.report import EXACT_INTEGER, JsonList, error_json, message_json
from papermesh.quality.v1 import quality_pb2 as qpb
from papermesh.statuses import error_from_status


def test_messages_keep_the_names_of_the_contract_and_every_field():
    message = cpb.ClassifyDocumentResponse(category="memo", scores=[cpb.CategoryScore(category="memo", score=0.5)])
    message.metadata.text_length = 12
    assert message_json(message) == {
        "request_id": "",
        "category": "memo",
        "confidence": 0.0,
        "keywords": [],
        "processing_method": "",
        "processing_time": 0.0,
        "metadata": {"text_length": 12, "processed_text_length": 0, "model_version": "", "timestamp": 0.0},
        "scores": [{"category": "memo", "score": 0.5}],
    }


def test_wide_integers_are_numbers_where_they_are_exact():
    message = qpb.AnalyzeQualityResponse()
    message.metrics.word_count = EXACT_INTEGER
    message.metrics.sentence_count = EXACT_INTEGER + 1
    message.findings.add().place.start = 7
    value = message_json(message)
    assert value["metrics"]["word_count"] == EXACT_INTEGER
    assert value["metrics"]["sentence_count"] == str(EXACT_INTEGER + 1)
    assert value["findings"][0]["place"]["start"] == 7
    assert value["findings"][0]["severity"] == "SEVERITY_UNSPECIFIED"


def test_maps_are_objects():
    message = qpb.DetectIssuesResponse(counts_by_code={"long_sentence": 3})
    assert message_json(message)["counts_by_code"] == {"long_sentence": 3}


def test_errors_carry_what_a_program_needs(a_failure):
    error = error_from_status(a_failure("FAILED_PRECONDITION", "DOCUMENT_ENCRYPTED"))
    assert error_json(error) == {
        "code": 9,
        "status": "FAILED_PRECONDITION",
        "reason": "DOCUMENT_ENCRYPTED",
        "message": "It failed. Mend it.",
        "metadata": {"limit": "max_pages", "value": "9"},
        "field_violations": [{"field": "content", "description": "broken"}],
    }


def test_a_list_is_json_with_any_number_of_entries(capsys):
    for count in range(3):
        writer = JsonList()
        for number in range(count):
            writer.add({"n": number, "text": "é\n\x1b"})
        writer.close()
        assert json.loads(capsys.readouterr().out) == [{"n": number, "text": "é\n\x1b"} for number in range(count)]
