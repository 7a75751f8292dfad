"""Uploads, from the bytes of an HTTP request to a gRPC server of the tests' own that counts what comes."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import zlib
from dataclasses import dataclass, field

import grpc.aio
import httpx
import psutil
import pytest
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_reflection.v1alpha import reflection
from grpc_status.rpc_status import to_status

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as stubs
from papermesh_bridge import EndpointConfig, Limits, UploadConfig
from papermesh_bridge.errors import STATUS_NAMES
from papermesh_bridge.transports.upload import HTTP_OF_STATUS

SECONDS = 10.0
MIB = 1024 * 1024
SERVICE = "papermesh.classification.v1.ClassificationService"
UPLOADS = (
    UploadConfig("/classify", f"{SERVICE}/ClassifyDocumentStream"),
    UploadConfig("/whole", f"{SERVICE}/ClassifyDocument"),
    UploadConfig("/old", f"{SERVICE}/NotThere", f"{SERVICE}/ClassifyDocument"),
    UploadConfig("/none", f"{SERVICE}/GetCategories"),
    UploadConfig("/nowhere", f"{SERVICE}/NotThere"),
)


@dataclass
class Receiver(stubs.ClassificationServiceServicer):
    """Answers with the size and the checksum of what it got; does as the name of the file says."""

    target: str = ""
    got: list = field(default_factory=list)
    came: int = 0
    metadata: tuple = ()
    seconds: float = 0.0
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    first: asyncio.Event = field(default_factory=asyncio.Event)

    async def ClassifyDocumentStream(self, request_iterator, context):  # noqa: N802  an RPC's name
        self.metadata, self.seconds = tuple(context.invocation_metadata()), context.time_remaining()
        size = crc = 0
        described = None
        try:
            async for message in request_iterator:
                if described is None:
                    described = message.description
                    self.got.append(described)
                    await self.perhaps_fail(described, context)
                    continue
                size += len(message.chunk)
                self.came = size
                self.first.set()
                crc = zlib.crc32(message.chunk, crc)
            # gRPC tells of a caller that has gone by an end of the stream, and by cancellation after that.
            if described.filename == "wait":
                await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return pb.ClassifyDocumentResponse(request_id=described.request_id, category=f"{size} {crc}")

    async def ClassifyDocument(self, request, context):  # noqa: N802  likewise
        self.got.append(request)
        category = f"{len(request.content)} {zlib.crc32(request.content)}"
        return pb.ClassifyDocumentResponse(request_id=request.request_id, category=category)

    async def perhaps_fail(self, described, context):
        if described.filename.startswith("fail "):
            _, code, reason = described.filename.split()
            status = status_pb2.Status(code=int(code), message="as was asked")
            status.details.add().Pack(error_details_pb2.ErrorInfo(reason=reason, domain="papermesh"))
            told = to_status(status)
            await context.abort(told.code, told.details, told.trailing_metadata)


@pytest.fixture
async def receiver():
    servicer = Receiver()  # type: ignore[abstract]
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    stubs.add_ClassificationServiceServicer_to_server(servicer, server)
    reflection.enable_server_reflection([SERVICE], server)
    servicer.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    yield servicer
    servicer.go.set()
    await server.stop(0)


@pytest.fixture
async def caller(receiver, run_bridge):
    async with run_bridge(receiver.target, methods=(), uploads=UPLOADS) as running:
        yield running


def told(data):
    return f"{len(data)} {zlib.crc32(data)}"


def reason_of(answer):
    return answer.json()["error"]["data"]["details"][0].get("reason")


async def test_a_form_is_passed_on_and_answered(caller, receiver):
    fields = {"request_id": "r1", "options": '{"max_keywords": 3}', "classification_type": "1"}
    fields["classification_type"] = "CLASSIFICATION_TYPE_AUTOMATIC"
    answer = await caller.http.post("/classify", data=fields, files={"file": ("dir/a.txt", b"hello")})
    assert answer.status_code == 200
    document = answer.json()
    assert {name: document[name] for name in ("request_id", "filename", "status")} == {
        "request_id": "r1",
        "filename": "a.txt",
        "status": "success",
    }
    assert (document["result"]["category"], document["result"]["request_id"]) == (told(b"hello"), "r1")
    assert set(document) == {"request_id", "filename", "status", "result"}
    options = pb.ClassificationOptions(max_keywords=3)
    assert receiver.got == [
        pb.ClassifyDocumentDescription(request_id="r1", filename="a.txt", classification_type=1, options=options)
    ]


async def test_an_upload_without_an_id_gets_one(caller, receiver):
    first, second = [(await caller.http.post("/classify", files={"file": b"a"})).json() for _ in range(2)]
    assert first["request_id"] == first["result"]["request_id"] == receiver.got[0].request_id
    assert first["request_id"] != second["request_id"]


@pytest.mark.parametrize("path", ["/classify", "/whole", "/old"])
@pytest.mark.parametrize("size", [0, 1, 300_000])
async def test_a_body_may_be_the_file_itself(caller, receiver, path, size):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    headers = {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="x/a.pdf"'}
    answer = await caller.http.post(f"{path}?request_id=r", content=data, headers=headers)
    assert (answer.status_code, answer.json()["filename"]) == (200, "a.pdf")
    assert answer.json()["result"]["category"] == told(data)
    assert (receiver.got[0].request_id, receiver.got[0].filename) == ("r", "a.pdf")


async def test_a_name_in_the_query_counts_before_that_in_a_header(caller):
    headers = {"Content-Disposition": 'attachment; filename="a.pdf"'}
    answer = await caller.http.post("/classify?filename=%C3%BC.pdf", content=b"x", headers=headers)
    assert answer.json()["filename"] == "ü.pdf"


@pytest.mark.parametrize("code", range(1, 17))
async def test_a_failure_has_the_http_status_of_its_grpc_status(caller, code):
    answer = await caller.http.post("/classify", files={"file": (f"fail {code} SOME_REASON", b"x")})
    assert answer.status_code == HTTP_OF_STATUS[STATUS_NAMES[code]], answer.text
    document = answer.json()
    assert (document["status"], document["filename"]) == ("error", f"fail {code} SOME_REASON")
    assert document["error"]["message"] == "as was asked"
    assert document["error"]["data"]["code"] == code
    assert code_pb2.Code.Name(code) == document["error"]["data"]["status"]
    assert reason_of(answer) == "SOME_REASON"


@pytest.mark.parametrize(
    ("code", "reason", "status"), [(8, "DOCUMENT_TOO_LARGE", 413), (3, "DOCUMENT_FORMAT_UNSUPPORTED", 415)]
)
async def test_some_reasons_have_an_http_status_of_their_own(caller, code, reason, status):
    answer = await caller.http.post("/classify", files={"file": (f"fail {code} {reason}", b"x")})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("path", "arguments", "status", "reason"),
    [
        ("/classify", {"data": {"a": "b"}}, 415, "CONTENT_TYPE_UNSUPPORTED"),
        ("/classify", {"json": {"a": "b"}}, 415, "CONTENT_TYPE_UNSUPPORTED"),
        ("/classify", {"files": {"other": b"x"}}, 400, "FILE_MISSING"),
        ("/classify", {"files": [("file", b"x"), ("file", b"y")]}, 400, "FORM_INVALID"),
        ("/classify", {"data": {"nonsense": "1"}, "files": {"file": b"x"}}, 400, "INVALID_PARAMS"),
        ("/classify", {"data": {"options": "zzz"}, "files": {"file": b"x"}}, 400, "INVALID_PARAMS"),
        ("/classify", {"data": {"request_id": "x" * 70_000}, "files": {"file": b"x"}}, 413, "FIELD_TOO_LARGE"),
        ("/classify", {"content": b"x", "headers": {"Content-Encoding": "br"}}, 415, "CONTENT_ENCODING_UNSUPPORTED"),
        ("/classify", {"content": b"x", "headers": {"Content-Encoding": "gzip"}}, 400, "BODY_CORRUPT"),
        ("/none", {"files": {"file": b"x"}}, 501, "UPLOAD_UNSUPPORTED"),
        ("/nowhere", {"files": {"file": b"x"}}, 404, "METHOD_NOT_FOUND"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_its_reason(caller, path, arguments, status, reason):
    answer = await caller.http.post(path, **arguments)
    assert (answer.status_code, reason_of(answer)) == (status, reason)
    assert answer.json()["status"] == "error"
    assert (await caller.http.post("/classify", files={"file": b"x"})).status_code == 200


async def test_an_upload_that_comes_when_the_bridge_stops_is_refused(caller):
    caller.bridge._gate.closed = True
    answer = await caller.http.post("/classify", files={"file": b"x"})
    assert (answer.status_code, reason_of(answer)) == (503, "SHUTTING_DOWN")


async def test_headers_go_along_and_the_call_is_counted(receiver, run_bridge):
    async with run_bridge(receiver.target, methods=(), metadata=("x-tenant",)) as caller:
        headers = {"X-Tenant": "t1", "Grpc-Timeout": "5S"}
        await caller.http.post("/classify", files={"file": b"x"}, headers=headers)
        answer = await caller.http.post("/classify", files={"file": b"x"}, headers={"Grpc-Timeout": "soon"})
        assert (answer.status_code, reason_of(answer)) == (400, "INVALID_HEADER")
        counted = (await caller.http.get("/metrics")).text
    assert ("x-tenant", "t1") in receiver.metadata
    assert 0 < receiver.seconds <= 5
    assert f'{SERVICE}/ClassifyDocumentStream"' in counted


async def test_a_callers_own_deadline_holds(caller):
    answer = await caller.http.post("/classify", files={"file": ("wait", b"x")}, headers={"Grpc-Timeout": "200m"})
    assert (answer.status_code, reason_of(answer)) == (504, "CALL_TIMEOUT")


async def test_what_is_in_the_query_goes_along_with_a_form(caller, receiver):
    await caller.http.post("/classify?request_id=q&filename=q.txt", files={"file": ("", b"x")})
    await caller.http.post("/classify?request_id=q", data={"request_id": "f"}, files={"file": ("f.txt", b"x")})
    assert [(each.request_id, each.filename) for each in receiver.got] == [("q", "q.txt"), ("f", "f.txt")]


async def test_a_coding_that_is_not_taken_is_told_after_the_body_has_come(caller):
    answer = await caller.http.post("/classify", content=bytes(5 * MIB), headers={"Content-Encoding": "br"})
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "gzip, deflate")


@pytest.mark.parametrize("path", ["/classify", "/whole"])
async def test_a_body_that_trickles_has_an_end(receiver, run_bridge, limits, path):
    short = limits(upload_timeout_seconds=0.3, body_idle_seconds=0.5)
    async with run_bridge(receiver.target, methods=(), uploads=UPLOADS, limits=short) as caller:

        async def trickle():
            with contextlib.suppress(ConnectionError):
                while True:
                    writer.write(b"1\r\n-\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.05)

        begin = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        async with connected(caller, begin) as (reader, writer):
            sending = asyncio.create_task(trickle())
            try:
                status, _ = await answer_on(reader)
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
    assert status == (504 if path == "/classify" else 408)


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
async def test_files_are_posted(caller, verb):
    answer = await caller.http.request(verb, "/classify")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_backend_that_is_down_is_unavailable(run_bridge, free_port, limits):
    async with run_bridge(f"127.0.0.1:{free_port}", methods=(), limits=limits(startup_seconds=0.5)) as caller:
        answer = await caller.http.post("/classify", files={"file": b"x"})
    assert (answer.status_code, reason_of(answer)) == (503, "BACKEND_UNAVAILABLE")


async def test_by_default_a_bridge_takes_documents_at_every_endpoint(receiver, run_bridge):
    endpoint = EndpointConfig("classification", (receiver.target,))
    async with run_bridge(receiver.target, methods=(), endpoints=(endpoint,)) as caller:
        for path in ("/classify", "/classification/classify"):
            assert (await caller.http.post(path, files={"file": b"x"})).json()["result"]["category"] == told(b"x")
        assert (await caller.http.post("/analyze", files={"file": b"x"})).status_code == 404


@pytest.mark.parametrize("size", [2_000_000, 200])
async def test_an_upload_may_be_compressed(caller, size):
    data = b"All members present. " * (size // 21)
    packed = gzip.compress(data)
    answer = await caller.http.post("/classify", content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.json()["result"]["category"] == told(data)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("path", ["/classify", "/whole"])
async def test_an_upload_over_the_limit_is_refused(receiver, run_bridge, limits, packed, path):
    small = limits(max_upload_bytes=1000, max_message_bytes=500)
    async with run_bridge(receiver.target, methods=(), uploads=UPLOADS, limits=small) as caller:
        headers = {"Content-Encoding": "gzip"} if packed else {}
        for size, status in ((400, 200), (1001, 413)):
            data = gzip.compress(bytes(size)) if packed else bytes(size)
            assert (await caller.http.post(path, content=data, headers=headers)).status_code == status
        if path == "/whole":
            answer = await caller.http.post(path, content=bytes(600))
            assert (answer.status_code, reason_of(answer)) == (413, "BODY_TOO_LARGE")


async def test_a_backend_that_refuses_is_heard_while_the_caller_still_sends(caller):
    sent = 0

    async def body():
        nonlocal sent
        for _ in range(200):
            sent += 100_000
            yield bytes(100_000)

    answer = await caller.http.post("/classify?filename=fail+8+DOCUMENT_TOO_LARGE", content=body())
    assert (answer.status_code, reason_of(answer)) == (413, "DOCUMENT_TOO_LARGE")
    assert sent == 20_000_000  # what it still sent was thrown away, so that it could read the answer
    assert answer.headers["connection"] == "close"


@contextlib.asynccontextmanager
async def connected(caller, *parts):
    address = caller.bridge.http_address
    reader, writer = await asyncio.open_connection(address.host, address.port)
    for part in parts:
        writer.write(part)
    await writer.drain()
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def answer_on(reader):
    async with asyncio.timeout(SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        return int(head.split()[1]), json.loads(await reader.readexactly(int(length.split()[1])))


def head(length, more="", path="/classify"):
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{more}\r\n".encode()


async def test_a_caller_that_goes_away_in_the_middle_cancels_the_call(caller, receiver):
    async with connected(caller, head(1000, path="/classify?filename=wait"), b"x" * 10):
        async with asyncio.timeout(SECONDS):
            await receiver.first.wait()
    async with asyncio.timeout(SECONDS):
        await receiver.cancelled.wait()


async def test_a_caller_that_goes_away_before_the_answer_cancels_the_call(caller, receiver):
    async with connected(caller, head(1, path="/classify?filename=wait"), b"x"):
        async with asyncio.timeout(SECONDS):
            await receiver.first.wait()
    async with asyncio.timeout(SECONDS):
        await receiver.cancelled.wait()


async def test_an_upload_that_does_not_come_is_given_up(receiver, run_bridge, limits):
    async with (
        run_bridge(receiver.target, methods=(), limits=limits(body_idle_seconds=0.1)) as caller,
        connected(caller, head(1000), b"x" * 10) as (reader, _),
    ):
        status, document = await answer_on(reader)
    assert (status, document["error"]["data"]["details"][0]["reason"]) == (408, "BODY_TIMEOUT")


async def test_a_call_has_a_deadline(receiver, run_bridge, limits):
    async with run_bridge(receiver.target, methods=(), limits=limits(upload_timeout_seconds=0.2)) as caller:
        answer = await caller.http.post("/classify", files={"file": ("wait", b"x")})
    assert (answer.status_code, reason_of(answer)) == (504, "CALL_TIMEOUT")


async def test_a_form_that_is_cut_off_is_not_taken_for_a_whole_one(caller, receiver):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="wait"\r\n\r\nhello'
    more = "Content-Type: multipart/form-data; boundary=x\r\n"
    async with connected(caller, head(len(body), more), body) as (reader, _):
        status, document = await answer_on(reader)
    assert (status, document["error"]["data"]["details"][0]["reason"]) == (400, "FORM_CUT_OFF")
    assert document["filename"] == "wait"
    async with asyncio.timeout(SECONDS):
        await receiver.cancelled.wait()


async def test_an_upload_that_waits_to_be_asked_is_asked(caller):
    async with connected(caller, head(5, "Expect: 100-continue\r\n")) as (reader, writer):
        async with asyncio.timeout(SECONDS):
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"hello")
        status, document = await answer_on(reader)
    assert (status, document["result"]["category"]) == (200, told(b"hello"))


async def until_refused(caller):
    async with asyncio.timeout(SECONDS):
        with contextlib.suppress(httpx.TransportError):
            while await caller.http.get("/health"):
                pass


async def test_a_running_upload_is_finished_when_the_bridge_stops(caller, receiver):
    async with connected(caller, head(20), b"x" * 10) as (reader, writer):
        async with asyncio.timeout(SECONDS):
            await receiver.first.wait()
        stopping = asyncio.create_task(caller.bridge.stop(SECONDS))
        await until_refused(caller)
        writer.write(b"x" * 10)
        status, document = await answer_on(reader)
        assert (status, document["result"]["category"]) == (200, told(b"x" * 20))
        assert await reader.read() == b""
    await asyncio.wait_for(stopping, SECONDS)


async def test_a_slow_backend_holds_the_caller_back(caller, receiver, monkeypatch):
    """Not more than some buffers' worth is taken while nothing is read at the other end."""
    began, proceed = asyncio.Event(), asyncio.Event()

    async def slow(self, described, context):
        began.set()
        await proceed.wait()

    monkeypatch.setattr(Receiver, "perhaps_fail", slow)
    async with connected(caller, head(200 * MIB)) as (_, writer):
        async with asyncio.timeout(SECONDS):
            await began.wait()
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 200:
                writer.write(bytes(MIB))
                async with asyncio.timeout(0.5):
                    await writer.drain()
                sent += 1
        assert sent < 40
        proceed.set()
        writer.transport.abort()


@pytest.mark.slow
async def test_200_mb_pass_through_without_being_held(caller, receiver):
    """The bridge, the caller and the backend are all in this process: none of them may hold the file."""
    process, chunk, crc = psutil.Process(), bytes(range(256)) * 4096, 0
    opening = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    await caller.http.post("/classify", files={"file": chunk})
    before = most = process.memory_info().rss

    async def body():
        nonlocal crc, most
        yield opening
        for _ in range(200):
            yield chunk
            crc = zlib.crc32(chunk, crc)
            most = max(most, process.memory_info().rss)
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await caller.http.post("/classify", content=body(), headers=headers, timeout=10 * SECONDS)
    assert answer.json()["result"]["category"] == f"{200 * MIB} {crc}"
    most = max(most, process.memory_info().rss)
    assert most - before < 64 * MIB
    assert Limits().max_upload_bytes > 200 * MIB
