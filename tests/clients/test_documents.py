"""Naming a document."""

from pathlib import Path

import pytest

from papermesh import Document, InvalidRequest
from papermesh.documents import document_of, source_fields


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({}, "none was given"),
        ({"text": "a", "content": b"b"}, "content and text were given"),
        ({"path": "a", "file_path": "b", "text": ""}, "path and file_path and text were given"),
    ],
)
def test_exactly_one_source_is_needed(sources, found):
    with pytest.raises(InvalidRequest, match=found):
        Document(**sources)


async def test_a_local_file_is_sent_with_its_name(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"hello")
    assert await source_fields(Document(path)) == {"request_id": "", "content": b"hello", "filename": "a.txt"}
    named = Document(path, filename="b.md", request_id="7")
    assert await source_fields(named) == {"request_id": "7", "content": b"hello", "filename": "b.md"}


async def test_a_local_file_is_read_when_it_is_sent_and_not_before(tmp_path):
    document = Document(tmp_path / "later.txt")
    with pytest.raises(FileNotFoundError):
        await source_fields(document)
    (tmp_path / "later.txt").write_bytes(b"now")
    assert (await source_fields(document))["content"] == b"now"


@pytest.mark.parametrize(
    ("document", "name", "value"),
    [
        (Document(file_path=Path("in/a.pdf")), "file_path", "in/a.pdf"),
        (Document(content=b""), "content", b""),
        (Document(text=""), "text", ""),
    ],
)
async def test_other_sources_are_sent_as_they_are(document, name, value):
    assert dict(await source_fields(document))[name] == value


async def test_a_name_that_is_not_utf_8_is_sent_readable(tmp_path):
    path = tmp_path / "caf\udce9.txt"
    path.write_bytes(b"x")
    assert (await source_fields(Document(path)))["filename"] == "caf?.txt"


def test_a_document_can_be_given_with_other_arguments_on_top():
    assert document_of(Document(text="x"), {"request_id": "1"}) == Document(text="x", request_id="1")
    assert document_of("a", {"filename": "b"}) == Document("a", filename="b")
