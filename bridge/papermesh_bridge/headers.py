"""The headers beside a message -> what its calls take along: metadata by an allow-list, a deadline, a trace.

Pure: pairs of bytes in, values out. A header that nobody asked for is never looked into, and the value of one that is
at fault is never repeated, for it may be a secret.
"""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from papermesh_bridge.context import NO_CONTEXT, CallContext
from papermesh_bridge.errors import RESOURCE_EXHAUSTED, ConfigError, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papermesh_bridge.limits import Limits

Headers: TypeAlias = "Sequence[tuple[bytes, bytes]]"

_TIMEOUT: Final = b"grpc-timeout"
_TRACE_PARENT: Final = b"traceparent"
_TRACE_STATE: Final = b"tracestate"
_READ_ANYWAY: Final = frozenset({_TIMEOUT, _TRACE_PARENT, _TRACE_STATE})

_SECONDS_OF_UNIT: Final = {b"H": 3600.0, b"M": 60.0, b"S": 1.0, b"m": 1e-3, b"u": 1e-6, b"n": 1e-9}
_TIMEOUT_VALUE: Final = re.compile(rb"([0-9]{1,8})([HMSmun])")
_PARENT_VALUE: Final = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?"
)
_PARENT_OF_TODAY: Final = 55
_MAX_TRACE_BYTES: Final = 512

_PATTERN: Final = re.compile(r"[a-z0-9_.-]+\*?")
_NAME: Final = re.compile(rb"[a-z0-9_.-]+")
_TEXT: Final = re.compile(rb"[ -~]*")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_BINARY_SUFFIX: Final = b"-bin"
# Headers of one HTTP connection, of the message itself, and of gRPC; they mean nothing, or something else, further on.
_NEVER: Final = frozenset(
    b"connection expect host keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade user-agent".split()
)
_NEVER_STARTS: Final = (b"grpc-", b"content-", b"accept", b"sec-websocket-")
_ONLY_BY_FULL_NAME: Final = frozenset({b"authorization", b"cookie"})
# What HTTP/2 counts for an entry besides its name and value, which bounds the number of entries too.
_ENTRY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """Which headers are read, and what is taken from them."""

    names: frozenset[bytes]
    """Headers that become metadata, by lower-case name."""
    prefixes: tuple[bytes, ...]
    """How the names of further ones start."""
    max_metadata_bytes: int
    max_call_timeout_seconds: float

    @classmethod
    def of(cls, patterns: Iterable[str], limits: Limits) -> HeaderRule:
        """Makes the rule from names, and prefixes that end in `*`. Raises ConfigError for one that cannot be."""
        known = [_pattern(each) for each in patterns]
        return cls(
            frozenset(each for each in known if not each.endswith(b"*")),
            tuple(each[:-1] for each in known if each.endswith(b"*")),
            limits.max_metadata_bytes,
            limits.max_call_timeout_seconds,
        )

    def read(self, headers: Headers, now: float) -> CallContext:
        """Gives what the calls of a message take along, `now` being its arrival. Raises InvalidRequest."""
        found: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for name, value in headers:
            if name in _READ_ANYWAY or self._allows(name):
                found[name].append(value.strip(b" \t"))
        if not found:
            return NO_CONTEXT
        seconds = _timeout(found.pop(_TIMEOUT, []))
        trace = tuple(_trace(found.pop(_TRACE_PARENT, []), found.pop(_TRACE_STATE, [])))
        deadline = None if seconds is None else now + min(seconds, self.max_call_timeout_seconds)
        return CallContext(self._metadata(found), trace, deadline)

    def _allows(self, name: bytes) -> bool:
        if name in self.names or not self.prefixes:
            return name in self.names
        return name.startswith(self.prefixes) and not (_is_never(name) or name in _ONLY_BY_FULL_NAME)

    def _metadata(self, found: Mapping[bytes, list[bytes]]) -> tuple[tuple[str, str | bytes], ...]:
        entries = [(name, each) for name, values in found.items() for each in _each(name, values)]
        size = sum(len(name) + len(value) + _ENTRY_BYTES for name, value in entries)
        if size > self.max_metadata_bytes:
            told = f"the headers make {size} bytes of metadata, at most {self.max_metadata_bytes} are taken"
            raise InvalidRequest(told, reason="METADATA_TOO_LARGE", status=RESOURCE_EXHAUSTED)
        return tuple(_entry(name, value) for name, value in entries)


def _pattern(text: str) -> bytes:
    pattern = text.strip().lower()
    if not _PATTERN.fullmatch(pattern):
        raise ConfigError(f"metadata: {text!r} is no name of a header; write a name, or its beginning and '*'")
    name = pattern.encode()
    if name in _READ_ANYWAY:
        raise ConfigError(f"metadata: {text!r} goes along anyway; leave it out")
    if _is_never(name):
        raise ConfigError(f"metadata: {text!r} cannot go along: it belongs to HTTP or gRPC itself")
    return name


def _is_never(name: bytes) -> bool:
    return name in _NEVER or name.startswith(_NEVER_STARTS)


def _timeout(values: list[bytes]) -> float | None:
    if not values:
        return None
    match = _TIMEOUT_VALUE.fullmatch(values[0])
    seconds = int(match[1]) * _SECONDS_OF_UNIT[match[2]] if match else 0.0
    if len(values) > 1 or not seconds:
        told = "must be there once: a number above 0 of at most 8 digits and one of H, M, S, m, u, n, as in 500m"
        raise _refused(_TIMEOUT, told)
    return seconds


def _trace(parents: list[bytes], states: list[bytes]) -> Iterator[tuple[str, str]]:
    """Gives the trace's headers. One that breaks the rules is no error but left out, as W3C Trace Context has it."""
    if len(parents) != 1 or len(parents[0]) > _MAX_TRACE_BYTES or not _PARENT_VALUE.fullmatch(parents[0]):
        return
    if parents[0].startswith(b"00") and len(parents[0]) != _PARENT_OF_TODAY:
        return
    yield "traceparent", parents[0].decode()
    state = b",".join(states)
    if state and len(state) <= _MAX_TRACE_BYTES and _TEXT.fullmatch(state):
        yield "tracestate", state.decode()


def _each(name: bytes, values: list[bytes]) -> Iterator[bytes]:
    """Gives the values of a header. Those of a binary one may stand together, with commas between them."""
    if not name.endswith(_BINARY_SUFFIX):
        yield from values
        return
    for value in values:
        for part in value.split(b","):
            yield part.strip(b" \t")


def _entry(name: bytes, value: bytes) -> tuple[str, str | bytes]:
    if not _NAME.fullmatch(name):
        raise _refused(name, "cannot be metadata: its name may have letters, digits, '-', '_' and '.' only")
    if name.endswith(_BINARY_SUFFIX):
        return name.decode(), _decoded(name, value)
    if not _TEXT.fullmatch(value):
        told = "cannot be metadata: its value is not printable ASCII; a header that ends in -bin can carry any bytes"
        raise _refused(name, told)
    return name.decode(), value.decode()


def _decoded(name: bytes, value: bytes) -> bytes:
    padded = value.endswith(b"=")
    if not _BASE64.fullmatch(value) or (len(value) % 4 if padded else len(value) % 4 == 1):
        raise _refused(name, "must be base64, as the values of all headers that end in -bin")
    return base64.b64decode(value + b"=" * (-len(value) % 4))


def _refused(name: bytes, told: str) -> InvalidRequest:
    shown = name[:128].decode("latin-1")
    return InvalidRequest(f"the header {shown} {told}", shown, "INVALID_HEADER")
