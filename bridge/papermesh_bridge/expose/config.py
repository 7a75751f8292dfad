"""What is exposed, where, and which legacy server is behind it, from code or from a legacy.toml.

Values only, checked when they are made. Nothing here opens a connection or starts a process.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from papermesh_bridge.address import Address
from papermesh_bridge.errors import ConfigError
from papermesh_bridge.limits import MIB
from papermesh_bridge.tables import check_keys, check_unique, made, parsed, read_text, tables, value
from papermesh_bridge.transcode import LEGACY_POLICY, JsonPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPOSE_POLICY: Final = LEGACY_POLICY
"""Original names, every field without presence written, unknown members of results ignored, bare enum names read."""
DEFAULT_LISTEN: Final = Address("127.0.0.1", 50061)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_OWN_HEADERS: Final = frozenset(("connection", "content-length", "content-type", "host", "transfer-encoding"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposeLimits:
    """Every limit of an exposed service; a unit stands at the end of each name."""

    max_request_bytes: int = 96 * MIB
    """The largest gRPC request taken."""
    max_answer_bytes: int = 96 * MIB
    """The largest JSON-RPC answer taken from the legacy server."""
    max_header_bytes: int = 8 * 1024
    """The largest header block of an answer in Content-Length framing."""
    max_depth: int = 100
    """How deeply arrays and objects of an answer may be nested, its envelope included."""
    max_calls: int = 1000
    """How many calls are under way at the same time; further ones are refused."""
    max_calls_in_flight: int = 64
    """How many calls the legacy server has at the same time; further ones wait."""
    offload_bytes: int = 256 * 1024
    """From this size on, a message is read and written in a thread, so that other callers are answered meanwhile."""
    call_timeout_seconds: float = 60.0
    """How long a call may take whose caller has set no deadline."""
    connect_timeout_seconds: float = 5.0
    """How long the legacy server may take to be connected to."""
    write_idle_seconds: float = 60.0
    """How long the legacy server may leave requests unread before its connection is given up."""
    retry_seconds: float = 5.0
    """The longest pause between two attempts to connect to the legacy server, or to start it."""
    probe_seconds: float = 5.0
    """How often a legacy server that speaks HTTP is looked for."""
    child_stop_seconds: float = 5.0
    """How long a child process may take to end after SIGTERM, before SIGKILL."""
    max_schema_bytes: int = 32 * MIB
    """The largest file of descriptors."""


@dataclass(frozen=True, slots=True)
class LegacyMethod:
    """How one RPC is called on the legacy server, where that differs from what the contract says."""

    rpc: str
    """The full name, `package.Service/Method`."""
    name: str = ""
    """The JSON-RPC name; the one in the contract's method option by default, or the RPC's in snake_case."""
    params: Literal["named", "positional"] = "named"
    """Whether params are an object, or an array in the order in which the fields are declared."""
    wrap: bool = False
    """Whether the JSON-RPC result is the value of the response's only field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposeConfig:
    """Everything an exposed service needs to know."""

    listen: Address = DEFAULT_LISTEN
    """Where gRPC callers are served."""
    descriptors: Path
    """The contract: a FileDescriptorSet, as `buf build -o` and `protoc --descriptor_set_out` write it."""
    services: tuple[str, ...] = ()
    """The services that are exposed; by default those of every file that is not there as an import only."""
    http: str = ""
    """The URL of a legacy server that speaks HTTP. Exactly one of http, tcp and command is given."""
    tcp: Address | None = None
    """Where a legacy server is that speaks over TCP."""
    command: tuple[str, ...] = ()
    """The command of a legacy server that speaks on its standard streams, and runs as a child process."""
    directory: Path | None = None
    """Where the command runs; the folder of the file by default."""
    headers: tuple[tuple[str, str], ...] = ()
    """What is sent with every request over HTTP, besides what HTTP itself needs."""
    framing: Literal["lines", "content-length"] = "lines"
    """How messages are told apart over TCP and on standard streams."""
    cancel: bool | None = None
    """Whether `$/cancelRequest` is sent for a call that nobody waits for; by default with Content-Length alone."""
    methods: tuple[LegacyMethod, ...] = ()
    """How RPCs are called, where that differs from what the contract says."""
    policy: JsonPolicy = EXPOSE_POLICY
    """How params are written, and results read."""
    limits: ExposeLimits = field(default_factory=ExposeLimits)

    def __post_init__(self) -> None:
        if sum(map(bool, (self.http, self.tcp, self.command))) != 1:
            raise ConfigError("give exactly one of http, tcp and command: the legacy server that is called")
        if self.command and not self.command[0]:
            raise ConfigError("the command is empty; write it as an array of strings, the program first")
        if self.http:
            _check_url(self.http)
        for name, text in self.headers:
            _check_header(name, text)
        if self.headers and not self.http:
            raise ConfigError("headers are sent over HTTP only; this legacy server is not called over HTTP")
        check_unique("method", [method.rpc for method in self.methods])

    @property
    def sends_cancel(self) -> bool:
        """Whether the legacy server is told of calls that nobody waits for any more."""
        return self.framing == "content-length" if self.cancel is None else self.cancel

    @property
    def backend(self) -> str:
        """Where the legacy server is, for people."""
        if self.http:
            parts = urlsplit(self.http)
            return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()  # a password is for nobody's screen
        return str(self.tcp) if self.tcp else shlex.join(self.command)

    @classmethod
    def from_toml(cls, path: Path) -> ExposeConfig:
        """Reads a legacy.toml; paths in it begin at its folder. Raises ConfigError, which says where the fault is."""
        return cls.from_toml_text(read_text(path), str(path), path.parent)

    @classmethod
    def from_toml_text(cls, text: str, name: str = "legacy.toml", folder: Path | None = None) -> ExposeConfig:
        """Reads the text of a legacy.toml; `name` is what errors call it. Raises ConfigError."""
        return parsed(text, name, lambda table: _exposed(table, folder or Path()))


_KEYS: Final = (
    "listen", "descriptors", "services", "http", "tcp", "command", "directory", "headers", "framing", "cancel",
    "method", "policy", "limits",
)  # fmt: skip


def _exposed(table: Mapping[str, Any], folder: Path) -> ExposeConfig:
    check_keys(table, _KEYS, "")
    if "descriptors" not in table:
        raise ConfigError("descriptors is missing: the file that `buf build -o` or `protoc --descriptor_set_out` wrote")
    return ExposeConfig(
        listen=_address(table, "listen") or DEFAULT_LISTEN,
        descriptors=folder / value(table["descriptors"], str, "descriptors"),
        services=value(table.get("services", []), tuple[str, ...], "services"),
        http=value(table.get("http", ""), str, "http"),
        tcp=_address(table, "tcp"),
        command=value(table.get("command", []), tuple[str, ...], "command"),
        directory=folder / value(table.get("directory", ""), str, "directory"),
        headers=_headers(table.get("headers", {})),
        framing=value(table.get("framing", "lines"), Literal["lines", "content-length"], "framing"),
        cancel=value(table["cancel"], bool, "cancel") if "cancel" in table else None,
        methods=tuple(made(LegacyMethod, each, where) for where, each in tables(table, "method")),
        policy=_policy(table.get("policy", {})),
        limits=made(ExposeLimits, table.get("limits", {}), "[limits]"),
    )


def _address(table: Mapping[str, Any], key: str) -> Address | None:
    return Address.parse(value(table[key], str, key)) if key in table else None


def _headers(table: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(table, dict):
        raise ConfigError("headers must be a table of names and values")
    return tuple((name, value(text, str, f"headers: {name}")) for name, text in table.items())


def _policy(table: Any) -> JsonPolicy:
    return made(JsonPolicy, {**asdict(EXPOSE_POLICY), **table} if isinstance(table, dict) else table, "[policy]")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError(f"{url!r} is no URL of a legacy server; write http://HOST:PORT/PATH")


def _check_header(name: str, text: str) -> None:
    if not _TOKEN.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
        raise ConfigError(f"the header {name!r} cannot be sent; use printable ASCII, on one line")
    if name.lower() in _OWN_HEADERS:
        raise ConfigError(f"the header {name!r} is set by the bridge itself; leave it out")
