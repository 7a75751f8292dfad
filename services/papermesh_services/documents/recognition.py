"""What text recognition (OCR) has to be able to do for the readers. Who recognises, and how, is for others to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture: a byte for each pixel, 0 black and 255 white, row after row from the top."""

    width: int
    height: int
    pixels: bytes
    dots_per_inch: float


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of text in a picture, and its place there in pixels from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Recogniser(Protocol):
    """Recognises the text in pictures of pages."""

    def __call__(self, image: PageImage, language: str, seconds: float) -> Sequence[RecognisedLine]:
        """The lines in the picture, in reading order; none where there are none, or where time ran out.

        language: a BCP 47 tag, or "und". seconds: how long it may take.
        """
