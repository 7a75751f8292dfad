"""The worker's side of text recognition: asks the server about a picture, and reads what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from papermesh_services.documents import hocr
from papermesh_services.documents.recognition import RecognitionFailed
from papermesh_services.server.recognition.model import LATE, MAX_DOTS_PER_INCH, RECOGNISED, Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_services.documents.recognition import PageImage, RecognisedLine


class Ask(Protocol):
    """The way to the server."""

    def __call__(self, question: bytes, /) -> bytes:
        """Sends a question and waits for its answer."""


class AskingRecogniser:
    """A Recogniser that asks the server."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def __call__(self, image: PageImage, language: str, seconds: float) -> Sequence[RecognisedLine]:
        """See documents.recognition.Recogniser."""
        dots = min(MAX_DOTS_PER_INCH, round(image.dots_per_inch))
        picture = Picture(image.width, image.height, memoryview(image.pixels), dots, language, seconds)
        answer = self._ask(picture.to_bytes())
        kind, data = answer[:1], answer[1:]
        if kind == LATE:
            raise RecognitionFailed(f"Text recognition took longer than {seconds:.0f} s.", late=True)
        if kind != RECOGNISED:
            raise RecognitionFailed("Text recognition broke down on this page.")
        return hocr.lines(data)
