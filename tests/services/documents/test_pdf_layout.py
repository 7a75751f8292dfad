from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from papermesh_services.documents import read
from papermesh_services.documents.joining import Line
from papermesh_services.documents.lines import drafts

WORDS = [
    "the",
    "river",
    "rose",
    "by",
    "night",
    "and",
    "the",
    "keeper",
    "of",
    "the",
    "bridge",
    "went",
    "out",
    "with",
    "his",
    "lamp",
    "to",
    "see",
    "how",
    "high",
    "it",
    "stood",
]


@pytest.fixture
def draw():
    """Makes a PDF of functions that each draw a page on a canvas."""

    def make(*pages):
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=A4)
        for page in pages:
            canvas.setFont("Helvetica", 11)
            page(canvas)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


def write(canvas, x, y, lines, leading=14):
    for line in lines:
        canvas.drawString(x, y, line)
        y -= leading


def prose(start, count):
    words = [WORDS[(start + number) % len(WORDS)] for number in range(count * 5)]
    return [" ".join(words[number : number + 5]) for number in range(0, len(words), 5)]


def test_columns_are_read_one_after_the_other(draw, shape, assert_sound):
    def page(canvas):
        write(canvas, 72, 760, ["Left begins here, and", *prose(0, 6), "and left ends with a stop."])
        write(canvas, 320, 760, ["Right begins here, and", *prose(3, 6), "and right ends with a stop."])

    document = read(draw(page))
    assert_sound(document)
    left, right = (text for _, _, text in shape(document))
    assert left.startswith("Left begins")
    assert left.endswith("left ends with a stop.")
    assert right.startswith("Right begins")


def test_a_paragraph_goes_on_in_the_next_column(draw, shape):
    def page(canvas):
        write(canvas, 72, 760, prose(0, 6))
        write(canvas, 320, 760, [*prose(7, 3), "which was the end of it."])

    assert len(shape(read(draw(page)))) == 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["This is what a book has to say of the build-", "ing of bridges over rivers"], "the building of"),
        (["A self-made man met, so it is told, a self-", "made woman in the street"], "a self-made woman"),
        (["It was a matter, as they said, of the East-", "West line that was built"], "East-West line"),
        (["So he came by night and saw the old house -", "nobody was to be found"], "house - nobody"),
    ],
)
def test_hyphens_at_the_end_of_lines(draw, lines, expected):
    text = read(draw(lambda canvas: write(canvas, 72, 700, lines))).text
    assert expected in text


def test_a_table_keeps_its_columns_and_has_cells(draw, assert_sound):
    rows = [("Article", "Pieces", "Price"), ("Lamp", "4", "12.50"), ("Rope", "1", "7.00"), ("Oil", "2", "3.25")]

    def page(canvas):
        for number, row in enumerate(rows):
            canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 11)
            for column, text in enumerate(row):
                canvas.drawString(72 + 120 * column, 700 - 30 * number, text)

    document = read(draw(page))
    assert_sound(document)
    assert document.text == "\n".join("\t".join(row) for row in rows)
    (block,) = document.blocks
    assert [document.text[cell.span.start : cell.span.end] for cell in block.cells] == [t for row in rows for t in row]
    assert (block.cells[-1].row, block.cells[-1].column) == (3, 2)


def test_running_heads_and_feet_do_not_interrupt_a_paragraph(draw, shape, assert_sound):
    def page(number, lines):
        def drawn(canvas):
            canvas.drawString(72, 800, "The Bridge Keeper's Year")
            write(canvas, 72, 700, lines)
            canvas.drawString(300, 40, f"- {number} -")

        return drawn

    middle = [*prose(5, 3), "and so it ended.", "", "Then a new one begins here, which goes", *prose(1, 9)]
    pages = [page(1, prose(0, 9)), page(2, middle), page(3, [*prose(10, 3), "and so it ended."])]
    document = read(draw(*pages))
    assert_sound(document)
    kinds = [kind for kind, _, _ in shape(document)]
    assert kinds.count("paragraph") == 2
    assert kinds.count("header") == 3
    assert kinds.count("footer") == 3
    feet = [(block.page, document.text[block.span.start : block.span.end]) for block in document.blocks]
    assert [page for page, text in feet if text.startswith("-")] == [1, 2, 3]
    assert document.text.index("- 1 -") < document.pages[1].span.start


def test_what_recurs_on_two_pages_alone_stays_where_it_is(draw, shape):
    document = read(draw(*[lambda canvas: canvas.drawString(72, 800, "A line on two pages")] * 2))
    assert "header" not in [kind for kind, _, _ in shape(document)]


def test_captions_are_told(draw, shape):
    def page(canvas):
        write(canvas, 72, 700, [*prose(0, 3), "and that was all.", "Figure 3: The bridge by night"])
        write(canvas, 72, 500, ["Table 2 shows nothing of the kind, as anybody can see."])

    kinds = {text: kind for kind, _, text in shape(read(draw(page)))}
    assert kinds["Figure 3: The bridge by night"] == "caption"
    assert kinds["Table 2 shows nothing of the kind, as anybody can see."] == "paragraph"


def test_raised_letters_stay_in_their_line(draw):
    def page(canvas):
        text = canvas.beginText(72, 700)
        for size, rise, piece in ((11, 0, "The area is 84 km"), (7, 4, "2"), (11, 0, " and no more")):
            text.setFont("Helvetica", size)
            text.setRise(rise)
            text.textOut(piece)
        canvas.drawText(text)

    assert read(draw(page)).text == "The area is 84 km2 and no more"


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_pages_are_read_as_one_turns_them(draw, shape, angle):
    def page(canvas):
        canvas.setPageRotation(angle)
        canvas.translate(300, 400)
        canvas.rotate(angle)
        canvas.setFont("Helvetica", 18)
        canvas.drawString(-200, 120, "A Turned Heading")
        canvas.setFont("Helvetica", 11)
        write(canvas, -200, 80, ["This page lies on its side and it has two", "lines of text that belong together."])

    assert shape(read(draw(page))) == [
        ("heading", 1, "A Turned Heading"),
        ("paragraph", 0, "This page lies on its side and it has two lines of text that belong together."),
    ]


def test_chinese_is_not_torn_apart(draw):
    registerFont(UnicodeCIDFont("STSong-Light"))

    def page(canvas):
        canvas.setFont("STSong-Light", 12)
        write(
            canvas,
            72,
            700,
            ["故事发生在1982年的一个晚上，桥上的守夜人看见河水上涨，他提着灯走了出去", "看看水有多高。"],
            15,
        )

    assert (
        read(draw(page)).text == "故事发生在1982年的一个晚上，桥上的守夜人看见河水上涨，他提着灯走了出去看看水有多高。"
    )


def test_the_outline_tells_headings_of_the_same_letters(draw, shape):
    def page(canvas):
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("on the keeping of bridges", "a", level=0)
        write(canvas, 72, 760, ["3 on the keeping of bridges"])
        write(canvas, 72, 700, [*prose(0, 4), "and that is all of it."])

    assert shape(read(draw(page)))[0] == ("heading", 1, "3 on the keeping of bridges")


def test_a_caption_in_large_letters_is_no_heading(draw, shape):
    def page(canvas):
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(72, 740, "Table 3: The keepers of the bridge")
        canvas.setFont("Helvetica", 11)
        write(canvas, 72, 710, prose(0, 8))

    assert shape(read(draw(page)))[0] == ("caption", 0, "Table 3: The keepers of the bridge")


def test_running_text_in_large_letters_is_no_heading(draw, shape):
    def slide(canvas):
        canvas.setFont("Helvetica", 22)
        write(canvas, 72, 740, ["The river rose by night. The keeper of", "the bridge went out, and"], 26)
        write(canvas, 72, 688, ["saw how high it stood. So he took his lamp", "and his rope of forty feet."], 26)

    def page(canvas):
        write(canvas, 72, 760, prose(0, 40))

    kinds = [kind for kind, _, _ in shape(read(draw(page, page, slide)))]
    assert "heading" not in kinds


def test_letters_of_a_list_that_stand_wide_apart_from_their_items_make_no_table(draw, shape):
    def page(canvas):
        for number, (marker, item) in enumerate([("a.", "a rope of forty feet"), ("b.", "two lamps with oil")]):
            canvas.drawString(72, 700 - 14 * number, marker)
            canvas.drawString(110, 700 - 14 * number, item)

    assert shape(read(draw(page))) == [
        ("list_item", 1, "a. a rope of forty feet"),
        ("list_item", 1, "b. two lamps with oil"),
    ]


@pytest.mark.parametrize(
    ("markers", "gap"), [("••", 9), ("••", 30), (["1.", "2."], 16), (["1.", "2."], 10), (["(1)", "(2)"], 18)]
)
def test_bullets_and_numbers_of_chinese_lists_make_items(draw, shape, markers, gap):
    registerFont(UnicodeCIDFont("STSong-Light"))
    items = ["桥上的守夜人看见河水上涨", "他带着灯和四十尺的绳子"]

    def page(canvas):
        for number, (marker, item) in enumerate(zip(markers, items, strict=True)):
            canvas.setFont("Helvetica", 12)
            canvas.drawString(72, 700 - 14 * number, marker)
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(72 + gap, 700 - 14 * number, item)

    apart = " " if gap > 10 else ""
    shown = [item if marker == "•" else f"{marker}{apart}{item}" for marker, item in zip(markers, items, strict=True)]
    assert shape(read(draw(page))) == [("list_item", 1, item) for item in shown]


def test_a_line_of_raised_letters_goes_on_with_its_sentence(draw, shape):
    def page(canvas):
        write(canvas, 72, 760, ["The keeper went out to see how high", "the river and the sea and the lake"])
        canvas.setFont("Helvetica", 9.5)
        canvas.drawString(72, 732, "stood, and then he came home again.")

    assert len(shape(read(draw(page)))) == 1


def test_cells_that_nearly_touch_are_told_apart_by_the_wide_gaps_of_their_row(draw):
    rows = [("Lamp of brass", "1,204", "Ada Example"), ("Rope", "87", "Bo"), ("Oil for the lamp", "9", "Ada Example")]

    def page(canvas):
        for number, (item, count, owner) in enumerate(rows):
            canvas.drawString(72, 700 - 16 * number, item)
            canvas.drawRightString(231, 700 - 16 * number, count)
            canvas.drawString(240, 700 - 16 * number, owner)

    [table] = read(draw(page)).blocks
    assert len(table.cells) == 9


def test_chapters_that_begin_on_every_page_are_headings_and_no_running_heads(draw, shape):
    def chapter(number):
        def page(canvas):
            canvas.setFont("Helvetica-Bold", 18)
            canvas.drawString(72, 780, f"Chapter {number}")
            canvas.setFont("Helvetica", 11)
            write(canvas, 72, 740, prose(number, 12))

        return page

    found = shape(read(draw(*map(chapter, range(1, 6)))))
    assert [text for kind, _, text in found if kind == "heading"] == [f"Chapter {number}" for number in range(1, 6)]


def test_words_of_a_short_line_stretched_to_fill_it_are_no_cells(draw):
    def page(canvas):
        write(canvas, 72, 760, ["The keeper of the bridge went out with", "his lamp to see how high the river stood"])
        place = 72.0
        for word in ("number", "1", "tells", "us", "how"):
            canvas.drawString(place, 732, word)
            place += canvas.stringWidth(word, "Helvetica", 11) + 18

    assert "\t" not in read(draw(page)).text


def test_items_in_smaller_letters_are_not_run_into_the_one_above(draw, shape):
    def page(canvas):
        write(canvas, 72, 740, [*prose(0, 4), "and that was all of it."])
        for x, y, size, text in [
            (72, 640, 11, "1. one"),
            (98, 627, 9.5, "one a"),
            (124, 615, 8, "deep"),
            (72, 602, 11, "2. two"),
        ]:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y, text)

    assert [text for _, _, text in shape(read(draw(page)))][1:] == ["1. one", "one a", "deep", "2. two"]


@pytest.mark.parametrize("back", ["\u21a9", "\u21a9\ufe0e"])
def test_a_note_that_leads_back_is_a_footnote(back):
    lines = [Line(prose(0, 1)[0]), Line(f"1. The hall was sold.{back}", gap=True)]
    assert [(draft.kind.value, draft.text) for draft in drafts(lines)][1:] == [
        ("footnote", f"1. The hall was sold.{back}")
    ]
