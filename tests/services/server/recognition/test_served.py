"""Text recognition over gRPC: through the contained workers, and with the program missing, slow or broken."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import grpc
import psutil
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as stubs
from papermesh.quality.v1 import quality_pb2 as quality_pb
from papermesh.quality.v1 import quality_pb2_grpc as quality_stubs
from papermesh_services.app import ServerConfig, classification_server, quality_server
from papermesh_services.documents import Limits

LINES = ("The minutes of the last meeting were read and approved", "by all who were there, without a word of dissent.")
SECONDS = 60.0


def png(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def half_scanned(picture):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(72, 700, "The first page has text of its own")
    canvas.showPage()
    canvas.drawImage(ImageReader(picture.convert("RGB")), 0, 300, A4[0], A4[0] * picture.height / picture.width)
    canvas.save()
    return buffer.getvalue()


async def extracted(config, content, timeout=SECONDS):
    server = classification_server(config)
    await server.start()
    try:
        async with grpc.aio.insecure_channel(server.address) as channel:
            stub = stubs.ClassificationServiceStub(channel)
            return await stub.ExtractText(pb.ExtractTextRequest(content=content), timeout=timeout)
    finally:
        await server.stop()


def config(**settings):
    return ServerConfig(address="127.0.0.1:0", workers=1, **settings)


def reason(error):
    (detail,) = [
        each for each in rpc_status.from_call(error).details if each.Is(error_details_pb2.ErrorInfo.DESCRIPTOR)
    ]
    info = error_details_pb2.ErrorInfo()
    detail.Unpack(info)
    return info.reason


async def test_pictures_are_read_by_contained_workers(tesseract, typeset, word_f1):
    answer = await extracted(config(max_processing_seconds=SECONDS), png(typeset(*LINES)))
    assert word_f1(answer.text_content, " ".join(LINES)) > 0.9
    assert (answer.extraction_method, answer.metadata.format) == ("tesseract", "image")


async def test_scanned_pages_are_read_beside_others(tesseract, typeset):
    answer = await extracted(config(max_processing_seconds=SECONDS), half_scanned(typeset(*LINES)))
    assert answer.text_content.startswith("The first page has text of its own\n\nThe minutes of the last meeting")
    assert len(answer.pages) == 2


@pytest.mark.parametrize(("settings", "expected"), [({}, "tesseract 5.9.9 (eng)"), ({"recognition": False}, "")])
@pytest.mark.parametrize(
    ("make", "stub", "request_"),
    [
        (classification_server, stubs.ClassificationServiceStub, pb.GetServerInfoRequest()),
        (quality_server, quality_stubs.QualityServiceStub, quality_pb.GetServerInfoRequest()),
    ],
)
async def test_server_info_tells_what_recognises_text(make, stub, request_, settings, expected, program):
    server = make(config(tesseract=program("exit 1"), **settings))
    await server.start()
    try:
        async with grpc.aio.insecure_channel(server.address) as channel:
            info = await stub(channel).GetServerInfo(request_, timeout=SECONDS)
    finally:
        await server.stop()
    assert info.text_recognition == expected


@pytest.mark.parametrize("settings", [{"recognition": False}, {"tesseract": Path("/nowhere/tesseract")}])
async def test_without_the_program_everything_else_works(settings, typeset):
    answer = await extracted(config(**settings), half_scanned(typeset(*LINES)))
    assert answer.text_content == "The first page has text of its own"
    assert answer.status == pb.EXTRACTION_STATUS_OK
    with pytest.raises(grpc.aio.AioRpcError, match="Install tesseract on the server") as caught:
        await extracted(config(**settings), png(typeset(*LINES)))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


LINE = (
    "<span class='ocr_line' title='bbox 300 300 900 345'><span class='ocrx_word' title='x_wconf 90'>Read</span></span>"
)


async def test_pages_of_a_scan_are_recognised_by_as_many_as_are_idle(program, typeset, tmp_path):
    """Told by the folders that are there while a page is being recognised: a contained process writes no files."""
    ours = f'mkdir "{tmp_path}/at-$$"; mkdir -p "{tmp_path}/seen-$(ls -d "{tmp_path}"/at-* | wc -l)"'
    answer = f'echo "<html><body><div>{LINE}</div></body></html>"'
    work = f'{ours}; cat > /dev/null; sleep 1; rmdir "{tmp_path}/at-$$"; {answer}'
    slow = ServerConfig(
        address="127.0.0.1:0",
        workers=4,
        tesseract=program(work),
        containment="limits",
        limits=Limits(max_recognition_pixels=100_000),
    )
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for _ in range(8):
        canvas.drawImage(ImageReader(typeset(*LINES).convert("RGB")), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    answer = await extracted(slow, buffer.getvalue())
    assert answer.status == pb.EXTRACTION_STATUS_OK
    assert answer.text_content.split() == ["Read"] * 8
    assert any((tmp_path / f"seen-{count}").exists() for count in (2, 3, 4))


async def test_a_page_that_takes_too_long_leaves_the_others(program, typeset):
    slow = config(tesseract=program("exec sleep 60"), containment="limits", limits=Limits(max_recognition_seconds=0.5))
    answer = await extracted(slow, half_scanned(typeset(*LINES)))
    assert answer.text_content == "The first page has text of its own"
    assert answer.status == pb.EXTRACTION_STATUS_PARTIAL_TIMEOUT
    assert answer.status_detail.startswith("Page 2 is not recognised: it took too long. Allow more time")


@pytest.mark.parametrize("work", ["kill -SEGV $$", "echo garbage", "exec cat /dev/zero"])
async def test_a_program_that_breaks_down_leaves_the_rest(program, typeset, work):
    broken = config(tesseract=program(work), containment="limits")
    answer = await extracted(broken, half_scanned(typeset(*LINES)))
    assert answer.text_content == "The first page has text of its own"


async def test_a_picture_that_takes_too_long_is_no_fault_of_the_document(program, typeset):
    slow = config(tesseract=program("exec sleep 60"), containment="limits", limits=Limits(max_recognition_seconds=0.5))
    with pytest.raises(grpc.aio.AioRpcError, match="in the time there is") as caught:
        await extracted(slow, png(typeset(*LINES)))
    assert (caught.value.code(), reason(caught.value)) == (grpc.StatusCode.DEADLINE_EXCEEDED, "PROCESSING_TIMEOUT")


async def test_a_caller_that_goes_away_ends_the_program(program, typeset):
    server = classification_server(config(tesseract=program("exec sleep 60"), containment="limits"))
    await server.start()
    try:
        async with grpc.aio.insecure_channel(server.address) as channel:
            stub = stubs.ClassificationServiceStub(channel)
            call = stub.ExtractText(pb.ExtractTextRequest(content=png(typeset(*LINES))), timeout=SECONDS)
            asked = asyncio.ensure_future(call.code())
            await until(lambda: sleeping())
            call.cancel()
            assert await asked == grpc.StatusCode.CANCELLED
            await until(lambda: not sleeping())
    finally:
        await server.stop()


async def until(holds):
    """Waits until something holds."""
    async with asyncio.timeout(SECONDS / 4):
        while not holds():
            await asyncio.sleep(0.05)


def sleeping():
    """The programs of this test that still run below this process."""
    found = []
    for each in psutil.Process(os.getpid()).children(recursive=True):
        try:
            if each.cmdline()[:2] == ["sleep", "60"]:
                found.append(each)
        except psutil.Error:
            continue
    return found


async def test_a_bomb_is_refused_with_its_limit():
    small = config(limits=Limits(max_image_pixels=1_000), recognition=False)
    with pytest.raises(grpc.aio.AioRpcError, match="more than 1,000 pixels") as caught:
        await extracted(small, png(Image.new("L", (60, 40), 255)))
    assert (caught.value.code(), reason(caught.value)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "DOCUMENT_TOO_LARGE")
