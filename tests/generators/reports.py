"""PDFs as offices make them: many pages of headings, paragraphs, lists and tables under a running head. Pure of chance.

For measuring. The text is made of common words by a seeded generator, so a report of the same number is the same.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

_COMMON: Final = """
    the of and to in a is that for it as was with be by on not this are or from at which but have an had they you were
    their one all we can her has there been if more when will would who so no out up into than them could time these
    two may then some first any work report year office plan member council water field city street school market
    price energy system result method sample model figure table section committee budget project river bridge season
    growth measure account service record region harbour winter summer letter answer question reading library engine
    paper village county carbon copper timber harvest weather station passage measurement responsibility agreement
"""
_WORDS: Final = _COMMON.split()
_FONTS: Final = (("Times-Roman", "Times-Bold"), ("Vera", "VeraBd"), ("Helvetica", "Helvetica-Bold"))
_GRID: Final = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("FONTSIZE", (0, 0), (-1, -1), 8)])
_SECTION_WORDS: Final = 700
"""About what fills a page and a half."""


@dataclass(frozen=True)
class Report:
    """A PDF, and all the text in it, running heads and page numbers included, in no particular order."""

    pdf: bytes
    text: str


def report(number: int, sections: int) -> Report:
    """Makes the report of this number; a section takes about two pages."""
    writer = _Writer(number)
    story = [flowable for section in range(1, sections + 1) for flowable in writer.section(section)]
    buffer, head = io.BytesIO(), f"Annual report {number}"
    pages: list[int] = []
    template = SimpleDocTemplate(buffer, pagesize=A4, title=head, author="Ada Example", invariant=1)
    on_page = partial(_run_head, head=head, pages=pages)
    template.build(story, onFirstPage=on_page, onLaterPages=on_page)
    return Report(buffer.getvalue(), "\n".join([*writer.told, *(f"{head} {page}" for page in pages)]))


def _run_head(canvas: Canvas, _: object, *, head: str, pages: list[int]) -> None:
    pages.append(canvas.getPageNumber())
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 810, head)
    canvas.drawRightString(A4[0] - 72, 30, str(pages[-1]))


class _Writer:
    """Writes sections and remembers every text in them."""

    def __init__(self, number: int) -> None:
        self._chance = random.Random(number)
        self.told: list[str] = []
        roman, bold = _FONTS[number % len(_FONTS)]
        for name in (roman, bold):
            if name.startswith("Vera"):
                pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
        styles = getSampleStyleSheet()
        self._body, self._heading = styles["BodyText"], styles["Heading2"]
        self._body.fontName, self._heading.fontName = roman, bold

    def section(self, number: int) -> list[Flowable]:
        """A heading, paragraphs, a list and a table."""
        made = [self._paragraph(f"{number} {self._words(4).capitalize()}", self._heading)]
        written = 0
        while written < _SECTION_WORDS:
            sentences = [self._sentence() for _ in range(self._chance.randint(3, 8))]
            written += sum(len(sentence.split()) for sentence in sentences)
            made.append(self._paragraph(" ".join(sentences), self._body))
        made += [self._paragraph(f"• {self._sentence()}", self._body) for _ in range(4)]
        return [*made, self._table(rows=14, columns=5), Spacer(1, 12)]

    def _paragraph(self, text: str, style: object) -> Paragraph:
        self.told.append(text)
        return Paragraph(text, style)

    def _table(self, rows: int, columns: int) -> Table:
        cells = [[self._words(1).capitalize() for _ in range(columns)]]
        cells += [
            [self._words(2), *(f"{self._chance.uniform(0, 9999):.2f}" for _ in range(columns - 1))] for _ in range(rows)
        ]
        self.told += [cell for row in cells for cell in row]
        return Table(cells, style=_GRID)

    def _sentence(self) -> str:
        words = self._words(self._chance.randint(6, 22))
        return f"{words.capitalize()}{self._chance.choice(('.', '.', '.', '?', '; see above.'))}"

    def _words(self, count: int) -> str:
        return " ".join(self._chance.choices(_WORDS, k=count))
