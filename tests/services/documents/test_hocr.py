from __future__ import annotations

import pytest

from papermesh_services.documents import hocr
from papermesh_services.documents.recognition import RecognisedLine, RecognitionFailed

PAGE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
    '<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="ocr_page">%s</div></body></html>'
)


def line(about="bbox 10 20 110 50; x_size 28", words=(("Two", 90), ("words", 80)), kind="ocr_line"):
    inside = "".join(
        f'<span class="ocrx_word" title="bbox 0 0 1 1; x_wconf {sure}"><strong>{text}</strong></span>'
        for text, sure in words
    )
    return f'<span class="{kind}" title="{about}">{inside}</span>'


def read(*lines):
    return hocr.lines((PAGE % "".join(lines)).encode())


def test_a_line_has_its_words_its_place_its_size_and_its_confidence():
    assert read(line()) == (RecognisedLine("Two words", 10, 20, 110, 50, 28, pytest.approx(0.85)),)


@pytest.mark.parametrize("kind", ["ocr_line", "ocr_header", "ocr_textfloat", "ocr_caption"])
def test_every_kind_of_line_counts(kind):
    assert [each.text for each in read(line(kind=kind))] == ["Two words"]


@pytest.mark.parametrize(
    ("about", "turn", "size"),
    [
        ("bbox 10 20 40 120; textangle 90; x_size 26.5", 90, 26.5),
        ("bbox 10 20 40 120; textangle 270", 270, 30),
        ("bbox 10 20 110 50; textangle 180", 180, 30),
        ("bbox 10 20 110 50; textangle 359.4", 0, 30),
    ],
)
def test_a_line_says_how_it_is_turned(about, turn, size):
    (found,) = read(line(about))
    assert (found.turn, found.size) == (turn, size)


@pytest.mark.parametrize(
    "odd",
    [
        line(words=(("~|.", 12), ("'", 20))),  # speckles
        line(words=((" ", 95),)),
        line(words=()),
        line(about="x_size 20"),
        "<span>nothing</span>",
    ],
)
def test_what_is_no_line_is_left_out(odd):
    assert [each.text for each in read(odd, line())] == ["Two words"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00\xff\xfe",
        b"Segmentation fault",
        PAGE.encode()[:90],
        (PAGE % line())[:-20].encode(),
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>' + b"<i>" * 100_000,
    ],
)
def test_garbage_is_said_to_be_garbage(garbage):
    with pytest.raises(RecognitionFailed, match="no answer that can be read"):
        hocr.lines(garbage)


def test_numbers_out_of_all_proportion_are_brought_back():
    (found,) = read(line("bbox 9999999 20 1 -50; x_size 9999999"))
    assert 0 <= found.left <= found.right <= 1_000_000
    assert found.bottom >= found.top >= 0
    assert found.size <= 1_000_000


@pytest.mark.parametrize(
    ("about", "baseline"),
    [
        ("bbox 0 0 100 30; baseline 0 -7; x_size 30; x_descenders 8", 7),
        ("bbox 0 0 100 30; textangle 180; x_size 30; x_descenders 8", 8),  # from the tips down to the tails
        ("bbox 0 0 100 22; textangle 180; x_size 30; x_descenders 8", 0),  # no tails
        ("bbox 0 0 30 100; textangle 90; x_size 30; x_descenders 8", 8),
        ("bbox 0 0 100 90; textangle 180; x_size 30; x_descenders 8", 8),
        ("bbox 0 0 100 30; textangle 180; x_size 30", 0),
    ],
)
def test_letters_of_turned_lines_stand_above_their_tails(about, baseline):
    (found,) = read(line(about))
    assert found.baseline == baseline
