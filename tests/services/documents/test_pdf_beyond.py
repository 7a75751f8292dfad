"""Characters beyond U+FFFF, which PDFium counts as two: what stands after them keeps its place on the page."""

from __future__ import annotations

import struct

import leftward
import pytest
from leftward import MARGIN, Piece
from tagged import Ink, el, make

from papermesh_services.documents import Limits, pdf, read
from papermesh_services.documents.pdf_garble import score
from papermesh_services.documents.utf16 import paired, units, whole
from papermesh_services.documents.watch import UNWATCHED

MEANT = {"~": "😀", "^": "𝑥", "|": "𠮷"}
MANY = "Many of ~~ and ^^^ and | stood there ~ that night, in all ~~~~ his books of ^."
LONG = "The keeper of the bridge saw the river rise that night and wrote it down in his book."
MORE = "Nobody had asked him to do so, and nobody ever read what he had written there at all."


def told(text):
    return text.translate(str.maketrans(MEANT))


def page(first):
    """A page of everything whose place matters, after a line."""
    cells = [("Name", "Count"), ("Boat", "12"), ("Net", "45,000")]
    rows = [
        Ink(text, x, 560 - 20 * at, 12) for at, row in enumerate(cells) for text, x in zip(row, (72, 300), strict=True)
    ]
    return [
        el("P", Ink(first, y=760), Ink(LONG, y=745)),
        el("H2", Ink("What was seen", y=700, size=18)),
        el("P", Ink(MORE, y=670), Ink(LONG[:60], y=655)),
        el("L", *(el("LI", Ink(f"- {text}", y=y)) for text, y in (("First", 620), ("Second", 605)))),
        el("Table", *(el("TR", *(el("TD", ink) for ink in rows[at : at + 2])) for at in (0, 2, 4))),
        el("P", Ink("7 x 8", y=480), Ink("2", 101, 485, 7)),
    ]


@pytest.mark.parametrize("marked", [True, False])
def test_what_follows_is_read_as_it_would_be_without_them(shape, assert_sound, marked):
    plain = MANY.translate(str.maketrans(dict.fromkeys(MEANT, "m")))
    document, other = (read(make(page(first), marked=marked, meant=MEANT)) for first in (MANY, plain))
    assert_sound(document)
    expected = [(kind, level, text.replace(plain, told(MANY))) for kind, level, text in shape(other)]
    assert shape(document) == expected
    assert {kind for kind, _, _ in expected} >= {"heading", "paragraph", "table", "list_item"}


def test_a_table_has_them_in_its_cells(shape):
    rows = [("^", "~~"), ("Boat ~", "12"), ("Net", "|")]
    inks = [Ink(text, x, 560 - 20 * at) for at, row in enumerate(rows) for text, x in zip(row, (72, 300), strict=True)]
    for marked in (True, False):
        table = el("Table", *(el("TR", *(el("TD", ink) for ink in inks[at : at + 2])) for at in (0, 2, 4)))
        found = shape(read(make([el("P", LONG, MORE), table], marked=marked, meant=MEANT)))
        assert found[-1] == ("table", 0, told("^\t~~\nBoat ~\t12\nNet\t|"))


def test_footnotes_after_them_are_found(shape):
    first = MANY.replace("night,", "night,1")
    notes = [Ink("1The book has ~ two hundred pages.", y=100, size=9)]
    found = shape(read(make([el("", Ink(first), LONG, MORE), el("", *notes)], marked=False, meant=MEANT)))
    assert found[-1] == ("footnote", 0, told("1 The book has ~ two hundred pages."))


def test_links_after_them_have_their_text(raw_pdf):
    objects = leftward.objects([Piece(MARGIN, 700, "Let 𝑥 and 𝛼 be 😀 glad, see the site for more 🚀 of it")])
    at = MARGIN + 5.5 * len("Let 𝑥 and 𝛼 be 😀 glad, see ")
    link = (
        b"/Annots [<< /Type /Annot /Subtype /Link /Rect [%d 695 %d 712] /A << /S /URI /URI (https://example.com) >> >>]"
    )
    objects[10] = objects[10].replace(b"/Contents", link % (at, at + 5.5 * len("the site")) + b" /Contents")
    document = read(raw_pdf(objects))
    [found] = document.traits.links
    assert document.text[found.span.start : found.span.end] == "the site"


@pytest.mark.parametrize(
    ("text", "runs_left"),
    [
        ("הנה 😀 שמחה רבה בעיר 🚀", True),
        ("נתון 𝑥 ועוד 𝛼 בשורה 12 של הספר", True),
        ("The word שלום 😀 means 𝑥 here", False),
    ],
)
def test_they_stand_in_their_place_in_leftward_lines(raw_pdf, text, runs_left):
    page = [leftward.line(text, 700, leftward=runs_left)]
    assert read(raw_pdf(leftward.objects(page))).text == text


def test_they_stand_in_their_place_in_columns_that_are_read_downwards(raw_pdf):
    columns = ["朝の市場はにぎ𠮷かで、", "魚を売る声が遠く𠮷𠮷で", "ひびいて😀いた。私は橋の", "上からそれを聞いた。"]
    letters = [
        Piece(400 - 20 * number, 780 - 11 * row, f"{letter} ")
        for number, column in enumerate(columns)
        for row, letter in enumerate(column)
    ]
    assert "".join(read(raw_pdf(leftward.objects(letters))).text.split()) == "".join(columns)


@pytest.mark.parametrize(
    ("limit", "expected", "cut"),
    [(3, "ab", True), (4, "ab😀", True), (5, "ab😀c", True), (6, "ab😀cd", False), (7, "ab😀cd", False)],
)
def test_the_limit_of_a_page_leaves_no_half(limit, expected, cut):
    document = pdf.read(
        make([el("", "ab~cd")], marked=False, meant=MEANT), Limits(max_page_characters=limit), UNWATCHED
    )
    assert document.text == expected
    assert ("max_page_characters" in document.pages[0].note) is cut


def test_they_are_no_wreck():
    assert score(units("All 😀 is 𝑥 well 🚀".encode("utf-16-le"))) == 0.0
    assert score(units("😀🚀".encode("utf-16-le"))[::2] * 9) == 1.0


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0061 6587", "a文"),
        ("0061 D83D DE00 D83D DE80 0062", "a😀🚀b"),
        ("0061 DE00 D83D DE80 D83D 0062", "a😀🚀b"),
        ("DE00 0061 D83D", "\ufffda\ufffd"),
        ("", ""),
    ],
)
def test_halves_that_changed_places_are_put_right(written, expected):
    codes = [int(code, 16) for code in written.split()]
    text = paired(struct.pack(f"<{len(codes)}H", *codes))
    assert (len(text), whole(text)) == (len(codes), expected)
