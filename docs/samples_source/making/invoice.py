"""The sample invoice: spare parts and an inspection for a water board, on one page. Parties and prices are invented."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Paragraph, Spacer, Table, TableStyle

INK, GREY, RULE, TINT = HexColor("#1f3a57"), HexColor("#5b6670"), HexColor("#c3cad1"), HexColor("#f1f4f7")
VAT_PER_CENT = Decimal(20)
CENT = Decimal("0.01")
WIDTH = A4[0] - 40 * mm

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=12.5)
SMALL = ParagraphStyle("small", BODY, fontSize=7.6, leading=10.4, textColor=GREY)
NUMBER = ParagraphStyle("number", BODY, alignment=TA_RIGHT)
HEAD = ParagraphStyle("head", BODY, fontName="Helvetica-Bold", fontSize=8, textColor=INK)
HEAD_RIGHT = ParagraphStyle("head right", HEAD, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=24, leading=30, textColor=INK)


@dataclass(frozen=True)
class Line:
    """One line of the invoice: article number, what it is, how many, and the price of one in euros without tax."""

    article: str
    text: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times price."""
        return self.quantity * self.price


LINES = (
    Line(
        "BI-4410",
        "<b>Pressure sensor PS-10</b><br/>0 to 10 m, 12 m cable, calibration certificate enclosed",
        4,
        Decimal("312.50"),
    ),
    Line("BI-4477", "<b>Desiccant cartridge</b><br/>Pack of ten, for sensors PS-10 and PS-20", 6, Decimal("28.90")),
    Line("BI-2031", "<b>Lithium battery pack</b><br/>3.6 V, 38 Ah, with connector for logger L3", 8, Decimal("46.75")),
    Line(
        "SV-0100",
        "<b>Scheduled inspection</b><br/>Gauges T1 to T8, visit of 16 and 17 February 2026",
        8,
        Decimal("185.00"),
    ),
    Line(
        "SV-0120",
        "<b>Call-out on a working day</b><br/>Gauge H3, 24 February 2026, debris removed",
        1,
        Decimal("240.00"),
    ),
    Line("FR-0001", "<b>Carriage</b><br/>Insured parcel, delivery note 88214", 1, Decimal("19.80")),
)
SELLER = (
    "Brindlemere Instruments Ltd",
    "7 Weir Lane, Harmouth QH2 6LD",
    "01632 960 310 · accounts@brindlemere.example.com",
    "Company no. 00447120 · VAT no. XB 447 1200 31",
)
BUYER = (
    "<b>Bill to</b><br/>Osmere Vale Water Board<br/>Accounts Payable<br/>Sluice House, 1 Millrace "
    "Street<br/>Osmere Vale QV3 8RN"
)
FACTS = (
    ("Invoice number", "2026-00318"),
    ("Invoice date", "27 February 2026"),
    ("Due date", "29 March 2026"),
    ("Customer number", "10077"),
    ("Your order", "OVWB-PO-5521"),
)
TERMS = (
    "<b>Payment.</b> Please pay within 30 days, without deduction, by bank transfer to the account below and give the "
    "invoice number as the reference. Interest at four per cent a year above base rate is charged on late payments "
    "under clause 4.3 of agreement BI/2026/017."
)
BANK = (
    ("Account holder", "Brindlemere Instruments Ltd"),
    ("Bank", "Harmouth Mutual Bank"),
    ("IBAN", "XB00 HMBK 0044 7120 0031 85"),
    ("BIC", "HMBKXB00"),
)


def money(amount: Decimal) -> str:
    """An amount in euros as an invoice shows it: 1,234.50."""
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,}"


def totals(lines: tuple[Line, ...]) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and gross of the lines, the tax rounded to the cent."""
    net = sum((line.amount for line in lines), Decimal())
    tax = (net * VAT_PER_CENT / 100).quantize(CENT, ROUND_HALF_UP)
    return net, tax, net + tax


def make() -> bytes:
    """The invoice as a PDF file."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang="en-GB")
    canvas.setTitle("Invoice 2026-00318")
    canvas.setAuthor("Brindlemere Instruments Ltd")
    canvas.setSubject("Sample invoice; the parties are invented")
    _letterhead(canvas)
    _fill(canvas, [*_addresses(), _lines(), Spacer(0, 3 * mm), _sums(), Spacer(0, 9 * mm), *_payment()])
    _foot(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _letterhead(canvas: Canvas) -> None:
    top = A4[1] - 20 * mm
    canvas.setFillColor(INK)
    canvas.rect(0, A4[1] - 5 * mm, A4[0], 5 * mm, stroke=0, fill=1)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(20 * mm, top, "BRINDLEMERE")
    canvas.setFont("Helvetica", 14)
    canvas.drawString(20 * mm + canvas.stringWidth("BRINDLEMERE ", "Helvetica-Bold", 14), top, "INSTRUMENTS")
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 7.6)
    for place, line in enumerate(SELLER):
        canvas.drawRightString(A4[0] - 20 * mm, top + 3 * mm - place * 10.4, line)


def _fill(canvas: Canvas, story: list[Flowable]) -> None:
    frame = Frame(20 * mm, 24 * mm, WIDTH, A4[1] - 63 * mm, 0, 0, 0, 0)
    frame.addFromList(story, canvas)
    if story:
        raise ValueError("the invoice does not fit on its page: shorten its lines")


def _addresses() -> list[Flowable]:
    facts = _pairs(FACTS, (30 * mm, 42 * mm))
    both = Table([[Paragraph(BUYER, BODY), facts]], colWidths=[WIDTH - 72 * mm, 72 * mm])
    both.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(0, 0)]))
    note = "Goods delivered on 20 February 2026. Services rendered in February 2026 under agreement BI/2026/017."
    return [
        Paragraph("Invoice", TITLE),
        Spacer(0, 5 * mm),
        both,
        Spacer(0, 7 * mm),
        Paragraph(note, BODY),
        Spacer(0, 4 * mm),
    ]


def _lines() -> Table:
    heads = ("Article", "Description", "Quantity", "Unit price (€)", "Amount (€)")
    rows = [[Paragraph(head, HEAD if place < 2 else HEAD_RIGHT) for place, head in enumerate(heads)]]
    rows += [
        [Paragraph(line.article, BODY), Paragraph(line.text, BODY)]
        + [Paragraph(text, NUMBER) for text in (str(line.quantity), money(line.price), money(line.amount))]
        for line in LINES
    ]
    table = Table(rows, colWidths=[19 * mm, WIDTH - 88 * mm, 18 * mm, 26 * mm, 25 * mm], repeatRows=1)
    rules = [("LINEBELOW", (0, 0), (-1, 0), 1, INK), ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE)]
    table.setStyle(TableStyle([*rules, ("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(4, 3)]))
    return table


def _sums() -> Table:
    net, tax, gross = totals(LINES)
    names = ("Subtotal", f"VAT {VAT_PER_CENT} %", "<b>Total due</b>")
    shown = (f"€ {money(net)}", f"€ {money(tax)}", f"<b>€ {money(gross)}</b>")
    rows = [[Paragraph(name, BODY), Paragraph(text, NUMBER)] for name, text in zip(names, shown, strict=True)]
    table = Table(rows, colWidths=[35 * mm, 35 * mm], hAlign="RIGHT")
    table.setStyle(
        TableStyle([("BACKGROUND", (0, 2), (-1, 2), TINT), ("LINEABOVE", (0, 2), (-1, 2), 1, INK), *_padding(4, 3)])
    )
    return table


def _payment() -> list[Flowable]:
    return [Paragraph(TERMS, BODY), Spacer(0, 4 * mm), _pairs(BANK, (30 * mm, 90 * mm), align="LEFT")]


def _pairs(pairs: tuple[tuple[str, str], ...], widths: tuple[float, float], align: str = "RIGHT") -> Table:
    rows = [[Paragraph(name, HEAD), Paragraph(value, BODY)] for name, value in pairs]
    table = Table(rows, colWidths=widths, hAlign=align)
    table.setStyle(TableStyle(_padding(0.8, 0)))
    return table


def _padding(above: float, side: float) -> list[tuple[object, ...]]:
    everywhere = ((0, 0), (-1, -1))
    names = {"TOPPADDING": above, "BOTTOMPADDING": above, "LEFTPADDING": side, "RIGHTPADDING": side}
    return [(name, *everywhere, size) for name, size in names.items()]


def _foot(canvas: Canvas) -> None:
    text = (
        "Goods remain our property until they are paid for in full. Registered office: 7 Weir Lane, "
        "Harmouth QH2 6LD. Managing Director: Henrike Tolland."
    )
    canvas.setStrokeColor(RULE)
    canvas.line(20 * mm, 19 * mm, A4[0] - 20 * mm, 19 * mm)
    foot = Paragraph(text, SMALL)
    _, height = foot.wrapOn(canvas, WIDTH - 25 * mm, 20 * mm)
    foot.drawOn(canvas, 20 * mm, 17 * mm - height)
    canvas.setFont("Helvetica", 7.6)
    canvas.setFillColor(GREY)
    canvas.drawRightString(A4[0] - 20 * mm, 17 * mm - 8, "Page 1 of 1")
