from __future__ import annotations

import time

import pytest

from papermesh_services.documents import DocumentEmpty, DocumentTooLarge, Format, Limits, read, read_text

CONTRACT = """\
SERVICE AGREEMENT

This agreement is made between the parties named below and takes effect on the
day it is signed. It replaces every earlier agree-
ment between them.

1. Scope

The supplier delivers:

- paper
- ink, in
  black and blue
1. first
2. second

2.1 Payment terms

Invoices are due within thirty days of their receipt by the customer.

Item      Price     Total
Paper     1.00      10.00
Ink       5.00      50.00

> quoted line
> and another

Jane Example
12 High Street
Springfield

Notes
=====
Nothing else was agreed between the parties, as far as either of them knows.
"""


def test_plain_text_shows_its_structure(shape, assert_sound):
    document = read(CONTRACT.encode(), "contract.txt")
    assert_sound(document)
    assert document.format is Format.TEXT
    assert document.reader == "text"
    assert document.language == "en"
    assert document.metadata.encoding == "utf-8"
    assert document.metadata.size_bytes == len(CONTRACT)
    assert shape(document) == [
        ("heading", 1, "SERVICE AGREEMENT"),
        (
            "paragraph",
            0,
            "This agreement is made between the parties named below and takes effect on the day it is signed. "
            "It replaces every earlier agreement between them.",
        ),
        ("heading", 1, "1. Scope"),
        ("paragraph", 0, "The supplier delivers:"),
        ("list_item", 1, "paper"),
        ("list_item", 1, "ink, in black and blue"),
        ("list_item", 1, "1. first"),
        ("list_item", 1, "2. second"),
        ("heading", 2, "2.1 Payment terms"),
        ("paragraph", 0, "Invoices are due within thirty days of their receipt by the customer."),
        ("table", 0, "Item      Price     Total\nPaper     1.00      10.00\nInk       5.00      50.00"),
        ("quote", 0, "quoted line and another"),
        ("paragraph", 0, "Jane Example\n12 High Street\nSpringfield"),
        ("heading", 1, "Notes"),
        ("paragraph", 0, "Nothing else was agreed between the parties, as far as either of them knows."),
    ]


def test_a_hyphen_of_the_word_itself_stays(shape):
    text = "A well-known rule says that what is commonly and widely called well-\nknown should be kept whole."
    assert "called well-known should" in read_text(text).text


def test_long_lines_are_paragraphs_of_their_own(shape):
    line = "This sentence is repeated until the line is far too long to have been wrapped by hand. " * 3
    assert [kind for kind, _, _ in shape(read_text(f"{line}\n{line}\n{line}"))] == ["paragraph"] * 3


def test_a_short_line_ends_a_paragraph_where_the_next_word_would_have_fitted(shape):
    full = "These words go on and on until the line is full and has to be broken here"
    text = f"{full}\nand ends early.\nAnother paragraph begins here and goes on until it is as full\nas the first."
    assert [block.endswith("early.") for _, _, block in shape(read_text(text))] == [True, False]


def test_a_bullet_on_a_line_of_its_own_belongs_to_the_next(shape):
    assert shape(read_text("•\nfirst\n•\nsecond")) == [("list_item", 1, "first"), ("list_item", 1, "second")]


@pytest.mark.parametrize("text", ["", " \n\t ", "\ufeff\n", "\0\0"])
def test_white_space_is_an_empty_document(text):
    with pytest.raises(DocumentEmpty):
        read_text(text)


@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xef\xbb\xbf\n", b"\xff\xfe \0\n\0"])
def test_blank_bytes_are_an_empty_document(data):
    with pytest.raises(DocumentEmpty):
        read(data, "a.txt")


def test_characters_are_made_plain(assert_sound):
    document = read_text("a\u0308 x\r\ny\0z\ud800 so\u00adft\u2028new")
    assert_sound(document)
    assert document.text == "ä x\nyz� soft\nnew"


@pytest.mark.parametrize(
    ("limits", "name"),
    [(Limits(max_text_characters=10), "max_text_characters"), (Limits(max_document_bytes=10), "max_document_bytes")],
)
def test_a_limit_is_named(limits, name):
    with pytest.raises(DocumentTooLarge) as caught:
        read(b"more than ten characters", limits=limits)
    assert caught.value.metadata == {"limit": name, "value": "10"}


@pytest.mark.parametrize(
    "text",
    [
        "word " * 400_000,
        ("the lines of the contract are wrapped at about seventy characters\n" * 5 + "\n") * 6_000,
        "a" + "\u0301\u0323" * 500_000,
        "- " * 500_000,
        ". " * 500_000,
        "1." * 500_000,
        "a" + " " * 2_000_000 + "b",
        "( \n" * 100_000,
    ],
    ids=["one line", "wrapped", "marks", "bullets", "leaders", "numbers", "spaces", "brackets"],
)
def test_time_is_linear_in_the_length(text):
    started = time.process_time()
    read_text(f"Words.\n\n{text}")
    assert time.process_time() - started < 5


def test_lines_over_the_limit_are_left_out_and_told():
    document = read(b"one\n\ntwo\n\nthree\n", "a.txt", Limits(max_lines=3))
    assert (document.text, document.status.value) == ("one\n\ntwo", "partial_limit")
    assert "3 lines" in document.note


@pytest.mark.parametrize("indent", [2, 4, 7])
def test_the_level_of_a_list_item_is_told_by_the_items_above_it_whatever_the_width(indent, shape):
    step = " " * indent
    text = f"So he took:\n{step}- a rope\n{step}{step}- of hemp\n{step}- two lamps\n"
    assert shape(read(text.encode(), "a.txt"))[1:] == [
        ("list_item", 1, "a rope"),
        ("list_item", 2, "of hemp"),
        ("list_item", 1, "two lamps"),
    ]


def test_entries_of_a_table_of_contents_have_levels(shape):
    text = "Night ............ 1\n      The lamp ............ 2\n      The rope ......... 3\nMorning ............ 9\n"
    assert [level for _, level, _ in shape(read(text.encode(), "a.txt"))] == [1, 2, 2, 1]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It was quiet when the\nboats came home with\nthe tide; nobody saw\nthe keeper of it.", False),
        ("void fill(char text[],\nint length, char with,\nint* place) {\nreturn; }", True),
        ("Ada Example\nBridge House\n12 River Street\nHarbour Town", True),
        ("The harbour sleeps,\nThe boats are home,\nThe keeper weeps\nand all is foam.", True),
        ("one line of it\nand two", True),
    ],
    ids=["prose", "program", "address", "verse", "two lines"],
)  # fmt: skip
def test_prose_in_a_narrow_column_is_joined_and_lines_that_were_meant_are_kept(text, kept, shape):
    assert shape(read(text.encode(), "a.txt")) == [("paragraph", 0, text if kept else text.replace("\n", " "))]


def test_the_head_of_a_table_is_part_of_it_although_it_is_ruled_off(shape):
    ruled = "A table of values:\n\n  Right   Left\n  ------- ------\n  12      13\n  1       2\n\n"
    text = ruled + "Name    Age\n\nThe end.\n"
    assert [(kind, level) for kind, level, _ in shape(read_text(text))] == [
        ("paragraph", 0),
        ("table", 0),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


def test_numbers_of_chinese_lists_need_no_space(shape):
    items = "事项如下：\n1、河水上涨\n2.他带着灯和绳子\n3. 守夜人\n\n"
    prose = "那一年的水位比以往任何一年都要高，达到了\n3.五米左右。\n"
    assert shape(read_text(items + prose)) == [
        ("paragraph", 0, "事项如下："),
        ("list_item", 1, "1、河水上涨"),
        ("list_item", 1, "2.他带着灯和绳子"),
        ("list_item", 1, "3. 守夜人"),
        ("paragraph", 0, "那一年的水位比以往任何一年都要高，达到了3.五米左右。"),
    ]


def test_a_claim_to_copyright_is_no_item_of_a_list(shape):
    document = read_text("(c) 2014 Example Corporation, Vienna\n\n(c) what comes third\n")
    assert [kind for kind, _, _ in shape(document)] == ["paragraph", "list_item"]
