from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

from papermesh_services.classification.excerpt import MAX_CHARACTERS, excerpt, excerpt_length
from papermesh_services.classification.features import Clip, Excerpts
from papermesh_services.classification.layout import LayoutFeatures


def measure(name, text):
    features = LayoutFeatures().fit([])
    return features.transform([text])[0][list(features.get_feature_names_out()).index(name)]


@pytest.mark.parametrize(
    ("name", "marked", "plain"),
    [
        ("mail header", "From: a\nTo: b\nSubject: c\n", "from a to b about c\n"),
        ("speaker turn", "ANNA: Hello there.\nBen: Hello.\n", "Anna said hello and Ben did."),
        ("question and answer", "Q. Where?\nA. Here.\n", "Where? Here."),
        ("sum ends line", "Soap 2.50\nTea 3.10\n", "Soap and tea are cheap."),
        ("blank to fill", "Name: ________", "Name: Ann"),
        ("checkbox", "[ ] Yes ☐ No", "Yes or no"),
        ("requirement word", "It MUST be so.", "It must be so."),
        ("hereby", "WHEREAS the parties hereto", "because the parties here"),
        ("academic citation", "as shown by Lee et al. [4]", "as shown by Lee"),
        ("claim reference", "The pot of claim 1, wherein it is", "The pot is"),
        ("contraction", "We’re here and I don't mind", "We are here and I do not mind"),
        ("numbered section", "1.2 Scope\n1.3 Terms\n", "Scope and terms\n"),
        ("capital letters", "ALL IN CAPITALS", "all in capitals"),
    ],
)
def test_a_layout_measure_sees_its_mark(name, marked, plain):
    assert measure(name, marked) > measure(name, plain)


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "x", "1", "\x00" * 50, "é" * 1000, "🙂 " * 30])
def test_any_text_can_be_measured(text):
    assert np.isfinite(LayoutFeatures().fit([]).transform([text])).all()


def test_layout_of_no_texts_is_an_empty_matrix():
    features = LayoutFeatures().fit([])
    assert features.transform([]).shape == (0, features.n_features_out_)


def test_estimators_can_be_cloned():
    assert clone(Clip(limit=2.0, weight=0.5)).get_params() == {"limit": 2.0, "weight": 0.5}
    assert clone(Excerpts()).fit([]).transform(["a"]) == ["a"]


def test_an_excerpt_is_bounded_and_keeps_both_ends():
    text = "".join(f"{n:06d} " for n in range(100_000))
    view = excerpt(text)
    assert excerpt_length(text) == MAX_CHARACTERS
    assert len(view.replace("\n", "")) == MAX_CHARACTERS
    assert view.startswith("000000")
    assert view.endswith("099999 ")
    assert "05" in view[12_000:20_000]
