"""The two real servers, in a thread of their own, for tests that call them over gRPC."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from typing import TYPE_CHECKING

import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf.annotations import FreeText, Text
from pypdf.generic import NameObject, StreamObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.app import ServerConfig, classification_server, quality_server
from papermesh_services.server.recognition.asking import AskingRecogniser
from papermesh_services.server.recognition.engine import Tesseract
from papermesh_services.server.recognition.model import RecognitionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECONDS = 60.0


class Loop:
    """An event loop in a thread, for what must run while a test blocks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, coroutine, seconds=SECONDS):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()


@pytest.fixture(scope="session")
def loop_thread() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def document_root(tmp_path_factory) -> Path:
    """The only folder the servers may read below."""
    return tmp_path_factory.mktemp("documents")


def serving(make, config, loop):
    async def made():
        server = make(config)
        await server.start()
        return server

    server = loop.run(made())
    yield server.address
    loop.run(server.stop())


def config_for(root: Path) -> ServerConfig:
    return ServerConfig(address="127.0.0.1:0", document_roots=(root,), workers=2, max_batch_items=50)


@pytest.fixture(scope="session")
def classification_address(loop_thread, document_root) -> Iterator[str]:
    """The address of a running classification server."""
    yield from serving(classification_server, config_for(document_root), loop_thread)


@pytest.fixture(scope="session")
def quality_address(loop_thread, document_root) -> Iterator[str]:
    """The address of a running quality server."""
    yield from serving(quality_server, config_for(document_root), loop_thread)


@pytest.fixture(scope="session")
def tesseract() -> Tesseract:
    """The program that recognises text, where it is installed."""
    found = Tesseract.find(RecognitionSettings(seconds=SECONDS))
    if found is None or "eng" not in found.languages:
        pytest.skip("tesseract is not installed here, or has no English (apt-get install tesseract-ocr)")
    return found


@pytest.fixture(scope="session")
def never() -> Iterator[int]:
    """A descriptor that can never be read: somebody is waiting all the time."""
    read, write = os.pipe()
    yield read
    os.close(read)
    os.close(write)


@pytest.fixture(scope="session")
def recognise(tesseract, never) -> AskingRecogniser:
    """A recogniser that really recognises, without a server between."""
    return AskingRecogniser(lambda question: tesseract.answer(question, never))


@pytest.fixture(scope="session")
def typeset() -> Callable[..., Image.Image]:
    """Makes a picture of lines of text, as a scanner gives it: dots to the inch, and points of the letters."""

    def make(*lines: str, dots: int = 200, points: float = 12.0) -> Image.Image:
        size = points * dots / 72
        picture = Image.new("L", (int(8.3 * dots), int(size * 1.6 * (len(lines) + 4))), 255)
        font, draw = ImageFont.load_default(size), ImageDraw.Draw(picture)
        for number, line in enumerate(lines):
            draw.text((dots, size * 1.6 * (number + 2)), line, fill=0, font=font)
        return picture

    return make


def words_in_common(found: str, expected: str) -> float:
    """The harmonic mean of how many of the words found are expected and how many of those expected are found."""
    left = expected.split()
    hits = 0
    for word in found.split():
        if word in left:
            left.remove(word)
            hits += 1
    return 2 * hits / max(1, len(found.split()) + len(expected.split()))


@pytest.fixture(scope="session")
def word_f1() -> Callable[[str, str], float]:
    return words_in_common


@pytest.fixture(scope="session")
def mixed_pdf() -> Callable[..., bytes]:
    """Makes a PDF of many pages on which there is everything: prose, tables, forms, pictures, wrecks.

    marks: words that stand on their page, by its number, for readers of the tests' own.
    """
    return made_of_everything


PROSE = "The keeper of the bridge saw the river rise that night and wrote it down in his book without a word too many."


def made_of_everything(pages: int = 24, marks: dict[int, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for number in range(1, pages + 1):
        kind = KINDS[number % len(KINDS)]
        if kind is not picture:
            canvas.setFont("Helvetica", 9)
            canvas.drawString(72, 810, "A report about the bridge")
            canvas.drawString(280, 30, f"- {number} -")
            canvas.drawString(72, 760, f"{(marks or {}).get(number, 'nothing')} is marked on page {number}")
        kind(canvas, number)
        canvas.showPage()
    canvas.save()
    return damaged(buffer.getvalue())


def prose(canvas, number):
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, 730, f"{number} What was seen")
    canvas.setFont("Helvetica", 11)
    for line in range(40):
        canvas.drawString(72, 700 - 14 * line, PROSE[line % 7 : 80])


def listing(canvas, number):
    canvas.setFont("Helvetica", 10)
    for row in range(20):
        for column in range(4):
            canvas.drawString(72 + 110 * column, 700 - 16 * row, f"cell {number * row + column}")


def form(canvas, number):
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 600, "Name of the keeper:")
    canvas.acroForm.textfield(name=f"keeper{number}", x=200, y=596, width=200, height=16, value=f"Bo {number}")
    canvas.drawString(72, 500, "See the records of the river")
    canvas.linkURL(f"https://river.example/{number}", (72, 496, 240, 512))


def picture(canvas, number):
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), (number, 90, 90))), 0, 0, *A4)


def hidden(canvas, number):
    picture(canvas, number)
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(3)
    for line in range(5):
        text.textLine(f"What was recognised on sheet {number} before, in line {line}")
    canvas.drawText(text)


def wrecked(canvas, number):
    for line in range(12):
        shifted = "".join(chr(ord(letter) - 29) if letter > "A" else letter for letter in PROSE[line:])
        canvas.drawString(72, 700 - 14 * line, shifted[:80])


def blank(canvas, number):
    return


KINDS = (prose, listing, form, prose, hidden, wrecked, prose, blank, picture)


ABOUT = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:language><rdf:Bag><rdf:li>de-AT</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF></x:xmpmeta>"""


def damaged(data):
    """The file with a language that its XMP says, remarks, a text laid over a page, and two pages that are broken."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.add_annotation(3, FreeText(text="This is laid over it", rect=(100, 100, 300, 120)))
    writer.add_annotation(6, Text(text="Is that so?", rect=(100, 100, 120, 120)))
    broken = StreamObject()
    broken.set_data(b"this was never packed, and it is long enough to be noticed")
    broken[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[9][NameObject("/Contents")] = writer._add_object(broken)
    writer.pages[12][NameObject("/Contents")] = broken
    about = StreamObject()
    about.set_data(ABOUT)
    about.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(about)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
