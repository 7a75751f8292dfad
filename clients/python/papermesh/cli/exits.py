"""How a command ends: its exit codes, and the errors that end it with one line. Prints nothing itself."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


MEANINGS = {
    Exit.OK: "everything was done",
    Exit.FAILED: "some file failed; the others were done",
    Exit.USAGE: "the command line is wrong; nothing was done",
    Exit.UNREACHABLE: "a service cannot be reached, or cannot start",
    Exit.INTERRUPTED: "interrupted (Ctrl-C)",
    Exit.BROKEN_PIPE: "whatever read the output went away",
    Exit.TERMINATED: "ended by SIGTERM before the work was done",
}
"""What each exit code says, as the help shows it."""


class CommandFailed(Exception):
    """Ends the command with one line on standard error. The line says what happened, to what, and what to do."""

    def __init__(self, message: str, code: Exit) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def missing_extra(extra: str, error: ImportError) -> CommandFailed:
    """The error for a command that needs an extra which is not installed."""
    return CommandFailed(
        f"This installation is the client alone, without the {extra} ({error.name} is missing); "
        "install papermesh[all], in a clone by: pip install '.[all]'",
        Exit.UNREACHABLE,
    )
