"""Old PowerPoint files, each made here record by record."""

import struct

import pytest

from papermesh_services.documents import DocumentCorrupt, DocumentEncrypted, DocumentWithoutText, Limits, Status, read

TITLE, BODY, NOTES, OTHER = 0, 1, 2, 4
NUMBER, FOOTER = 8, 9


@pytest.fixture
def text(record):
    def made(kind, written, *, narrow=False, looks=b"", more=b""):
        said = record(0x0FA8, written.encode("latin-1")) if narrow else record(0x0FA0, written.encode("utf-16-le"))
        return record(0x0F9F, struct.pack("<I", kind)) + said + (record(0x0FA1, looks) if looks else b"") + more

    return made


@pytest.fixture
def shape(record):
    def made(box=b"", *, place=None, at=None, properties=()):
        body = record(0xF00A, bytes(8))
        if properties:
            values = b"".join(value for _, value in properties if isinstance(value, bytes))
            table = b"".join(
                struct.pack("<HI", name | 0x8000, len(value))
                if isinstance(value, bytes)
                else struct.pack("<HI", name, value)
                for name, value in properties
            )
            body += record(0xF00B, table + values, len(properties), 3)
        if at is not None:
            body += record(0xF00F, struct.pack("<4i", *at, at[0] + 1, at[1] + 1))
        if place is not None:
            body += record(0xF011, record(0x0BC3, struct.pack("<iBBH", -1, place, 0, 0)), version=15)
        return record(0xF004, body + (record(0xF00D, box, version=15) if box else b""), version=15)

    return made


def blocks(document):
    return [
        (block.kind.value, block.level, block.page, document.text[block.span.start : block.span.end])
        for block in document.blocks
    ]


def run(characters, level, flags=None):
    """The look of paragraphs: how many characters, their level, and whether they have a bullet."""
    said = struct.pack("<IHI", characters, level, 0x0001 if flags is not None else 0)
    return said + (struct.pack("<H", flags) if flags is not None else b"")


def test_slides_are_pages_with_their_titles_first_and_their_footers_once(make_ppt, text, shape):
    slide = [
        shape(text(OTHER, "a box")),
        shape(text(TITLE, "The\x0btitle 😀")),
        shape(text(OTHER, "The foot"), place=FOOTER),
        shape(text(OTHER, "17"), place=NUMBER),
    ]
    document = read(make_ppt([(slide, b"", b""), (slide, b"", b"")]))
    assert (document.format, document.reader, document.status, len(document.pages)) == ("ppt", "ppt", Status.OK, 2)
    assert blocks(document) == [
        ("heading", 1, 1, "The title 😀"),
        ("paragraph", 0, 1, "a box"),
        ("footer", 0, 1, "The foot"),
        ("heading", 1, 2, "The title 😀"),
        ("paragraph", 0, 2, "a box"),
    ]


def test_texts_of_the_outline_are_read_where_their_shapes_stand_and_once(make_ppt, text, shape, record):
    outline = text(TITLE, "Title", narrow=True) + text(BODY, "only in the outline")
    refers = shape(record(0x0F9E, struct.pack("<I", 0)))
    document = read(make_ppt([([shape(text(OTHER, "box")), refers], outline, b"")]))
    assert document.text == "Title\n\nbox\n\nonly in the outline"


def test_paragraphs_of_a_body_are_items_by_their_level_and_their_bullets(make_ppt, text, shape):
    looks = run(4, 0) + run(5, 1) + run(6, 0, 0) + run(5, 2, 1)
    document = read(make_ppt([([shape(text(BODY, "top\rdeep\rplain\rmore", looks=looks))], b"", b"")]))
    assert [each[:2] for each in blocks(document)] == [
        ("list_item", 1),
        ("list_item", 2),
        ("paragraph", 0),
        ("list_item", 3),
    ]


def test_the_whole_look_of_a_paragraph_is_stepped_over(make_ppt, text, shape):
    """Whatever may stand before it, the next run is found."""
    masks = 0x003FFFFF & ~0x100000
    before, tabs, after = bytes(2 * 4 + 4 + 2 * 7), struct.pack("<HI", 1, 0), bytes(2 * 3)
    looks = struct.pack("<IHI", 2, 0, masks | 0x100000) + before + tabs + after + run(2, 3, 1)
    document = read(make_ppt([([shape(text(OTHER, "a\rb", looks=looks))], b"", b"")]))
    assert blocks(document) == [("paragraph", 0, 1, "a"), ("list_item", 4, 1, "b")]


def test_tables_are_put_together_from_shapes_that_stand_beside_each_other(make_ppt, text, shape, record):
    cells = [(0, 0, "a"), (10, 0, "b"), (0, 5, "c\rd"), (10, 5, "")]
    inside = shape(properties=[(0x039F, 1)]) + b"".join(
        shape(text(OTHER, written), at=(left, top)) for left, top, written in cells
    )
    lines = shape(at=(3, 3))
    document = read(make_ppt([([record(0xF003, inside + lines, version=15)], b"", b"")]))
    assert blocks(document) == [("table", 0, 1, "a\tb\nc d")]


def test_shapes_in_groups_are_read_and_pictures_counted(make_ppt, text, shape, record):
    described = "A cat\0".encode("utf-16-le")
    pictures = shape(properties=[(0x0104, 1), (0x0381, described)]) + shape(properties=[(0x0104, 2)])
    inner = record(0xF003, shape() + shape(text(OTHER, "inner")) + pictures, version=15)
    document = read(make_ppt([([record(0xF003, shape() + inner, version=15)], b"", b"")]))
    assert document.text == "inner"
    assert (document.traits.images, document.traits.images_without_alternative) == (2, 1)


def test_links_have_their_targets(make_ppt, text, shape, record):
    click = record(0x0FF2, record(0x0FF3, struct.pack("<IIII", 0, 2, 0, 0)), version=15)
    click += record(0x0FDF, struct.pack("<II", 8, 12))
    made = make_ppt(
        [([shape(text(OTHER, "see\rthe page\rnow", more=click))], b"", b"")], links=["x", "http://x.example/"]
    )
    document = read(made)
    [link] = document.traits.links
    assert (link.target, document.text[link.span.start : link.span.end]) == ("http://x.example/", "page")


def test_notes_and_comments_come_at_the_end_of_their_slide(make_ppt, text, shape, record):
    said = record(0x0FBA, "Ann".encode("utf-16-le"), 0) + record(0x0FBA, "Why?".encode("utf-16-le"), 1)
    tag = record(0x138A, record(0x138B, record(0x2EE0, said, version=15)), version=15)
    comments = record(0x1388, tag, version=15)
    slides = [([shape(text(TITLE, "One"))], b"", comments), ([shape(text(TITLE, "Two"))], b"", b"")]
    document = read(make_ppt(slides, notes={2: [shape(text(OTHER, "a number")), shape(text(NOTES, "Say\rthis."))]}))
    assert blocks(document) == [
        ("heading", 1, 1, "One"),
        ("comment", 0, 1, "Why?"),
        ("heading", 1, 2, "Two"),
        ("comment", 0, 2, "Say\nthis."),
    ]
    assert document.traits.comments == 1


def test_hidden_slides_are_read_and_say_so(make_ppt, text, shape, record):
    show = record(0x03F9, bytes(10) + struct.pack("<H", 0x0004))
    slides = [([shape(text(TITLE, "One"))], b"", show), ([shape(text(TITLE, "Two"))], b"", b"")]
    assert [bool(page.note) for page in read(make_ppt(slides)).pages] == [True, False]


def test_what_earlier_saves_left_is_found(make_ppt, text, shape):
    assert read(make_ppt([([shape(text(TITLE, "One"))], b"", b"")], edits=3)).text == "One"


@pytest.mark.parametrize("locked", [{"token": 0xF3D1C4DF}, {"key": 7}])
def test_a_file_that_is_locked_says_so(make_ppt, text, shape, locked):
    with pytest.raises(DocumentEncrypted):
        read(make_ppt([([shape(text(TITLE, "One"))], b"", b"")], **locked))


def test_a_file_without_slides_or_without_text_says_so(make_ppt, make_ole, shape):
    with pytest.raises(DocumentCorrupt, match="table of slides"):
        read(make_ole({"PowerPoint Document": bytes(100), "Current User": bytes(30)}))
    with pytest.raises(DocumentWithoutText):
        read(make_ppt([([shape()], b"", b"")]))


def test_groups_in_groups_beyond_all_use_are_left_out(make_ppt, text, shape, record):
    deep = shape(text(OTHER, "deep"))
    for _ in range(60):
        deep = record(0xF003, shape() + deep, version=15)
    assert read(make_ppt([([shape(text(OTHER, "flat")), deep], b"", b"")])).text == "flat"


def test_more_slides_than_are_read_are_told(make_ppt, text, shape):
    slides = [([shape(text(TITLE, f"Slide {number}"))], b"", b"") for number in range(3)]
    document = read(make_ppt(slides), limits=Limits(max_pages=2))
    assert (document.status, len(document.pages)) == (Status.PARTIAL_LIMIT, 2)
