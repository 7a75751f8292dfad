"""Text that is safe to print."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh.cli.visible import file_name, one_line, visible

BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttab\nline", "plain\ttab\nline"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\rb\x00\x07\x7f", r"a\x0db\x00\x07\x7f"),
        ("\u202etxt.exe\u2066", r"\u202etxt.exe\u2066"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("[bold]naïve 文書 👩‍👩‍👧[/]", "[bold]naïve 文書 👩‍👩‍👧[/]"),
    ],
)
def test_what_steers_a_terminal_is_shown_as_an_escape(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_unsafe_is_left(text):
    for character in one_line(text) + file_name(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in BIDI_CONTROLS
    visible(text).encode("utf-8")


def test_a_line_is_one_line():
    assert one_line("  a \n\n b\tc ") == "a b c"


def test_a_file_name_keeps_its_spaces():
    assert file_name("a  b\nc\td ") == r"a  b\nc\td "
