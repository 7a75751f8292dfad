"""Documents made for the tests of this folder, without a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from papermesh_services.documents.model import Block, BlockKind, Document, Format, Page, Span
from papermesh_services.quality import Options, detect_issues

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = {"- ": BlockKind.LIST_ITEM, "| ": BlockKind.TABLE, "``": BlockKind.CODE, "> ": BlockKind.QUOTE}


class Make(Protocol):
    """Makes a document of blocks: "# " and so on begins a heading, "- " a list item, "| " a table, "``" code."""

    def __call__(self, *blocks: str, of: Format = ..., language: str = ..., pages: bool = ...) -> Document: ...


@pytest.fixture(scope="session")
def make() -> Make:
    """A maker of documents; each block is a page of its own where pages are asked for."""
    return _make


def _make(*blocks: str, of: Format = Format.MARKDOWN, language: str = "en", pages: bool = False) -> Document:
    made: list[Block] = []
    texts: list[str] = []
    at = 0
    for block in blocks:
        kind, level, text = _parse(block)
        made.append(Block(kind, Span(at, at + len(text)), level))
        texts.append(text)
        at += len(text) + 2
    numbered = tuple(Page(number, block.span) for number, block in enumerate(made, 1)) if pages else ()
    return Document("\n\n".join(texts), of, "test", language, tuple(made), numbered)


def _parse(block: str) -> tuple[BlockKind, int, str]:
    if block.startswith("#"):
        marks = len(block) - len(block.lstrip("#"))
        return BlockKind.HEADING, marks, block[marks:].strip()
    kind = _KINDS.get(block[:2])
    return (BlockKind.PARAGRAPH, 0, block) if kind is None else (kind, 0, block[2:])


@pytest.fixture(scope="session")
def good() -> tuple[str, ...]:
    """A short report without a fault, as blocks."""
    return (
        "# How the garden grew",
        "## Spring",
        "We planted the first beds in March. The soil was cold, but the peas came up within two weeks. "
        "Each child looked after one row and wrote down what changed from day to day.",
        "The beans were slower. Slugs ate half of them, so we put down sand around the plants. That helped a little.",
        "## Summer",
        "In June the weather turned hot. We carried water from the stream every morning before school began. "
        "The tomatoes grew so fast that they needed sticks to hold them.",
        "- Peas: 12 kg",
        "- Tomatoes: 30 kg",
        "Our neighbours gave us an old shed. It keeps the tools dry, and an hour of shade is welcome at noon.",
    )


@pytest.fixture(scope="session")
def codes() -> Callable[[Document], list[str]]:
    """Says which codes are found in a document."""
    return lambda document: [finding.code for finding in detect_issues(document, Options(max_findings=10_000)).findings]
