"""Makes the shipped model anew: python -m papermesh_services.classification.build.

The same corpus gives the same model. It stores, and judges nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from papermesh_services.classification.corpus import generate
from papermesh_services.classification.store import SHIPPED, save
from papermesh_services.classification.training import Settings, train

if TYPE_CHECKING:
    from papermesh_services.classification.model import Classifier

PER_CATEGORY: Final = 180
"""Documents of each category to learn from."""
SETTINGS: Final = Settings(inverse_regularisation=3.0, max_words=20_000, min_documents=5, folds=5)
"""How the shipped model learns."""


def build(per_category: int = PER_CATEGORY, settings: Settings = SETTINGS) -> Classifier:
    """Trains the model that is shipped; a smaller per_category gives a quicker, weaker one."""
    return train(generate(per_category), settings)


def main() -> int:
    """Trains the model and writes it where the package looks for it, or to --output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "data" / SHIPPED)
    arguments = parser.parse_args()
    classifier = build()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    save(classifier, arguments.output)
    evaluation = classifier.info.evaluation
    sys.stdout.write(
        f"{arguments.output}: {classifier.info.version}, {arguments.output.stat().st_size:,} bytes, "
        f"accuracy {evaluation.accuracy} and macro F1 {evaluation.macro_f1} on {evaluation.document_count} "
        f"made-up documents held out, temperature {classifier.temperature:.3f}\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
