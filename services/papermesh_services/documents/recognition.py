"""What text recognition (OCR) has to be able to do for the readers. Who recognises, and how, is for others to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

HOW_TO_HAVE_IT: Final = (
    "Install tesseract on the server and leave recognition on, or give the document with its text "
    "(run text recognition)."
)
"""What to do where a document is a picture and there is no text recognition."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture: a byte for each pixel, 0 black and 255 white, row after row from the top.

    dots_per_inch: 0 where that is not known.
    """

    width: int
    height: int
    pixels: bytes
    dots_per_inch: float


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of text in a picture, and its place there in pixels from the upper left corner.

    size: of its letters, from the lowest to the highest, in pixels; 0 where that is not known.
    confidence: how sure the recogniser is, 0..1.
    baseline: what its letters stand on, upwards from bottom, in pixels; 0 where that is not known.
    turn: by how many degrees it is turned, against the clock: 0, 90, 180 or 270.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float = 0.0
    confidence: float = 1.0
    baseline: float = 0.0
    turn: int = 0


class RecognitionFailed(Exception):
    """A picture could not be recognised. The message is for people: it stands in the note of the page.

    late: whether it took longer than it may.
    """

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.late = late


class Recogniser(Protocol):
    """Recognises the text in pictures of pages."""

    def __call__(self, image: PageImage, language: str, seconds: float) -> Sequence[RecognisedLine]:
        """The lines in the picture, in reading order; none where there are none.

        language: a BCP 47 tag, or "und". seconds: how long it may take. Raises RecognitionFailed.
        """
