"""Text that has to fit."""

import pytest
from rich.cells import cell_len
from rich.text import Text

from papermesh.cli.columns import Column, Rows
from papermesh.cli.screen import bar, fitted, fitted_path, shortened


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 5, "abc  "),
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc… "),
        ("文書文書", 5, "文書…"),
        ("文書文書", 6, "文書… "),
    ],
)
def test_text_is_cut_or_filled_up(text, width, expected):
    assert fitted(text, width) == expected
    assert shortened(text, width) == expected.rstrip()


@pytest.mark.parametrize(
    ("path", "width", "expected"),
    [("a/b.txt", 9, "a/b.txt  "), ("folder/b.txt", 8, "…r/b.txt"), ("文書/文書.md", 8, "…文書.md")],
)
def test_a_path_keeps_its_end(path, width, expected):
    found = fitted_path(path, width)
    assert found.rstrip() == expected.rstrip()
    assert cell_len(found) == width


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "    "), (1, "████"), (0.5, "██  "), (0.25 / 8, "▏   "), (-1, "    "), (2, "████"), (0.999, "████")],
)
def test_a_bar_shows_a_share(share, expected):
    assert bar(share, 4) == expected


class Paper:
    """A screen of a fixed width that keeps its lines."""

    def __init__(self, width):
        self.width = width
        self.lines = []

    def line(self, text):
        self.lines.append(text.plain)


COLUMNS = [Column("KIND", 6), Column("SURE", 4, right=True)]


def test_rows_fit_a_terminal():
    paper = Paper(40)
    rows = Rows(paper, ["a-folder/with/a-long-name.txt", "b"], COLUMNS, "WORDS")
    rows.add("a-folder/with/a-long-name.txt", [Text("invoice"), Text("9%")], "one, two, three, four")
    rows.add("b", [Text("memo"), Text("100%")])
    assert paper.lines == [
        "FILE              KIND    SURE  WORDS",
        "…a-long-name.txt  invoi…    9%  one, tw…",
        "b                 memo    100%",
    ]


def test_rows_into_a_pipe_are_whole():
    paper = Paper(None)
    rows = Rows(paper, ["a" * 100], COLUMNS, "WORDS")
    rows.add("a" * 100, [Text("memo"), Text("9%")], "w" * 200)
    assert paper.lines[1] == f"{'a' * 100}  memo      9%  {'w' * 200}"
