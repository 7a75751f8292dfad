"""What generated code calls by name, beside the readers and writers of single types."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.transcode import scalars
from papermesh_bridge.transcode.faults import MAX_FAULTS, Misfit, expected, gathered, too_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BOOL_KEYS: Final = {"true": True, "false": False}


def each_fault(read: Callable[[Any], Any], items: list[Any]) -> Misfit:
    """Reads the items of an array once more, one by one, for what is wrong with which."""
    found: list[tuple[str, str]] = []
    for index, item in enumerate(items):
        try:
            read(item)
        except Misfit as misfit:
            found = gathered(found, f"[{index}]", misfit)
            if len(found) >= MAX_FAULTS:
                break
    return Misfit(faults=found)


def map_step(key: str) -> str:
    """Gives the step of a path that leads into a map."""
    return f'["{key[:64]}"]'


def missing() -> Misfit:
    """Says that a required field was not given."""
    return Misfit("required, and missing")


def read_bool_key(key: str) -> bool:
    """Reads the key of a map that has booleans for keys."""
    if key not in _BOOL_KEYS:
        raise Misfit("expected a key that is true or false")
    return _BOOL_KEYS[key]


def map_key(key: Any) -> str:
    """Writes the key of a map that is no string."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)


def write_exact(value: int) -> int | str:
    """Writes a 64-bit integer as a number where a double can hold it."""
    return value if int(float(value)) == value else str(value)


def write_text(value: str | bytes) -> str:
    """Writes a string of a message that is not held to UTF-8."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


READING: Final[Mapping[str, Any]] = {
    "MAX_FAULTS": MAX_FAULTS,
    "IGNORED": scalars.IGNORED,
    "Misfit": Misfit,
    **{each.__name__: each for each in (expected, gathered, too_deep, each_fault, map_step, missing, read_bool_key)},
}
"""By the names they have in generated code that reads."""
WRITING: Final[Mapping[str, Any]] = {
    "copysign": math.copysign,
    **{each.__name__: each for each in (map_key, write_exact, write_text)},
    **{each.__name__: each for each in (scalars.write_bytes, scalars.write_double, scalars.write_float)},
}
"""By the names they have in generated code that writes."""
