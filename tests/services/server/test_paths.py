"""A document that is named by its path: opened by the server, for the worker, and closed again."""

from __future__ import annotations

import os

import pytest

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.documents import Limits
from papermesh_services.server.errors import ServiceError
from papermesh_services.server.paths import opened

SECONDS = 30.0


@pytest.fixture
def root(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"the text")
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    return tmp_path


def request(**fields):
    return pb.ExtractTextRequest(**fields).SerializeToString()


@pytest.mark.parametrize(
    ("fields", "filename"),
    [
        ({"file_path": "a.txt"}, "a.txt"),
        ({"file_path": "link"}, "a.txt"),
        ({"file_path": "a.txt", "filename": "b.md"}, "b.md"),
    ],
)
async def test_a_file_is_open_inside_and_closed_outside(root, fields, filename):
    async with opened(request(**fields), (root,), Limits(), SECONDS) as it:
        assert os.pread(it.descriptor, 100, 0) == b"the text"
        assert pb.ExtractTextRequest.FromString(it.request).filename == filename
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(it.descriptor, b"x")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(it.descriptor)


@pytest.mark.parametrize("fields", [{}, {"content": b"a.txt"}, {"text": "a.txt"}, {"filename": "a.txt"}])
async def test_any_other_request_stays_as_it_is(root, fields):
    async with opened(request(**fields), (root,), Limits(), SECONDS) as it:
        assert (it.request, it.descriptor) == (request(**fields), None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (request(file_path="missing"), "DOCUMENT_NOT_FOUND"),
        (request(file_path="../a.txt"), "DOCUMENT_OUTSIDE_ROOTS"),
        (b"\xff", "REQUEST_MALFORMED"),
        (b"\x12\x01\xff", "REQUEST_MALFORMED"),
    ],
)
async def test_what_cannot_be_opened_is_the_callers_to_know(root, data, reason):
    with pytest.raises(ServiceError) as caught:
        async with opened(data, (root,), Limits(), SECONDS):
            pass
    assert caught.value.reason == reason
