"""From a picture of a page to its lines: has it recognised, turns what was found upright, and says how it went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import pdf_garble
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.recognition import RecognitionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.recognition import PageImage, RecognisedLine, Recogniser
    from papermesh_services.documents.watch import Watch

POINTS_PER_INCH: Final = 72.0
_SAME_SIZE: Final = 0.1
USUAL_DOTS_PER_INCH: Final = 300.0

ONLY_A_PICTURE: Final = "A picture without text; no text recognition here."
NOTHING_RECOGNISED: Final = "A picture in which no text was recognised."
NO_MEMORY: Final = "A picture that is too large for text recognition."
LATE: Final = "Text recognition took longer than it may."


@dataclass(frozen=True, slots=True)
class Recognised:
    """What recognition has made of one page.

    note: how it went, for people. late: whether time ran out before there was anything.
    """

    text: PageText
    note: str
    garble: float = 0.0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Scans:
    """Has the pages of one document recognised. language is what the document declares, or "und"."""

    recogniser: Recogniser | None
    language: str
    limits: Limits
    watch: Watch

    def read(self, image: PageImage, number: int) -> Recognised:
        """The text of one page; without lines where none was found, or nothing is there to find it."""
        if self.recogniser is None:
            return Recognised(PageText(()), ONLY_A_PICTURE)
        seconds = min(self.limits.max_recognition_seconds, self.watch.seconds_left)
        if seconds <= 0:
            return Recognised(PageText(()), LATE, late=True)
        try:
            found = self.recogniser(image, self.language, seconds)
        except RecognitionFailed as failure:
            return Recognised(PageText(()), failure.message, late=failure.late)
        lines = tuple(_placed(found, image, number))
        if not lines:
            return Recognised(PageText(()), NOTHING_RECOGNISED)
        garble = pdf_garble.score("\n".join(line.text for line in lines))
        return Recognised(PageText(lines), _note(found), garble)


def _note(found: Sequence[RecognisedLine]) -> str:
    return f"The text comes from text recognition, with a confidence of {fmean(line.confidence for line in found):.2f}."


def _placed(found: Sequence[RecognisedLine], image: PageImage, number: int) -> Iterable[PlacedLine]:
    points = POINTS_PER_INCH / (image.dots_per_inch or USUAL_DOTS_PER_INCH)
    upright, sizes = _usual_turn(found), _sizes(found)
    for line in found:
        text = one_line(line.text)
        if text:
            left, right, bottom = _turned(line, image)
            bottom += line.baseline
            size = max(1.0, round(sizes[_size(line)] * points * 2) / 2)
            width = (right - left) * points
            turn = (line.turn - upright) % 360
            yield PlacedLine(text, number, left * points, bottom * points, size, bold=False, turn=turn, width=width)


def _usual_turn(found: Sequence[RecognisedLine]) -> int:
    """How the page itself lies: as most of its text does."""
    turns = Counter[int]()
    for line in found:
        turns[line.turn] += len(line.text)
    return turns.most_common(1)[0][0] if turns else 0


def _size(line: RecognisedLine) -> float:
    return line.size or line.bottom - line.top


def _sizes(found: Sequence[RecognisedLine]) -> dict[float, float]:
    """For each size that was measured the one that was meant: measures are off by some pixels; text has few sizes."""
    letters = Counter[float]()
    for line in found:
        letters[_size(line)] += len(line.text)
    meant: dict[float, float] = {}
    for size, _ in letters.most_common():
        usual = (other for other in meant.values() if abs(other - size) <= _SAME_SIZE * other)
        meant[size] = next(usual, size)
    return meant


def _turned(line: RecognisedLine, image: PageImage) -> tuple[float, float, float]:
    """Left, right and bottom of a line, upwards from the foot of the page, as one sees it who turns the page."""
    if line.turn == 90:
        return image.height - line.bottom, image.height - line.top, image.width - line.right
    if line.turn == 180:
        return image.width - line.right, image.width - line.left, line.top
    if line.turn == 270:
        return line.top, line.bottom, line.left
    return line.left, line.right, image.height - line.bottom
