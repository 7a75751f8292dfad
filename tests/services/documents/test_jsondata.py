from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papermesh_services.documents import (
    DocumentCorrupt,
    DocumentTooLarge,
    DocumentWithoutText,
    Format,
    Status,
    Watch,
    read,
    read_text,
)
from papermesh_services.documents.json_tokens import Broken, tokens

RECORD = """{"title": "The report", "pages": 12, "draft": false, "none": null, "empty": "", "box": {},
"authors": [{"name": "Ada", "tags": ["x", "y"]}, {"name": "Bo"}],
"deep": {"er": {"est": "here"}}, "body": "First paragraph.\\n\\nSecond \\u00fcber\\/all."}"""


def test_data_is_an_outline_of_names_and_values(shape, assert_sound):
    document = read(RECORD.encode("utf-16"), "a.json")
    assert_sound(document)
    assert (document.format, document.metadata.title) == (Format.JSON, "The report")
    assert [text for _, _, text in shape(document)] == [
        "title: The report\npages: 12\ndraft: false",
        "authors:\nname: Ada",
        "tags:\nx\ny",
        "name: Bo",
        "deep.er:\nest: here",
        "body: First paragraph.",
        "Second über/all.",
    ]


def test_json_lines_are_read_one_after_the_other(shape):
    document = read(b'{"a": 1}\n{"a": 2}\n\n{"a": 3}', "a.jsonl")
    assert [text for _, _, text in shape(document)] == ["a: 1", "a: 2", "a: 3"]


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"a": "text",\n"b": "cut o', 2), ('{"a": "text"\n}}', 2), ('{"a": "text"\n"b": 1}', 2), ('["text", {]', 1)],
)
def test_what_stands_before_a_fault_is_read(text, line):
    document = read_text(text, "a.json")
    assert document.status is Status.CORRUPT
    assert "text" in document.text
    assert f"in line {line}" in document.note


def test_numbers_that_are_none_are_read_as_programs_write_them():
    document = read_text('{"a": NaN, "b": [Infinity, -Infinity]}', "a.json")
    assert (document.text.split(), document.status) == (["a:", "NaN", "b:", "Infinity", "-Infinity"], Status.OK)


def test_what_is_broken_at_once_is_refused():
    with pytest.raises(DocumentCorrupt, match="line 1"):
        read_text("{no: quotes}", "a.json")
    with pytest.raises(DocumentWithoutText):
        read_text("[[], {}, null]", "a.json")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 501 + "1" + "]" * 501])
def test_what_is_nested_too_deeply_is_refused(text):
    with pytest.raises(DocumentTooLarge) as caught:
        read_text(text, "a.json")
    assert caught.value.metadata["limit"] == "max_json_nesting"


def test_depth_within_the_limit_is_read():
    assert read_text("[" * 500 + '"deep"' + "]" * 500, "a.json").text == "deep"


def test_json_is_read_until_time_is_up():
    document = read(b"[" + b'"x",' * 100_000 + b"1]", "a.json", watch=Watch(deadline=0))
    assert document.status is Status.PARTIAL_TIMEOUT


def test_a_notebook_is_read_by_its_cells(shape, assert_sound):
    outputs = [{"text": ["printed\n"]}, {"data": {"text/plain": "<Figure>", "image/png": "iVBORw0KGgo="}}]
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Head\n", "\n", "A [link](x)."]},
            {"cell_type": "code", "source": "x = 1\nprint(x)", "outputs": outputs},
            {"cell_type": "raw", "source": "raw"},
        ],
        "nbformat": 4,
    }
    document = read(json.dumps(notebook).encode(), "a.ipynb")
    assert_sound(document)
    assert shape(document) == [
        ("heading", 1, "Head"),
        ("paragraph", 0, "A link."),
        ("code", 0, "x = 1\nprint(x)"),
        ("code", 0, "printed"),
        ("code", 0, "<Figure>"),
        ("paragraph", 0, "raw"),
    ]
    assert document.traits.images == 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.none(), st.booleans()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_all_that_json_can_say_is_taken_token_by_token(value):
    for indent in (None, 2):
        text = json.dumps(value, indent=indent, ensure_ascii=indent is None)
        found = list(tokens(text))
        rebuilt = []
        for token in found:
            if token.key is not None:
                rebuilt.append(json.dumps(token.key))
            if token.is_string:
                rebuilt.append(json.dumps(token.text))
            else:
                rebuilt.append(token.text)
        assert sorted(rebuilt) == sorted(_flat(value))


def _flat(value):
    if isinstance(value, dict):
        inner = [piece for key, item in value.items() for piece in (json.dumps(key), *_flat(item))]
        return ["{", *inner, "}"]
    if isinstance(value, list):
        return ["[", *(piece for item in value for piece in _flat(item)), "]"]
    return [json.dumps(value)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet='{}[],:"\\ \n1-etrue', max_size=40))
def test_nothing_that_json_takes_is_refused(text):
    try:
        json.loads(text)
    except ValueError:
        return
    try:
        list(tokens(text))
    except Broken:
        pytest.fail(f"refused: {text!r}")
