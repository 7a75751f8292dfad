from __future__ import annotations

import io

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import read

DOWN, ACROSS = "HeiseiMin-W3", "HeiseiKakuGo-W5"
COLUMNS = ["朝の市場はにぎやかで、", "魚を売る声が遠くまで", "ひびいていた。私は橋の", "上からそれを聞いた。"]


@pytest.fixture
def drawn():
    """Makes a PDF of one page by what draws on it."""
    pdfmetrics.registerFont(UnicodeCIDFont(DOWN, isVertical=True))
    pdfmetrics.registerFont(UnicodeCIDFont(ACROSS))

    def make(draw):
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(595, 842))
        draw(canvas)
        canvas.save()
        return read(buffer.getvalue())

    return make


def downwards(canvas, columns=COLUMNS, *, x=500, y=780, size=12):
    canvas.setFont(DOWN, size)
    for number, column in enumerate(columns):
        canvas.drawString(x - 1.6 * size * number, y, column)


def letter_by_letter(canvas, columns=COLUMNS):
    canvas.setFont(ACROSS, 12)
    for number, column in enumerate(columns):
        for row, letter in enumerate(column):
            canvas.drawString(500 - 20 * number, 780 - 12 * row, letter)


def joined(document):
    return "".join(document.text.split())


@pytest.mark.parametrize("draw", [downwards, letter_by_letter])
def test_columns_are_read_from_right_to_left(drawn, draw, assert_sound):
    document = drawn(draw)
    assert_sound(document)
    assert joined(document) == "".join(COLUMNS)
    assert len(document.blocks) == 1


def test_a_storey_is_read_before_the_one_below_it(drawn, shape):
    def draw(canvas):
        downwards(canvas, COLUMNS[2:], x=460, y=400)
        downwards(canvas, COLUMNS[:2], x=460)
        downwards(canvas, ["第一章　市場"], x=520, size=20)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(290, 30, "page 12")

    document = drawn(draw)
    assert shape(document)[0] == ("heading", 1, "第一章\u3000市場")
    assert joined(document) == "第一章市場" + "".join(COLUMNS) + "page12"


def test_what_stands_upright_stays_so(drawn):
    def draw(canvas):
        downwards(canvas)
        canvas.setFont(ACROSS, 14)
        canvas.drawString(200, 810, "市場の話")
        canvas.drawString(200, 60, "終わりの頁")

    document = drawn(draw)
    assert joined(document) == "市場の話" + "".join(COLUMNS) + "終わりの頁"


def test_latin_letters_in_a_column_keep_the_gaps_between_words(drawn):
    def draw(canvas):
        letter_by_letter(canvas, [*COLUMNS[:2], "そこに", *COLUMNS[2:]])
        canvas.setFont("Helvetica", 12)
        at = 780 - 12 * 3
        for letter in "AB 12":
            at -= 7
            if letter != " ":
                canvas.drawString(462, at, letter)

    assert "そこにAB12" in joined(drawn(draw))


def test_small_letters_that_say_how_to_speak_do_not_tear_the_text_apart(drawn):
    def draw(canvas):
        downwards(canvas)
        downwards(canvas, ["いちば"], x=510, y=754, size=5)

    assert joined(drawn(draw)) == "".join(COLUMNS) + "いちば"


def test_a_page_written_across_is_left_as_it_is(drawn):
    def draw(canvas):
        canvas.setFont(ACROSS, 12)
        for row, line in enumerate(COLUMNS):
            canvas.drawString(72, 780 - 18 * row, line)
        for row, letter in enumerate("備考欄"):
            canvas.drawString(400, 780 - 14 * row, letter)

    text = joined(drawn(draw))
    assert all(line in text for line in COLUMNS)


def test_a_flood_of_columns_is_read(drawn):
    def draw(canvas):
        canvas.setFont(DOWN, 2)
        for number in range(700):
            canvas.drawString(590 - 0.8 * number, 800 if number % 2 else 400, "魚を売る声が遠く")

    assert joined(drawn(draw)).count("魚を売る声が遠く") == 700
