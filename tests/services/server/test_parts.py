"""Answers in parts: from a worker at the pace of whoever takes them, and what becomes of them if either end goes."""

from __future__ import annotations

import asyncio
import contextlib

import grpc
import pytest

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc
from papermesh_services.classification.interrupted import parts_until_then
from papermesh_services.server.errors import ServiceError
from papermesh_services.server.parts import Parts
from papermesh_services.server.workers import Interrupted

SECONDS = 30.0


async def taken(pool, job, seconds=SECONDS, first=SECONDS, **settings):
    """The parts of a job, and how it ended."""
    parts = Parts(seconds)
    answer = asyncio.create_task(pool.run(job, b"", first, parts=parts, **settings))
    found = [part async for part in parts.until(answer)]
    return found, (await asyncio.gather(answer, return_exceptions=True))[0]


async def test_parts_come_in_order_and_the_end_last(running, worker_settings):
    async with running(worker_settings) as pool:
        for _ in range(20):
            assert await taken(pool, "parts") == ([b"part 0", b"part 1", b"part 2"], b"end")


async def test_a_job_without_parts_is_as_ever(running, worker_settings):
    async with running(worker_settings) as pool:
        assert await taken(pool, "echo") == ([], b"")


async def test_a_job_is_not_done_twice_once_a_part_is_out(running, worker_settings):
    async with running(worker_settings) as pool:
        found, ending = await taken(pool, "parts_then_crash", keep_pages=True)
        assert found == [b"part 0", b"part 1", b"part 2"]
        assert isinstance(ending, Interrupted)
        assert (ending.reason, ending.pages) == ("WORKER_CRASHED", ())


async def test_the_time_for_the_first_part_is_not_that_for_the_rest(running, worker_settings):
    async with running(worker_settings) as pool:
        found, ending = await taken(pool, "parts_then_stuck", seconds=0.5, first=SECONDS)
        assert (len(found), isinstance(ending, ServiceError), ending.reason) == (3, True, "DOWNLOAD_TIMEOUT")
        found, ending = await taken(pool, "stuck", seconds=SECONDS, first=0.5)
        assert (found, ending.reason) == ([], "PROCESSING_TIMEOUT")


async def test_a_worker_waits_for_whoever_takes_its_parts_and_is_free_when_nobody_does(running, worker_settings):
    async with running(worker_settings, size=1) as pool:
        parts = Parts(SECONDS)
        answer = asyncio.create_task(pool.run("parts_endless", b"", SECONDS, parts=parts))
        numbers = []
        async with contextlib.aclosing(parts.until(answer)) as coming:
            async for part in coming:
                numbers.append(int(part.rstrip(b"\0").removeprefix(b"part ")))
                if len(numbers) == 100:
                    break
        assert numbers == list(range(100))
        answer.cancel()
        await asyncio.wait({answer})
        async with asyncio.timeout(SECONDS):
            assert await pool.run("echo", b"free", SECONDS) == b"free"


async def test_stopping_does_not_wait_for_a_reader(running, worker_settings):
    async with asyncio.timeout(SECONDS):
        async with running(worker_settings, size=1) as pool:
            parts = Parts(SECONDS)
            answer = asyncio.create_task(pool.run("parts_endless", b"", SECONDS, parts=parts))
            assert await parts.begins(answer, SECONDS)
        with pytest.raises(ServiceError):
            await answer


def pages_of(runner):
    """Answers ExtractPages by the job that the request's filename says."""

    def extract_pages(request, context):
        job = pb.ExtractTextRequest.FromString(request).filename
        kind = pb.ExtractTextStreamResponse
        return runner.run_in_parts(job, request, kind, context, salvage=parts_until_then)

    return extract_pages


@pytest.mark.parametrize(
    ("job", "status"),
    [
        ("pages_then_crash", pb.EXTRACTION_STATUS_WORKER_CRASHED),
        ("pages_then_stuck", pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT),
    ],
)
async def test_the_pages_that_were_read_come_in_parts_too(serving, job, status):
    async with serving("ExtractPages", pages_of, max_processing_seconds=1.0) as (_, channel):
        request = pb.ExtractTextRequest(request_id="r", filename=job, text="t")
        pages = pb_grpc.ClassificationServiceStub(channel).ExtractPages(request, timeout=SECONDS)
        head, *parts, end = [message async for message in pages]
    assert (head.head.request_id, len(parts), end.end.status) == ("r", 3, status)
    assert "page 2 of" in parts[2].part.text
    assert end.end.text_length == sum(len(message.part.text) for message in parts)


@pytest.mark.parametrize("job", ["parts", "not_a_message"])
async def test_parts_that_are_no_messages_are_a_crash(serving, job):
    async with serving("ExtractPages", pages_of) as (_, channel):
        stub = pb_grpc.ClassificationServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.ExtractPages(pb.ExtractTextRequest(filename=job, text="t"), timeout=SECONDS).read()
        assert caught.value.code() == grpc.StatusCode.INTERNAL
