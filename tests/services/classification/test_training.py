from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from papermesh_services.classification.errors import (
    ModelIncompatible,
    ModelNotFound,
    ModelUnreadable,
    TrainingDataUnusable,
    UnknownCategory,
)
from papermesh_services.classification.store import dump, load, load_file, save
from papermesh_services.classification.training import LabelledText, train

if TYPE_CHECKING:
    from papermesh_services.classification.model import Classifier

SEA = ["The ship left the harbour with sails full of wind.", "A sailor on the ship watched the harbour and the waves."]
LAND = ["The farmer ploughed the field behind the barn.", "Behind the barn the farmer fed a horse in the field."]
SKY = ["The pilot flew the plane above the clouds.", "Above the clouds the plane carried a pilot and passengers."]


def documents(*texts):
    return [LabelledText(f"{text} {n}", name) for name, lines in texts for n in range(5) for text in lines]


@pytest.fixture(scope="module")
def three() -> Classifier:
    return train(documents(("sea", SEA), ("land", LAND), ("sky", SKY)))


@pytest.fixture(scope="module")
def two() -> Classifier:
    return train(documents(("sea", SEA), ("land", LAND)))


def test_what_was_learned_is_told_apart(three):
    assert three.categories == ("land", "sea", "sky")
    assert three.classify("The sailor steered the ship through wind and waves.").category == "sea"
    assert three.info.evaluation.accuracy == 1.0


def test_two_categories_are_enough(two):
    found = two.classify("The farmer led a horse to the barn.")
    assert found.category == "land"
    assert {keyword.lower() for keyword in found.keywords} & {"farmer", "horse", "barn", "the farmer"}
    assert two.classify("The ship in the harbour, a sailor, the waves.").category == "sea"


def test_scores_are_best_first_and_make_one(three):
    scores = [score.score for score in three.classify("The ship left the harbour.").scores]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0)


def test_candidates_share_the_scores_out_among_them(three):
    found = three.classify("The ship left the harbour.", candidates=["land", "sky"])
    assert {score.category for score in found.scores} == {"land", "sky"}
    assert sum(score.score for score in found.scores) == pytest.approx(1.0)


def test_an_unknown_candidate_is_named(three):
    with pytest.raises(UnknownCategory, match="'moon'") as caught:
        three.classify("text", candidates=["moon"])
    assert (caught.value.reason, caught.value.metadata) == ("UNKNOWN_CATEGORY", {"category": "moon"})


@pytest.mark.parametrize(("name", "told"), [("lands", "did you mean land?"), ("moon" * 9999, "choose from land, ")])
def test_what_an_unknown_candidate_was_meant_to_be_is_said(three, name, told):
    with pytest.raises(UnknownCategory) as caught:
        three.classify("text", candidates=[name])
    assert f"; {told}" in str(caught.value)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        documents(("sea", SEA)),
        [*documents(("sea", SEA)), LabelledText("one only", "land")],
        [LabelledText(str(n), name) for name in ("a", "b") for n in range(5)],
    ],
)
def test_too_little_to_learn_from_is_refused(texts):
    with pytest.raises(TrainingDataUnusable):
        train(texts)


@pytest.mark.parametrize("which", ["two", "three"])
def test_a_model_comes_back_from_its_file_as_it_was(which, request, tmp_path):
    classifier = request.getfixturevalue(which)
    save(classifier, tmp_path / "model.npz")
    again = load_file(tmp_path / "model.npz")
    assert (again.info, again.categories, again.names) == (classifier.info, classifier.categories, classifier.names)
    for text in (*SEA, *LAND, "something else"):
        before, after = classifier.classify(text), again.classify(text)
        assert after.category == before.category
        assert after.confidence == pytest.approx(before.confidence, abs=2e-3)
    assert list(again.pipeline.predict(SEA)) == ["sea", "sea"]
    assert dump(again) == dump(classifier)


def changed(data, **arrays):
    with np.load(io.BytesIO(data)) as stored:
        everything = {name: stored[name] for name in stored.files} | arrays
    buffer = io.BytesIO()
    np.savez(buffer, **{name: value for name, value in everything.items() if value is not None})
    return buffer.getvalue()


def text_array(text):
    return np.frombuffer(text.encode(), dtype=np.uint8)


@pytest.mark.parametrize(
    "arrays",
    [
        {"weights": None},
        {"weights": np.zeros((3, 2), dtype=np.float16)},
        {"weights": np.array([{"a": 1}], dtype=object)},
        {"intercept": np.array([np.nan, 0, 0])},
        {"metadata": text_array("{")},
        {"metadata": text_array("[]")},
        {"metadata": text_array('{"format": "another"}')},
        {"metadata": text_array('{"format": "papermesh-classifier", "format_version": 1}')},
        {"vocabulary": text_array("one\none")},
        {"layout_mean": np.zeros(3)},
    ],
)
def test_a_model_with_a_wrong_part_is_unreadable(three, arrays):
    with pytest.raises(ModelUnreadable):
        load(changed(dump(three), **arrays))


def test_a_model_of_another_format_version_is_incompatible(three):
    metadata = text_array('{"format": "papermesh-classifier", "format_version": 99}')
    with pytest.raises(ModelIncompatible, match="99"):
        load(changed(dump(three), metadata=metadata))


@pytest.mark.parametrize("keep", [0, 1, 100, 2000])
def test_a_cut_off_file_is_unreadable(three, keep):
    with pytest.raises(ModelUnreadable):
        load(dump(three)[:keep])


def test_a_file_that_is_no_model_is_unreadable(tmp_path):
    path = tmp_path / "model.npz"
    path.write_bytes(b"\x80\x04\x95not ours")
    with pytest.raises(ModelUnreadable):
        load_file(path)


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(ModelNotFound, match=r"absent\.npz"):
        load_file(tmp_path / "absent.npz")
