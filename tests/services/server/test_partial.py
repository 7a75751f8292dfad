"""What a worker had read before it was ended, from its pages to the answer of the caller."""

from __future__ import annotations

import contextlib
import struct

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc
from papermesh_services.classification.interrupted import text_until_then
from papermesh_services.server.process import Pages
from papermesh_services.server.workers import Interrupted

SECONDS = 30.0


def interrupted(*pages, reason="PROCESSING_TIMEOUT"):
    return Interrupted(reason, "It was ended.", Pages(10_000, 100, [page.encode() for page in pages]))


@pytest.mark.parametrize("job", ["pages_then_crash", "pages_then_stuck", "pages_then_spin"])
async def test_pages_outlive_their_worker_where_they_are_wanted(running, worker_settings, job):
    async with running(worker_settings, max_cpu_seconds=0.2, quarantine_seconds=0.0) as pool:
        for keep_pages in (True, False):
            with pytest.raises(Interrupted) as caught:
                await pool.run(job, b"a\0b", 1.5, keep_pages=keep_pages)
            assert caught.value.pages == ((b"page 0 of ab", b"page 1 of ab", b"page 2 of ab") if keep_pages else ())


async def test_the_pages_of_a_first_try_are_kept_when_the_second_takes_too_long(running, worker_settings):
    async with running(worker_settings) as pool:
        with pytest.raises(Interrupted) as caught:
            await pool.run("pages_once", str(*pool.pids).encode(), 1.5, keep_pages=True)
        assert (caught.value.reason, caught.value.pages) == ("PROCESSING_TIMEOUT", (b"the only page",))


def test_pages_take_no_more_room_than_they_may():
    pages = Pages(10, 3)
    for page in (b"12345", b"123456", b"1"):
        pages.add(page)
    assert pages.told == [b"12345"]
    pages = Pages(10, 3)
    for _ in range(5):
        pages.add(b"1")
    assert len(pages.told) == 3


@pytest.mark.parametrize(("seconds", "kept"), [(20.0, 2.0), (1.0, 0.25)])
async def test_a_reader_is_told_to_stop_before_it_is_stopped(running, worker_settings, seconds, kept):
    async with running(worker_settings) as pool:
        (left,) = struct.unpack("d", await pool.run("watch", b"", seconds))
        assert seconds - kept - 0.2 < left <= seconds - kept


def test_the_text_of_pages_is_put_together_with_their_places():
    answer = text_until_then("r", interrupted("one", "", "thrée", ""))
    assert (answer.request_id, answer.text_content, answer.text_length) == ("r", "one\n\nthrée", 10)
    spans = [(page.number, answer.text_content[page.start : page.end]) for page in answer.pages]
    assert spans == [(1, "one"), (2, ""), (3, "thrée"), (4, "")]
    assert answer.status == pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT
    assert answer.status_detail == "It was ended. The text is that of the first 4 pages."


def test_what_is_no_text_is_made_some():
    error = Interrupted("WORKER_CRASHED", "", Pages(100, 10, [b"\xff\xfeabc"]))
    assert text_until_then("", error).text_content == "\ufffd\ufffdabc"


def test_pages_without_text_are_no_answer():
    with pytest.raises(Interrupted):
        text_until_then("r", interrupted("", ""))


def text_of(runner):
    """Answers ExtractText by the job that the request's filename says."""

    async def extract_text(request, context):
        job = pb.ExtractTextRequest.FromString(request).filename
        return await runner.run(job, request, pb.ExtractTextResponse(), context, salvage=text_until_then)

    return extract_text


@pytest.fixture
def extracting(serving):
    """Runs a server, and gives its ExtractText."""

    @contextlib.asynccontextmanager
    async def extract(**settings):
        async with serving("ExtractText", text_of, **settings) as (_, channel):
            yield pb_grpc.ClassificationServiceStub(channel).ExtractText

    return extract


async def reason(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    status = status_pb2.Status.FromString(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    return info.reason


@pytest.mark.parametrize(
    ("job", "status"),
    [
        ("pages_then_crash", pb.EXTRACTION_STATUS_WORKER_CRASHED),
        ("pages_then_stuck", pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT),
    ],
)
async def test_a_caller_gets_the_pages_that_were_read(extracting, job, status):
    async with extracting(max_processing_seconds=1.0) as extract:
        answer = await extract(pb.ExtractTextRequest(request_id="r", filename=job, text="t"), timeout=SECONDS)
    assert (answer.request_id, answer.status, len(answer.pages)) == ("r", status, 3)
    assert "page 2 of" in answer.text_content
    assert answer.processing_time > 0


async def test_the_deadline_of_the_caller_leaves_time_for_the_answer(extracting):
    async with extracting() as extract:
        answer = await extract(pb.ExtractTextRequest(filename="pages_then_stuck", text="t"), timeout=4.0)
    assert answer.status == pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT


async def test_after_two_crashes_a_document_is_refused_though_it_gave_pages(extracting):
    async with extracting() as extract:
        request = pb.ExtractTextRequest(filename="pages_then_crash", text="t")
        assert (await extract(request, timeout=SECONDS)).status == pb.EXTRACTION_STATUS_WORKER_CRASHED
        assert await reason(extract(request, timeout=SECONDS)) == "DOCUMENT_QUARANTINED"


async def test_an_answer_that_is_no_message_is_a_crash(extracting):
    async with extracting() as extract:
        request = pb.ExtractTextRequest(filename="not_a_message")
        assert await reason(extract(request, timeout=SECONDS)) == "WORKER_CRASHED"
