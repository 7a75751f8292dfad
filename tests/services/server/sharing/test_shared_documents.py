"""One document read by several workers of a pool: what comes of it, and of them."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time

import psutil
import pytest
from tagged import el, make

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.app import ServerConfig
from papermesh_services.server.errors import ServiceError
from papermesh_services.server.workers import Interrupted

SECONDS = 40.0


async def until(condition):
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def is_free(pool, size):
    """Whether nothing is under way in a pool: every place can be had at once."""
    return asyncio.gather(*(pool.run("nothing", b"", SECONDS) for _ in range(size)))


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_whoever_reads_the_pages_the_document_is_the_same(running, settings, marked, outcome, alone, size):
    async with running(settings, size=size) as pool:
        shared = outcome(await pool.run("read", b"", SECONDS, marked()))
        assert len(pool.pids) == size
    assert shared.all == alone(marked()).all
    assert shared.own == 30 if size == 1 else shared.own < 30


async def test_sharing_can_be_turned_off_and_bounded(running, settings, marked, outcome):
    for most, workers in ((1, 1), (2, 2)):
        async with running(settings, size=4, workers_per_document=most) as pool:
            assert (outcome(await pool.run("read", b"", SECONDS, marked())).own == 30) == (most == 1)
            assert len(pool.pids) == workers


async def test_a_document_in_a_file_is_shared_too(running, settings, marked, outcome, alone):
    with tempfile.TemporaryFile() as file:
        file.write(marked())
        file.flush()
        file.seek(7)
        async with running(settings, size=3) as pool:
            shared = outcome(await pool.run("read", b"", SECONDS, file.fileno()))
    assert shared.own < 30
    assert shared.all == alone(marked()).all


def tagged_pdf(pages):
    line = "The keeper of the bridge saw the river rise that night and wrote it down in his book."
    return make(*([el("H4", f"part {page}"), *(el("P", f"{line} {number}") for number in range(40))] for page in pages))


@pytest.mark.parametrize("of", ["everything", "tags"])
async def test_answers_of_the_service_are_the_same_to_the_byte(running, mixed_pdf, of):
    content = mixed_pdf(90) if of == "everything" else tagged_pdf(range(90))
    request = pb.ExtractTextRequest(content=content, request_id="r").SerializeToString()
    answers = []
    for size in (1, 4):
        config = ServerConfig(workers=size, recognition=False)
        async with running(config.worker_settings("papermesh_services.classification.jobs"), size=size) as pool:
            await asyncio.gather(*(pool.run("categories", b"", SECONDS) for _ in range(size)))
            before = sum(worker.jobs for worker in pool._staff._idle)
            answers.append(await pool.run("extract", request, SECONDS))
            await until(lambda: not pool._staff._busy)
            jobs = sum(worker.jobs for worker in pool._staff._idle) - before
            assert jobs == 1 if size == 1 else jobs > 1
    assert answers[0] == answers[1]


async def test_a_pool_without_an_idle_place_shares_nothing(running, settings, marked, outcome, caplog):
    async with running(settings, size=2) as pool:
        busy = asyncio.create_task(pool.run("wait", b"", SECONDS))
        await until(lambda: "waiting now" in caplog.text)
        assert outcome(await pool.run("read", b"", SECONDS, marked())).own == 30
        busy.cancel()
        await asyncio.wait({busy})


async def test_a_place_that_becomes_free_helps_from_then_on(running, settings, marked, outcome):
    async with running(settings, size=2) as pool:
        busy = asyncio.create_task(pool.run("wait", b"", SECONDS))
        reading = asyncio.create_task(pool.run("read", b"", SECONDS, marked()))
        await asyncio.sleep(0.3)
        busy.cancel()
        assert outcome(await reading).own < 30


@pytest.mark.parametrize("mark", ["slow", "sleep"])
async def test_a_document_that_waits_gets_the_place_of_a_helper(running, settings, marked, outcome, alone, mark):
    async with running(settings, size=2) as pool:
        await is_free(pool, 2)
        reading = asyncio.create_task(pool.run("read", b"", SECONDS, marked(**{mark: 8})))
        await asyncio.sleep(0.4)
        started = time.monotonic()
        await asyncio.gather(*(pool.run("nothing", b"", SECONDS) for _ in range(3)))
        assert time.monotonic() - started < 3.0
        shared = outcome(await reading)
        assert shared.pages == 30
        assert shared.all == alone(marked()).all or mark != "slow"
        await is_free(pool, 2)


@pytest.mark.parametrize("mark", ["death", "fault"])
async def test_a_helper_that_fails_costs_nothing(running, settings, marked, outcome, alone, mark):
    data = marked(**{mark: 20})
    expected = alone(data)
    async with running(settings, size=3) as pool:
        for _ in range(3):  # nor is the document remembered for it
            assert outcome(await pool.run("read", b"", SECONDS, data)).all == expected.all
        await is_free(pool, 3)


async def test_a_helper_that_tells_lies_is_ended(running, settings, marked, outcome, caplog):
    data = marked() + b"\n% told lies of\n%%EOF\n"
    async with running(settings, size=2) as pool:
        read = outcome(await pool.run("read", b"", SECONDS, data))
    assert (read.own, read.pages) == (30, 30)
    assert "pages that it has not to offer" in caplog.text


async def test_a_document_whose_worker_is_killed_is_read_again(running, settings, marked, outcome, alone):
    async with running(settings, size=3) as pool:
        (owner,) = pool.pids
        reading = asyncio.create_task(pool.run("read", b"", SECONDS, marked()))
        await until(lambda: len(pool.pids) == 3)
        psutil.Process(owner).kill()
        read = outcome(await reading)
        assert (read.own, read.all) == (30, alone(marked()).all)  # by one alone, the second time
        await is_free(pool, 3)


async def test_a_document_that_ends_every_worker_is_given_up_with_its_first_pages(running, settings, marked):
    data = marked(doom=21)
    async with running(settings, size=3) as pool:
        with pytest.raises(Interrupted) as caught:
            await pool.run("read", b"", SECONDS, data, keep_pages=True)
        assert caught.value.reason == "WORKER_CRASHED"
        assert 1 <= len(caught.value.pages) <= 20
        with pytest.raises(ServiceError) as refused:
            await pool.run("read", b"", SECONDS, data)
        assert refused.value.reason == "DOCUMENT_QUARANTINED"
        await is_free(pool, 3)


async def test_once_time_is_over_what_was_read_in_order_is_the_answer(running, settings, marked, outcome, alone):
    async with running(settings, size=2, partial_seconds=0.25) as pool:
        await is_free(pool, 2)
        read = outcome(await pool.run("read", b"", 0.6, marked()))
    assert read.status == "partial_timeout"
    assert 1 <= read.pages < 30
    numbers = [int(number) for number in re.findall(r"is marked on page (\d+)", alone(marked()).text)]
    found = [int(number) for number in re.findall(r"is marked on page (\d+)", read.text)]
    assert found == [number for number in numbers if number <= read.pages]


async def test_a_helper_that_is_stuck_leaves_the_pages_before_it(running, settings, marked, outcome):
    async with running(settings, size=2) as pool:
        await is_free(pool, 2)
        read = outcome(await pool.run("read", b"", 4.0, marked(sleep=20)))
        assert (read.pages, read.status) in ((19, "partial_timeout"), (30, "corrupt"))
        await is_free(pool, 2)


async def test_a_caller_who_goes_away_stops_all_who_read(running, settings, marked):
    async with running(settings, size=3, abandoned_seconds=0.0) as pool:
        await is_free(pool, 3)
        reading = asyncio.create_task(pool.run("read", b"", SECONDS, marked(sleep=20)))
        await asyncio.sleep(0.4)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(SECONDS / 4):
            await is_free(pool, 3)


async def test_stopping_ends_all_who_read(running, settings, marked):
    async with running(settings, size=3) as pool:
        reading = asyncio.create_task(pool.run("read", b"", SECONDS, marked()))
        await until(lambda: len(pool.pids) == 3)
        pids = pool.pids
    with pytest.raises(ServiceError):
        await reading
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert pool.pids == []


async def test_no_descriptor_is_left_behind(running, settings, marked, outcome):
    async with running(settings, size=3) as pool:
        await is_free(pool, 3)
        before = psutil.Process().num_fds()
        with tempfile.TemporaryFile() as file:
            file.write(marked())
            file.flush()
            assert outcome(await pool.run("read", b"", SECONDS, file.fileno())).own < 30
        await until(lambda: psutil.Process().num_fds() <= before)


async def test_many_documents_at_once_are_all_read(running, settings, marked, outcome, alone):
    async with running(settings, size=3) as pool:
        answers = await asyncio.gather(*(pool.run("read", b"", SECONDS, marked()) for _ in range(7)))
        assert {outcome(answer).all for answer in answers} == {alone(marked()).all}
        await is_free(pool, 3)
