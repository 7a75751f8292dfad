"""The process that recognises: forked by the fork server, it shuts itself in and becomes the program.

From then on it has the pixels it reads, the words it writes, its own files to look at, and nothing else.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermesh_services.server import sandbox

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from papermesh_services.server.sandbox import Profile

NOT_SHUT_IN: Final = 126
NOT_STARTED: Final = 127
_INPUT, _OUTPUT = 0, 1
ENVIRONMENT: Final = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}
"""Several threads on one page are slower where other pages are read at the same time; and nothing is inherited."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to become, with which arguments, and within how many seconds of the processor."""

    arguments: tuple[str, ...]
    profile: Profile
    processor_seconds: int


def become(command: Command, pixels: Connection, words: Connection) -> None:
    """Becomes the program, with pixels as its standard input and words as its standard output. Never returns."""
    code = NOT_STARTED
    try:
        os.dup2(pixels.fileno(), _INPUT)
        os.dup2(words.fileno(), _OUTPUT)
        seconds = command.processor_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        containment = sandbox.enter(command.profile, kept=(_INPUT, _OUTPUT))
        code = NOT_SHUT_IN
        if command.profile.mode != "required" or not containment.missing:
            code = NOT_STARTED
            os.execve(command.arguments[0], command.arguments, ENVIRONMENT)  # noqa: S606  that is the point
    finally:
        os._exit(code)
