"""Checks arguments that Python itself would take for something else, and says what to give in their place.

Knows the names of arguments and their types, but neither messages nor channels.
"""

from __future__ import annotations

import inspect
import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable


def one_of(argument: str, value: object, known: Collection[str]) -> str:
    """The value. Raises ValueError where it is not one of those that are known."""
    if isinstance(value, str) and value in known:
        return value
    names = ", ".join(map(repr, known))
    raise ValueError(f"{argument} must be one of {names}, not {value!r}")


def several(argument: str, values: Iterable[Any]) -> Iterable[Any]:
    """The values. Raises TypeError for a single one, which would be taken apart into its letters."""
    if isinstance(values, str | bytes | os.PathLike):
        raise TypeError(f"{argument} takes several, in a list: [{shortened(values)}], not {shortened(values)}")
    return values


def check_names(given: Iterable[str], more: Collection[str], method: Callable[..., Any]) -> None:
    """Raises TypeError for a keyword argument that is not of more and none of the method's own.

    It names the one that was probably meant.
    """
    unknown = [name for name in given if name not in more]
    if unknown:
        own = [each.name for each in inspect.signature(method).parameters.values() if each.kind is each.KEYWORD_ONLY]
        known = [*own, *more]
        near = get_close_matches(unknown[0], known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
        raise TypeError(f"{method.__name__}() has no argument {unknown[0]!r}; {hint}")


def shortened(value: object) -> str:
    """How a value is written, its middle left out where it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}…{text[-10:]}"
