"""Old Word files, each made here byte by byte."""

import struct

import pytest

from papermesh_services.documents import DocumentCorrupt, DocumentEncrypted, DocumentWithoutText, Limits, Status, read

NORMAL = 0
IN_TABLE = bytes.fromhex("162401")
ROW_END = IN_TABLE + bytes.fromhex("172401")
NESTED = IN_TABLE + bytes.fromhex("496602000000")
INNER_CELL, INNER_ROW = NESTED + bytes.fromhex("4b2401"), NESTED + bytes.fromhex("4b24014c2401")
HIDDEN, DELETED, INSERTED = bytes.fromhex("3c0801"), bytes.fromhex("000801"), bytes.fromhex("010801")


def listed(number, depth=0):
    return struct.pack("<HBHH", 0x260A, depth, 0x460B, number)


def outline(level):
    return struct.pack("<HB", 0x2640, level)


def plain(*texts, style=NORMAL):
    return [(f"{text}\r", style, b"") for text in texts]


def bounds(*numbers):
    return struct.pack(f"<{len(numbers)}I", *numbers)


@pytest.mark.parametrize("narrow", [False, True])
def test_paragraphs_are_read_from_either_kind_of_piece(make_doc, shape, narrow):
    document = read(make_doc(plain("Résumé – “one”", "two\x0bthree", "a\x1eb \x1fc"), narrow=narrow))
    assert (document.format, document.reader, document.status) == ("doc", "doc", Status.OK)
    assert document.text == "Résumé – “one”\n\ntwo\nthree\n\na‑b c"


def test_characters_of_two_code_units_stay_whole(make_doc):
    assert read(make_doc(plain("a 😀 b", "漢字 𝒳"))).text == "a 😀 b\n\n漢字 𝒳"


def test_pieces_are_read_in_the_order_of_the_text(make_doc):
    raw = "world\rhello ".encode("utf-16-le")
    pieces = [(0, 6, 1024 + 12), (6, 12, 1024)]
    assert read(make_doc([(raw.decode("utf-16-le"), NORMAL, b"")], pieces=pieces)).text == "hello world"


def test_styles_make_headings_lists_captions_and_code(make_doc, shape):
    styles = [
        (0, 0xFFF, "Normal", b""),
        (1, 0, "#2", b""),
        (2, 1, "Mine", b""),
        (3, 0, "By its outline", outline(2)),
        (4, 0, "caption", b""),
        (5, 0, "Items", listed(3, 1)),
        (6, 0, "HTML Preformatted", b""),
        (7, 0, "Title", b""),
    ]
    texts = ["text", "a", "b", "c", "d", "e", "f", "g"]
    paragraphs = [(f"{text}\r", style, b"") for style, text in enumerate(texts)]
    assert shape(read(make_doc([*paragraphs[1:], paragraphs[6], paragraphs[0]], styles=styles))) == [
        ("heading", 2, "a"),
        ("heading", 2, "b"),
        ("heading", 3, "c"),
        ("caption", 0, "d"),
        ("list_item", 2, "e"),
        ("code", 0, "f"),
        ("heading", 1, "g"),
        ("code", 0, "f"),
        ("paragraph", 0, "text"),
    ]


def test_what_a_paragraph_says_itself_goes_before_its_style(make_doc, shape):
    styles = [(0, 0xFFF, "Normal", b""), (1, 0, "#1", b""), (2, 0, "Items", listed(3))]
    paragraphs = [
        ("no heading\r", 1, outline(9)),
        ("heading\r", 0, outline(0)),
        ("no item\r", 2, listed(0)),
        ("item\r", 0, listed(7, 2)),
    ]
    assert shape(read(make_doc(paragraphs, styles=styles))) == [
        ("paragraph", 0, "no heading"),
        ("heading", 1, "heading"),
        ("paragraph", 0, "no item"),
        ("list_item", 3, "item"),
    ]


def test_tables_have_their_cells_and_those_of_tables_in_them(make_doc, shape):
    document = read(
        make_doc(
            [
                ("A\x07", 0, IN_TABLE),
                ("B\r", 0, IN_TABLE),
                ("more\x07", 0, IN_TABLE),
                ("\x07", 0, ROW_END),
                ("\x07", 0, IN_TABLE),
                ("x\r", 0, INNER_CELL),
                ("y\r", 0, INNER_CELL),
                ("\r", 0, INNER_ROW),
                ("after\x07", 0, IN_TABLE),
                ("\x07", 0, ROW_END),
                ("text\r", 0, b""),
            ]
        )
    )
    assert shape(document) == [("table", 0, "A\tB more\n\tx y after"), ("paragraph", 0, "text")]
    cells = [
        (cell.row, cell.column, document.text[cell.span.start : cell.span.end]) for cell in document.blocks[0].cells
    ]
    assert cells == [(0, 0, "A"), (0, 1, "B more"), (1, 1, "x y after")]


def test_what_is_hidden_or_deleted_is_not_read_and_told(make_doc):
    paragraphs = plain("seen HIDDEN here", "kept GONE new")
    runs = [(5, 12, HIDDEN), (22, 27, DELETED), (27, 30, INSERTED)]
    document = read(make_doc(paragraphs, runs=runs))
    assert document.text == "seen here\n\nkept new"
    assert (document.traits.hidden_text, document.traits.tracked_changes) == (True, True)
    document = read(make_doc(paragraphs))
    assert (document.traits.hidden_text, document.traits.tracked_changes) == (False, False)


def test_a_deleted_mark_joins_its_paragraph_with_the_next(make_doc):
    assert read(make_doc(plain("one ", "two"), runs=[(4, 5, DELETED)])).text == "one two"


def test_fields_give_their_results_and_links_their_targets(make_doc):
    paragraphs = plain(
        'see \x13 HYPERLINK "http://x.example/" \x14the page\x15 here',
        '\x13 HYPERLINK \\l "place" \x14\x13 PAGE \x147\x15 there\x15',
        "\x13 XE entry \x15indexed \x13 FORMTEXT \x14value\x15",
    )
    document = read(make_doc(paragraphs))
    assert document.text == "see the page here\n\n7 there\n\nindexed value"
    links = [(link.target, document.text[link.span.start : link.span.end]) for link in document.traits.links]
    assert links == [("http://x.example/", "the page"), ("#place", "7 there")]
    assert document.traits.forms


def fonts(*names):
    entries = [bytes(39) + name.encode("utf-16-le") + bytes(2) for name in names]
    return struct.pack("<HH", len(names), 0) + b"".join(bytes([len(one)]) + one for one in entries)


def test_signs_of_fonts_of_symbols_are_what_they_mean(make_doc):
    runs = [
        (0, 1, struct.pack("<HHH", 0x6A09, 1, 0xF0FC)),
        (2, 3, struct.pack("<HH", 0x4A4F, 2)),
        (4, 5, struct.pack("<HH", 0x4A4F, 0)),
    ]
    document = read(make_doc(plain("( a a"), runs=runs, tables={15: fonts("Arial", "Wingdings", "Symbol")}))
    assert document.text == "✓ α a"


def test_notes_comments_heads_and_feet_come_after_the_body(make_doc, shape):
    main, notes, heads, remarks, ends, boxes = (
        "Body\x02.\r",
        "\x02First\r\x02Second\rof it\r\r",
        "Head\rFoot\r3\r\r",
        "\x05Why?\r\r",
        "\x02End\r\r",
        "Boxed\r\r",
    )
    stories = (main, notes, heads, remarks, ends, boxes)
    lengths = [len(notes), len(heads), 0, len(remarks), len(ends), len(boxes)]
    tables = {
        3: bounds(0, 7, len(notes) - 1, len(notes)),
        5: bounds(0, len(remarks) - 1, len(remarks)),
        11: bounds(*[0] * 7, 5, 5, 10, 12, 12, 12, len(heads)),
        47: bounds(0, len(ends) - 1, len(ends)),
    }
    document = read(make_doc([(text, 0, b"") for text in stories], lengths=lengths, tables=tables))
    assert shape(document) == [
        ("paragraph", 0, "Body."),
        ("paragraph", 0, "Boxed"),
        ("footnote", 0, "First"),
        ("footnote", 0, "Second\nof it"),
        ("footnote", 0, "End"),
        ("comment", 0, "Why?"),
        ("header", 0, "Head"),
        ("footer", 0, "Foot"),
    ]
    assert document.traits.comments == 1


def record(kind, body, instance=0, version=0):
    return struct.pack("<HHI", instance << 4 | version, kind, len(body)) + body


@pytest.mark.parametrize(("description", "without"), [("A red square", 0), ("", 1), (None, 1)])
def test_a_picture_is_counted_and_so_is_what_stands_for_it(make_doc, description, without):
    name, text = "n.png\0".encode("utf-16-le"), f"{description}\0".encode("utf-16-le")
    properties = [(0xC380, name)] + ([(0xC381, text)] if description is not None else [])
    table = b"".join(struct.pack("<HI", one, len(value)) for one, value in [(0x0104, b""), *properties])
    table += b"".join(value for _, value in properties)
    shape = record(0xF00A, bytes(8)) + record(0xF00B, table, instance=1 + len(properties), version=3)
    body = record(0xF004, shape, version=15)
    picture = struct.pack("<IHH", 68 + len(body), 68, 0x64).ljust(68, b"\0") + body
    runs = [(3, 4, struct.pack("<HI", 0x6A03, 10))]
    document = read(make_doc(plain("an \x01 it"), runs=runs, streams={"Data": bytes(10) + picture}))
    assert document.text == "an  it"
    assert (document.traits.images, document.traits.images_without_alternative) == (1, without)


def test_what_a_file_of_word_95_says_is_read_as_plain_text(make_doc):
    text = "Первый абзац\rтаблица\x07здесь\x07\x07\rконец\r".encode("cp1251")
    narrow = make_doc([(text.decode("cp1252"), 0, b"")], narrow=True, head={2: (2, 104), 6: (2, 0x0419)})
    at = narrow.index(text)
    head = narrow.index(struct.pack("<HH", 0xA5EC, 104))
    data = bytearray(narrow)
    struct.pack_into("<II", data, head + 24, at - head, at - head + len(text))
    struct.pack_into("<I", data, head + 52, len(text))
    assert read(bytes(data)).text == "Первый абзац\n\nтаблица\tздесь\n\nконец"


def test_a_file_that_is_locked_says_so(make_doc):
    with pytest.raises(DocumentEncrypted):
        read(make_doc(plain("text"), head={10: (2, 0x0300)}))


@pytest.mark.parametrize(
    "settings",
    [
        {"head": {0: (2, 0)}},
        {"head": {10: (2, 0)}},
        {"pieces": [(number, number + 5000, 1024) for number in range(0, 50_000, 5000)]},
        {"pieces": [(0, 1 << 30, 1024)]},
        {"tables": {33: b"\x02\xff\xff\xff\xff"}},
        {"tables": {33: b"\x01" * 50}},
    ],
    ids=["no head", "no tables", "pieces that overlap", "a piece beyond the end", "no pieces", "formatting alone"],
)
def test_a_broken_file_says_so_and_costs_nothing(make_doc, settings):
    with pytest.raises(DocumentCorrupt, match="Word document is broken"):
        read(make_doc(plain("text"), **settings))


def test_a_file_without_text_says_so(make_doc):
    with pytest.raises(DocumentWithoutText):
        read(make_doc(plain("", " ")))


def test_the_limit_on_text_holds(make_doc):
    document = read(make_doc(plain("one", "two", "three")), limits=Limits(max_text_characters=9))
    assert (document.text, document.status) == ("one\n\ntwo", Status.PARTIAL_LIMIT)


def test_the_document_is_told_from_those_inside_it(make_doc, make_ole):
    """Word keeps embedded documents in folders of the same container, with streams of the same names."""
    inner = {"ObjectPool": {"_1": {"WordDocument": bytes(2000), "1Table": bytes(10)}}}
    assert read(make_doc(plain("outer"), streams=inner)).text == "outer"


def test_real_files_have_the_words_that_are_in_them(corpora):
    paths = [
        path for path in sorted((corpora / "extract" / "files").glob("*.doc")) if path.read_bytes()[:2] == b"\xd0\xcf"
    ]
    documents = {path.name: read(path.read_bytes(), path.name) for path in paths}
    assert documents
    assert all(document.status is Status.OK and len(document.text) > 20 for document in documents.values())


def row_end(*edges):
    shape = struct.pack(f"<B{len(edges)}h", len(edges) - 1, *edges) + bytes(20 * (len(edges) - 1))
    return ROW_END + struct.pack("<HH", 0xD608, len(shape) + 1) + shape


def test_cells_after_merged_ones_stand_in_their_own_columns(make_doc):
    def row(texts, end):
        return [*((f"{text}\x07", 0, IN_TABLE) for text in texts), ("\x07", 0, end)]

    paragraphs = [
        *row("abc", row_end(-108, 900, 1900, 2900)),
        *row("de", row_end(-108, 1900, 2900)),
        *row("fg", row_end(-108, 1900, 2900)[:-45]),
    ]
    document = read(make_doc([*paragraphs, *plain("text")]))
    assert document.text == "a\tb\tc\nd\t\te\nf\tg\n\ntext"


def test_the_name_of_a_style_tells_the_level_of_its_list(make_doc, shape):
    styles = [(0, 0xFFF, "Normal", b""), (1, 0, "List Bullet 2", b""), (2, 1, "Mine", b""), (3, 0, "List Number", b"")]
    paragraphs = [
        ("a\r", 1, b""),
        ("b\r", 1, listed(3)),
        ("c\r", 2, listed(3, 2)),
        ("d\r", 3, listed(3, 1)),
        ("e\r", 1, listed(0)),
    ]
    assert [(kind, level) for kind, level, _ in shape(read(make_doc(paragraphs, styles=styles)))] == [
        ("list_item", 2),
        ("list_item", 2),
        ("list_item", 3),
        ("list_item", 2),
        ("paragraph", 0),
    ]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("byte", [b"\0", b"\xff"])
def test_text_that_was_overwritten_is_left_out_and_told(make_doc, narrow, byte):
    width = 1 if narrow else 2
    made = make_doc(plain("before", "x" * 200, "after", "end"), narrow=narrow)
    document = read(made.replace(b"x\0"[:width] * 200, byte * 200 * width))
    assert document.text == "before\n\nafter\n\nend"
    assert document.status is Status.CORRUPT
    assert "text is lost" in document.note


def test_a_few_characters_that_mean_nothing_are_no_damage(make_doc):
    document = read(make_doc(plain("a\0b\uffffc ÿÿ")))
    assert (document.text, document.status) == ("abc ÿÿ", Status.OK)


def test_a_file_whose_text_is_all_lost_says_so(make_doc):
    made = make_doc([("x" * 100, NORMAL, b"")])
    with pytest.raises(DocumentCorrupt, match="text is lost"):
        read(made.replace(b"x\0" * 100, bytes(200)))


def test_text_beyond_the_end_of_the_stream_is_told_as_lost(make_doc):
    document = read(make_doc(plain("text"), pieces=[(0, 4, 1024), (4, 8, 1 << 20)]))
    assert (document.text, document.status) == ("text", Status.CORRUPT)


def test_rows_too_wide_for_a_page_of_looks_are_rows(make_doc):
    wide = row_end(*range(0, 41 * 200, 200))
    elsewhere = IN_TABLE + struct.pack("<HI", 0x6646, 7)
    cells = [(f"{number}\x07", 0, IN_TABLE) for number in range(2)]
    row = [*cells, ("\x07", 0, elsewhere)]
    data = bytes(7) + struct.pack("<H", len(wide)) + wide
    assert read(make_doc([*row, *row, *plain("text")], streams={"Data": data})).text == "0\t1\n0\t1\n\ntext"
