from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import read
from papermesh_services.documents.clean import clean
from papermesh_services.documents.pdf_torn import is_torn, mended


@pytest.mark.parametrize(
    ("raw", "torn"),
    [
        ("let m e give an exam ple of w hat it can do, for m any a com pany w ill need m ore of it", True),
        ("the values of x and y, where n is a number, and x or y may be less than n", False),
        ("let m e say that this is a fine day and a b testing", False),
        ("", False),
    ],
)
def test_letters_that_stand_alone_tell_of_torn_words(raw, torn):
    assert is_torn(raw) is torn


def drawn(lines, spread=0.0):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(700, 842))
    for row, line in enumerate(lines):
        text = canvas.beginText(50, 780 - 14 * row)
        text.setFont("Helvetica", 11)
        text.setWordSpace(spread)
        text.textOut(line)
        canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


class DrawnLine:
    """Letters of 5 points width, and gaps of a width of their own for what stands as a space between them."""

    def __init__(self, text, gaps, made_up):
        self._boxes, self._made_up, x = [], made_up, 50.0
        rest = iter(gaps)
        for letter in text:
            width = next(rest) if letter == " " else 5.0
            self._boxes.append((x, 700.0, x + width, 710.0))
            x += width

    def index(self, at):
        return at

    def box(self, index):
        return self._boxes[index]

    def is_generated(self, index):
        return index in self._made_up


def test_spaces_without_width_that_were_made_up_are_taken_out():
    text = "m ore of w hat"
    line = DrawnLine(text, gaps=[0.8, 0.8, 2.5, 0.8], made_up={1, 8, 10})
    assert clean(mended(line, 0, text, 11.0)) == "more of what"


def test_a_line_that_is_stretched_to_fill_its_width_has_no_columns():
    words = "these words stand far apart from each other to fill it"
    [line] = [line for line in read(drawn([words], spread=14)).text.split("\n") if "stand" in line]
    assert line == words


@pytest.mark.parametrize("row", ["10 20 30 40 50 60 70", "a b c d e f g h"])
def test_cells_at_equal_distances_stay_cells(row):
    text = read(drawn([row] * 3, spread=40)).text
    assert row.replace(" ", "\t") in text
