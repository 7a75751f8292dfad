from __future__ import annotations

import random

import pytest

from papermesh_services.classification.corpus import CATEGORIES, generate
from papermesh_services.classification.corpus.generator import MAX_CHARACTERS, _grammar, _topics
from papermesh_services.classification.corpus.noise import spoil
from papermesh_services.classification.corpus.template import Choice, Slot
from papermesh_services.classification.corpus.values import DocumentValues, gerund, past, plural


def slots(sequence):
    for part in sequence:
        if isinstance(part, Slot):
            yield part.name
        elif isinstance(part, Choice):
            for option in part.options:
                yield from slots(option)


def test_the_same_seed_gives_the_same_documents():
    assert list(generate(2, seed=7)) == list(generate(2, seed=7))
    assert list(generate(2, seed=7)) != list(generate(2, seed=8))


def test_every_category_gets_its_documents_of_bounded_length():
    documents = list(generate(3))
    assert [document.category for document in documents] == [name for name in CATEGORIES for _ in range(3)]
    assert all(0 < len(document.text) <= MAX_CHARACTERS for document in documents)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_slot_of_a_grammar_has_a_rule_or_a_value(category):
    grammar, values = _grammar(category), DocumentValues(random.Random(0), _topics())
    names = {name for alternatives in grammar.values() for sequence in alternatives for name in slots(sequence)}
    assert {name for name in names if name not in grammar and values.make(name) is None} == set()


@pytest.mark.parametrize("seed", range(20))
def test_spoiling_never_empties_a_document(seed):
    assert spoil("Title\n\nOne line. Another line.\n- a point\n" * 20, random.Random(seed)).strip()


def test_words_are_bent():
    assert [plural("battery"), plural("bus"), plural("play")] == ["batteries", "buses", "plays"]
    assert [past("apply"), past("bake"), past("fix")] == ["applied", "baked", "fixed"]
    assert [gerund("bake"), gerund("see"), gerund("fix")] == ["baking", "seeing", "fixing"]
