"""Timestamps, durations and field masks, read from their JSON strings strictly and written to them.

The messages may come from any descriptor pool; only their fields are used.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from papermesh_bridge.errors import SchemaError
from papermesh_bridge.transcode.faults import Misfit, expected, half_pair

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86400
_FIRST: Final = -62135596800
_LAST: Final = 253402300799
_LONGEST: Final = 315576000000
_BILLION: Final = 10**9
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII
)
_SECONDS: Final = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?s", re.ASCII)
_UNDERSCORED: Final = re.compile(r"_(.)", re.DOTALL)
_A_TIME: Final = "a time like 2025-01-31T12:00:00Z"
_A_DURATION: Final = "a duration in seconds like 1.5s"


def fill_timestamp(message: Any, value: Any, _depth: int = 0) -> None:
    """Reads RFC 3339: four-digit years, two-digit everything else, a zone, at most nine digits of a second."""
    if not isinstance(value, str):
        raise expected(_A_TIME, value)
    match = _TIME.fullmatch(value)
    if match is None:
        raise Misfit(f"expected {_A_TIME}")
    stamp, digits, sign, hours, minutes = match.groups()
    try:
        since = datetime.fromisoformat(stamp + "+00:00") - _EPOCH
    except ValueError:
        raise Misfit(f"expected {_A_TIME}; there is no such day or time") from None
    seconds = since.days * _DAY + since.seconds
    if sign:
        offset = 3600 * int(hours) + 60 * int(minutes)
        seconds += offset if sign == "-" else -offset
    if not _FIRST <= seconds <= _LAST:
        raise Misfit("the time is not within the years 1 to 9999 in UTC")
    message.seconds = seconds
    message.nanos = _nanos(digits)


def write_timestamp(message: Any) -> str:
    """Writes RFC 3339 in UTC, with as many groups of three digits as the fraction needs."""
    seconds, nanos = message.seconds, message.nanos
    if not (_FIRST <= seconds <= _LAST and 0 <= nanos < _BILLION):
        raise SchemaError("a backend's answer has a Timestamp that is out of range")
    moment = _EPOCH + timedelta(seconds // _DAY, seconds % _DAY)
    return f"{moment.isoformat()[:19]}{_fraction(nanos)}Z"


def fill_duration(message: Any, value: Any, _depth: int = 0) -> None:
    """Reads seconds with at most nine digits after the point, and an s."""
    if not isinstance(value, str):
        raise expected(_A_DURATION, value)
    match = _SECONDS.fullmatch(value)
    if match is None:
        raise Misfit(f"expected {_A_DURATION}")
    sign, seconds, digits = match.groups()
    if int(seconds) > _LONGEST:
        raise Misfit(f"the duration is not within {_LONGEST} seconds")
    message.seconds = int(sign + seconds)
    message.nanos = int(f"{sign}{_nanos(digits)}")


def write_duration(message: Any) -> str:
    """Writes seconds, with as many groups of three digits as the fraction needs."""
    seconds, nanos = message.seconds, message.nanos
    mixed = (seconds < 0 < nanos) or (nanos < 0 < seconds)
    if mixed or abs(seconds) > _LONGEST or abs(nanos) >= _BILLION:
        raise SchemaError("a backend's answer has a Duration that is out of range")
    sign = "-" if seconds < 0 or nanos < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanos))}s"


def fill_mask(message: Any, value: Any, _depth: int = 0) -> None:
    """Reads paths in lowerCamelCase with commas between them."""
    if not isinstance(value, str):
        raise expected("field names with commas between them", value)
    if "_" in value:
        raise Misfit("expected field names in lowerCamelCase with commas between them; they have no underscores")
    paths = value.split(",") if value else []
    try:
        message.paths.extend(map(_snake, paths))
    except UnicodeEncodeError:
        raise half_pair() from None


def write_mask(message: Any) -> str:
    """Writes paths in lowerCamelCase with commas between them."""
    return ",".join(map(_camel, message.paths))


def _snake(path: str) -> str:
    return "".join("_" + character.lower() if character.isupper() else character for character in path)


def _camel(path: str) -> str:
    written = _UNDERSCORED.sub(lambda match: match[1].upper() if match[1].islower() else match[0], path)
    if "_" in written or any(map(str.isupper, path)):
        raise SchemaError(f"a backend's answer has a FieldMask path that has no JSON form: {path[:64]!r}")
    return written


def _nanos(digits: str | None) -> int:
    return int(digits.ljust(9, "0")) if digits else 0


def _fraction(nanos: int) -> str:
    if not nanos:
        return ""
    digits = f"{nanos:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return "." + digits
