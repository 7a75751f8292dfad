"""The options that several commands share, each with its help in one place, and the values they become."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

CLASSIFICATION: Final = "127.0.0.1:50051"
QUALITY: Final = "127.0.0.1:50052"
DEFAULT_TIMEOUT: Final = 60.0
MOST_AT_A_TIME: Final = 8


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How a command does its work on files.

    classification, quality: the addresses the user named, None where they are the default ones.
    timeout: seconds for each file. jobs: files at a time. as_json: one JSON document in place of text for people.
    """

    classification: str | None
    quality: str | None
    timeout: float
    jobs: int
    as_json: bool


class Address(click.ParamType[str]):
    """host:port, [ipv6]:port or unix:path."""

    name = "HOST:PORT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Checks the form; whether anything is there is found out later."""
        host, _, port = value.rpartition(":")
        if value.startswith("unix:") and len(value) > len("unix:"):
            return value
        if not host or not port.isdecimal() or int(port) > 65535:
            self.fail(f"{value!r} is not an address; give HOST:PORT, for example 127.0.0.1:50051.", param, ctx)
        return value


ADDRESS: Final = Address()


def default_jobs() -> int:
    """Files at a time where the user says nothing: one for each processor, within reason."""
    return min(len(os.sched_getaffinity(0)), MOST_AT_A_TIME)


def work_options(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a command the options of WorkOptions, and passes them to it as one argument, options."""

    def collected(
        classification: str | None,
        quality: str | None,
        timeout: float,
        jobs: int | None,
        as_json: bool,
        **others: Any,
    ) -> int:
        options = WorkOptions(classification, quality, timeout, jobs or default_jobs(), as_json)
        return command(options=options, **others)

    wrapped: Callable[..., int] = update_wrapper(collected, command)
    for option in reversed(_WORK_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_WORK_OPTIONS: Final = (
    click.option("--json", "as_json", is_flag=True, help="Print one JSON list, an entry for each file."),
    click.option(
        "--classification",
        type=ADDRESS,
        envvar="PAPERMESH_CLASSIFICATION",
        show_envvar=True,
        help=f"The classification service. [default: {CLASSIFICATION} if it runs, else one is started]",
    ),
    click.option(
        "--quality",
        type=ADDRESS,
        envvar="PAPERMESH_QUALITY",
        show_envvar=True,
        help=f"The quality service. [default: {QUALITY} if it runs, else one is started]",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=DEFAULT_TIMEOUT,
        show_default=True,
        metavar="SECONDS",
        help="How long one file may take.",
    ),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(1, 256),
        metavar="N",
        help=f"Files at a time. [default: the number of processors, at most {MOST_AT_A_TIME}]",
    ),
)
