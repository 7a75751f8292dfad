"""The options of the commands that start servers, and the configuration of the services they become."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from papermesh.cli.exits import missing_extra
from papermesh.cli.running import LOG_LEVELS, log_to_stderr

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.app import ContainmentMode, ServerConfig

UNITS: Final = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
MOST_BYTES: Final = 1023 * 1024**2
"""gRPC cannot carry messages of 2 GiB, and a message takes up to twice a document."""


class Size(click.ParamType[int]):
    """A number of bytes, such as 1000000, 512KiB or 64MiB."""

    name = "SIZE"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Reads the number and its unit."""
        match = re.fullmatch(r"(\d+) ?(KiB|MiB|GiB)?", str(value))
        size = int(match[1]) * UNITS[match[2] or ""] if match else 0
        if not 0 < size <= MOST_BYTES:
            self.fail(f"{value!r} is not a size up to 1023MiB; give bytes, or a number with KiB, MiB.", param, ctx)
        return size


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How servers are to run, as the user said it."""

    roots: tuple[Path, ...]
    workers: int
    workers_per_document: int
    max_document_bytes: int
    max_batch_items: int
    max_processing_seconds: float
    max_cpu_seconds: float
    containment: ContainmentMode
    recognition: bool
    recognition_languages: tuple[str, ...]
    tesseract: Path | None
    drain_seconds: float

    def config(self, address: str) -> ServerConfig:
        """The configuration of one service. Raises CommandFailed where the services are not installed."""
        try:
            from papermesh_services.app import ServerConfig
            from papermesh_services.documents import Limits
        except ImportError as error:
            raise missing_extra("services", error) from error
        return ServerConfig(
            address=address,
            document_roots=self.roots,
            workers=self.workers,
            workers_per_document=self.workers_per_document,
            limits=Limits(max_document_bytes=self.max_document_bytes),
            max_batch_items=self.max_batch_items,
            max_processing_seconds=self.max_processing_seconds,
            max_cpu_seconds=self.max_cpu_seconds,
            containment=self.containment,
            recognition=self.recognition,
            recognition_languages=self.recognition_languages,
            tesseract=self.tesseract,
            drain_seconds=self.drain_seconds,
        )


def server_options(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a command the options of ServerOptions as one argument, options, and sets up logging."""

    def collected(roots: tuple[Path, ...], log_level: str, **values: Any) -> int:
        log_to_stderr(log_level)
        own = {each.name: values.pop(each.name) for each in fields(ServerOptions) if each.name != "roots"}
        options = ServerOptions(tuple(root.resolve() for root in roots or (Path(),)), **own)
        return command(options=options, **values)

    wrapped: Callable[..., int] = update_wrapper(collected, command)
    for option in reversed(_SERVER_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


LOG_LEVEL: Final = click.option(
    "--log-level",
    type=click.Choice(LOG_LEVELS),
    default="warning",
    show_default=True,
    help="What is logged to standard error; info logs every request.",
)

_SERVER_OPTIONS: Final = (
    click.option(
        "--root",
        "roots",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="A folder below which file_path may read. Repeat for more. [default: the current folder]",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Worker processes of each service at the most. [default: one for each processor]",
    ),
    click.option(
        "--workers-per-document",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Those that read one long document at the most, while they are idle. [default: all; 1: no sharing]",
    ),
    click.option(
        "--max-document-bytes", type=Size(), default="64MiB", show_default=True, help="The largest document taken."
    ),
    click.option(
        "--max-batch-items",
        type=click.IntRange(min=1),
        default=1000,
        show_default=True,
        metavar="N",
        help="The most documents of one batch.",
    ),
    click.option(
        "--max-processing-seconds",
        type=click.FloatRange(min=0, min_open=True),
        default=20.0,
        show_default=True,
        metavar="SECONDS",
        help="The longest one document may take.",
    ),
    click.option(
        "--max-cpu-seconds",
        type=click.FloatRange(min=0, min_open=True),
        default=20.0,
        show_default=True,
        metavar="SECONDS",
        help="The processor time one document may take.",
    ),
    click.option(
        "--containment",
        type=click.Choice(("available", "required", "limits")),
        default="available",
        show_default=True,
        help="How much worker processes are shut in; required does not start where the system lacks a part.",
    ),
    click.option(
        "--recognition/--no-recognition",
        default=True,
        show_default=True,
        help="Whether text in pictures is recognised, where tesseract is installed.",
    ),
    click.option(
        "--recognition-language",
        "recognition_languages",
        multiple=True,
        metavar="NAME",
        help="A language as tesseract names it (deu). Repeat for more. [default: eng]",
    ),
    click.option(
        "--tesseract",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Where tesseract is. [default: where systems keep programs]",
    ),
    click.option(
        "--drain-seconds",
        type=click.FloatRange(min=0),
        default=30.0,
        show_default=True,
        metavar="SECONDS",
        help="How long running calls may take to finish when the server stops.",
    ),
    LOG_LEVEL,
)
