"""Numbers, strings, bytes and enums, read from JSON strictly and written to it.

A boolean is never a number here, though Python would have it so.
"""

from __future__ import annotations

import binascii
import math
import re
import struct
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from papermesh_bridge.transcode.faults import Misfit, expected, half_pair

if TYPE_CHECKING:
    from papermesh_bridge.transcode.policy import JsonPolicy

NULL_VALUE: Final = "google.protobuf.NullValue"
DOUBLE_MAX: Final = sys.float_info.max
IGNORED: Final = object()
"""What a reader gives for a value that the policy says to leave out."""

Reader = Callable[[Any], Any]
Writer = Callable[[Any], Any]

_NUMBER: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
FLOAT_MAX: Final = float(2**128 - 2**104)
_SPECIAL: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_EXACT: Final = 2.0**24
_CHUNK: Final = 1 << 20  # divisible by 4; between chunks other threads get their turn
_BASE64: Final = "expected bytes in base64"


def integer_reader(name: str, low: int, high: int) -> Reader:
    """Makes the reader of an integer type; whole numbers may be written as floats or strings too."""

    def read(value: Any) -> int:
        if type(value) is not int:
            value = _whole(value, f"an integer ({name})")
        if low <= value <= high:
            return int(value)
        raise Misfit(f"the number does not fit {name}, which takes {low} to {high}")

    return read


def _whole(value: Any, what: str) -> int | float:
    if isinstance(value, float):
        if value.is_integer():
            return value
        raise Misfit(f"expected {what}, got a fraction")
    if isinstance(value, str) and len(value) <= 64 and _NUMBER.fullmatch(value):
        number = Decimal(value)
        if number.adjusted() > 40:
            return math.inf
        if number == number.to_integral_value():
            return int(number)
    raise expected(what, value)


def read_double(value: Any) -> float:
    """Reads a double: a number, or a string with a number, NaN, Infinity or -Infinity."""
    if isinstance(value, str):
        return _float_of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise expected("a number", value)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise Misfit("the number is too large for a double")
    if math.isnan(number):
        raise Misfit("expected a number, got NaN; in JSON it is a string")
    return number


def read_float(value: Any) -> float:
    """Reads a 32-bit float, likewise."""
    number = read_double(value)
    if math.isfinite(number) and abs(number) > FLOAT_MAX:
        raise Misfit("the number is too large for a 32-bit float")
    return number


def _float_of_text(value: str) -> float:
    if value in _SPECIAL:
        return _SPECIAL[value]
    if len(value) > 400 or not _NUMBER.fullmatch(value):
        raise Misfit("expected a number, got a string that is none")
    try:
        return read_double(float(Decimal(value)))
    except (InvalidOperation, OverflowError):
        raise Misfit("the number is too large for a double") from None


def read_bool(value: Any) -> bool:
    """Reads true or false, and nothing else."""
    if value is True or value is False:
        return value
    raise expected("true or false", value)


def read_string(value: Any) -> str:
    """Reads a string that can be written as UTF-8."""
    if not isinstance(value, str):
        raise expected("a string", value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise half_pair() from None
    return value


def read_bytes(value: Any) -> bytes:
    """Reads bytes from either base64 alphabet, padded or not; line ends are passed over."""
    if not isinstance(value, str):
        raise expected("bytes in base64", value)
    if not value.isascii():
        raise Misfit(f"{_BASE64}; some characters are not of its alphabet")
    data = value.encode("ascii")
    if b"\n" in data or b"\r" in data:
        data = data.translate(None, b"\r\n")
    if b"-" in data or b"_" in data:
        data = data.translate(bytes.maketrans(b"-_", b"+/"))
    return _decoded(data)


def _decoded(data: bytes) -> bytes:
    tail = len(data) % 4
    if tail and not data.endswith(b"="):
        data += b"=" * (4 - tail)
    if 0 <= data.find(b"=") < len(data) - 2:  # it would pass at the end of a chunk
        raise Misfit(f"{_BASE64}: padding before the end")
    view = memoryview(data)
    try:
        parts = [binascii.a2b_base64(view[at : at + _CHUNK], strict_mode=True) for at in range(0, len(data), _CHUNK)]
    except binascii.Error as fault:
        raise Misfit(f"{_BASE64}: {str(fault)[:1].lower()}{str(fault)[1:]}") from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def write_bytes(value: bytes) -> str:
    """Writes bytes as padded base64."""
    if len(value) <= _CHUNK:
        return b64encode(value).decode("ascii")
    step = _CHUNK // 4 * 3
    return "".join(b64encode(value[at : at + step]).decode("ascii") for at in range(0, len(value), step))


def write_double(value: float) -> float | str:
    """Writes a double: a number, or the names of what JSON has no number for."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def write_float(value: float) -> float | str:
    """Writes a 32-bit float with the fewest digits that give it back."""
    if not math.isfinite(value):
        return write_double(value)
    if value.is_integer() and abs(value) < _EXACT:
        return value
    for digits in range(6, 9):
        short = float(f"{value:.{digits}g}")
        if abs(short) <= FLOAT_MAX and struct.unpack("f", struct.pack("f", short))[0] == value:
            return short
    # Nine digits always give it back, but those of the largest one are above it, and would not be read.
    long = float(f"{value:.9g}")
    return long if abs(long) <= FLOAT_MAX else value


def enum_reader(enum: EnumDescriptor, policy: JsonPolicy) -> Reader:
    """Makes the reader of an enum: a name, or a number; a bare name where the policy takes it."""
    names = enum_names(enum, policy)
    read_number = integer_reader("int32", -(2**31), 2**31 - 1)
    null = enum.full_name == NULL_VALUE

    def read(value: Any) -> Any:
        if value is None and null:
            return 0
        if isinstance(value, str):
            return _enum_number(enum, names, value, policy)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise expected(f"a name of {enum.name}", value)
        number = read_number(value)
        if enum.is_closed and number not in enum.values_by_number:
            raise Misfit(f"{number} is no value of {enum.name}")
        return number

    return read


def _enum_number(enum: EnumDescriptor, names: Mapping[str, int], value: str, policy: JsonPolicy) -> Any:
    number = names.get(value)
    if number is None and policy.bare_enum_names and value.isascii():  # other letters have these in upper case too
        number = names.get(value.upper())
    if number is not None:
        return number
    if policy.unknown_enum_names == "ignore":
        return IGNORED
    told = ", ".join(each.name for each in enum.values[:12])
    raise Misfit(f"{value[:64]!r} is no name of {enum.name}, which has {told}{', …' if len(enum.values) > 12 else ''}")


def enum_names(enum: EnumDescriptor, policy: JsonPolicy) -> dict[str, int]:
    """Gives the numbers of an enum by the names that are read."""
    names = {value.name: value.number for value in enum.values}
    if policy.bare_enum_names:
        prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", enum.name).upper() + "_"
        bare = {name.removeprefix(prefix): number for name, number in names.items() if name.startswith(prefix)}
        names = {**bare, **names}
    return names


def enum_writer(enum: EnumDescriptor) -> Writer:
    """Makes the writer of an enum: its name, or the number where it has none."""
    if enum.full_name == NULL_VALUE:
        return lambda _: None
    names = {value.number: value.name for value in reversed(enum.values)}
    return lambda value: names.get(value, value)


def _range(bits: int, signed: bool) -> tuple[int, int]:
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)


INTEGERS: Final[Mapping[int, tuple[str, int, int]]] = {
    FieldDescriptor.TYPE_INT32: ("int32", *_range(32, True)),
    FieldDescriptor.TYPE_SINT32: ("sint32", *_range(32, True)),
    FieldDescriptor.TYPE_SFIXED32: ("sfixed32", *_range(32, True)),
    FieldDescriptor.TYPE_UINT32: ("uint32", *_range(32, False)),
    FieldDescriptor.TYPE_FIXED32: ("fixed32", *_range(32, False)),
    FieldDescriptor.TYPE_INT64: ("int64", *_range(64, True)),
    FieldDescriptor.TYPE_SINT64: ("sint64", *_range(64, True)),
    FieldDescriptor.TYPE_SFIXED64: ("sfixed64", *_range(64, True)),
    FieldDescriptor.TYPE_UINT64: ("uint64", *_range(64, False)),
    FieldDescriptor.TYPE_FIXED64: ("fixed64", *_range(64, False)),
}
"""The integer types: what they are called, and the least and the largest number each takes."""
READERS: Final[Mapping[int, Reader]] = {
    **{kind: integer_reader(*limits) for kind, limits in INTEGERS.items()},
    FieldDescriptor.TYPE_DOUBLE: read_double,
    FieldDescriptor.TYPE_FLOAT: read_float,
    FieldDescriptor.TYPE_BOOL: read_bool,
    FieldDescriptor.TYPE_STRING: read_string,
    FieldDescriptor.TYPE_BYTES: read_bytes,
}
"""The readers of all types but enums and messages."""
