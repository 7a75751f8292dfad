"""What was read of pages, on its way to another process: nothing is lost, and nothing else gets through."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_services.documents.model import BlockKind
from papermesh_services.documents.pdf_annotations import Annotations, FieldOnPage, LinkOnPage
from papermesh_services.documents.pdf_layout import PageText, PlacedLine
from papermesh_services.documents.pdf_pages import Doubt, FirstReading, PageRead
from papermesh_services.documents.pdf_pictures import NO_PICTURES, Pictures
from papermesh_services.documents.pdf_records import NoRecords, from_bytes, to_bytes
from papermesh_services.documents.pdf_tags import PageTags, Role, Tag

FULL = FirstReading(
    PageRead(
        PageText(
            (
                PlacedLine("First, with \U0001f600 and \ud800", 6, 72.1, 700.25, 11.5, True, 90, 123.456, tag=2),
                PlacedLine("", 6, -1.0, 0.0, 0.1, False),
                PlacedLine("a\tb\nc", 6, 1.0, 2.0, 9.0, False, 0, 50.5, kind=BlockKind.TABLE),
                PlacedLine("x = 1", 6, 1.0, 2.0, 9.0, False, 0, 27.0, pitch=5.4),
                PlacedLine("tabs\tand\nlines", 6, math.inf, 1e300, 5e-324, False, -45, 1 / 3, leftward=True),
            )
        ),
        Annotations(
            [LinkOnPage("https://a.example", "a"), LinkOnPage("https://b.example", "")],
            ["a remark"],
            ["laid", "over"],
            [FieldOnPage("Bo", 1.5, 2.5), FieldOnPage("", 3.5, 4.5)],
        ),
        Pictures(3, 0.75, True, 2),
        0.123,
        0.456,
        recognised=True,
        cut=True,
        late=True,
        note="a note",
        tags=PageTags(
            (Tag(Role.HEADING, 3), Tag(Role.TABLE, 0), Tag(Role.TABLE, 1)),
            ((("a", ""), ("b\nc", "d")), (("e", "f", "g"),)),
        ),
    ),
    Doubt.GARBLED,
)
BARE = FirstReading(PageRead(PageText(()), Annotations(), NO_PICTURES), Doubt.BROKEN)


def numbered(reading, number):
    """The reading as one of another page."""
    page = reading.page
    lines = tuple(line._replace(page=number) for line in page.text.lines)
    return FirstReading(type(page)(PageText(lines), *map(page.__getattribute__, page.__slots__[1:])), reading.doubt)


@pytest.mark.parametrize("readings", [[], [BARE], [FULL], [FULL, BARE, FULL], [BARE, BARE, FULL]])
def test_nothing_is_lost(readings):
    readings = [numbered(reading, number) for number, reading in enumerate(readings, 6)]
    assert from_bytes(to_bytes(readings), 5) == readings


def test_there_is_nothing_on_a_page_that_the_columns_do_not_know():
    """Whoever adds a field adds it to the columns, or pages that others have read lack it."""
    known = {
        FirstReading: "page doubt",
        PageRead: "text annotations pictures text_coverage garble recognised broken cut late note tags",
        PageText: "lines",
        Annotations: "links remarks texts fields",
        LinkOnPage: "target text",
        FieldOnPage: "value x y",
        Pictures: "count coverage hidden_text without_alternative",
        PageTags: "tags tables",
    }
    assert {kind: " ".join(each.name for each in fields(kind)) for kind in known} == known
    fields_of_lines = "text page x y size bold turn width leftward kind pitch tag"
    assert " ".join(PlacedLine._fields) == fields_of_lines
    assert Tag._fields == ("role", "level")


def test_what_is_cut_off_or_longer_is_none():
    data = to_bytes([numbered(FULL, 1), numbered(BARE, 2)])
    for length in range(len(data)):
        with pytest.raises(NoRecords):
            from_bytes(data[:length], 0)
    with pytest.raises(NoRecords):
        from_bytes(data + b"more", 0)


@pytest.mark.parametrize("tags", [PageTags((Tag(Role.ITEM, 1),)), PageTags((Tag(Role.TABLE, 2),) * 2, ((("a",),),))])
def test_tags_and_tables_that_are_not_there_are_none(tags):
    page = replace(numbered(FULL, 1).page, tags=tags)
    with pytest.raises(NoRecords, match="that its page has not"):
        from_bytes(to_bytes([FirstReading(page)]), 0)


@given(at=st.integers(0, 10_000), put=st.binary(min_size=1, max_size=8))
def test_what_is_changed_is_none_or_still_pages(at, put):
    data = bytearray(to_bytes([numbered(FULL, 1), numbered(BARE, 2)]))
    at %= len(data)
    data[at : at + len(put)] = put
    try:
        readings = from_bytes(bytes(data), 0)
    except NoRecords:
        return
    assert all(isinstance(each, FirstReading) and isinstance(each.doubt, Doubt) for each in readings)
    assert all(isinstance(line.text, str) for each in readings for line in each.page.text.lines)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_none_or_pages(data):
    try:
        from_bytes(data, 0)
    except NoRecords:
        return


def test_counts_that_claim_everything_take_no_room():
    with pytest.raises(NoRecords):
        from_bytes(b"\xff" * 100, 0)
