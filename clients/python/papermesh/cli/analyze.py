"""papermesh analyze: how good each file is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Literal, cast

import click
from rich.text import Text

from papermesh.cli import documents
from papermesh.cli.columns import Column, Rows
from papermesh.cli.options import WorkOptions, work_options
from papermesh.cli.quality_detail import ANY, Detail, Score, asked_for, graded, not_judged, points, scores_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh.cli.screen import Screen
    from papermesh.client import Client
    from papermesh.documents import Document
    from papermesh.quality.v1.quality_pb2 import AnalyzeQualityResponse

Severity = Literal["info", "warning", "error"]
TYPES: Final = ("automatic", "readability", "structure", "content")
MAX_FINDINGS: Final = 10_000
"""The most findings a server gives."""


@click.command(short_help="Say how good each file is, and what to mend.")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--type",
    "analysis_type",
    type=click.Choice(TYPES),
    default="automatic",
    show_default=True,
    help="What to look at; automatic means everything.",
)
@click.option(
    "--min-severity",
    type=click.Choice(("info", "warning", "error")),
    default="info",
    show_default=True,
    help="Leave findings below this out.",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODE",
    help="Leave findings of this code out, as it stands in [brackets] behind a finding. Repeat for more.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every finding, not only the first ones.")
@work_options("quality")
def analyze(
    files: tuple[str, ...],
    analysis_type: str,
    min_severity: str,
    ignored: tuple[str, ...],
    show_all: bool,
    options: WorkOptions,
) -> int:
    """Say how good each FILE is: scores of 0 to 100, findings with their place, and what to do about them.

    A folder stands for the files in it, hidden ones left out; "-" reads standard input. PDF, office files, HTML,
    Markdown, mails, books, text and more are read, as docs/formats.md says. Uses the quality service if it runs, and
    otherwise starts one for this command alone.
    """
    counts = min_severity != ANY and not options.as_json  # what it lets through is counted here, so all is needed

    async def call(client: Client, document: Document) -> AnalyzeQualityResponse:
        return await client.analyze(
            document,
            analysis_type=cast("Literal['automatic']", analysis_type),
            min_severity=cast("Severity", min_severity),
            ignored_codes=ignored,
            max_findings=MAX_FINDINGS if show_all or counts else 0,
        )

    shown = partial(view, scores=scores_of(analysis_type), show_all=show_all, min_severity=min_severity)
    return documents.run(documents.Job("quality", call, shown), files, options)


def view(
    screen: Screen, names: Sequence[str], scores: Sequence[Score], *, show_all: bool, min_severity: str
) -> Detail | Table:
    """What fits the number of files: one in detail, or a row for each."""
    if len(names) == 1:
        return Detail(screen, scores, show_all=show_all, min_severity=min_severity)
    return Table(screen, names, scores, min_severity)


class Table(documents.View["AnalyzeQualityResponse"]):
    """One row for each file."""

    def __init__(self, screen: Screen, names: Sequence[str], scores: Sequence[Score], min_severity: str = ANY) -> None:
        self._screen = screen
        self._min_severity = min_severity
        self._scores = scores
        self._left_out: list[str] = []
        titles = [*(title.upper() for title, _ in scores), "FINDINGS"]
        self._rows = Rows(screen, names, [Column(title, len(title), right=True) for title in titles], "")

    def show(self, name: str, answer: AnalyzeQualityResponse) -> None:
        """Prints the row of one file."""
        scores = [value_of(answer) for _, value_of in self._scores]
        for (title, _), score in zip(self._scores, scores, strict=True):
            if score is None and title not in self._left_out:
                self._left_out.append(title)
        cells = [Text(points(score), style=graded(score)) for score in scores]
        self._rows.add(name, [*cells, Text(f"{asked_for(answer, self._min_severity):,}")])

    def end(self) -> None:
        """Says why some scores are not there, if some are not."""
        if why := not_judged(self._left_out):
            self._screen.line()
            self._screen.fact("not judged", why)
