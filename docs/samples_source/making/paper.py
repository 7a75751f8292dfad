"""The sample paper's layout: two columns on A4 with a running head, page numbers, a table and a plotted figure.

The text is in `paper_text`; nothing here invents any.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, String
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from making import paper_text as said

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

SIDE, GUTTER, FOOT, HEAD = 19 * mm, 7 * mm, 21 * mm, 22 * mm
COLUMN = (A4[0] - 2 * SIDE - GUTTER) / 2
BANNER = 80 * mm
AXIS = 120  # mm of error at the top of the figure
GREY = HexColor("#5b6670")

BODY = ParagraphStyle(
    "body",
    fontName="Times-Roman",
    fontSize=9.6,
    leading=11.8,
    alignment=TA_JUSTIFY,
    firstLineIndent=10,
    allowOrphans=0,
    allowWidows=0,
)
FIRST = ParagraphStyle("first", BODY, firstLineIndent=0)
TITLE = ParagraphStyle("title", fontName="Times-Bold", fontSize=18, leading=22, alignment=TA_CENTER, spaceAfter=9)
AUTHORS = ParagraphStyle("authors", fontName="Times-Roman", fontSize=11, leading=14, alignment=TA_CENTER, spaceAfter=5)
PLACES = ParagraphStyle("places", AUTHORS, fontName="Times-Italic", fontSize=8.8, leading=11, spaceAfter=11)
ABSTRACT = ParagraphStyle(
    "abstract", FIRST, fontSize=9.2, leading=11.3, leftIndent=12 * mm, rightIndent=12 * mm, spaceAfter=5
)
ABSTRACT_HEAD = ParagraphStyle("abstract head", AUTHORS, fontName="Times-Bold", fontSize=10, spaceAfter=2)
SECTION = ParagraphStyle(
    "section", fontName="Times-Bold", fontSize=11, leading=14, spaceBefore=8, spaceAfter=3, keepWithNext=1
)
CAPTION = ParagraphStyle("caption", FIRST, fontSize=8.4, leading=10.2)
CELL = ParagraphStyle("cell", FIRST, fontSize=8.6, leading=10.4)
REFERENCE = ParagraphStyle(
    "reference", FIRST, fontSize=8.4, leading=10.2, leftIndent=13, firstLineIndent=-13, spaceAfter=2
)
FORMULA = ParagraphStyle("formula", FIRST, alignment=TA_CENTER, spaceBefore=4, spaceAfter=5)
EVERYWHERE = ((0, 0), (-1, -1))
TABLE_RULES = [
    ("LINEABOVE", (0, 0), (-1, 0), 0.9, black),
    ("LINEBELOW", (0, 0), (-1, 0), 0.45, black),
    ("LINEBELOW", (0, -1), (-1, -1), 0.9, black),
    ("TOPPADDING", *EVERYWHERE, 1.5),
    ("BOTTOMPADDING", *EVERYWHERE, 2.5),
    ("LEFTPADDING", *EVERYWHERE, 2),
    ("RIGHTPADDING", *EVERYWHERE, 2),
]


def make() -> bytes:
    """The paper as a PDF file."""
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        lang="en-GB",
        title=said.TITLE,
        author="Ilse Marchetti-Okoro, Tobias Wrenfield, Sunniva Dahl-Pereira",
        subject="Sample paper; its authors, data and references are invented",
        keywords=said.KEYWORDS.split("; "),
    )
    document.addPageTemplates(
        [
            _first_page(),
            PageTemplate("later", _columns(A4[1] - HEAD - FOOT), onPage=_running_head, onPageEnd=_page_number),
        ]
    )
    document.build([NextPageTemplate("later"), *_front(), FrameBreak(), *_sections(), *_references()])
    return out.getvalue()


def _first_page() -> PageTemplate:
    banner = Frame(SIDE, A4[1] - HEAD - BANNER, A4[0] - 2 * SIDE, BANNER, 0, 0, 0, 0)
    return PageTemplate("first", [banner, *_columns(A4[1] - HEAD - FOOT - BANNER)], onPageEnd=_page_number)


def _columns(height: float) -> list[Frame]:
    return [Frame(SIDE + place * (COLUMN + GUTTER), FOOT, COLUMN, height, 0, 0, 0, 0) for place in (0, 1)]


def _page_number(canvas: Canvas, document: Any) -> None:
    canvas.setFont("Times-Roman", 9)
    canvas.setFillColor(black)
    canvas.drawCentredString(A4[0] / 2, FOOT - 8 * mm, str(document.page))


def _running_head(canvas: Canvas, _: Any) -> None:
    line = A4[1] - HEAD + 4 * mm
    canvas.setFont("Times-Italic", 8.8)
    canvas.drawString(SIDE, line + 4, said.SHORT_TITLE)
    canvas.drawRightString(A4[0] - SIDE, line + 4, "Marchetti-Okoro et al.")
    canvas.setLineWidth(0.4)
    canvas.line(SIDE, line, A4[0] - SIDE, line)


def _front() -> list[Flowable]:
    return [
        Paragraph(said.TITLE.replace(": ", ":<br/>"), TITLE),
        Paragraph(said.AUTHORS, AUTHORS),
        Paragraph(said.PLACES, PLACES),
        Paragraph("Abstract", ABSTRACT_HEAD),
        Paragraph(said.ABSTRACT, ABSTRACT),
        Paragraph(f"<b>Keywords:</b> {said.KEYWORDS}", ABSTRACT),
    ]


def _sections() -> list[Flowable]:
    story: list[Flowable] = []
    for heading, paragraphs in said.SECTIONS:
        story.append(Paragraph(heading, SECTION))
        for place, text in enumerate(paragraphs):
            story.append(
                _inset(text)
                if text.startswith("@")
                else Paragraph(text, FIRST if place == 0 or paragraphs[place - 1] == "@formula" else BODY)
            )
    return story


def _references() -> list[Flowable]:
    entries = [Paragraph(f"[{place}] {text}", REFERENCE) for place, text in enumerate(said.REFERENCES, 1)]
    return [Paragraph("References", SECTION), *entries]


def _inset(mark: str) -> Flowable:
    if mark == "@formula":
        return Paragraph(said.FORMULA, FORMULA)
    if mark == "@figure":
        return KeepTogether([Spacer(0, 6), *_figure(), Spacer(0, 8)])
    caption, rows, widths = {
        "@sites": (said.SITES_CAPTION, said.SITES, (62, 54, 50)),
        "@drift": (said.DRIFT_CAPTION, said.DRIFT, (COLUMN - 136, 40, 40)),
    }[mark]
    return KeepTogether([Spacer(0, 6), Paragraph(caption, CAPTION), Spacer(0, 3), _table(rows, widths), Spacer(0, 8)])


def _table(texts: tuple[tuple[str, ...], ...], widths: tuple[float, ...]) -> Table:
    rows = [[Paragraph(cell if place else f"<b>{cell}</b>", CELL) for cell in row] for place, row in enumerate(texts)]
    table = Table(rows, colWidths=[*widths, COLUMN - sum(widths)])
    table.setStyle(TableStyle(TABLE_RULES))
    return table


def _figure() -> list[Flowable]:
    left, low, width, height = 26.0, 24.0, COLUMN - 34, 105.0
    drawing = Drawing(COLUMN, low + height + 8)
    for mark in range(0, 121, 40):
        level = low + height * mark / AXIS
        drawing.add(Line(left, level, left + width, level, strokeColor=HexColor("#dddddd"), strokeWidth=0.4))
        drawing.add(_label(left - 4, level - 2.5, str(mark), "end"))
    for series, filled in ((said.AS_READ, True), (said.CORRECTED, False)):
        _plot(
            drawing,
            [(left + width * (place + 1) / 12.5, low + height * value / AXIS) for place, value in enumerate(series)],
            filled,
        )
    drawing.add(Line(left, low, left + width, low, strokeWidth=0.7))
    drawing.add(Line(left, low, left, low + height, strokeWidth=0.7))
    drawing.add(_label(left, low + height + 3, "Error (mm)", "start"))
    drawing.add(_label(left + width / 2, 2, "Months since installation", "middle"))
    for month in range(4, 25, 4):
        drawing.add(_label(left + width * month / 25, low - 10, str(month), "middle"))
    return [drawing, Spacer(0, 3), Paragraph(said.FIGURE_CAPTION, CAPTION)]


def _plot(drawing: Drawing, points: list[tuple[float, float]], filled: bool) -> None:
    drawing.add(PolyLine([number for point in points for number in point], strokeColor=GREY, strokeWidth=0.7))
    for across, up in points:
        drawing.add(Circle(across, up, 2.1, fillColor=black if filled else white, strokeColor=black, strokeWidth=0.6))


def _label(across: float, up: float, text: str, anchor: str) -> String:
    return String(across, up, text, fontName="Times-Roman", fontSize=7.6, textAnchor=anchor)
