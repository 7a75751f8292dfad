from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import pdf_order, read
from papermesh_services.documents.pdf_layout import PlacedLine


def placed(text, x, y, width=100.0, turn=0):
    return PlacedLine(text, 1, x, y, 10.0, bold=False, turn=turn, width=width)


TITLE = placed("title", 50, 800, 400)
LEFT = [placed(f"left {number}", 50, 780 - 12 * number, 180) for number in range(3)]
RIGHT = [placed(f"right {number}", 260, 780 - 12 * number, 180) for number in range(3)]
ACROSS = placed("across", 50, 700, 400)
BELOW_LEFT = placed("below left", 50, 680, 180)
BELOW_RIGHT = placed("below right", 260, 680, 180)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ([TITLE, *LEFT, *RIGHT], [TITLE, *LEFT, *RIGHT]),
        ([*LEFT, *RIGHT, TITLE], [TITLE, *LEFT, *RIGHT]),
        ([*reversed(LEFT)], LEFT),
        ([LEFT[0], LEFT[2], RIGHT[0], LEFT[1]], [LEFT[0], RIGHT[0], LEFT[1], LEFT[2]]),
        (
            [TITLE, *LEFT, BELOW_LEFT, *RIGHT, BELOW_RIGHT, ACROSS],
            [TITLE, *LEFT, *RIGHT, ACROSS, BELOW_LEFT, BELOW_RIGHT],
        ),
        ([], []),
        (
            [placed("edge", -1e9, 5, 1e12), placed("far", 1e9, 6)],
            [placed("edge", -1e9, 5, 1e12), placed("far", 1e9, 6)],
        ),
    ],
    ids=["as drawn", "a title drawn last", "from the foot up", "one left out", "a rule across", "none", "off the page"],
)
def test_lines_are_read_from_the_top_down_and_columns_as_they_were_drawn(drawn, expected):
    assert pdf_order.ordered(drawn) == tuple(expected)


@pytest.mark.parametrize("marker", ["•", "1.", "a)", "(iv)"])
def test_markers_drawn_after_their_items_are_put_before_them(marker):
    items = [placed(f"item {number}", 80, 700 - 14 * number) for number in range(3)]
    markers = [placed(marker, 65, 701 - 14 * number, 8) for number in range(3)]
    found = pdf_order.ordered([*items, *markers])
    assert [line.text for line in found] == [f"{marker} item {number}" for number in range(3)]
    assert all((line.x, line.width) == (65, 115) for line in found)


def test_markers_that_belong_to_nothing_stay():
    lines = [placed("an item", 80, 700), placed("-", 65, 760, 8), placed("3.", 400, 700, 8)]
    assert [line.text for line in pdf_order.ordered(lines)] == ["an item", "-", "3."]
    lines = [placed("an item", 80, 700), placed("above", 80, 760), placed("3.", 400, 700, 8)]
    assert [line.text for line in pdf_order.ordered(lines)] == ["above", "an item", "3."]


def test_turned_lines_stay_where_they_were():
    lines = [placed("one", 50, 700), placed("turned", 50, 790, turn=90), placed("two", 50, 688)]
    assert pdf_order.ordered(lines) == tuple(lines)


def test_a_page_of_very_many_lines_is_left_as_it_is():
    lines = [placed(f"line {number}", 50, number) for number in range(1_500)]
    assert pdf_order.ordered(lines) == tuple(lines)


def test_a_file_that_draws_its_page_in_passes_is_read_in_order(shape):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Helvetica", 11)
    prose = "The keeper of the bridge went out with his lamp to see how high the river stood"
    items = ["a rope of forty feet", "two lamps with oil"]
    for number, item in enumerate(items):
        canvas.drawString(90, 640 - 16 * number, item)
    canvas.drawString(70, 580, f"{prose}.")
    for number in range(len(items)):
        canvas.drawString(75, 640 - 16 * number, "\u2022")
    canvas.drawString(70, 680, f"{prose}, and took these with him:")
    canvas.save()
    assert shape(read(buffer.getvalue())) == [
        ("paragraph", 0, f"{prose}, and took these with him:"),
        ("list_item", 1, items[0]),
        ("list_item", 1, items[1]),
        ("paragraph", 0, f"{prose}."),
    ]
