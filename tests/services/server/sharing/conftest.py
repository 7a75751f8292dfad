"""A job module of the tests' own that reads PDFs, on whose pages it says what becomes of the one that reads them."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from papermesh_services.documents import Limits, read
from papermesh_services.server.sandbox import Profile
from papermesh_services.server.worker import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JOBS = r"""
import hashlib, json, logging, os, time
from papermesh_services.documents import read
from papermesh_services.documents.pdf_pages import PageReader
from papermesh_services.server import worker
from papermesh_services.server.messages import SHARE, TURN

original_help, original_read = worker.help_read, PageReader.read
helping = False
own = []

def help_read(data, limits, watch, recogniser, sharers):
    global helping
    helping = True
    try:
        if b"told lies of" in data:
            sharers.share(range(3))
        original_help(data, limits, watch, recogniser, sharers)
    finally:
        helping = False

def read_page(self, index):
    first = original_read(self, index)
    text = " ".join(line.text for line in first.page.text.lines)
    if not helping:
        own.append(index)
    if "slow is marked" in text:
        time.sleep(0.05)
    if "death is marked" in text and helping:
        os._exit(1)
    if "fault is marked" in text and helping:
        raise ValueError("so it is said")
    if "sleep is marked" in text and helping:
        time.sleep(60)
    if "doom is marked" in text:
        os._exit(1)
    return first

def prepare(settings):
    worker.help_read, PageReader.read = help_read, read_page

    def handle(job, request, delivery):
        if job == "wait":
            logging.getLogger().warning("waiting now")
            time.sleep(60)
        if job == "nothing":
            return b""
        own.clear()
        document = read(delivery.content, "", settings.limits, delivery.watch, delivery.recogniser, delivery.sharers)
        told = {"own": len(own), "status": document.status, "text": document.text, "pages": len(document.pages)}
        return json.dumps({**told, "all": hashlib.sha256(repr(document).encode()).hexdigest()}).encode()

    return handle
"""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a document. own: how many pages the worker read that had it; all: a hash of everything."""

    own: int
    status: str
    text: str
    pages: int
    all: str

    @classmethod
    def of(cls, answer: bytes) -> Read:
        return cls(**json.loads(answer))

    @classmethod
    def alone(cls, data: bytes) -> Read:
        """What comes of it in this process, where it says nothing to the one that reads."""
        document = read(data)
        pages = len(document.pages)
        return cls(pages, document.status, document.text, pages, hashlib.sha256(repr(document).encode()).hexdigest())


@pytest.fixture(scope="session")
def settings(tmp_path_factory) -> Iterator[WorkerSettings]:
    """Settings of workers that read with the module above."""
    folder = tmp_path_factory.mktemp("jobs")
    (folder / "papermesh_test_sharing_jobs.py").write_text(JOBS)
    sys.path.insert(0, str(folder))
    yield WorkerSettings("papermesh_test_sharing_jobs", Limits(), Profile(1 << 30))
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def outcome() -> Callable[[bytes], Read]:
    return Read.of


@pytest.fixture(scope="session")
def alone() -> Callable[[bytes], Read]:
    return Read.alone


@pytest.fixture(scope="session")
def marked(mixed_pdf) -> Callable[..., bytes]:
    """Makes a PDF of 30 pages each of which takes a moment; and some on which there is what is said here."""

    def make(**pages: int) -> bytes:
        others = {number: mark for mark, number in pages.items()}
        return mixed_pdf(30, {**dict.fromkeys(range(1, 31), "slow"), **others})

    return make
