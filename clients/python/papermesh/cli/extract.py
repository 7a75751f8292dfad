"""papermesh extract: the text of documents, printed or written to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from papermesh.cli import batch, documents
from papermesh.cli.options import WorkOptions, work_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh.classification.v1.classification_pb2 import ExtractTextResponse
    from papermesh.cli.batch import Format
    from papermesh.cli.screen import Screen
    from papermesh.client import Client
    from papermesh.documents import Document


@click.command(short_help="Print the text of documents, or write it to a folder.")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write an output for each file below DIR, under its own name and what folders it is in.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    help="With --out: text, or json with blocks, pages, links and all else that is known. [default: text]",
)
@click.option("--overwrite", is_flag=True, help="With --out: make again what is there already.")
@work_options("classification")
def extract(
    files: tuple[str, ...], out: Path | None, form: Format | None, overwrite: bool, options: WorkOptions
) -> int:
    """Print the text of each FILE on standard output, and nothing else; with --json, everything that is known of it.

    A folder stands for the files in it, hidden ones left out; "-" reads standard input. With --out, each file becomes
    one below that folder: reports/a.pdf becomes DIR/a.pdf.txt for the folder reports. What is there already and was
    made of the same file is left as it is, so that a run that was ended goes on where it was when it is started
    again. A summary says what failed and why; --json prints an entry for each file instead.

    Uses the classification service if it runs, and otherwise starts one for this command alone.
    """
    if out:
        return batch.run(files, batch.BatchOptions(out, form or "text", overwrite), options)
    if form or overwrite:
        raise click.UsageError("--format and --overwrite go with --out.")

    async def call(client: Client, document: Document) -> ExtractTextResponse:
        everything = options.as_json
        return await client.extract(document, blocks=everything, traits=everything, page_facts=everything)

    return documents.run(documents.Job("classification", call, Plain), files, options)


class Plain(documents.View["ExtractTextResponse"]):
    """The text, and nothing else."""

    def __init__(self, screen: Screen, names: Sequence[str]) -> None:
        self._screen = screen
        self._several = len(names) > 1

    def show(self, name: str, answer: ExtractTextResponse) -> None:
        """Prints the text; where a folder gave several, each under its name."""
        if self._several:
            self._screen.line(f"==> {name} <==")
        self._screen.raw(answer.text_content)
