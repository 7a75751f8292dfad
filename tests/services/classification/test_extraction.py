"""Text, spans, blocks and traits as they come over gRPC, whole and bit by bit."""

from __future__ import annotations

import asyncio
import contextlib

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from papermesh import Client, Document
from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc
from papermesh.extraction import answer_of
from papermesh_services.app import ServerConfig, classification_server

SECONDS = 60.0
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
SAMPLES = ["invoice.pdf", "paper.pdf", "contract.docx", "manual.html", "draft.md", "receipt.txt"]
ALL = [part for part in pb.ExtractPart.values() if part]
TABLE = "<h1>Rates</h1><p>See <a href='https://example.com/ä'>the 𝄞 site</a>.</p><table>{rows}</table><p>End.</p>"
ROW = "<tr><td>north</td><td>{0}</td><td></td></tr>"
# As long as the sockets and windows between the two ends cannot hide that nobody reads.
LONG = ("All of the words of this line are words. " * 30 + "\n\n") * 15_000


@pytest.fixture
async def stub(classification_address):
    async with grpc.aio.insecure_channel(classification_address, options=UNLIMITED) as channel:
        yield pb_grpc.ClassificationServiceStub(channel)


@contextlib.asynccontextmanager
async def own_server(**settings):
    """A stub of a server with one worker and settings of a test's own."""
    server = classification_server(ServerConfig(address="127.0.0.1:0", workers=1, **settings))
    await server.start()
    try:
        async with grpc.aio.insecure_channel(server.address, options=UNLIMITED) as channel:
            yield pb_grpc.ClassificationServiceStub(channel)
    finally:
        await server.stop()


def options(*parts):
    return pb.ExtractTextOptions(parts=parts)


def timeless(answer):
    answer.ClearField("processing_time")
    return answer


async def reason(call):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    status = status_pb2.Status.FromString(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    return caught.value.code().name, info.reason


def pieces(data, size=1000, **description):
    yield pb.ExtractTextStreamRequest(description=pb.ExtractTextDescription(**description))
    for at in range(0, len(data), size):
        yield pb.ExtractTextStreamRequest(chunk=data[at : at + size])


@pytest.mark.parametrize("name", SAMPLES)
async def test_spans_slice_the_text_they_claim(stub, root, name):
    content = (root / "docs" / "samples" / name).read_bytes()
    answer = await stub.ExtractText(pb.ExtractTextRequest(content=content, filename=name, options=options(*ALL)))
    text, at = answer.text_content, 0
    for block in answer.blocks:
        assert text[at : block.start].strip() == ""
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
        at = block.end
        page = next((page.number for page in answer.pages if page.start <= block.start < page.end), 0)
        assert block.page == page
        assert all(block.start <= cell.start < cell.end <= block.end for cell in block.cells)
    assert text[at:].strip() == ""
    assert answer.text_length == len(text)


async def test_cells_and_links_slice_what_they_say_in_code_points(stub):
    page = TABLE.format(rows="".join(map(ROW.format, range(3))))
    answer = await stub.ExtractText(pb.ExtractTextRequest(text=page, filename="a.html", options=options(*ALL)))
    heading, *_, table, end = answer.blocks
    text = answer.text_content
    assert (heading.kind, heading.level, text[heading.start : heading.end]) == (pb.BLOCK_KIND_HEADING, 1, "Rates")
    assert table.kind == pb.BLOCK_KIND_TABLE
    assert [(cell.row, cell.column, text[cell.start : cell.end]) for cell in table.cells] == [
        (row, column, word) for row in range(3) for column, word in enumerate(["north", str(row)])
    ]
    assert text[end.start : end.end] == "End."
    (link,) = answer.traits.links
    assert (link.target, text[link.start : link.end]) == ("https://example.com/ä", "the 𝄞 site")


async def test_an_answer_without_options_is_what_it_always_was(stub, root):
    content = (root / "docs" / "samples" / "paper.pdf").read_bytes()
    answer = await stub.ExtractText(pb.ExtractTextRequest(content=content))
    assert {field.name for field, _ in answer.ListFields()} == {
        *("text_content", "text_length", "extraction_method", "pages", "language", "metadata", "processing_time"),
        "status",
    }
    assert not answer.pages[0].HasField("facts")


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (pb.EXTRACT_PART_TEXT, {"text_content"}),
        (pb.EXTRACT_PART_PAGES, {"pages"}),
        (pb.EXTRACT_PART_METADATA, {"metadata"}),
        (pb.EXTRACT_PART_BLOCKS, {"blocks"}),
        (pb.EXTRACT_PART_TRAITS, {"traits"}),
        (pb.EXTRACT_PART_PAGE_FACTS, {"pages"}),
    ],
)
async def test_options_pick_exactly_what_is_answered(stub, root, part, fields):
    content = (root / "docs" / "samples" / "paper.pdf").read_bytes()
    request = pb.ExtractTextRequest(content=content, options=options(part))
    answer = await stub.ExtractText(request)
    always = {"text_length", "extraction_method", "language", "processing_time", "status"}
    assert {field.name for field, _ in answer.ListFields()} == always | fields
    if answer.pages:
        assert answer.pages[0].HasField("facts") is (part == pb.EXTRACT_PART_PAGE_FACTS)
    parts = await answer_of(stub.ExtractPages(request).__aiter__())
    assert timeless(parts) == timeless(answer)


@pytest.mark.parametrize("part", [0, 99])
async def test_a_part_that_is_unknown_is_refused(stub, part):
    request = pb.ExtractTextRequest(text="x", options=options(part))
    assert await reason(stub.ExtractText(request)) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert await reason(stub.ExtractPages(request).read()) == ("INVALID_ARGUMENT", "FIELD_INVALID")


@pytest.mark.parametrize("name", SAMPLES)
async def test_bit_by_bit_is_the_same_as_whole(stub, root, name):
    content = (root / "docs" / "samples" / name).read_bytes()
    request = pb.ExtractTextRequest(request_id="7", content=content, filename=name, options=options(*ALL))
    whole = timeless(await stub.ExtractText(request))
    assert timeless(await answer_of(stub.ExtractPages(request).__aiter__())) == whole
    told = pieces(content, request_id="7", filename=name, options=options(*ALL), size_bytes=len(content))
    assert timeless(await answer_of(stub.ExtractTextStream(told).__aiter__())) == whole


async def test_each_page_has_a_part(stub, root):
    content = (root / "docs" / "samples" / "paper.pdf").read_bytes()
    call = stub.ExtractPages(pb.ExtractTextRequest(content=content))
    head, *parts, end = [message async for message in call]
    assert head.head.metadata.page_count == len(parts) == 2
    assert [message.part.page.number for message in parts] == [1, 2]
    assert end.end.status == pb.EXTRACTION_STATUS_OK
    assert end.end.processing_time > 0


async def test_a_path_is_read_bit_by_bit_too(stub, document_root):
    (document_root / "bits.txt").write_text("Hello, this is the text of a file.")
    answer = await answer_of(stub.ExtractPages(pb.ExtractTextRequest(file_path="bits.txt")).__aiter__())
    assert answer.text_content == "Hello, this is the text of a file."


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (pb.ExtractTextRequest(), ("INVALID_ARGUMENT", "SOURCE_MISSING")),
        (pb.ExtractTextRequest(content=b" "), ("INVALID_ARGUMENT", "DOCUMENT_EMPTY")),
        (pb.ExtractTextRequest(file_path="/etc/passwd"), ("PERMISSION_DENIED", "DOCUMENT_OUTSIDE_ROOTS")),
        (pb.ExtractTextRequest(content=b"%PDF-1.7\n"), ("INVALID_ARGUMENT", "DOCUMENT_CORRUPT")),
    ],
)
async def test_what_is_wrong_is_told_before_the_first_part(stub, request_, expected):
    assert await reason(stub.ExtractPages(request_).read()) == expected


async def test_pieces_that_come_in_the_wrong_order_are_refused(stub):
    call = stub.ExtractTextStream(iter([pb.ExtractTextStreamRequest(chunk=b"x")]))
    assert await reason(call.read()) == ("INVALID_ARGUMENT", "STREAM_INVALID")


async def rest_of(call):
    """How many characters are still to come, all of them taken now."""
    length = 0
    while (message := await call.read()) is not grpc.aio.EOF:
        length += len(message.part.text)
    return length


@pytest.mark.parametrize(
    "settings",
    [
        {"download_idle_seconds": 2.0},
        {"download_idle_seconds": SECONDS, "max_download_seconds": 2.0},
    ],
    ids=["idle", "in all"],
)
async def test_a_caller_who_takes_nothing_is_given_up_and_holds_no_worker(settings):
    async with own_server(**settings) as stub:
        slow = stub.ExtractPages(pb.ExtractTextRequest(text=LONG))
        await slow.read()
        # There is one worker: this is answered only once the slow caller does not hold it any more.
        await stub.ExtractText(pb.ExtractTextRequest(text="Hello."), timeout=SECONDS)
        assert await reason(rest_of(slow)) == ("DEADLINE_EXCEEDED", "DOWNLOAD_TIMEOUT")
        assert "not taken within 2 s" in await slow.details()


async def test_a_caller_who_takes_its_time_gets_everything(stub):
    call = stub.ExtractPages(pb.ExtractTextRequest(text=LONG))
    await call.read()
    whole = await stub.ExtractText(pb.ExtractTextRequest(text=LONG), timeout=SECONDS)
    assert await rest_of(call) == whole.text_length


async def test_a_caller_who_goes_away_holds_no_worker():
    async with own_server() as stub:
        for _ in range(3):
            call = stub.ExtractPages(pb.ExtractTextRequest(text=LONG))
            await call.read()
            call.cancel()
        await stub.ExtractText(pb.ExtractTextRequest(text="Hello."), timeout=SECONDS / 2)


async def test_the_deadline_of_the_caller_ends_the_answer():
    async with own_server() as stub:
        call = stub.ExtractPages(pb.ExtractTextRequest(text=LONG), timeout=3.0)
        assert await asyncio.wait_for(call.code(), SECONDS) == grpc.StatusCode.DEADLINE_EXCEEDED
        await stub.ExtractText(pb.ExtractTextRequest(text="Hello."), timeout=SECONDS / 2)


async def test_a_large_file_goes_up_in_pieces_and_comes_back_in_parts(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text(LONG)
    server = classification_server(ServerConfig(address="127.0.0.1:0", workers=1))
    await server.start()
    try:
        async with Client(classification=server.address, timeout=SECONDS) as client:
            answer = await client.extract(Document(path, request_id="7"), blocks=True)
            assert (answer.request_id, answer.text_length, len(answer.blocks)) == (
                "7",
                len(answer.text_content),
                15_000,
            )
            last = answer.blocks[-1]
            assert answer.text_content[last.start : last.end].startswith("All of the words")
            assert (await client.classify(path)).metadata.text_length == answer.text_length
    finally:
        await server.stop()
