"""What is wanted of text recognition, and what a worker and the server say about a page. Values and their bytes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from pathlib import Path

    from papermesh_services.server.sandbox import ContainmentMode

RECOGNISED: Final = b"\x00"
FAILED: Final = b"\x01"
LATE: Final = b"\x02"

_HEAD_BYTES: Final = 1_000
MAX_DOTS_PER_INCH: Final = 2_400


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """How tesseract is used; ServerConfig says what the settings mean.

    program: where it is; None looks in the folders that systems keep programs in. seconds, pixels: the most of a page.
    mode: how much it is shut in, as workers are.
    """

    program: Path | None = None
    languages: tuple[str, ...] = ()
    seconds: float = 15.0
    pixels: int = 25_000_000
    memory_bytes: int = 1024 * 1024 * 1024
    mode: ContainmentMode = "available"


class NoPicture(ValueError):
    """Bytes that are no picture of a page, or one that is larger than may be."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to be recognised, a byte for each pixel; and how, within how many seconds.

    language: a BCP 47 tag, or "und". dots_per_inch: 0 where that is not known.
    """

    width: int
    height: int
    pixels: memoryview
    dots_per_inch: int = 0
    language: str = "und"
    seconds: float = math.inf

    def to_bytes(self) -> bytes:
        """Itself, for the way from a worker to its server."""
        head = [self.width, self.height, self.dots_per_inch, self.language, self.seconds]
        return b"".join((json.dumps(head).encode(), b"\n", self.pixels))

    @classmethod
    def from_bytes(cls, data: bytes, most_pixels: int) -> Self:
        """Reads what to_bytes wrote. Raises NoPicture: who sends it may have been taken over."""
        end = data.find(b"\n", 0, _HEAD_BYTES)
        try:
            width, height, dots, language, seconds = json.loads(data[: max(0, end)])
            pixels = memoryview(data)[end + 1 :]
            fits = 0 < width <= most_pixels and 0 < height <= most_pixels and width * height == len(pixels)
            fine = fits and len(pixels) <= most_pixels and 0 <= dots <= MAX_DOTS_PER_INCH and seconds > 0
            if not (fine and all(isinstance(each, int) for each in (width, height, dots))):
                raise NoPicture("the size of a picture is not what it says, or not what it may be")
            return cls(width, height, pixels, dots, str(language), float(seconds))
        except (TypeError, ValueError) as error:
            raise NoPicture("a picture begins with what is no head of one") from error

    def pgm(self) -> tuple[bytes, memoryview]:
        """Itself in a format of image files that hardly needs reading: head and pixels."""
        return b"P5 %d %d 255\n" % (self.width, self.height), self.pixels
