from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import read
from papermesh_services.documents.pdf_torn import is_torn


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


def test_words_are_put_together_where_the_space_in_them_has_no_width():
    # A narrow gap is drawn after each m, as a font does whose widths are wrong.
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(700, 842))
    for row in range(3):
        x = 50
        for letter in "let me give some example of many more names":
            canvas.setFont("Helvetica", 11)
            canvas.drawString(x, 780 - 14 * row, letter)
            x += canvas.stringWidth(letter, "Helvetica", 11) + (0.9 if letter == "m" else 0)
    canvas.save()
    assert "let me give some example of many more names" in read(buffer.getvalue()).text


def test_a_line_that_is_stretched_to_fill_its_width_has_no_columns():
    words = "these words stand far apart from each other to fill it"
    [line] = [line for line in read(drawn([words], spread=14)).text.split("\n") if "stand" in line]
    assert line == words


@pytest.mark.parametrize("row", ["10 20 30 40 50 60 70", "a b c d e f g h"])
def test_cells_at_equal_distances_stay_cells(row):
    text = read(drawn([row] * 3, spread=40)).text
    assert row.replace(" ", "\t") in text
