from __future__ import annotations

import pytest

from papermesh_services.documents import read
from papermesh_services.documents.pdf_footnotes import told
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.pdf_running import Sorted

BODY = [
    "The council met in the old hall.1 It heard the report of the",
    'year, which nobody had read,2 and the "plan"*, and went home.',
    "In 2012 there were 3 of them and the sum was 4.5 or so. All",
    "of that was long ago, and the hall has been sold since.",
]
NOTES = [
    "1The hall was built of brick and has a tower with",
    "its three bells.",
    "2 It had 90 pages.",
    "*Drawn by hand.",
]


def page(*parts, number=1, size=11.0):
    """A page of parts, each (size of letters, lines), from the top down."""
    placed, y = [], 780.0
    for letters, texts in parts:
        for text in texts:
            placed.append(PlacedLine(text, number, 72, y, letters, bold=False, width=5.0 * len(text)))
            y -= 1.2 * letters
        y -= 10
    return Sorted(PageText(tuple(placed)))


def notes_of(*pages):
    return [[(draft.kind.value, draft.text) for draft in page.notes] for page in told(pages)]


def test_footnotes_are_told_from_the_text_above_them():
    [found] = told([page((11, BODY), (9, NOTES))])
    assert [(draft.kind.value, draft.text) for draft in found.notes] == [
        ("footnote", "1 The hall was built of brick and has a tower with its three bells."),
        ("footnote", "2 It had 90 pages."),
        ("footnote", "* Drawn by hand."),
    ]
    assert [line.text for line in found.rest.flow.lines] == BODY


def test_notes_in_the_letters_of_the_text_stand_far_below_it():
    far = (11, [NOTES[0], NOTES[1]])
    [found] = told([page((11, BODY), (40, [" "]), far)])
    assert [draft.text for draft in found.notes] == [
        "1 The hall was built of brick and has a tower with its three bells."
    ]


def test_each_column_has_footnotes_of_its_own():
    columns = page((11, BODY), (9, NOTES[:3])).flow.lines + page((11, [BODY[1]]), (9, NOTES[3:])).flow.lines
    [found] = told([Sorted(PageText(columns))])
    assert len(found.notes) == 3
    assert [line.text for line in found.rest.flow.lines] == [*BODY, BODY[1]]


@pytest.mark.parametrize(
    "parts",
    [
        [(11, BODY), (11, NOTES)],
        [(9, NOTES), (11, BODY)],
        [(11, BODY), (9, NOTES), (11, ["The end."])],
        [(11, BODY[2:]), (9, NOTES)],
        [(11, BODY), (9, ["3 This mark is in the text, but as a number."])],
        [(11, BODY), (9, ["4 So is this one."])],
        [(11, BODY), (9, ["1\t200\t300", "2\t400\t500"])],
        [(11, BODY), (9, ["Small print without a mark."])],
        [(11, BODY), (4, NOTES)],
        [(9, NOTES)],
        [],
    ],
)
def test_anything_else_stays_where_it_is(parts):
    before = page(*parts)
    [found] = told([before])
    assert found.notes == ()
    assert found.rest == before


def test_a_note_stands_on_its_page_before_a_paragraph_goes_on(make_pdf, shape):
    body = [(11, line) for line in BODY[:3]]
    over = [(11, "that was long ago, and the hall has been sold since.")]
    note = [(11, "")] * 40 + [(8, "1 The hall was built of brick.")]
    document_shape = [(kind, text[:20]) for kind, _, text in shape(read(make_pdf(body + note, over)))]
    assert document_shape == [("footnote", "1 The hall was built"), ("paragraph", "The council met in t")]


def test_a_flood_of_small_lines_costs_no_more_than_its_size():
    many = [f"{number} note" for number in range(1, 900)]
    assert notes_of(page((11, BODY), (9, many))) == [[]]
