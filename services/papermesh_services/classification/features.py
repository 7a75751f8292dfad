"""Assembles the features of a text: its words and word pairs, and its layout. Nothing of categories or of storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler

from papermesh_services.classification.excerpt import excerpt
from papermesh_services.classification.layout import LayoutFeatures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from sklearn.linear_model import LogisticRegression

WORD_PATTERN: Final = r"[^\W\d_]+(?:['’][^\W\d_]+)?"
"""A word: letters, with an apostrophe inside."""
MAX_WORDS: Final = 20_000
"""The most words and phrases a model knows."""
LAYOUT_WEIGHT: Final = 0.05
"""What a standard deviation of a layout measure counts, where all words together count 1."""
LAYOUT_CLIP: Final = 3.0
"""Standard deviations beyond which a layout measure counts no more."""


class Excerpts(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Cuts texts down to a bounded length. There is nothing to learn."""

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: ARG002, N803
        """Returns itself."""
        self.fitted_ = True
        return self

    def transform(self, X: Iterable[str]) -> list[str]:  # noqa: N803
        """Cuts each text down."""
        return [excerpt(text) for text in X]


class Clip(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Limits standardised measures to ±limit and multiplies them by weight."""

    def __init__(self, limit: float = LAYOUT_CLIP, weight: float = LAYOUT_WEIGHT) -> None:
        self.limit = limit
        self.weight = weight

    def fit(self, X: NDArray[np.float64], y: object = None) -> Self:  # noqa: ARG002, N803
        """Returns itself."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803
        """Limits and weighs."""
        return np.clip(X, -self.limit, self.limit) * self.weight

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """The names it was given."""
        return input_features


def word_features(*, max_words: int = MAX_WORDS, min_documents: int = 3, **options: Any) -> TfidfVectorizer:
    """Words and pairs of words, weighted by 1 + log(count) and by rarity, each text normalised to length 1."""
    return TfidfVectorizer(
        token_pattern=WORD_PATTERN,
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=min_documents,
        max_features=max_words,
        dtype=np.float64,
        **options,
    )


def layout_features() -> Pipeline:
    """Layout measures, standardised, clipped and weighted."""
    return Pipeline([("measures", LayoutFeatures()), ("scale", StandardScaler()), ("clip", Clip())])


def build_pipeline(words: TfidfVectorizer, layout: Pipeline, linear: LogisticRegression) -> Pipeline:
    """The whole way from texts to categories. The parts may be fitted or not."""
    union = FeatureUnion([("words", words), ("layout", layout)])
    return Pipeline([("excerpts", Excerpts()), ("features", union), ("linear", linear)])
