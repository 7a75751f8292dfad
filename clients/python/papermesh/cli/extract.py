"""papermesh extract: the text of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papermesh.cli import documents
from papermesh.cli.options import WorkOptions, work_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh.classification.v1.classification_pb2 import ExtractTextResponse
    from papermesh.cli.screen import Screen
    from papermesh.client import Client
    from papermesh.documents import Document


@click.command(short_help="Print the text of a document.")
@click.argument("file")
@work_options
def extract(file: str, options: WorkOptions) -> int:
    """Print the text of FILE on standard output, and nothing else; with --json, everything that is known of it.

    "-" reads standard input. Uses the classification service if it runs, and otherwise starts one for this command
    alone.
    """

    async def call(client: Client, document: Document) -> ExtractTextResponse:
        return await client.extract(document)

    return documents.run(documents.Job("classification", call, Plain), (file,), options)


class Plain:
    """The text, and nothing else."""

    def __init__(self, screen: Screen, names: Sequence[str]) -> None:
        self._screen = screen
        self._several = len(names) > 1

    def show(self, name: str, answer: ExtractTextResponse) -> None:
        """Prints the text; where a folder gave several, each under its name."""
        if self._several:
            self._screen.line(f"==> {name} <==")
        self._screen.raw(answer.text_content)
