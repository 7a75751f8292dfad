"""The shipped model on documents that were written for this test, and on real ones where they are at hand."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papermesh_services.classification.build import build
from papermesh_services.classification.corpus import CATEGORIES, generate
from papermesh_services.classification.store import load_shipped
from papermesh_services.classification.training import Settings

if TYPE_CHECKING:
    from papermesh_services.classification.model import Classifier

FOLDER = Path(__file__).parent / "samples"
SAMPLES = [(path.parent.name, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*/*.txt"))]
SAMPLES_IN_ALL = 40
SAMPLE_FLOOR = 37
"""A few of the short samples may be taken for a neighbour; more may not."""
REAL_FLOOR = 0.88


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load_shipped()


def test_there_are_two_samples_of_every_category():
    assert sorted(category for category, _ in SAMPLES) == sorted([*CATEGORIES, *CATEGORIES])


def test_samples_are_told_apart(classifier):
    wrong = {
        (category, found.category, round(found.confidence, 2), text[:40])
        for category, text in SAMPLES
        if (found := classifier.classify(text)).category != category
    }
    assert len(wrong) <= SAMPLES_IN_ALL - SAMPLE_FLOOR, wrong


@pytest.mark.parametrize(("category", "text"), SAMPLES[::2], ids=[category for category, _ in SAMPLES[::2]])
def test_the_right_category_is_among_the_best_two(classifier, category, text):
    assert category in [score.category for score in classifier.classify(text).scores[:2]]


@pytest.mark.parametrize(
    "text",
    [
        "Hello.",
        "xqzv blorp wtkk snrf dlmq pprz vvxk tqqw",
        "Der Hund lief über die Wiese und bellte laut, während die Katze auf dem Dach in der Sonne schlief.",
        "犬は庭を走り回り、猫は屋根の上で眠っていた。",
        "7 7 7 7 7 7",
        "",
    ],
)
def test_what_is_no_document_of_ours_gets_low_confidence(classifier, text):
    found = classifier.classify(text)
    assert found.confidence < 0.5
    assert math.isclose(sum(score.score for score in found.scores), 1.0, abs_tol=1e-9)


def test_a_text_of_ten_megabytes_is_bounded(classifier):
    started = time.perf_counter()
    found = classifier.classify(SAMPLES[0][1] * 25_000)
    assert time.perf_counter() - started < 2.0
    assert found.processed_text_length < 100_000


def test_keywords_stand_in_the_text_and_do_not_overlap(classifier):
    for _, text in SAMPLES:
        flat = " ".join(text.split()).lower()
        keywords = [keyword.lower() for keyword in classifier.classify(text, max_keywords=8).keywords]
        assert 1 <= len(keywords) <= 8
        assert all(keyword in flat for keyword in keywords)
        assert len({word for keyword in keywords for word in keyword.split()}) == sum(
            len(keyword.split()) for keyword in keywords
        )


def test_real_documents_are_told_apart(classifier, corpora):
    paths = sorted((corpora / "doctypes").glob("*/*.txt"))[::4]
    right = [classifier.classify(path.read_text(errors="replace")).category == path.parent.name for path in paths]
    assert sum(right) / len(right) >= REAL_FLOOR


@pytest.mark.slow
def test_the_shipped_model_is_what_the_build_makes(classifier):
    rebuilt = build(settings=Settings(3.0, 20_000, 5))
    probes = [document.text for document in generate(5, seed=991)] + [text for _, text in SAMPLES]
    same = [rebuilt.classify(text).category == classifier.classify(text).category for text in probes]
    assert rebuilt.names == classifier.names
    assert sum(same) >= len(same) - 1  # weights are stored in half precision
