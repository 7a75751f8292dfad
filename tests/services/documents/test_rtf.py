from __future__ import annotations

import pytest

from papermesh_services.documents import DocumentTooLarge, Format, Status, Watch, read

LETTER = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset204{\*\fname X;}Y;}}
{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 \'dcberschrift 2;}}
{\*\generator Some Writer 1.0;}{\info{\title A letter}{\author Ada Example}{\creatim\yr2024\mo5\dy1\hr9\min30}
{\doccomm no}}{\header\pard Head\par}{\footer\pard Foot\par}
\pard\s1 The {\b big} title\par
\pard\s2 Smaller\par
\pard\plain Caf\'e9 \u8212? \u-10179?\u-8704?\~x{\f1 \'cf\'f0\'e8\'e2\'e5\'f2}{\footnote\pard A note.\par}
 end.\line next\par
{\pard\ls1\ilvl1{\listtext\'b7\tab}Item\par}
\trowd\cellx1\cellx2\pard\intbl a\cell b{\par}c\cell\row\trowd\intbl 1\cell
{\field{\*\fldinst{HYPERLINK "http://e.x/"}}
{\fldrslt link}}\cell\row
\pard See {\field{\*\fldinst HYPERLINK \\l "mark"}{\fldrslt{\ul here}}} {\v hidden}{\deleted gone}
{\*\bkmkstart m}now.\par
{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 0102}}{\upr{plain}{\*\ud \u252 ?ni}}{\*\annotation Remark}\par
}"""


def test_a_document_is_read_with_its_structure(shape, assert_sound):
    document = read(LETTER, "letter.rtf")
    assert_sound(document)
    assert (document.format, document.status) == (Format.RTF, Status.OK)
    assert shape(document) == [
        ("header", 0, "Head"),
        ("heading", 1, "The big title"),
        ("heading", 2, "Smaller"),
        ("paragraph", 0, "Café — 😀\xa0xПривет end.\nnext"),
        ("footnote", 0, "A note."),
        ("list_item", 2, "Item"),
        ("table", 0, "a\tb c\n1\tlink"),
        ("paragraph", 0, "See here now."),
        ("paragraph", 0, "üni"),
        ("comment", 0, "Remark"),
        ("footer", 0, "Foot"),
    ]
    said = document.metadata
    assert (said.title, said.author, said.producer) == ("A letter", "Ada Example", "Some Writer 1.0")
    assert said.created == "2024-05-01T09:30:00Z"
    found = document.traits
    assert [(x.target, document.text[x.span.start : x.span.end]) for x in found.links] == [
        ("http://e.x/", "link"),
        ("#mark", "here"),
    ]
    assert (found.hidden_text, found.tracked_changes, found.comments, found.images) == (True, True, 1, 1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (rb"\ansicpg932 \'93\'fa\'96\'7b", "日本"),
        (rb"{\fonttbl{\f0\fcharset128 M;}}\f0 \'93\'fa\'96\'7b", "日本"),
        (rb"\uc0\u252 x\uc2\u252 \'81\'40y", "üxüy"),
        (rb"a\bin3 {{{b", "ab"),
        (rb"a{\pict\bin5 }}}}}}b", "ab"),
        (b"one\\\r\ntwo", "one\n\ntwo"),
        (rb"\{a\}\\b", "{a}\\b"),
        (rb"a\nosuchword99 b\'zzc\'", "abzzc"),
        (b"caf\xe9", "café"),
    ],
)
def test_characters_are_what_they_stand_for(body, expected):
    assert expected in read(b"{\\rtf1\\ansi " + body + b"}").text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"a{\u233}next", "aénext"),
        (rb"\u233{}y", "éy"),
        (rb"one \u233\par new", "one é\n\nnew"),
        (rb"\uc2\u233 ab{\uc0\u252 c}d", "éücd"),
    ],
)
def test_what_stands_in_for_unicode_ends_with_its_group(body, expected):
    assert read(b"{\\rtf1\\ansi " + body + b"}").text == expected


SIGNS = rb"{\fonttbl{\f0\fcharset0 Arial;}{\f3\fcharset2 Symbol;}{\f4\fnil\fcharset2 Wing{\*\panose 05}dings;}}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"x {\f3 abW\'b7\'b3}", "x αβΩ•≥"),
        (rb"x {\f3\u-3913?\u61538?}", "x •β"),
        (rb"x {\f4\'fe\'a8 \u61692?}", "x ☑◻ ✓"),
        (rb"x \u-3913? abc", "x • abc"),
    ],
)
def test_signs_of_fonts_of_symbols_are_what_they_mean(body, expected):
    assert read(b"{\\rtf1\\ansi\\deff0" + SIGNS + body + b"}").text == expected


@pytest.mark.parametrize("rest", [b"\0" * 50, b"\r\n \r\n", b"what is \x01 left of something else", b"}}}}"])
def test_what_follows_the_end_is_no_part_of_the_document(rest):
    document = read(b"{\\rtf1\\ansi One.\\par Two.\\par}" + rest, "a.rtf")
    assert (document.text, document.status) == ("One.\n\nTwo.", Status.OK)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rb"{\rtf1 One.\par}{\rtf1 Two.\par}", "One.\n\nTwo."),
        (rb"{\rtf1 One.\par {\b so}} Two.\par{\i Three}}", "One.\n\nso Two.\n\nThree"),
    ],
)
def test_a_document_that_ends_before_its_file_is_read_on_and_says_so(data, expected):
    document = read(data, "a.rtf")
    assert (document.text, document.status) == (expected, Status.CORRUPT)
    assert "ends before its file does" in document.note


def test_a_piece_of_rtf_without_its_outer_group_is_read():
    document = read(rb"{\pard One\par}{\pard Two\par}", "a.rtf")
    assert (document.text, document.status) == ("One\n\nTwo", Status.OK)


def test_text_boxes_and_results_of_objects_are_read(shape):
    shapes = rb"{\shp{\*\shpinst\shpleft0{\sp{\sn a}{\sv 202}}{\shptxt Box.\par}}{\shprslt{\*\do{\dptxbxtext Box.}}}}"
    old = rb"{\*\do{\dptxbx{\dptxbxtext Old.\par}}}"
    embedded = rb"{\object\objemb{\*\objclass Word}{\*\objdata 0102}{\result{ Seen.}}}"
    document = read(rb"{\rtf1 Before" + shapes + rb" after.\par " + old + rb"\par" + embedded + rb"\par}")
    assert [text for _, _, text in shape(document)] == ["Before after.", "Box.", "Old.", "Seen."]


def test_pictures_with_a_description_are_told_from_those_without():
    described = rb"{\sp{\sn wzDescription}{\sv A {}dog}}"
    inline = rb"{\*\shppict{\pict{\*\picprop" + described + rb"}\pngblip 89504e}}{\nonshppict{\pict 01}}"
    floating = rb"{\shp{\*\shpinst{\sp{\sn pib}{\sv {\pict 8950}}}" + described + rb"}}"
    bare = rb"{\pict 0102}{\shp{\*\shpinst" + described + rb"{\shptxt Text\par}}}"
    found = read(rb"{\rtf1 x" + inline + floating + bare + rb"\par}").traits
    assert (found.images, found.images_without_alternative) == (3, 1)


def test_heads_and_feet_of_sections_that_are_the_same_are_read_once(shape):
    section = rb"{\header Head\par}{\footer Foot\par}Text\par\sect "
    document = read(b"{\\rtf1 " + section * 3 + b"{\\header Other\\par}last}")
    kinds = [(kind, text) for kind, _, text in shape(document) if kind != "paragraph"]
    assert kinds == [("header", "Head"), ("header", "Other"), ("footer", "Foot")]


def test_list_items_are_told_by_their_list_or_their_bullet(shape):
    numbered = rb"\pard\ilvl1\ls2 One\par\pard\ilvl0\ls0 None\par\pard \bullet\tab Two\par"
    assert [(kind, level) for kind, level, _ in shape(read(rb"{\rtf1" + numbered + rb"}"))] == [
        ("list_item", 2),
        ("paragraph", 0),
        ("list_item", 1),
    ]


def test_fields_to_fill_in_make_a_form():
    field = rb"{\field{\*\fldinst FORMTEXT {\*\formfield{\fftype0}}}{\fldrslt Ada}}"
    document = read(rb"{\rtf1 Name: " + field + rb"\par}")
    assert (document.text, document.traits.forms) == ("Name: Ada", True)


def test_a_table_of_one_column_is_a_frame(shape):
    document = read(rb"{\rtf1\trowd\pard\intbl one\par two\cell\row\pard after\par}")
    assert shape(document) == [("paragraph", 0, "one"), ("paragraph", 0, "two"), ("paragraph", 0, "after")]


def test_a_document_cut_off_is_read_as_far_as_it_goes():
    document = read(LETTER[:-400], "a.rtf")
    assert document.status is Status.CORRUPT
    assert "cut off" in document.note
    assert "The big title" in document.text


@pytest.mark.parametrize("data", [b"{\\rtf1 " + b"{" * 5_000_000, b"{\\rtf1 " + b"{\\field" * 100_000])
def test_a_flood_of_open_groups_is_refused(data):
    with pytest.raises(DocumentTooLarge) as caught:
        read(data)
    assert caught.value.metadata["limit"] == "max_nesting"


@pytest.mark.parametrize(
    "flood",
    [
        b"{}" * 100_000,
        b"}" * 100_000,
        b"\\'41" * 200_000,
        b"\\u65?" * 100_000,
        b"\\bin999999999999 ",
        b"\\trowd\\intbl x\\cell\\row " * 20_000,
        b"{\\footnote x}" * 20_000,
        b"\\u-10179" * 50_000,
    ],
)
def test_floods_cost_no_more_than_their_size(flood, assert_sound):
    assert_sound(read(b"{\\rtf1 before " + flood + b" after}"))


def test_rtf_is_read_until_time_is_up():
    document = read(b"{\\rtf1 one\\par two\\par}", watch=Watch(deadline=0))
    assert (document.text, document.status) == ("one", Status.PARTIAL_TIMEOUT)


NESTED = rb"""\trowd\pard\intbl Around\par\pard\intbl\itap2 a\par b\nestcell{\nonesttables\par}
c\nestcell{\nonesttables\par}
{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}{\nonesttables\par}d\nestcell e\nestcell{\*\nesttableprops\nestrow}
\pard\intbl Below"""


def test_a_table_in_a_frame_is_a_table_and_one_in_a_cell_is_text_of_it(shape, assert_sound):
    document = read(rb"{\rtf1 " + NESTED + rb"\cell\row\pard After.\par}")
    assert_sound(document)
    assert [(kind, text) for kind, _, text in shape(document)] == [
        ("paragraph", "Around"),
        ("table", "a b\tc\nd\te"),
        ("paragraph", "Below"),
        ("paragraph", "After."),
    ]
    document = read(rb"{\rtf1 " + NESTED + rb"\cell 2\cell\row\pard After.\par}")
    assert [text for _, _, text in shape(document)] == ["Around a b c d e Below\t2", "After."]


def test_a_table_in_a_foot_belongs_to_it(shape):
    foot = rb"{\footer Foot\par\trowd\pard\intbl 1\cell 2\cell\row\pard End\par}"
    assert shape(read(rb"{\rtf1 " + foot + rb"Text\par}")) == [
        ("paragraph", 0, "Text"),
        ("footer", 0, "Foot"),
        ("footer", 0, "1\t2"),
        ("footer", 0, "End"),
    ]


def test_what_is_said_twice_of_a_document_is_said_once():
    said = read(rb"{\rtf1{\info{\author Ada}{\title T}{\author Ada}}Text}").metadata
    assert (said.author, said.title) == ("Ada", "T")


def test_numbers_before_a_hanging_paragraph_make_list_items(shape):
    items = (
        rb"\pard\li360\fi-360 1.\tab One\par\pard\li720\fi-360 a.\tab Two\par\pard\li720\fi-360\bullet\tab Three\par"
    )
    rest = rb"\pard\li360 2.\tab None\par\pard\li360\fi-360 Hanging words alone\par"
    assert [(kind, level) for kind, level, _ in shape(read(rb"{\rtf1" + items + rest + rb"}"))] == [
        ("list_item", 1),
        ("list_item", 2),
        ("list_item", 2),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"a {\upr{plain}{\*\ud \u252 ?ni}} b", "a üni b"),
        (rb"{\b x{\upr{{\i p}lain}{\*\ud{\i \u252 ?}ni}} y}", "xüni y"),
        (rb"{\pict{\upr{plain}{\*\ud \u252 ?ni}}} none", "none"),
        (rb"a{\footnote {\upr{p}{\*\ud \u252 ?}}}\par b", "a\n\nü\n\nb"),
    ],
)
def test_of_what_is_given_twice_only_the_unicode_is_read(body, expected):
    assert read(rb"{\rtf1\ansi " + body + rb"\par}").text == expected


def test_a_title_that_is_given_twice_is_no_text():
    info = rb"{\info{\upr{\title ???}{\*\ud{\title \u1043?\u1086?\u1076?}}}{\author Bob}}"
    document = read(rb"{\rtf1\ansi" + info + rb"\pard Body.\par}")
    assert (document.text, document.metadata.title, document.metadata.author) == ("Body.", "Год", "Bob")


IF = rb'{\field{\*\fldinst IF {\field{\*\fldinst MERGEFIELD Sex}{\fldrslt female}} = "f" "Ms" "Mr"}{\fldrslt Ms}}'
LINK = (
    rb'{\field{\*\fldinst HYPERLINK "http://{\field{\*\fldinst MERGEFIELD Host}{\fldrslt x.example}}/"}{\fldrslt so}}'
)


def test_fields_in_the_instruction_of_a_field_are_no_text():
    document = read(rb"{\rtf1\ansi Dear " + IF + rb" Smith, " + LINK + rb".\par}")
    assert document.text == "Dear Ms Smith, so."
    links = [(link.target, document.text[link.span.start : link.span.end]) for link in document.traits.links]
    assert links == [("http://x.example/", "so")]


def test_cells_after_merged_ones_stand_in_their_own_columns(assert_sound):
    rows = (
        rb"\trowd\trleft-108\cellx900\cellx1900\cellx2900\pard\intbl a\cell b\cell c\cell\row"
        rb"\trowd\trleft-108\cellx1900\cellx2900\pard\intbl d\cell e\cell\row"
        rb"\pard\intbl f\cell {\field{\*\fldinst HYPERLINK http://x.example}{\fldrslt g}}\cell"
        rb"\trowd\trleft900\cellx1900\cellx2900\row"
    )
    document = read(rb"{\rtf1 " + rows + rb"\pard\par}")
    assert_sound(document)
    assert document.text == "a\tb\tc\nd\t\te\n\tf\tg"
    assert [(cell.row, cell.column) for cell in document.blocks[0].cells] == [
        *((0, 0), (0, 1), (0, 2)),
        *((1, 0), (1, 2)),
        *((2, 1), (2, 2)),
    ]
    assert [document.text[link.span.start : link.span.end] for link in document.traits.links] == ["g"]


def test_names_of_styles_make_captions_and_the_levels_of_lists(shape):
    styles = rb"{\stylesheet{\s1 caption;}{\s2 List Bullet 2;}{\s3 List Number;}{\s4 Body Text 2;}}"
    body = (
        rb"\pard\s1 a\par\pard\s2\ls1\ilvl0 b\par\pard\s2\ls1\ilvl2 c\par\pard\s3\ls1\ilvl1 d\par\pard\s2 e\par"
        rb"\pard\s4 f\par\trowd\pard\intbl\s1 g\cell\s2 h\cell\row\pard\par"
    )
    assert shape(read(rb"{\rtf1" + styles + body + rb"}")) == [
        ("caption", 0, "a"),
        ("list_item", 2, "b"),
        ("list_item", 3, "c"),
        ("list_item", 2, "d"),
        ("list_item", 2, "e"),
        ("paragraph", 0, "f"),
        ("table", 0, "g\th"),
    ]
