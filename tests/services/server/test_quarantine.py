"""Documents that end workers: remembered by what they are, refused, and forgotten again."""

from __future__ import annotations

import dataclasses
import os
import re

import pytest

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.server.errors import ServiceError
from papermesh_services.server.process import Job
from papermesh_services.server.quarantine import Quarantine, fingerprint
from papermesh_services.server.workers import Interrupted

SECONDS = 30.0


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def request(**fields):
    return pb.ClassifyDocumentRequest(**fields).SerializeToString()


def test_the_second_death_is_the_last():
    quarantine = Quarantine(10, 60.0)
    assert not quarantine
    quarantine.note_death("a")
    assert quarantine
    assert not quarantine.holds("a")
    quarantine.note_death("a")
    assert quarantine.holds("a")
    assert not quarantine.holds("b")


def test_a_document_that_is_read_after_all_is_forgotten():
    quarantine = Quarantine(10, 60.0)
    quarantine.note_death("a")
    quarantine.note_success("a")
    quarantine.note_death("a")
    assert not quarantine.holds("a")


def test_documents_are_forgotten_after_their_time():
    clock = Clock()
    quarantine = Quarantine(10, 60.0, clock)
    for _ in range(2):
        quarantine.note_death("a")
    clock.now = 59.0
    assert quarantine.holds("a")
    assert (quarantine.seconds_left("a"), quarantine.seconds_left("b")) == (1.0, 0.0)
    clock.now = 60.0
    assert not quarantine
    assert not quarantine.holds("a")


def test_no_more_documents_are_remembered_than_fit():
    quarantine = Quarantine(2, 60.0)
    for document in "abc":
        for _ in range(2):
            quarantine.note_death(document)
    assert [quarantine.holds(document) for document in "abc"] == [False, True, True]


def test_a_document_has_the_same_hash_however_it_comes(tmp_path):
    file = tmp_path / "document"
    file.write_bytes(b"abc" * 700_000)
    descriptor = os.open(file, os.O_RDONLY)
    data = file.read_bytes()
    hashes = {
        fingerprint(job)
        for job in (
            Job("extract", request(content=data, request_id="1")),
            Job("classify", request(content=data, filename="x")),
            Job("classify", request(text=data.decode())),
            Job("classify", request(), data),
            Job("classify", request(file_path="document"), descriptor),
        )
    }
    os.close(descriptor)
    assert len(hashes) == 1
    assert fingerprint(Job("extract", request(content=data[1:]))) not in hashes


def test_a_request_without_a_document_has_no_hash():
    assert fingerprint(Job("categories", b"")) is None


async def test_a_document_that_killed_two_workers_is_refused_at_once(running, worker_settings):
    bad, good = request(text="crash", request_id="1"), request(text="fine")
    async with running(worker_settings) as pool:
        with pytest.raises(Interrupted) as crashed:
            await pool.run("classify", bad, SECONDS)
        assert crashed.value.reason == "WORKER_CRASHED"
        before = pool.pids
        with pytest.raises(ServiceError) as refused:
            await pool.run("classify", request(text="crash", request_id="2"), SECONDS)
        assert refused.value.reason == "DOCUMENT_QUARANTINED"
        assert re.search(r"refused for another \d+ s\. Save it again", refused.value.message)
        answer = pb.ClassifyDocumentResponse.FromString(await pool.run("classify", good, SECONDS))
        assert answer.category == "fine"
        assert len(before) <= len(pool.pids) == 1


async def test_a_worker_that_does_not_start_is_no_fault_of_the_document(running, worker_settings, tmp_path):
    hindrance = tmp_path / "hindrance"
    profile = dataclasses.replace(worker_settings.profile, readable=(hindrance,))
    async with running(dataclasses.replace(worker_settings, profile=profile)) as pool:
        document = str(*pool.pids).encode()
        hindrance.touch()
        with pytest.raises(Interrupted):
            await pool.run("crash_in", document, SECONDS)
        hindrance.unlink()
        assert await pool.run("crash_in", document, SECONDS) == b"survived"


async def test_nothing_is_remembered_for_no_time(running, worker_settings):
    async with running(worker_settings, quarantine_seconds=0.0) as pool:
        for _ in range(2):
            with pytest.raises(Interrupted):
                await pool.run("classify", request(text="crash"), SECONDS)
