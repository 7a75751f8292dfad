"""PDFs that say what their parts are: what is made of that, and where it is not believed."""

from __future__ import annotations

import pytest
from tagged import Ink, el, make

from papermesh_services.documents import Limits, pdf, pdf_engine, pdf_tree
from papermesh_services.documents.watch import UNWATCHED

LONG = "The keeper of the bridge saw the river rise that night and wrote it down in his book."
MORE = "Nobody had asked him to do so, and nobody ever read what he had written there at all."


def read(data):
    return pdf.read(data, Limits(), UNWATCHED)


@pytest.fixture
def blocks(shape, assert_sound):
    """The blocks of a tagged file of these pages."""

    def of(*pages, **options):
        document = read(make(*pages, **options))
        assert_sound(document)
        return shape(document)

    return of


def p(*inside, **more):
    return el("P", *inside, **more)


@pytest.mark.parametrize(
    ("kind", "level"),
    [("H1", 1), ("H2", 2), ("H6", 6), ("H9", 6), ("Title", 1), ("Chapter", 3), ("H", 1), ("P", 0)],
)
def test_a_heading_has_the_level_that_its_tag_says_whatever_its_letters(blocks, kind, level):
    found = blocks([p(LONG, MORE), el(kind, "of what was seen,"), p(LONG, MORE)], roles=b"/Chapter /H3")
    expected = ("heading", level) if level else ("paragraph", 0)
    assert [block[:2] for block in found if block[2] == "of what was seen,"] == [expected]


def test_headings_without_a_level_have_that_of_their_section(blocks):
    page = [el("Sect", el("H", "one"), p(LONG), el("Sect", el("H", "two"), p(MORE)))]
    assert [block for block in blocks(page) if block[0] == "heading"] == [("heading", 1, "one"), ("heading", 2, "two")]


def test_what_a_program_calls_a_title_is_one_though_it_tells_others_that_it_is_a_paragraph(blocks):
    found = blocks([el("Title", Ink("the bridge", size=13)), p(LONG), el("H1", "begin"), p(MORE)], roles=b"/Title /P")
    assert found[0] == ("heading", 1, "the bridge")


def test_words_that_look_like_a_heading_are_none_where_tags_name_the_headings(blocks):
    page = [el("H1", "one"), p(LONG), p(""), p(Ink("The Keeper", y=600)), p(Ink(LONG, y=570), Ink(MORE, y=555))]
    assert ("heading", 2, "The Keeper") in blocks([*page])
    assert ("paragraph", 0, "The Keeper") in blocks([*page, el("H2", Ink("two", y=520)), p(Ink(MORE, y=500))])


def test_a_heading_too_long_to_be_one_is_a_paragraph(blocks):
    found = blocks([el("H1", "one"), p(LONG, MORE, LONG, MORE), el("H2", LONG, MORE, LONG)])
    assert found[-1] == ("paragraph", 0, f"{LONG} {MORE} {LONG}")


def test_headings_are_not_believed_where_everything_is_one(blocks):
    assert {block[0] for block in blocks([el("H1", LONG), el("H1", MORE), el("H2", LONG), p("end")])} == {"paragraph"}


def test_items_have_the_level_of_their_list_and_lose_their_bullets(blocks):
    body = el("LBody", Ink("inner", 110, 700), Ink("and on", 110, 686))
    inner = el("L", el("LI", el("Lbl", Ink("o", 90, 700)), body))
    page = [
        p(Ink(LONG, y=740)),
        el(
            "L",
            el("LI", el("Lbl", Ink("\u2022", 72, 720)), el("LBody", p(Ink("outer", 90, 720)), inner)),
            el("LI", el("LBody", Ink("plain", 90, 660))),
        ),
        p(Ink(MORE, y=640)),
    ]
    assert blocks(page)[1:4] == [
        ("list_item", 1, "outer"),
        ("list_item", 2, "o inner and on"),
        ("list_item", 1, "plain"),
    ]


def flat(*places):
    """Lists that are tagged as if each were the only one, of one item each, which begin at these places."""
    return [el("L", el("LI", el("LBody", Ink(f"Item {at}", x, y)))) for at, (x, y) in enumerate(places)]


@pytest.mark.parametrize(
    ("places", "levels"),
    [
        ([(90, 700), (108, 686), (126, 672), (108, 658), (90, 644)], [1, 2, 3, 2, 1]),
        ([(90, 700), (97, 686), (90, 672)], [1, 1, 1]),
        ([(90, 700), (108, 686), (390, 700), (408, 686)], [1, 2, 1, 2]),
    ],
    ids=["in each other", "numbers that end below each other", "in two columns"],
)
def test_where_no_list_is_tagged_as_one_in_another_items_further_in_are_of_such_one(blocks, places, levels):
    found = blocks([p(Ink(LONG, y=740)), *flat(*places), p(Ink(MORE, y=600))])
    assert [level for kind, level, _ in found if kind == "list_item"] == levels
    nested = el("L", el("LI", el("L", el("LI", el("LBody", Ink("inner", 90, 560))))))
    found = blocks([p(Ink(LONG, y=740)), *flat(*places), p(Ink(MORE, y=600)), nested])
    assert [level for kind, level, _ in found if kind == "list_item"] == [*([1] * len(levels)), 2]


@pytest.mark.parametrize(("x", "level"), [(108, 2), (90, 1), (72, 1)])
def test_items_of_the_next_page_are_of_the_list_whose_items_begin_there(blocks, x, level):
    found = blocks([p(LONG), *flat((90, 700), (108, 686))], [*flat((x, 760)), p(Ink(MORE, y=600))])
    assert [at for kind, at, _ in found if kind == "list_item"] == [1, 2, level]


def test_an_item_with_a_heading_or_a_table_in_it_only_puts_things_below_each_other(blocks):
    page = [el("L", el("LI", el("H2", "A result"), el("Div", LONG)), el("LI", el("LBody", "an item")))]
    assert blocks(page) == [("heading", 2, "A result"), ("paragraph", 0, LONG), ("list_item", 1, "an item")]


def test_an_item_goes_on_over_the_end_of_a_page(blocks):
    item = "which goes on after the page has"
    found = blocks([p(LONG), el("L", el("LI", el("LBody", item)))], [el("L", el("LI", el("LBody", "ended."))), p(MORE)])
    assert found[1] == ("list_item", 1, f"{item} ended.")


def test_entries_of_contents_are_items(blocks):
    page = [el("TOC", el("TOCI", "The river ..... 3"), el("TOC", el("TOCI", "Its banks ..... 4"))), p(LONG)]
    assert blocks(page)[:2] == [("list_item", 1, "The river ..... 3"), ("list_item", 2, "Its banks ..... 4")]


@pytest.mark.parametrize(
    ("kind", "expected"), [("Caption", "caption"), ("BlockQuote", "quote"), ("Code", "code"), ("Note", "footnote")]
)
def test_other_tags_make_their_blocks(blocks, kind, expected):
    assert (expected, 0, "it says so") in blocks([p(LONG), el(kind, "it says so"), p(MORE)])


def test_words_of_programs_and_notes_in_a_paragraph_are_part_of_it(blocks):
    page = [el("H1", "one"), p(Ink("Call ", y=700), el("Code", Ink("main", 102, 700)), Ink("again.", 140, 700))]
    assert blocks(page)[1] == ("paragraph", 0, "Call main again.")


def test_footnotes_stand_at_the_end_of_their_page(blocks):
    note = el("Note", el("Lbl", Ink("1", y=90, size=8)), p(Ink("He wrote it.", 80, 90, 8), Ink("Twice.", 80, 80, 8)))
    found = blocks([p(LONG, note), p(MORE)], [p(LONG)])
    assert found[1:3] == [("paragraph", 0, MORE), ("footnote", 0, "1 He wrote it. Twice.")]


def test_what_is_no_content_stands_at_the_head_and_foot_of_one_page_too(blocks):
    marks = [el("Artifact", Ink("A report", y=810), Ink("7", 300, 30))]
    assert blocks([*marks, p(LONG), p(MORE)]) == [
        ("header", 0, "A report"),
        ("paragraph", 0, LONG),
        ("paragraph", 0, MORE),
        ("footer", 0, "7"),
    ]


def test_what_is_no_content_but_stands_among_it_is_left_there(blocks):
    found = blocks([p(Ink(LONG, y=700)), el("Artifact", Ink("DRAFT", 200, 600)), p(Ink(MORE, y=500))])
    assert [block[2] for block in found] == [LONG, "DRAFT", MORE]


def row(height, *cells):
    return el("TR", *(el("TD", Ink(text, 72 + 150 * at, height)) for at, text in cells))


def test_a_table_has_the_cells_that_its_tags_say(blocks):
    rows = [row(700, (0, "Name"), (1, "Born in")), row(684, (0, "Anna Maria"), (1, "May"))]
    assert blocks([p(LONG), el("Table", *rows), p(Ink(MORE, y=600))])[1] == (
        "table",
        0,
        "Name\tBorn in\nAnna Maria\tMay",
    )


def test_cells_of_several_lines_and_columns_are_whole():
    tall = el("TD", Ink("up here", 72, 700), Ink("and on", 72, 686), more=b"/A << /O /Table /RowSpan 2 >>")
    wide = el("TD", Ink("both", 222, 700), more=b"/A << /O /Table /ColSpan 2 >>")
    rows = [el("TR", tall, wide, el("TH", Ink("end", 500, 700))), row(684, (1, "left"), (2, "right"), (3, "last"))]
    document = read(make([p(LONG), el("Table", *rows), p(Ink(MORE, y=600))]))
    table = document.blocks[1]
    texts = [(cell.row, cell.column, document.text[cell.span.start : cell.span.end]) for cell in table.cells]
    assert texts == [
        (0, 0, "up here and on"),
        (0, 1, "both"),
        (0, 3, "end"),
        (1, 1, "left"),
        (1, 2, "right"),
        (1, 3, "last"),
    ]


AT = (72, 172, 272, 372)


def filled(height, *cells):
    """A row of a table whose cells are as far to the right as told; empty ones are there and no more."""
    return el("TR", *(el("TD", Ink(text, x, height)) if text else el("TD") for x, text in cells))


def cells_of(*rows):
    """The texts of the cells of a tagged table, by row and column."""
    document = read(make([p(LONG), el("Table", *rows), p(Ink(MORE, y=500))]))
    (table,) = [block for block in document.blocks if block.cells]
    return {(cell.row, cell.column): document.text[cell.span.start : cell.span.end] for cell in table.cells}


FULL = filled(700, *zip(AT, "abcd", strict=True))


@pytest.mark.parametrize(
    ("texts", "columns"),
    [
        (["north", "1", "", "3"], [0, 1, 3]),
        (["south", "", "2", ""], [0, 2]),
        (["", "5", "6", "7"], [1, 2, 3]),
        (["", "", "", "9"], [3]),
    ],
)
def test_an_empty_cell_has_its_place_in_a_row(texts, columns):
    found = cells_of(FULL, filled(684, *zip(AT, texts, strict=True)), filled(668, *zip(AT, "efgh", strict=True)))
    assert [column for row, column in found if row == 1] == columns
    assert [text for (row, _), text in found.items() if row == 1] == [text for text in texts if text]
    assert [text for (row, _), text in found.items() if row == 2] == list("efgh")


@pytest.mark.parametrize(
    ("short", "columns"),
    [
        ([(72, ""), (272, "sum"), (372, "9")], [2, 3]),
        ([(72, "sum"), (172, ""), (380, "9")], [0, 3]),
        ([(72, "sum"), (172, "1"), (272, "")], [0, 1]),
        ([(172, ""), (140, "near b"), (372, "9")], [1, 3]),
    ],
)
def test_cells_beside_an_empty_one_of_several_columns_stand_in_those_of_their_texts(short, columns):
    found = cells_of(FULL, filled(684, *short))
    assert [column for row, column in found if row == 1] == columns


def test_a_table_whose_columns_cannot_be_told_is_left_to_the_layout():
    rows = [FULL, filled(684, (72, ""), (300, "both"), (260, "here"))]
    page = [p(LONG), el("Table", *rows), p(Ink(MORE, y=500))]
    plain = [p(LONG), *(el("Div", each) for each in rows), p(Ink(MORE, y=500))]
    tables = [[block.cells for block in read(make(each)).blocks if block.cells] for each in (page, plain)]
    assert tables[0] == tables[1]


HERE = row(700, (0, "here"), (1, "there"))


@pytest.mark.parametrize(
    "rows",
    [
        [row(700, (0, "here"))],
        [row(700, (0, "here")), row(684, (0, LONG))],
        [HERE],
        [el("TR", el("TD", el("H1", Ink("here", 72, 700)))), row(684, (0, "more"), (1, "there"))],
        [HERE, el("TR", el("TD", *(Ink(LONG, 72, y) for y in range(590, 690, 12))))],
        [HERE, el("TR", el("TD", el("Table", row(684, (0, "c")), row(670, (0, "d")))))],
    ],
    ids=["one cell", "one column", "one row", "a heading in it", "long cells", "a table in it"],
)
def test_a_table_that_only_puts_things_side_by_side_is_left_to_the_layout(rows):
    page = [p(LONG), el("Table", *rows), p(Ink(MORE, y=500))]
    plain = [p(LONG), *(el("Div", each) for each in rows), p(Ink(MORE, y=500))]
    tables = [[block.cells for block in read(make(each)).blocks if block.cells] for each in (page, plain)]
    assert tables[0] == tables[1]


def nested(*inner, text="there"):
    """The rows of a table in whose last cell a text and another table stand."""
    return HERE, el("TR", el("TD", Ink("more", 72, 684)), el("TD", Ink(text, 222, 684), el("Table", *inner)))


def beside(height, one, other):
    """A row of a table in the second column of another."""
    return el("TR", el("TD", Ink(one, 222, height)), el("TD", Ink(other, 262, height)))


def test_a_small_table_below_the_text_of_a_cell_is_part_of_it(blocks):
    rows = nested(beside(670, "a", "b"), beside(656, "c", "d"))
    assert blocks([p(LONG), el("Table", *rows), p(Ink(MORE, y=500))]) == [
        ("paragraph", 0, LONG),
        ("table", 0, "here\tthere\nmore\tthere a b c d"),
        ("paragraph", 0, MORE),
    ]


def test_a_large_table_in_a_cell_of_a_small_one_is_a_table_of_its_own(blocks):
    rows = [beside(670 - 14 * at, f"lamp {at}", f"oil {at}") for at in range(9)]
    found = blocks([p(LONG), el("Table", *nested(*rows)), p(Ink(MORE, y=400))])
    inner = "\n".join(f"lamp {at}\toil {at}" for at in range(9))
    assert [text for kind, _, text in found if kind == "table"][-1] == inner
    assert not any("lamp" in text for _, _, text in found if text != inner)


def test_cells_that_claim_to_span_everything_make_no_table():
    wide = el("TD", Ink("wide", 72, 700), more=b"/A << /O /Table /ColSpan 900 >>")
    rows = [el("TR", wide, el("TD", Ink("end", 222, 700))), row(684, (0, "a"), (1, "b"))]
    document = read(make([p(LONG), el("Table", *rows), p(Ink(MORE, y=500))]))
    assert max((cell.column for block in document.blocks for cell in block.cells), default=0) <= 1
    assert "wide" in document.text


def test_a_heading_at_the_same_place_of_each_page_is_none_that_runs_where_those_have_their_mark(blocks):
    page = [el("Artifact", Ink("7", y=30)), el("H2", "Part 4"), p(LONG), p(MORE)]
    assert [block[0] for block in blocks(*[page] * 4)] == ["heading", "paragraph", "paragraph", "footer"] * 4


def test_rows_that_stand_on_every_page_are_in_their_tables_and_nowhere_else(blocks):
    page = [el("Table", row(790, (0, "Name"), (1, "Born in")), row(774, (0, "Anna"), (1, "May"))), p(Ink(LONG, y=600))]
    found = blocks(*[page] * 4)
    assert [block[2] for block in found if block[0] == "table"] == ["Name\tBorn in\nAnna\tMay"] * 4
    assert sum(block[2].count("Born in") for block in found) == 4


def test_paragraphs_begin_where_their_tags_say(blocks):
    found = blocks([p(LONG, MORE), p(LONG, Ink(MORE, y=690)), p(Ink(MORE, y=675))])
    assert found == [("paragraph", 0, f"{LONG} {MORE}")] * 2 + [("paragraph", 0, MORE)]


@pytest.mark.parametrize(
    "page",
    [
        [p("The keeper of the bridge saw the river rise that night"), p("and wrote it down in his book."), p(LONG)],
        [p(*(Ink(f"{number}. {LONG}", y=780 - 40 * number) for number in range(9))), p(Ink("End.", y=300))],
    ],
    ids=["each line is a paragraph", "all of a page is one"],
)
def test_paragraphs_are_left_to_the_layout_where_tags_cannot_be_right(page, shape):
    assert shape(read(make(page))) == shape(read(make(page, marked=False)))


@pytest.mark.parametrize(
    "page",
    [
        [el("H1", "one"), el("", Ink(LONG, y=600), Ink(MORE, y=585)), p(Ink(LONG, y=570))],
        [el("Div", el("Span", "one"), el("Span", LONG), el("Span", MORE))],
    ],
    ids=["most of the page has no mark", "no tag that says anything"],
)
def test_tags_that_do_not_cover_the_page_or_say_nothing_change_nothing(page, shape):
    assert shape(read(make(page))) == shape(read(make(page, marked=False)))


def test_lines_without_a_mark_at_the_edges_do_not_spoil_the_rest(blocks):
    head = el("", Ink("A running head that is as long as all the page", y=810), Ink("7", y=30))
    assert ("heading", 4, "below") in blocks([head, el("H4", "below"), p("short")])


def test_a_file_that_does_not_say_that_it_is_tagged_is_not(blocks):
    assert blocks([el("H4", "below"), p(LONG)], marked=False)[0][:2] != ("heading", 4)


@pytest.mark.parametrize("bound", ["_MOST_ELEMENTS", "_MOST_CHILDREN"])
def test_a_tree_beyond_bounds_is_not_used_on_any_page(monkeypatch, shape, bound):
    pages = [[el("H4", "one"), *[p(LONG)] * 30], [el("H4", "two"), p(LONG)], [el("H4", "three"), p(LONG)]]
    assert [block[2] for block in shape(read(make(*pages))) if block[:2] == ("heading", 4)] == ["one", "two", "three"]
    monkeypatch.setattr(pdf_tree, bound, 20)
    assert shape(read(make(*pages))) == shape(read(make(*pages, marked=False)))


def test_a_page_that_is_read_alone_knows_of_the_bounds_too(monkeypatch):
    data = make([el("H4", "one"), *[p(LONG)] * 30], [el("H4", "two"), p(LONG)])
    with pdf_engine.opened(data) as engine, engine.page(1) as page:
        assert pdf_tree.Trees(engine).read(page, 1).places
        monkeypatch.setattr(pdf_tree, "_MOST_ELEMENTS", 20)
        assert pdf_tree.Trees(engine).read(page, 1) is None


def test_short_items_do_not_make_paragraphs_doubtful(blocks):
    items = el("L", *(el("LI", el("LBody", word)) for word in ("one", "two", "three", "four", "five")))
    assert blocks([items, p(LONG, MORE), p(LONG)])[-2:] == [("paragraph", 0, f"{LONG} {MORE}"), ("paragraph", 0, LONG)]
