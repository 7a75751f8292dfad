"""papermesh classify: what kind of document each file is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from rich.text import Text

from papermesh.cli import documents
from papermesh.cli.columns import Column, Rows
from papermesh.cli.options import WorkOptions, work_options
from papermesh.cli.screen import Screen, bar
from papermesh.cli.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh.classification.v1.classification_pb2 import ClassifyDocumentResponse
    from papermesh.client import Client
    from papermesh.documents import Document

CATEGORY_WIDTH: Final = 18
BAR_WIDTH: Final = 30
SHOWN_SCORES: Final = 5


@click.command(short_help="Say what kind of document each file is.")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--category", "-c", "categories", multiple=True, metavar="NAME", help="Choose from these only. Repeat for more."
)
@click.option(
    "--keywords", type=click.IntRange(1, 100), default=10, show_default=True, metavar="N", help="Keywords to show."
)
@work_options("classification")
def classify(files: tuple[str, ...], categories: tuple[str, ...], keywords: int, options: WorkOptions) -> int:
    """Say what kind of document each FILE is, how sure that is, and which words decided it.

    A folder stands for the files in it, hidden ones left out; "-" reads standard input. PDF, office files, HTML,
    Markdown, mails, books, text and more are read, as docs/formats.md says. Uses the classification service if it
    runs, and otherwise starts one for this command alone.
    """

    async def call(client: Client, document: Document) -> ClassifyDocumentResponse:
        return await client.classify(document, categories=categories, max_keywords=keywords)

    return documents.run(documents.Job("classification", call, view), files, options)


def view(screen: Screen, names: Sequence[str]) -> Detail | Table:
    """What fits the number of files: one in detail, or a row for each."""
    return Detail(screen) if len(names) == 1 else Table(screen, names)


class Table(documents.View["ClassifyDocumentResponse"]):
    """One row for each file."""

    def __init__(self, screen: Screen, names: Sequence[str]) -> None:
        columns = (Column("CATEGORY", CATEGORY_WIDTH), Column("SURE", 6, right=True))
        self._rows = Rows(screen, names, columns, "KEYWORDS")

    def show(self, name: str, answer: ClassifyDocumentResponse) -> None:
        """Prints the row of one file."""
        cells = (Text(one_line(answer.category), style="bold"), Text(percent(answer.confidence), sure(answer)))
        self._rows.add(name, cells, ", ".join(map(one_line, answer.keywords)))


class Detail(documents.View["ClassifyDocumentResponse"]):
    """One file with its best scores and what the answer rests on."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def show(self, name: str, answer: ClassifyDocumentResponse) -> None:
        """Prints the answer."""
        self._screen.line(Text(name, style="bold"))
        self._screen.line()
        for place, score in enumerate(answer.scores[:SHOWN_SCORES]):
            style = sure(answer) if place == 0 else "dim"
            line = Text("  ")
            line.append(one_line(score.category).ljust(CATEGORY_WIDTH), style="bold" if place == 0 else "")
            line.append(f"{percent(score.score):>6}  ", style="bold" if place == 0 else "")
            line.append(bar(score.score, BAR_WIDTH), style=style)
            line.rstrip()
            self._screen.line(line)
        self._screen.line()
        for title, text in facts(answer):
            self._screen.fact(title, text)


def facts(answer: ClassifyDocumentResponse) -> list[tuple[str, str]]:
    """What the answer rests on, as titles with texts."""
    metadata = answer.metadata
    looked_at = f"{metadata.processed_text_length:,} of {metadata.text_length:,} characters"
    return [
        ("keywords", ", ".join(map(one_line, answer.keywords)) or "none"),
        ("decided by", f"{one_line(answer.processing_method)}, model {one_line(metadata.model_version)}"),
        ("looked at", f"{looked_at} in {answer.processing_time:.2f} s"),
    ]


def percent(share: float) -> str:
    """A share of 0..1 in percent."""
    return f"{share * 100:.1f}%"


def sure(answer: ClassifyDocumentResponse) -> str:
    """The colour of a confidence."""
    return "green" if answer.confidence >= 0.8 else "yellow" if answer.confidence >= 0.5 else "red"
