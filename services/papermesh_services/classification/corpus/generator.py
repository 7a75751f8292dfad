"""Makes up labelled documents from the grammars beside it, the same ones for the same seed."""

from __future__ import annotations

import random
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from papermesh_services.classification.corpus.noise import spoil
from papermesh_services.classification.corpus.template import Expander, Grammar, parse_grammar
from papermesh_services.classification.corpus.values import DocumentValues, Topic, parse_topics
from papermesh_services.classification.training import LabelledText

if TYPE_CHECKING:
    from collections.abc import Iterator

CATEGORIES: Final = (
    "contract",
    "email",
    "financial_report",
    "form",
    "invoice",
    "legal_opinion",
    "letter",
    "medical_report",
    "meeting_minutes",
    "news_article",
    "patent",
    "policy",
    "press_release",
    "receipt",
    "resume",
    "scientific_paper",
    "specification",
    "technical_manual",
    "terms_of_service",
    "transcript",
)
"""The categories of the shipped model, in alphabetical order."""

FILLER_SHARE: Final = 0.5
"""The share of documents that get general sentences, of no kind, strewn in."""
STRETCHES: Final = (1, 1, 1, 1, 2, 2, 4)
"""How many times as long as their grammar says documents are."""
MAX_CHARACTERS: Final = 24_000
"""No document is longer."""


def generate(per_category: int, *, seed: int = 0) -> Iterator[LabelledText]:
    """Yields per_category documents of each category. A document's group is the layout it was made from."""
    for category in CATEGORIES:
        layouts = len(_grammar(category)["layout"])
        for number in range(per_category):
            rng = random.Random(f"{seed}/{category}/{number}")  # noqa: S311  # nothing here is a secret
            layout = number % layouts
            yield LabelledText(_document(category, layout, rng), category, f"{category}/{layout}")


def _document(category: str, layout: int, rng: random.Random) -> str:
    grammar = _grammar(category)
    chosen = {**grammar, "layout": (grammar["layout"][layout],)}
    expander = Expander(chosen, DocumentValues(rng, _topics()), rng, rng.choice(STRETCHES))
    text = expander.rule("layout").strip()
    if rng.random() < FILLER_SHARE:
        text = _strew(text, [expander.rule("filler") for _ in range(rng.randint(1, 1 + len(text) // 1000))], rng)
    return spoil(text, rng)[:MAX_CHARACTERS]


def _strew(text: str, sentences: list[str], rng: random.Random) -> str:
    blocks = text.split("\n\n")
    for sentence in sentences:
        at = rng.randrange(len(blocks))
        if len(blocks[at]) > 100 and not blocks[at].rstrip()[-1:].isdigit():  # running text, no table
            blocks[at] = f"{blocks[at].rstrip()} {sentence}"
    return "\n\n".join(blocks)


@cache
def _grammar(category: str) -> Grammar:
    return {**parse_grammar(_read("common.txt")), **parse_grammar(_read(f"{category}.txt"))}


@cache
def _topics() -> tuple[Topic, ...]:
    return parse_topics(_read("topics.txt"))


def _read(name: str) -> str:
    return files("papermesh_services.classification.corpus").joinpath("grammars", name).read_text(encoding="utf-8")
