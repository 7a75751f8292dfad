"""TOML tables into dataclasses, with every fault told by its place.

Values in, values out; nothing here knows what the tables are for.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from papermesh_bridge.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")


def read_text(path: Path) -> str:
    """Reads a file of settings. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"{path}: cannot be read: {fault}") from None


def parsed(text: str, name: str, make: Callable[[Mapping[str, Any]], T]) -> T:
    """Gives what `make` makes of a TOML text; `name` is what errors call it. Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{name}: not TOML: {fault}") from None
    try:
        return make(table)
    except ConfigError as fault:
        raise ConfigError(f"{name}: {fault}") from None


def tables(table: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    """Gives the tables written `[[key]]`, each with its place. Raises ConfigError."""
    found = table.get(key, [])
    if not isinstance(found, list):
        raise ConfigError(f"[{key}] must be written [[{key}]]: there may be several")
    return [(f"[[{key}]] {number}", each) for number, each in enumerate(found, 1)]


def made(kind: type[T], table: Any, where: str) -> T:
    """Makes a dataclass from a table whose keys are its fields. Raises ConfigError."""
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a table")
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    check_keys(table, tuple(known), where)
    missing = [name for name, each in known.items() if name not in table and _is_required(each)]
    if missing:
        raise ConfigError(f"{where}: {missing[0]} is missing")
    hints = get_type_hints(kind)
    place = f"{where}: "
    return kind(
        **{name: value(each, hints[name], place + name, zero=_zero(known[name])) for name, each in table.items()}
    )


def value(given: Any, hint: Any, where: str, *, zero: bool = False) -> Any:
    """Gives a value of a TOML file as what its type hint asks for. Raises ConfigError.

    Numbers are above 0, unless 0 means something.
    """
    hint = _without_none(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return made(hint, given, where)
    if get_origin(hint) is Literal:
        return _choice(given, get_args(hint), where)
    if get_origin(hint) is tuple:
        return _strings(given, where)
    if hint in (int, float):
        return _number(given, hint, where, zero=zero)
    if hint is Path:
        return Path(value(given, str, where))
    if not isinstance(given, hint):
        raise ConfigError(f"{where} must be {'true or false' if hint is bool else 'a string'}, not {given!r}")
    return given


def check_keys(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    """Refuses a key that is no setting. Raises ConfigError."""
    for key in table:
        if key not in known:
            place = f"{where}: " if where else ""
            raise ConfigError(f"{place}{key!r} is no setting; there are {', '.join(known)}")


def check_unique(what: str, names: Sequence[str]) -> None:
    """Refuses a name that is there twice. Raises ConfigError."""
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"there are two {what}s named {name!r}; give each a name of its own")


def _is_required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _zero(each: Any) -> bool:
    return bool(each.metadata.get("zero", False))


def _without_none(hint: Any) -> Any:
    kinds = get_args(hint)
    return next(kind for kind in kinds if kind is not NoneType) if NoneType in kinds else hint


def _choice(given: Any, choices: Sequence[Any], where: str) -> Any:
    if given not in choices:
        raise ConfigError(f"{where} must be one of {', '.join(map(repr, choices))}, not {given!r}")
    return given


def _strings(given: Any, where: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise ConfigError(f"{where} must be an array of strings, not {given!r}")
    return tuple(given)


def _number(given: Any, kind: type[int] | type[float], where: str, *, zero: bool) -> int | float:
    fits = isinstance(given, int | float) if kind is float else isinstance(given, int)
    if isinstance(given, bool) or not fits or not (0 < given < 2**53 or (zero and given == 0)):
        least = "0 or above" if zero else "above 0"
        raise ConfigError(f"{where} must be a {'whole ' if kind is int else ''}number {least}, not {given!r}")
    return kind(given)
