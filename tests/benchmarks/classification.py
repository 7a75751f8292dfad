"""Measures a classifier on a folder of real documents: FOLDER/<category>/<file>.

    python tests/benchmarks/classification.py FOLDER [--model FILE] [--errors]

Prints accuracy, macro F1, expected calibration error, precision and recall of each category, the confusions and the
time a document takes.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from papermesh_services import documents
from papermesh_services.classification.store import load_file, load_shipped

if TYPE_CHECKING:
    from papermesh_services.classification.model import Classification, Classifier

BINS = 10


def read(folder: Path) -> list[tuple[str, str, str]]:
    files = sorted(path for path in folder.glob("*/*") if path.is_file())
    texts = {path: text_of(path) for path in files}
    return [(path.parent.name, path.name, text) for path, text in texts.items() if text is not None]


def text_of(path: Path) -> str | None:
    """The text of a document, as the services read it; None, and a line about it, where there is none."""
    try:
        return documents.read(path.read_bytes(), path.name).text
    except documents.DocumentError as error:
        print(f"left out: {path}: {error}")
        return None


def calibration_error(results: list[tuple[str, Classification]]) -> float:
    """Guo et al. 2017: the mean gap between confidence and accuracy over equal bins, weighted by their documents."""
    confidence = np.array([found.confidence for _, found in results])
    right = np.array([found.category == truth for truth, found in results], dtype=float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == i].mean() - right[bins == i].mean()) * (bins == i).mean() for i in set(bins)]
    return float(sum(gaps))


def report(results: list[tuple[str, Classification]]) -> None:
    truths = Counter(truth for truth, _ in results)
    guesses = Counter(found.category for _, found in results)
    hits = Counter(truth for truth, found in results if found.category == truth)
    scores = []
    print(f"{'category':20} {'count':>6} {'precision':>10} {'recall':>7} {'F1':>6}")
    for category in sorted(truths):
        precision, recall = hits[category] / max(guesses[category], 1), hits[category] / truths[category]
        scores.append(2 * hits[category] / (truths[category] + guesses[category]))
        print(f"{category:20} {truths[category]:6} {precision:10.3f} {recall:7.3f} {scores[-1]:6.3f}")
    print("\nconfusions")
    confusions = Counter((truth, found.category) for truth, found in results if found.category != truth)
    for (truth, guess), count in confusions.most_common():
        print(f"{count:5} {truth} taken for {guess}")
    right = sum(hits.values())
    mean = np.mean([found.confidence for _, found in results])
    print(f"\naccuracy {right / len(results):.4f} ({right} of {len(results)}), macro F1 {np.mean(scores):.4f}")
    print(f"mean confidence {mean:.4f}, expected calibration error {calibration_error(results):.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--errors", action="store_true", help="list the documents that were taken for something else")
    arguments = parser.parse_args()
    classifier: Classifier = load_file(arguments.model) if arguments.model else load_shipped()
    found = read(arguments.folder)
    if not found:
        parser.error(f"there is no document below {arguments.folder}: it takes FOLDER/<category>/<file>")
    started = time.perf_counter()
    results = [(truth, classifier.classify(text)) for truth, _, text in found]
    elapsed = time.perf_counter() - started
    if arguments.errors:
        for (truth, name, _), (_, guess) in zip(found, results, strict=True):
            if truth != guess.category:
                print(f"{truth}/{name}: {guess.category} {guess.confidence:.2f} {', '.join(guess.keywords[:6])}")
    report(results)
    print(f"{elapsed / len(results) * 1000:.1f} ms a document")


if __name__ == "__main__":
    main()
