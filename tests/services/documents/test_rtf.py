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
