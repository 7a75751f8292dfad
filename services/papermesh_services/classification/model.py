"""Classifies a text with a fitted pipeline: the category, how sure, and which words decided.

It neither trains nor stores.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import numpy as np

from papermesh_services.classification.errors import UnknownCategory
from papermesh_services.classification.excerpt import excerpt, excerpt_length
from papermesh_services.classification.keywords import find_keywords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

METHOD: Final = "linear"
"""What decided, as the answer names it."""
LONGEST_NAME: Final = 64
"""Characters of an unknown name that are compared with those that are known."""
HALF_EVIDENCE_WORDS: Final = 12.0
"""Known words at which a text is trusted half as much as a long one."""
FULL_COVERAGE: Final = 0.25
"""Share of a text's words that must be known for it to be trusted fully; foreign text and gibberish stay below."""


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """One category and its probability, 0..1."""

    category: str
    score: float


@dataclass(frozen=True, slots=True)
class Classification:
    """What kind of document a text is.

    scores: best first; they make 1 together. keywords: strongest first, as the text writes them.
    processed_text_length: characters of the text that were looked at.
    """

    category: str
    confidence: float
    scores: tuple[CategoryScore, ...]
    keywords: tuple[str, ...]
    processed_text_length: int
    method: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a model did on documents it was not trained on."""

    document_count: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a model says of itself. created: RFC 3339. trained_with: the version of scikit-learn."""

    version: str
    created: str
    trained_with: str
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Classifier:
    """A fitted pipeline with the temperature that makes its probabilities mean what they say. Safe to share."""

    pipeline: Pipeline
    temperature: float
    info: ModelInfo
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The words and phrases it knows, in the order of its columns; asking scikit-learn each time would sort them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(map(str, self.words.get_feature_names_out())))

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories it tells apart, in alphabetical order."""
        return tuple(str(name) for name in self.linear.classes_)

    @property
    def words(self) -> TfidfVectorizer:
        """The part of the pipeline that knows words."""
        return self.pipeline.named_steps["features"]["words"]

    @property
    def layout(self) -> Pipeline:
        """The part of the pipeline that measures layout."""
        return self.pipeline.named_steps["features"]["layout"]

    @property
    def linear(self) -> LogisticRegression:
        """The part of the pipeline that decides."""
        return self.pipeline.named_steps["linear"]

    def classify(self, text: str, *, max_keywords: int = 10, candidates: Sequence[str] = ()) -> Classification:
        """Classifies a text of any length; what it costs is bounded.

        candidates: the only categories to choose from; none means all. Raises UnknownCategory for one it does not know.
        """
        chosen = self._columns(candidates)
        view = excerpt(text)
        row = self.pipeline.named_steps["features"].transform([view])
        probabilities = self._probabilities(row, view, chosen)
        order = np.argsort(-probabilities, kind="stable")
        names = self.categories
        scores = tuple(CategoryScore(names[chosen[i]], float(probabilities[i])) for i in order)
        keywords = find_keywords(self.names, self.linear.coef_, row, view, int(chosen[order[0]]), max_keywords)
        return Classification(scores[0].category, scores[0].score, scores, keywords, excerpt_length(text), METHOD)

    def _columns(self, candidates: Sequence[str]) -> NDArray[np.intp]:
        names = self.categories
        for name in candidates:
            if name not in names:
                near = get_close_matches(name[:LONGEST_NAME], names, n=1)
                what_to_do = f"did you mean {near[0]}?" if near else f"choose from {', '.join(names)}"
                raise UnknownCategory(f"there is no category {name!r}; {what_to_do}", category=name)
        return np.array([i for i, name in enumerate(names) if not candidates or name in candidates], dtype=np.intp)

    def _probabilities(self, row: object, view: str, chosen: NDArray[np.intp]) -> NDArray[np.float64]:
        logits = decision_values(self.linear, row)[0]
        logits = (logits - logits.mean())[chosen] * (evidence(self.words, view) / self.temperature)
        return softmax(logits)


def decision_values(linear: LogisticRegression, rows: object) -> NDArray[np.float64]:
    """One value for each row and category, also where there are but two categories."""
    values = np.asarray(linear.decision_function(rows), dtype=np.float64)
    return np.stack([-values / 2, values / 2], axis=1) if values.ndim == 1 else values


def evidence(words: TfidfVectorizer, view: str) -> float:
    """How far a text can be trusted, 0..1: little known text, or much unknown text, is little evidence."""
    found = words.build_tokenizer()(view.lower())
    known = sum(word in words.vocabulary_ for word in found)
    if not known:
        return 0.0
    coverage = min(1.0, known / len(found) / FULL_COVERAGE)
    return coverage * known / (known + HALF_EVIDENCE_WORDS)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities from logits along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
