from __future__ import annotations

import pytest

from papermesh_services.documents import pdf_numbering
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.pdf_running import sort

PROSE = [
    "The council met in the old hall and heard the report of",
    "the year, which nobody had read, and then went home.",
]


def page(number, *parts):
    """A page of parts from the top down: (distance from the one before, text[, size of letters])."""
    placed, y = [], 800.0
    for fall, text, *size in parts:
        y -= fall
        placed.append(PlacedLine(text, number, 72, y, size[0] if size else 11, bold=False, width=5.0 * len(text)))
    return PageText(tuple(placed))


def body(number, count=6):
    return [(13.2, f"{PROSE[at % 2]} {number}{at}") for at in range(count)]


def framed(number, head, foot, *, fall=30):
    """A page with a line on top and at the foot, as far from the text as that."""
    text = body(number)
    return page(number, (0, head), (fall, text[0][1]), *text[1:], (fall, foot))


def taken(*pages):
    return [([line.text for line in found.heads], [line.text for line in found.feet]) for found in sort(pages)]


@pytest.mark.parametrize(
    ("heads", "feet"),
    [
        (["The Quarterly", "The Quarterly"], ["1", "2"]),
        (["The Quarterly\t1", "The Quarterly\t2"], ["Draft of May", "Draft of May"]),
        (["Page 7 of 8", "Page 8 of 8"], ["Minutes - 7", "Minutes - 8"]),
    ],
)
def test_what_two_pages_share_apart_from_their_text_runs(heads, feet):
    pages = [framed(number, head, foot) for number, (head, foot) in enumerate(zip(heads, feet, strict=True), start=1)]
    assert taken(*pages) == [([head], [foot]) for head, foot in zip(heads, feet, strict=True)]


@pytest.mark.parametrize(
    ("heads", "fall"),
    [
        (["Name and address", "Name and address"], 14),  # the label of a form, close to what follows
        (["Chapter 1", "Chapter 2"], 30),
        (["1. Of the hall", "2. Of the hall"], 30),
        (["Lesson 1", "Lesson 2"], 30),
        (["Seen 3 times", "Seen 9 times"], 30),
        (["The hall", "The bridge"], 30),
    ],
)
def test_what_two_pages_begin_with_is_no_running_head_without_more(heads, fall):
    pages = [framed(number, head, "the end of it.", fall=fall) for number, head in enumerate(heads, start=1)]
    assert [heads for heads, _ in taken(*pages)] == [[], []]


def test_lines_under_a_title_and_above_the_next_are_text():
    def chapter(number):
        text = body(number)
        return page(
            number, (0, f"Chapter {number}", 18.0), (26, f"Passage {number}1: it was"), (30, text[0][1]), *text[1:]
        )

    assert taken(*map(chapter, range(1, 6))) == [([], [])] * 5


def test_the_last_items_of_lists_are_text():
    pages = [page(number, *body(number), (26, "1. First"), (13.2, "2. Second")) for number in range(1, 6)]
    assert taken(*pages) == [([], [])] * 5


def test_titles_of_chapters_on_every_page_are_text_and_names_of_chapters_above_it_run():
    titles = [framed(number, f"{number}. Of the hall", "") for number in range(1, 6)]
    assert [heads for heads, _ in taken(*titles)] == [[]] * 5
    names = [framed(number, f"Chapter 4: Of the hall\t{number}", "") for number in range(1, 6)]
    assert [heads for heads, _ in taken(*names)] == [[f"Chapter 4: Of the hall\t{number}"] for number in range(1, 6)]


def test_two_rows_on_top_run_where_the_inner_one_stands_apart():
    pages = [
        page(number, (0, "The Quarterly"), (0, f"{number}"), (13.2, "A paper for towns"), (30, "x"), *body(number))
        for number in range(1, 4)
    ]
    assert taken(*pages) == [(["The Quarterly", f"{number}", "A paper for towns"], []) for number in range(1, 4)]


@pytest.mark.parametrize("foot", ["1", "17", "- 1 -", "Page 1 of 1", "Seite 1", "1/1", "第 1 页"])
def test_the_number_of_a_single_page_is_its_foot(foot):
    assert taken(page(1, *body(1), (40, foot))) == [([], [foot])]


@pytest.mark.parametrize(("fall", "foot"), [(14, "1"), (40, "12.50"), (40, "In 1 of 3"), (40, "Sum 7"), (40, "2,024")])
def test_other_numbers_at_the_foot_of_a_page_are_text(fall, foot):
    assert taken(page(1, *body(1), (fall, foot))) == [([], [])]


def test_a_page_of_nothing_but_a_line_has_no_running_one():
    assert taken(*[page(number, (0, "A line on two pages")) for number in (1, 2)]) == [([], [])] * 2
    assert taken(PageText(()), PageText(())) == [([], [])] * 2


@pytest.mark.parametrize(("text", "page", "expected"), [("2", 2, True), ("3", 2, False), ("Page 3", 2, True)])
def test_a_bare_number_must_be_that_of_its_page(text, page, expected):
    assert pdf_numbering.is_lone(text, page) is expected
