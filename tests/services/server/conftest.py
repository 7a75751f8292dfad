"""A job module of the tests' own, so that the runtime is tried with real worker processes and no real documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from papermesh_services.documents import Limits
from papermesh_services.server.sandbox import Profile
from papermesh_services.server.worker import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

JOBS = """
import os, pathlib, time, zlib
from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.server.errors import RequestInvalid, ServiceError

def prepare(settings):
    if settings.document_roots and settings.document_roots[0].name == "broken":
        raise RuntimeError("the model is missing")
    return handle

def handle(job, request, delivery):
    content = delivery.content
    if job == "echo":
        return request
    if job == "classify":
        if content == b"stuck":
            time.sleep(60)
        told = pb.ClassifyDocumentRequest.FromString(request)
        category = f"{len(content)} {zlib.crc32(content)} {told.filename}"
        return pb.ClassifyDocumentResponse(request_id=told.request_id, category=category).SerializeToString()
    if job == "pid":
        return str(os.getpid()).encode()
    if job == "stuck":
        pathlib.Path(request.decode()).write_text(str(os.getpid()))
        while True:
            time.sleep(60)
    if job == "wait":
        marker = pathlib.Path(request.decode())
        marker.with_suffix(".started").touch()
        while not marker.exists():
            time.sleep(0.01)
        return b"waited"
    if job == "crash":
        os._exit(1)
    if job == "crash_once":
        marker = pathlib.Path(request.decode())
        if not marker.exists():
            marker.touch()
            os._exit(1)
        return b"survived"
    if job == "refuse":
        raise RequestInvalid("text", "No such thing.")
    if job == "hog":
        return bytes(8 << 40)
    raise KeyError("a secret of the inside")
"""


@pytest.fixture(scope="session")
def job_module(tmp_path_factory) -> Iterator[str]:
    """The name of a job module that worker processes can import."""
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "papermesh_test_jobs.py").write_text(JOBS)
    sys.path.insert(0, str(folder))
    yield "papermesh_test_jobs"
    sys.path.remove(str(folder))


@pytest.fixture
def worker_settings(job_module) -> WorkerSettings:
    """Settings of workers that do the jobs above."""
    return WorkerSettings(job_module, Limits(), Profile(1 << 30))
