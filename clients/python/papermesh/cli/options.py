"""The options that several commands share, each with its help in one place, and the values they become."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Final

import click

from papermesh.addresses import url_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Callable[..., int]], Callable[..., int]]

CLASSIFICATION: Final = "127.0.0.1:50051"
QUALITY: Final = "127.0.0.1:50052"
DEFAULTS: Final = {"classification": CLASSIFICATION, "quality": QUALITY}
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
        if fault := url_fault(value):
            self.fail(f"{fault}.", param, ctx)
        host, _, port = value.rpartition(":")
        if value.startswith("unix:") and len(value) > len("unix:"):
            return value
        if not host or not port.isdecimal() or int(port) > 65535:
            self.fail(f"{value!r} is not an address; give HOST:PORT, for example 127.0.0.1:50051.", param, ctx)
        return value


ADDRESS: Final = Address()


def default_jobs() -> int:
    """Files at a time where the user says nothing: one for each processor, within reason."""
    # Not every system tells which processors a process may use.
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_AT_A_TIME)


def work_options(service: str) -> Decorator:
    """Gives a command the options of WorkOptions, and passes them to it as one argument, options.

    service: the one it works with. The option of the other is taken, so that one set of options does for every
    command, but not shown.
    """

    def decorated(command: Callable[..., int]) -> Callable[..., int]:
        return _with_options(command, service)

    return decorated


def _with_options(command: Callable[..., int], service: str) -> Callable[..., int]:
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
    services = [_service_option(name, address, hidden=name != service) for name, address in DEFAULTS.items()]
    options: list[Decorator] = [_JSON, *services, *_HOW]
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def _service_option(name: str, default: str, *, hidden: bool) -> Decorator:
    return click.option(
        f"--{name}",
        type=ADDRESS,
        envvar=f"PAPERMESH_{name.upper()}",
        show_envvar=True,
        hidden=hidden,
        help=f"The {name} service. [default: {default} if it runs, else one is started]",
    )


_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON list, an entry for each file.")
_HOW: Final = (
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
