from __future__ import annotations

import pytest

from papermesh_services.documents import read, symbols


@pytest.mark.parametrize(
    ("text", "font", "expected"),
    [
        ("abW", "Symbol", "αβΩ"),
        ("\uf061\uf0b7", "Symbol;", "α•"),
        ("\uf0fe", "Wingdings", "☑"),
        ("R\uf0a3", "WINGDINGS 2", "☑☐"),
        ("abc", "Arial", "abc"),
        ("\uf0b7 \uf061", "Arial", "• \uf061"),
        ("\uf0b7", "", "•"),
    ],
)
def test_signs_are_what_they_mean(text, font, expected):
    assert symbols.meant(text, font) == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("F0FE", "☑"), ("00fc", "✓"), ("", ""), ("what", ""), ("-1", ""), ("FFFFFFFF", "")]
)
def test_a_sign_is_known_by_its_number(code, expected):
    assert symbols.drawn(code, "Wingdings") == expected


def test_boxes_to_tick_of_a_form_in_word_are_read(make_docx):
    box = '<w:r><w:sym w:font="Wingdings" w:char="F0{}"/></w:r><w:r><w:t xml:space="preserve"> {} </w:t></w:r>'
    body = "<w:p>" + box.format("FE", "Yes") + box.format("A8", "No") + "</w:p>"
    assert read(make_docx(body)).text == "☑ Yes ◻ No"
