"""Reads a page of an open PDF, and notes what is the matter with it.

What is doubtful about it can be settled elsewhere, and in another process. Which pages are read, and for how long, is
for pdf_through; what the lines mean together is for pdf_layout and pdf_text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import (
    pdf_annotations,
    pdf_garble,
    pdf_order,
    pdf_page,
    pdf_pictures,
    pdf_scans,
)
from papermesh_services.documents.pdf_annotations import Annotations
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.pdf_marks import Marks
from papermesh_services.documents.pdf_pictures import NO_PICTURES, Pictures
from papermesh_services.documents.pdf_tags import NO_TAGS, PageTags

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.pdf_annotations import FieldOnPage, Forms
    from papermesh_services.documents.pdf_engine import Engine, PageHandle
    from papermesh_services.documents.pdf_second import SecondOpinion
    from papermesh_services.documents.pdf_tree import Trees
    from papermesh_services.documents.scanned import Scans

_GARBLED: Final = 0.3
_FEW_CHARACTERS: Final = 20
_PICTURE: Final = 0.3
_MOST_FIELDS: Final = 1_000
_MOST_LINES: Final = 2_000
"""On a page whose fields are put beside their labels; on a longer one they follow its text."""

BROKEN = "The page is broken and was not read."
GARBLED = "The page's font does not say what its letters mean; the text may be wrong."


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page as it was read. text_coverage: the share of its area that letters take, 0..1.

    broken: whether it could not be read at all; cut: whether it has more characters than are read; late: whether it is
    a picture, and time ran out before its text was recognised.
    """

    text: PageText
    annotations: Annotations = field(default_factory=Annotations)
    pictures: Pictures = NO_PICTURES
    text_coverage: float = 0.0
    garble: float = 0.0
    recognised: bool = False
    broken: bool = False
    cut: bool = False
    late: bool = False
    note: str = ""
    tags: PageTags = NO_TAGS


class Doubt(IntEnum):
    """What a second reader is to be asked about a page."""

    NONE = 0
    GARBLED = 1
    """Its text makes no sense."""
    EMPTY = 2
    """There is nothing on it."""
    BROKEN = 3
    """It cannot be opened."""


@dataclass(frozen=True, slots=True)
class FirstReading:
    """A page as PDFium reads it, and what is doubtful about that."""

    page: PageRead
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages of one document."""

    engine: Engine
    form: Forms | None
    limits: Limits
    scans: Scans
    trees: Trees

    def read(self, index: int) -> FirstReading:
        """The page, counted from 0. One that is a picture is recognised on the way."""
        with self.engine.page(index) as handle:
            if handle is None:
                return FirstReading(PageRead(PageText(())), Doubt.BROKEN)
            page = self._plain(handle, index)
            if _needs_recognition(page) or (not page.text.lines and _is_drawn(page, handle)):
                return FirstReading(pdf_scans.recognised(handle, page, index + 1, self.scans))
            if not page.text.lines and handle.is_empty:
                return FirstReading(page, Doubt.EMPTY)
        return FirstReading(page, Doubt.GARBLED if page.garble >= _GARBLED else Doubt.NONE)

    def _plain(self, handle: PageHandle, index: int) -> PageRead:
        raw = handle.text(self.limits.max_page_characters)
        cut = handle.length > self.limits.max_page_characters
        annotations = pdf_annotations.read(handle, self.form)
        tree = self.trees.read(handle, index)
        # Tags say nothing of what has been filled in, which is put beside its label: lines of forms stay as they are.
        marks = Marks(handle, tree) if tree and tree.places and not annotations.fields else None
        ruled = not annotations.fields
        lines = pdf_order.ordered(pdf_page.lines(handle, raw, index + 1, marks, ruled=ruled))
        if annotations.fields:
            lines = _with_fields(lines, annotations.fields, index + 1)
        width, height = handle.size
        inked = sum([line.width * line.size * (1 + line.text.count("\n")) for line in lines])
        return PageRead(
            PageText(lines),
            annotations,
            pdf_pictures.look(handle, tree.figures if tree else None),
            text_coverage=round(min(1.0, inked / max(1.0, width * height)), 3),
            garble=pdf_garble.score(raw),
            cut=cut,
            note=_cut(self.limits) if cut else "",
            tags=marks.tags if marks else NO_TAGS,
        )


def settled(first: FirstReading, index: int, second: SecondOpinion) -> PageRead:
    """The page with the doubts about it settled, as far as the second reader can."""
    if first.doubt is Doubt.BROKEN or (first.doubt is Doubt.EMPTY and second.expects_more(index)):
        lines = second.lines(index)
        return replace(first.page, text=PageText(lines), broken=not lines, note="" if lines else BROKEN)
    return _reconsidered(first.page, index, second) if first.doubt is Doubt.GARBLED else first.page


def _reconsidered(page: PageRead, index: int, second: SecondOpinion) -> PageRead:
    """The page as the second reader has it, where that makes more sense."""
    lines = second.lines(index)
    garble = pdf_garble.score("\n".join(line.text for line in lines)) if lines else 1.0
    if garble < 0.5 * page.garble:
        return replace(page, text=PageText(lines), garble=garble)
    return replace(page, note=GARBLED)


def _cut(limits: Limits) -> str:
    return f"Only the first {limits.max_page_characters:,} characters of the page were read (max_page_characters)."


def _is_drawn(page: PageRead, handle: PageHandle) -> bool:
    """Whether there is something to see on a page without text: a picture of any size, or letters that are drawings."""
    return not page.annotations.texts and not handle.is_empty


def _needs_recognition(page: PageRead) -> bool:
    if page.pictures.coverage < _PICTURE:
        return False
    return page.text.length < _FEW_CHARACTERS or page.garble >= _GARBLED


def _with_fields(lines: tuple[PlacedLine, ...], fields: list[FieldOnPage], number: int) -> tuple[PlacedLine, ...]:
    """The lines with what has been filled in beside them; what stands beside none is a line of its own."""
    result = list(lines)
    near = result if len(lines) <= _MOST_LINES else []
    for value in sorted(fields, key=lambda field: (-field.y, field.x))[:_MOST_FIELDS]:
        _put(near, value, number)
    return tuple(result if near is result else result + near)


def _put(lines: list[PlacedLine], value: FieldOnPage, number: int) -> None:
    beside = [
        at
        for at, line in enumerate(lines)
        if abs(line.y - value.y) <= line.size
        and not line.turn
        and (line.x >= value.x if line.leftward else line.x <= value.x)
    ]
    text = " ".join(value.value.split())
    if beside:
        at = min(beside, key=lambda at: abs(lines[at].x - value.x))
        lines[at] = lines[at]._replace(text=f"{lines[at].text} {text}")
        return
    above = [at for at, line in enumerate(lines) if line.y >= value.y]
    at = min(above, key=lambda at: lines[at].y) + 1 if above else 0
    size = lines[at - 1].size if lines else 10.0
    lines.insert(at, PlacedLine(text, number, value.x, value.y, size, bold=False))
