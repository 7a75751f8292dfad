"""The two real servers, in a thread of their own, for tests that call them over gRPC."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

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
