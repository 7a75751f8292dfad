"""A document that comes in pieces, up to the worker that gets it whole: limits, order, time and what is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import zlib
from pathlib import Path

import grpc
import psutil
import pytest
from google.rpc import error_details_pb2, status_pb2

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.documents import Limits

SECONDS = 30.0
SERVICE = pb.DESCRIPTOR.services_by_name["ClassificationService"]
PATH = f"/{SERVICE.full_name}/ClassifyDocumentStream"
MIB = 1024 * 1024
INVALID, EXHAUSTED = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.RESOURCE_EXHAUSTED


def upload_of(runner):
    """Answers ClassifyDocumentStream."""

    async def classify(messages, context):
        kind, response = pb.ClassifyDocumentStreamRequest, pb.ClassifyDocumentResponse()
        return await runner.run_stream("classify", messages, kind, response, context)

    return classify


class Running:
    def __init__(self, server, channel):
        self.server = server
        self.channel = channel

    def call(self, timeout=SECONDS):
        return self.prepared(self.channel)(timeout=timeout)

    async def send(self, *messages):
        # grpc.aio reports INTERNAL for a call that was refused while a message was on its way; this one does not.
        return await asyncio.to_thread(self._send, messages)

    def _send(self, messages):
        with grpc.insecure_channel(self.server.address) as channel:
            return self.prepared(channel)(iter(messages), timeout=SECONDS)

    def prepared(self, channel):
        kind, answer = pb.ClassifyDocumentStreamRequest, pb.ClassifyDocumentResponse
        return channel.stream_unary(PATH, kind.SerializeToString, answer.FromString)


@pytest.fixture
def running(serving):
    """Runs a server."""

    @contextlib.asynccontextmanager
    async def run(*, max_document_bytes=64 * MIB, **settings):
        limits = Limits(max_document_bytes=max_document_bytes)
        async with serving("ClassifyDocumentStream", upload_of, workers=2, limits=limits, **settings) as both:
            yield Running(*both)

    return run


def described(**fields):
    return pb.ClassifyDocumentStreamRequest(description=pb.ClassifyDocumentDescription(**fields))


def piece(data):
    return pb.ClassifyDocumentStreamRequest(chunk=data)


def told(data, filename=""):
    return f"{len(data)} {zlib.crc32(data)} {filename}"


def status_of(error):
    return status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])


async def refusal(call):
    with pytest.raises(grpc.RpcError) as caught:
        await call
    status = status_of(caught.value)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    fields = [each.field for detail in status.details if detail.Unpack(bad) for each in bad.field_violations]
    return caught.value.code(), info.reason, fields


def open_files():
    """What this process has open below the folder for temporary files, named or not."""
    links = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(str(link.readlink()))
    return links


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 7])
async def test_a_document_reaches_the_worker_whole_in_memory_or_in_a_file(running, size):
    document = os.urandom(size)
    pieces = [piece(document[at : at + 300_000]) for at in range(0, size, 300_000)]
    async with running() as it:
        answer = await it.send(described(request_id="r", filename="a.txt", size_bytes=size), *pieces)
    assert (answer.request_id, answer.category) == ("r", told(document, "a.txt"))
    assert answer.processing_time > 0


@pytest.mark.parametrize(
    ("messages", "reason", "field"),
    [
        ([], "STREAM_INVALID", "description"),
        ([piece(b"a")], "STREAM_INVALID", "description"),
        ([pb.ClassifyDocumentStreamRequest()], "STREAM_INVALID", "description"),
        ([described(), described()], "STREAM_INVALID", "chunk"),
        ([described(), piece(b"a"), described()], "STREAM_INVALID", "chunk"),
        ([described(), pb.ClassifyDocumentStreamRequest()], "STREAM_INVALID", "chunk"),
        ([described(size_bytes=5), piece(b"abc")], "STREAM_INVALID", "description.size_bytes"),
        ([described(size_bytes=2), piece(b"abc")], "STREAM_INVALID", "description.size_bytes"),
        ([described(size_bytes=-1), piece(b"abc")], "FIELD_INVALID", "description.size_bytes"),
    ],
)
async def test_messages_out_of_order_are_the_callers_fault(running, messages, reason, field):
    async with running() as it:
        assert await refusal(it.send(*messages)) == (INVALID, reason, [field])
        assert (await it.send(described(), piece(b"abc"))).category == told(b"abc")


async def test_a_message_that_is_none_is_the_callers_fault(running):
    async with running() as it:
        call = it.channel.stream_unary(PATH)(iter([b"\xff\xff"]), timeout=SECONDS)
        assert (await refusal(call))[:2] == (INVALID, "REQUEST_MALFORMED")


async def test_a_document_over_the_limit_is_refused_before_the_rest_has_come(running):
    async with running(max_document_bytes=100_000) as it:
        call = it.call()
        await call.write(described())
        await call.write(piece(bytes(60_000)))
        await call.write(piece(bytes(60_000)))
        # The stream is not ended: what decides is what has come.
        assert await refusal(call) == (EXHAUSTED, "DOCUMENT_TOO_LARGE", [])
        assert (await it.send(described(), piece(bytes(100_000)))).category == told(bytes(100_000))


async def test_a_size_over_the_limit_is_refused_before_anything_has_come(running):
    async with running(max_document_bytes=100_000) as it:
        call = it.call()
        await call.write(described(size_bytes=100_001))
        assert await refusal(call) == (EXHAUSTED, "DOCUMENT_TOO_LARGE", [])


@pytest.mark.parametrize("settings", [{"upload_idle_seconds": 0.1}, {"max_upload_seconds": 0.1}])
@pytest.mark.parametrize("begun", [True, False])
async def test_bytes_that_do_not_come_are_not_waited_for(running, settings, begun):
    async with running(**settings) as it:
        call = it.call()
        if begun:
            await call.write(described())
        assert (await refusal(call))[:2] == (grpc.StatusCode.DEADLINE_EXCEEDED, "UPLOAD_TIMEOUT")


async def test_a_caller_that_goes_leaves_no_file_and_no_bytes_behind(running, tmp_path):
    async with running(spool_bytes=1000, spool_folder=tmp_path, max_pending_bytes=50_000) as it:
        for _ in range(3):
            call = it.call()
            await call.write(described())
            await call.write(piece(bytes(40_000)))
            async with asyncio.timeout(SECONDS):
                while not any(str(tmp_path) in link for link in open_files()):
                    await asyncio.sleep(0.01)
            call.cancel()
            async with asyncio.timeout(SECONDS):
                while any(str(tmp_path) in link for link in open_files()):
                    await asyncio.sleep(0.01)
        # Were the bytes of those that went still counted, two at once would not fit.
        both = [it.send(described(), piece(bytes(20_000))) for _ in range(2)]
        assert [answer.category for answer in await asyncio.gather(*both)] == [told(bytes(20_000))] * 2
        assert list(tmp_path.iterdir()) == []


async def test_a_file_is_given_back_after_the_answer_and_after_a_deadline(running, tmp_path):
    async with running(spool_bytes=4, spool_folder=tmp_path, max_processing_seconds=1.0) as it:
        await it.send(described(), piece(bytes(5000)))
        assert (await refusal(it.send(described(), piece(b"stuck"))))[:2] == (
            grpc.StatusCode.DEADLINE_EXCEEDED,
            "PROCESSING_TIMEOUT",
        )
        assert not any(str(tmp_path) in link for link in open_files())


async def test_pieces_count_as_bytes_under_way(running):
    async with running(max_pending_bytes=100_000) as it:
        first = it.call()
        await first.write(described())
        await first.write(piece(bytes(90_000)))
        async with asyncio.timeout(SECONDS):
            while it.server._gate._bytes < 90_000:
                await asyncio.sleep(0.01)
        assert (await refusal(it.send(described(), piece(bytes(20_000)))))[:2] == (EXHAUSTED, "TOO_MANY_CALLS")
        await first.write(piece(bytes(90_000)))  # alone, it may go over
        await first.done_writing()
        assert (await first).category == told(bytes(180_000))


async def test_a_folder_that_cannot_be_written_to_is_told_without_its_name(running, tmp_path):
    async with running(spool_bytes=10, spool_folder=tmp_path / "missing") as it:
        call = it.send(described(), piece(bytes(100)))
        with pytest.raises(grpc.RpcError) as caught:
            await call
        assert "SPOOL_FULL" in str(status_of(caught.value))
        assert "missing" not in str(status_of(caught.value))


@pytest.mark.slow
async def test_a_document_of_500_mb_does_not_pass_through_the_memory_of_the_server(running):
    chunk, count = os.urandom(MIB), 500
    crc = 0
    async with running(max_document_bytes=600 * MIB) as it:
        await it.send(described(), piece(chunk))
        process = psutil.Process()
        before = most = process.memory_info().rss
        call = it.call(timeout=10 * SECONDS)
        await call.write(described(size_bytes=count * MIB))
        for _ in range(count):
            await call.write(piece(chunk))
            crc = zlib.crc32(chunk, crc)
            most = max(most, process.memory_info().rss)
        await call.done_writing()
        assert (await call).category == f"{count * MIB} {crc} "
        most = max(most, process.memory_info().rss)
    # The client that sends is in this process too.
    assert most - before < 100 * MIB
