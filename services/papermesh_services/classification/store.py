"""Stores a classifier as bytes and back: numbers as npz without pickle, the rest as JSON. It runs nothing it reads.

Only what was learned is stored; the pipeline around it is built anew, so a file outlives versions of scikit-learn.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from papermesh_services.classification.errors import ModelIncompatible, ModelNotFound, ModelUnreadable
from papermesh_services.classification.features import build_pipeline, layout_features, word_features
from papermesh_services.classification.model import Classifier, Evaluation, ModelInfo

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

FORMAT: Final = "papermesh-classifier"
FORMAT_VERSION: Final = 1
SHIPPED: Final = "model.npz"
MAX_MODEL_BYTES: Final = 256 * 1024 * 1024
"""A larger file is not read."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
)
"""What numpy and zipfile raise on a file that is not theirs, or not whole."""
_ARRAYS: Final = ("vocabulary", "idf", "weights", "intercept", "layout_mean", "layout_scale")


def dump(classifier: Classifier) -> bytes:
    """Returns the classifier as bytes; the same classifier gives the same bytes."""
    words, scaler, linear = classifier.words, classifier.layout.named_steps["scale"], classifier.linear
    metadata = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "version": classifier.info.version,
        "created": classifier.info.created,
        "trained_with": classifier.info.trained_with,
        "evaluation": {
            "document_count": classifier.info.evaluation.document_count,
            "accuracy": classifier.info.evaluation.accuracy,
            "macro_f1": classifier.info.evaluation.macro_f1,
        },
        "categories": list(classifier.categories),
        "temperature": classifier.temperature,
        "layout": [str(name) for name in classifier.layout.named_steps["measures"].get_feature_names_out()],
    }
    arrays: dict[str, NDArray[Any]] = {
        "metadata": _from_text(json.dumps(metadata, ensure_ascii=False, sort_keys=True)),
        "vocabulary": _from_text("\n".join(words.get_feature_names_out())),
        "idf": words.idf_.astype(np.float32),
        "weights": linear.coef_.astype(np.float16),
        "intercept": linear.intercept_.astype(np.float64),
        "layout_mean": scaler.mean_,
        "layout_scale": scaler.scale_,
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def load(data: bytes) -> Classifier:
    """Rebuilds a classifier. Raises ModelUnreadable or ModelIncompatible."""
    metadata, arrays = _read(data)
    if metadata.get("format") != FORMAT:
        raise ModelUnreadable("this is not a model of Papermesh; train one, or use the one that is shipped")
    if metadata.get("format_version") != FORMAT_VERSION:
        found = str(metadata.get("format_version"))
        raise ModelIncompatible(
            f"the model has format version {found}, this version reads {FORMAT_VERSION}; train it anew", found=found
        )
    try:
        return _rebuild(metadata, arrays)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelUnreadable(f"the model is broken: {error}; train it anew") from error


def save(classifier: Classifier, path: Path) -> None:
    """Writes a classifier to a file, which appears whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(dump(classifier))
    partial.replace(path)


def load_file(path: Path) -> Classifier:
    """Reads a classifier from a file. Raises ModelNotFound, ModelUnreadable or ModelIncompatible."""
    try:
        size = path.stat().st_size
        if size > MAX_MODEL_BYTES:
            raise ModelUnreadable(f"the model has {size} bytes, more than the {MAX_MODEL_BYTES} that are read")
        return load(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelNotFound(f"there is no model {path.name}; train one, or use the one that is shipped") from error
    except OSError as error:
        raise ModelUnreadable(f"the model {path.name} cannot be read: {error.strerror}") from error


def load_shipped() -> Classifier:
    """Reads the classifier that comes with the package."""
    return load(files("papermesh_services.classification").joinpath("data", SHIPPED).read_bytes())


def _from_text(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _read(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            metadata = json.loads(stored["metadata"].tobytes())
            arrays = {name: stored[name] for name in _ARRAYS}
    except _BROKEN as error:
        raise ModelUnreadable("this is not a model file, or it is broken; train it anew") from error
    if not isinstance(metadata, dict):
        raise ModelUnreadable("the model file is broken; copy it again or train it anew")
    return metadata, arrays


def _rebuild(metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Classifier:
    categories = [str(name) for name in metadata["categories"]]
    words = _words(arrays)
    layout = _layout(metadata, arrays)
    linear = _linear(categories, arrays, len(words.vocabulary_) + len(arrays["layout_mean"]))
    pipeline = build_pipeline(words, layout, linear)
    pipeline.named_steps["excerpts"].fit([])
    evaluation = Evaluation(**metadata["evaluation"])
    info = ModelInfo(metadata["version"], metadata["created"], metadata["trained_with"], evaluation)
    return Classifier(pipeline, float(metadata["temperature"]), info)


def _words(arrays: dict[str, NDArray[Any]]) -> TfidfVectorizer:
    vocabulary = arrays["vocabulary"].tobytes().decode().split("\n")
    idf = arrays["idf"].astype(np.float64)
    if len(vocabulary) != len(idf) or len(set(vocabulary)) != len(vocabulary):
        raise ValueError("its vocabulary does not fit its weights")
    words = word_features(vocabulary=vocabulary)
    words.idf_ = idf
    return words


def _layout(metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Pipeline:
    layout = layout_features()
    known = [str(name) for name in layout.named_steps["measures"].fit([]).get_feature_names_out()]
    if metadata["layout"] != known:
        raise ModelIncompatible("the model was made for other layout measures than this version takes; train it anew")
    scaler: StandardScaler = layout.named_steps["scale"]
    mean, scale = arrays["layout_mean"], arrays["layout_scale"]
    if mean.shape != (len(known),) or scale.shape != mean.shape:
        raise ValueError("its layout measures have the wrong shape")
    scaler.mean_, scaler.scale_, scaler.var_ = mean, scale, scale**2
    scaler.n_features_in_, scaler.n_samples_seen_ = len(known), 1
    layout.named_steps["clip"].n_features_in_ = len(known)
    return layout


def _linear(categories: list[str], arrays: dict[str, NDArray[Any]], features: int) -> LogisticRegression:
    weights, intercept = arrays["weights"].astype(np.float64), arrays["intercept"].astype(np.float64)
    rows = 1 if len(categories) == 2 else len(categories)  # scikit-learn keeps one row for two
    if weights.shape != (rows, features) or intercept.shape != (rows,):
        raise ValueError("its weights have the wrong shape")
    if not (np.isfinite(weights).all() and np.isfinite(intercept).all()):
        raise ValueError("its weights are not numbers")
    linear = LogisticRegression()
    linear.coef_, linear.intercept_ = weights, intercept
    linear.classes_, linear.n_features_in_ = np.array(categories), features
    return linear
