"""Made-up documents of every category, which the shipped model learns from.

Written for this project: nothing in it is copied from any document.
"""

from __future__ import annotations

from papermesh_services.classification.corpus.generator import CATEGORIES, generate
from papermesh_services.classification.corpus.template import GrammarError

__all__ = ["CATEGORIES", "GrammarError", "generate"]
