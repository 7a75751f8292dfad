"""Finds the words of a text that decided its category. It decides nothing itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

MIN_LETTERS: Final = 3
"""Shorter words tell a reader nothing."""
_PART_SHARE: Final = 0.5
_GAP: Final = r"[\s,/&_-]{1,4}"
_STOP_WORDS: Final = ENGLISH_STOP_WORDS.union(
    ("shall", "may", "must", "should", "does", "did", "don't", "doesn't", "it's", "i'm", "we're", "you're"),
    ("let", "says", "said", "just", "like", "really", "going", "that's", "there's", "https", "http", "www"),
)


def find_keywords(
    names: Sequence[str], weights: NDArray[Any], row: Any, text: str, category: int, count: int
) -> tuple[str, ...]:
    """Returns up to count words and phrases, strongest first, as the text writes them.

    names: the words the model knows, which are its first columns. weights: shape (categories, features), or
    (1, features) where there are two categories. row: the features of the text. A word counts by what it gives this
    category above the mean of all.
    """
    are_words = row.indices < len(names)
    indices = row.indices[are_words]
    values = row.data[are_words] * _advantage(weights[:, indices], category)
    gains = dict(zip((names[index] for index in indices), values.tolist(), strict=True))
    return tuple(_pick(_rank(gains), text, count))


def _advantage(weights: NDArray[Any], category: int) -> NDArray[Any]:
    if len(weights) == 1:
        return np.asarray(weights[0] if category else -weights[0])
    return np.asarray(weights[category] - weights.mean(axis=0))


def _rank(gains: dict[str, float]) -> list[str]:
    """A phrase also has a share in what its words give, so that it goes before them."""
    scores = {}
    for name, gain in gains.items():
        parts = name.split(" ")
        if gain > 0 and _tells(parts):
            shared = sum(gains.get(part, 0.0) for part in parts) if len(parts) > 1 else 0.0
            scores[name] = gain + _PART_SHARE * max(shared, 0.0)
    return sorted(scores, key=lambda name: (-scores[name], name))


def _tells(parts: list[str]) -> bool:
    edges = (parts[0], parts[-1])
    return all(len(word) >= MIN_LETTERS and word not in _STOP_WORDS for word in edges)


def _pick(ranked: Iterable[str], text: str, count: int) -> list[str]:
    taken: list[set[str]] = []
    picked: list[str] = []
    for name in ranked:
        if len(picked) >= count:
            break
        parts = {_stem(word) for word in name.split(" ")}
        surface = _surface(name, text)
        if surface and not any(parts & other for other in taken):
            taken.append(parts)
            picked.append(surface)
    return picked


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > MIN_LETTERS else word


def _surface(name: str, text: str) -> str:
    """As the text writes it first; nothing where numbers stand between the words."""
    phrase = _GAP.join(map(re.escape, name.split(" ")))
    match = re.search(rf"(?<![^\W\d_]){phrase}(?![^\W\d_])", text, re.IGNORECASE)
    return " ".join(match.group().split()) if match else ""
