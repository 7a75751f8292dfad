from __future__ import annotations

import io

import pytest
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from papermesh_services.documents import pdf_rules, read
from papermesh_services.documents.pdf_grid import grids
from papermesh_services.documents.pdf_rules import Rule, Rules

NORMAL = getSampleStyleSheet()["Normal"]
PROSE = (
    "The council met in the old hall and heard the report of the year, which nobody had read before it was laid upon "
    "the table by the clerk. Then everybody went home, and nothing more was said of it."
)
GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
BOOK = [
    (rule, (0, row), (-1, row), 1, colors.black)
    for rule, row in [("LINEABOVE", 0), ("LINEBELOW", 0), ("LINEBELOW", -1)]
]
FILLED = [("ROWBACKGROUNDS", (0, 0), (-1, -1), [colors.lightgrey, colors.whitesmoke])]
FEW = [["A", "B", "C"], ["1", "", "3"], ["4", "5", ""]]


@pytest.fixture
def tell(assert_sound):
    """Reads a PDF with flowables between two paragraphs: the kinds of its blocks, and the cells of each table."""

    def told(*flowables):
        buffer = io.BytesIO()
        SimpleDocTemplate(buffer).build([Paragraph(PROSE, NORMAL), *flowables, Paragraph(PROSE, NORMAL)])
        document = read(buffer.getvalue())
        assert_sound(document)
        tables = [
            {(cell.row, cell.column): document.text[cell.span.start : cell.span.end] for cell in block.cells}
            for block in document.blocks
            if block.kind == "table"
        ]
        return [str(block.kind) for block in document.blocks], tables

    return told


def cells(rows):
    return {(row, column): text for row, texts in enumerate(rows) for column, text in enumerate(texts) if text}


@pytest.mark.parametrize(
    "style",
    [
        GRID,
        [("INNERGRID", (0, 0), (-1, -1), 0.25, colors.black)],
        [("BOX", (0, 0), (-1, -1), 0.5, colors.black), ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black)],
        [*BOOK, ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")],
        [("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black)],
        FILLED,
        [("BACKGROUND", (column, row), (column, row), colors.pink) for column in range(3) for row in range(3)],
    ],
)
def test_short_cells_between_rules_and_empty_ones_keep_their_places(tell, style):
    kinds, tables = tell(Table(FEW, style=style))
    assert kinds == ["paragraph", "table", "paragraph"]
    assert tables == [cells(FEW)]


def test_text_wrapped_in_a_cell_is_one(tell):
    rows = [["Name of it", "What is said"], ["Lamp", PROSE], ["Rope and oil for the lamp", ""], ["", "self-made"]]
    wrapped = [[Paragraph(text, NORMAL) for text in row] for row in rows]
    for style in (
        GRID,
        [("LINEABOVE", (0, 0), (-1, -1), 0.5, colors.black), ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black)],
    ):
        _, tables = tell(Table(wrapped, style=style, colWidths=[70, 200]))
        assert tables == [cells(rows)]


def test_a_cell_over_several_columns_and_rows_stands_in_the_first(tell):
    rows = [["Both of them", "", "Rest"], ["1", "2", "3"], ["", "5", "6"]]
    _, tables = tell(Table(rows, style=[*GRID, ("SPAN", (0, 0), (1, 0)), ("SPAN", (0, 1), (0, 2))]))
    assert tables == [cells(rows)]


def test_two_tables_of_the_same_width_are_two(tell):
    style = [*BOOK, ("ALIGN", (0, 0), (-1, -1), "LEFT")]
    one, other = [["A", "B"], ["1", "2"], ["3", "4"]], [["Lamp", "Oil"], ["5", "6"], ["7", ""]]
    widths = [100, 100]
    between = Paragraph("Then the rest of it was counted.", NORMAL)
    _, tables = tell(Table(one, style=style, colWidths=widths), between, Table(other, style=style, colWidths=widths))
    assert tables == [cells(one), cells(other)]


@pytest.mark.parametrize(
    "rows",
    [
        [["A", "B", "C"], ["1", "2", "3"], ["4", "5", "6"]],
        [["Name", "Price"], ["Lamp", "12"], ["Rope", "7"]],
        [["Name", "Count", "Price"], ["Lamp of brass", "4", "12.50"], ["Rope", "", "7.00"], ["Oil", "2", "3.25"]],
    ],
)
def test_small_tables_without_rules(tell, rows):
    kinds, tables = tell(Table(rows, style=[("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold")]))
    assert kinds == ["paragraph", "table", "paragraph"]
    assert tables == [cells(rows)]


@pytest.mark.parametrize(
    "flowable",
    [
        Table([[Paragraph(PROSE, NORMAL)]], style=GRID),
        Table([[Paragraph(PROSE, NORMAL)], [Paragraph(PROSE, NORMAL)], [Paragraph(PROSE, NORMAL)]], style=GRID),
        Table([[Paragraph(PROSE * 4, NORMAL)] * 2, [Paragraph(PROSE * 4, NORMAL)] * 2], style=GRID),
        Table([["•", Paragraph(PROSE, NORMAL)]] * 3, style=FILLED, colWidths=[20, 300]),
        Table([[""] * 12 for _ in range(12)], style=GRID, colWidths=[30] * 12),
    ],
    ids=["a frame", "frames", "a page in columns", "a list", "graph paper"],
)
def test_frames_and_drawings_are_no_tables(tell, flowable):
    kinds, _ = tell(flowable)
    assert "table" not in kinds


def test_the_ground_of_a_drawing_is_no_cell():
    level = [
        Rule(y, start, end) for y, start, end in [(0, 0, 100), (40, 10, 30), (60, 10, 90), (80, 70, 90), (100, 0, 100)]
    ]
    upright = [
        Rule(x, start, end) for x, start, end in [(0, 0, 100), (10, 40, 60), (30, 40, 100), (90, 60, 80), (100, 0, 100)]
    ]
    assert grids(Rules(tuple(level), tuple(upright))) == []
    frame = Rules(
        (Rule(0, 0, 100), Rule(50, 0, 100), Rule(100, 0, 100)), (Rule(0, 0, 100), Rule(50, 0, 50), Rule(100, 0, 100))
    )
    [grid] = grids(frame)
    assert (grid.xs, grid.ys, grid.cells) == ((0, 50, 100), (100, 50, 0), (0, 0, 2, 3))


def test_rules_that_nobody_could_draw_in_a_table_cost_nothing():
    rules = tuple(Rule(at * 10, 0, 10_000) for at in range(1_000))
    assert grids(Rules(rules, rules)) == []


def test_a_page_of_drawings_has_no_rules(monkeypatch):
    monkeypatch.setattr(pdf_rules, "_MOST_DRAWINGS", 3)
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build([Table(FEW, style=GRID)])
    assert "table" not in [block.kind for block in read(buffer.getvalue()).blocks]
