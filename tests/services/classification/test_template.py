from __future__ import annotations

import random

import pytest

from papermesh_services.classification.corpus.template import Expander, GrammarError, parse_grammar


class Numbers:
    def __init__(self):
        self.given = 0

    def make(self, name):
        if name != "n":
            return None
        self.given += 1
        return str(self.given)


def expand(text, seed=0, **options):
    return Expander(parse_grammar(text), Numbers(), random.Random(seed), **options).rule("top")


@pytest.mark.parametrize(
    ("grammar", "result"),
    [
        ("@top\nplain", "plain"),
        ("@top\na<b>c\n@b\n-", "a-c"),
        ("@top\n<@n> <@n> <@n2>", "1 1 2"),
        ("@top\n<n*3-3,>", "1, 2, 3"),
        ("@top\n<n*2-2//>", "1\n\n2"),
        ("@top\n{x|x}{|}{y{z|z}|yz}", "xyz"),
        ("@top\n\\<n> \\{a\\|b\\}\\n", "<n> {a|b}\n"),
        (";; a note\n@top\nx", "x"),
    ],
)
def test_templates_expand(grammar, result):
    assert expand(grammar) == result


def test_alternatives_are_used_up_before_one_comes_again():
    assert sorted(expand("@top\n<b*3-3,>\n@b\nx\ny\nz").split(", ")) == ["x", "y", "z"]


def test_what_comes_in_greater_number_is_stretched():
    assert expand("@top\n<n*4-4>", stretch=2) == "1 2 3 4 5 6 7 8"


@pytest.mark.parametrize("grammar", ["@top\n{a", "@top\n{a|b", "@top\n<nothing>", "@top\n<top>", "stray"])
def test_a_faulty_grammar_is_an_error(grammar):
    with pytest.raises(GrammarError):
        expand(grammar)
