"""How close PDFs come to the texts they were made from, word by word and as a whole in its order."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import read

if TYPE_CHECKING:
    from pathlib import Path

_TOKEN: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff]|[^\\s\u2e80-\u9fff\uf900-\ufaff]+")


def print_accuracy(folder: Path) -> None:
    """Prints how close each PDF comes to the text it was made from."""
    for path in sorted(folder.glob("*.pdf")):
        expected = path.with_suffix(".txt").read_text("utf-8")
        got = read(path.read_bytes()).text
        print(f"{path.stem:12} word F1 {word_f1(expected, got):.4f}  similarity {similarity(expected, got):.4f}")


def word_f1(expected: str, got: str) -> float:
    """The harmonic mean of the shares of words found and of words right, punctuation included."""
    one, two = Counter(_TOKEN.findall(expected)), Counter(_TOKEN.findall(got))
    both = (one & two).total()
    return 2 * both / max(1, one.total() + two.total())


def similarity(expected: str, got: str) -> float:
    """The share of characters that are the same in the same order, with white space folded."""
    one, two = " ".join(expected.split()), " ".join(got.split())
    same = sum(block.size for block in difflib.SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks())
    return 2 * same / max(1, len(one) + len(two))
