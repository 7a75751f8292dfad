"""Trains a classifier from labelled texts and says how good it is. It knows no corpus and stores nothing.

Part of the documents is held out: it yields the evaluation and the temperature; then all are learned from. Documents
may carry a group (a template, a source): a group is held out as a whole, so that likeness within it flatters nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold

from papermesh_services.classification.errors import TrainingDataUnusable
from papermesh_services.classification.features import build_pipeline, layout_features, word_features
from papermesh_services.classification.model import (
    Classifier,
    Evaluation,
    ModelInfo,
    decision_values,
    evidence,
    softmax,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

MIN_DOCUMENTS: Final = 2
"""The fewest documents of a category."""
HELD_OUT_FOLDS: Final = 5
"""One fold in so many is held out."""
TEMPERATURES: Final = tuple(float(value) for value in np.geomspace(0.05, 20.0, 61))
"""Temperatures that are tried."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its category. group: what it is like others by; empty means that it is like no other."""

    text: str
    category: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to learn.

    inverse_regularisation: higher trusts the documents more. max_words: the most words and phrases to know.
    min_documents: the fewest documents a word must stand in. folds: how many fifths are held out, one after the
    other; more cost more time and evaluate on more documents. seed: which documents are held out.
    """

    inverse_regularisation: float = 10.0
    max_words: int = 20_000
    min_documents: int = 2
    folds: int = 1
    seed: int = 0


def train(
    documents: Iterable[LabelledText], settings: Settings | None = None, *, created: datetime | None = None
) -> Classifier:
    """Trains a classifier; its info carries the evaluation. Raises TrainingDataUnusable."""
    settings = settings or Settings()
    texts = list(documents)
    _check(texts)
    evaluation, temperature = _hold_out(texts, settings)
    pipeline = _fit(texts, settings)
    moment = created or datetime.now(UTC)
    info = ModelInfo(_version(pipeline), moment.isoformat(timespec="seconds"), str(sklearn.__version__), evaluation)
    return Classifier(pipeline, temperature, info)


def _check(documents: Sequence[LabelledText]) -> None:
    counts: dict[str, int] = {}
    for document in documents:
        counts[document.category] = counts.get(document.category, 0) + 1
    if len(counts) < 2:
        raise TrainingDataUnusable(f"there must be two categories or more to tell apart, not {len(counts)}")
    for category, count in sorted(counts.items()):
        if count < MIN_DOCUMENTS:
            raise TrainingDataUnusable(
                f"category {category!r} has {count} document; give it {MIN_DOCUMENTS} or more", category=category
            )


def _fit(documents: Sequence[LabelledText], settings: Settings) -> Pipeline:
    words = word_features(max_words=settings.max_words, min_documents=settings.min_documents)
    linear = LogisticRegression(C=settings.inverse_regularisation, class_weight="balanced", max_iter=400, tol=1e-3)
    pipeline = build_pipeline(words, layout_features(), linear)
    try:
        return pipeline.fit([document.text for document in documents], [document.category for document in documents])
    except ValueError as error:
        raise TrainingDataUnusable("the documents have no words in common to learn from") from error


def _hold_out(documents: Sequence[LabelledText], settings: Settings) -> tuple[Evaluation, float]:
    groups = [document.group or f"#{index}" for index, document in enumerate(documents)]
    labels = [document.category for document in documents]
    smallest = min(labels.count(label) for label in set(labels))
    splitter = StratifiedGroupKFold(min(HELD_OUT_FOLDS, smallest), shuffle=True, random_state=settings.seed)
    categories = sorted(set(labels))
    rounds = []
    for learn, hold in islice(splitter.split(labels, labels, groups), settings.folds):
        pipeline = _fit([documents[i] for i in learn], settings)
        if len(hold) and list(pipeline.classes_) == categories:
            rounds.append(_judge(pipeline, [documents[i] for i in hold]))
    if not rounds:
        raise TrainingDataUnusable("a category has documents of one group only; give it documents of another")
    logits, truth = (np.concatenate(parts) for parts in zip(*rounds, strict=True))
    guesses = logits.argmax(axis=1)
    evaluation = Evaluation(
        len(truth),
        round(float(accuracy_score(truth, guesses)), 4),
        round(float(f1_score(truth, guesses, average="macro")), 4),
    )
    return evaluation, fit_temperature(logits, truth)


def _judge(pipeline: Pipeline, held: Sequence[LabelledText]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    logits = np.stack([_trusted_logits(pipeline, document.text) for document in held])
    return logits, np.searchsorted(pipeline.classes_, [document.category for document in held])


def _trusted_logits(pipeline: Pipeline, text: str) -> NDArray[np.float64]:
    view = pipeline.named_steps["excerpts"].transform([text])
    features = pipeline.named_steps["features"]
    values = decision_values(pipeline.named_steps["linear"], features.transform(view))[0]
    return np.asarray(values - values.mean()) * evidence(features["words"], view[0])


def fit_temperature(logits: NDArray[np.float64], truth: NDArray[Any]) -> float:
    """Returns the temperature under which the true categories are likeliest (Guo et al. 2017)."""
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(logits / value)[rows, truth] + 1e-12).mean() for value in TEMPERATURES]
    return TEMPERATURES[int(np.argmin(losses))]


def _version(pipeline: Pipeline) -> str:
    linear, words = pipeline.named_steps["linear"], pipeline.named_steps["features"]["words"]
    digest = hashlib.sha256(linear.coef_.astype(np.float16).tobytes())
    digest.update("\n".join([*words.get_feature_names_out(), *linear.classes_]).encode())
    return f"linear-{digest.hexdigest()[:12]}"
