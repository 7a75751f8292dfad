"""What is wrong with a JSON value, and where in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FAULTS: Final = 20
"""How many faults of one request are told; the rest would not help."""


class Misfit(Exception):
    """A value does not fit. Carries its faults, each with the path from the value that was being read."""

    def __init__(self, description: str = "", faults: Sequence[tuple[str, str]] | None = None) -> None:
        super().__init__(description)
        self.faults = [("", description)] if faults is None else list(faults)

    def inside(self, step: str) -> list[tuple[str, str]]:
        """Gives the faults as seen from the enclosing value, one step further out: `.name`, `[2]`."""
        return [(step + path, description) for path, description in self.faults]

    def violations(self) -> list[Violation]:
        """Gives the faults as seen from the whole request."""
        return [Violation(path.removeprefix("."), description) for path, description in self.faults[:MAX_FAULTS]]


def gathered(faults: list[tuple[str, str]] | None, step: str, error: Misfit | UnicodeError) -> list[tuple[str, str]]:
    """Adds what was wrong one step further in to the faults found so far."""
    if isinstance(error, UnicodeError):  # protobuf found it on the way in
        error = half_pair()
    return [*(faults or ()), *error.inside(step)]


def half_pair() -> Misfit:
    """Says that a string is no text."""
    return Misfit("the string has half of a surrogate pair, which is no character")


def too_deep() -> Misfit:
    """Says that a message is nested deeper than a backend reads."""
    return Misfit("nested too deeply")


def kind(value: Any) -> str:
    """Names the JSON type of a value, for people."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a number"


def expected(what: str, value: Any) -> Misfit:
    """Says that something else was expected."""
    return Misfit(f"expected {what}, got {kind(value)}")
