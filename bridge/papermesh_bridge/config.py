"""What a bridge is to do: its backends, names, endpoints, addresses and limits, from code or from a bridge.toml.

Values only, checked when they are made. Nothing here opens a connection, and nothing below reads a file.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from papermesh_bridge.address import Address
from papermesh_bridge.errors import ConfigError
from papermesh_bridge.limits import Limits
from papermesh_bridge.schema import Alias
from papermesh_bridge.transcode import DEFAULT_POLICY, JsonPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_RPC: Final = re.compile(r"[\w.]+/\w+")
# As browsers send it: in small letters, without the port where it is the usual one, and without a path.
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\sA-Z]+")
_TAKEN: Final = ("rpc", "health", "metrics")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BackendConfig:
    """One gRPC server behind the bridge."""

    target: str
    """Where it is: HOST:PORT, or unix:PATH."""
    name: str = ""
    """What people and endpoints call it; the target by default."""

    def __post_init__(self) -> None:
        if not self.target or self.target != self.target.strip():
            raise ConfigError(f"{self.target!r} is no target of a backend; write HOST:PORT")
        object.__setattr__(self, "name", self.name or self.target)

    @classmethod
    def parse(cls, text: str) -> BackendConfig:
        """Reads HOST:PORT or NAME=HOST:PORT. Raises ConfigError."""
        name, equals, target = text.partition("=")
        return cls(target, name) if equals else cls(text)


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """One view of the bridge, at /NAME/rpc and /NAME/health: some backends under a policy of their own."""

    name: str
    backends: tuple[str, ...]
    """The names of its backends; where two offer a method, the first has it."""
    policy: JsonPolicy | None = None
    """How messages look as JSON; the bridge's policy by default."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in ("rpc", "health"):
            raise ConfigError(f"{self.name!r} cannot be the name of an endpoint; use letters, digits, '-', '_', '.'")
        if not self.backends:
            raise ConfigError(f"the endpoint {self.name!r} has no backends")


@dataclass(frozen=True, slots=True)
class UploadConfig:
    """A path that files are uploaded to, of every endpoint, and the method that takes them."""

    path: str
    """Where: /classify is at /NAME/classify for an endpoint, too."""
    rpc: str
    """The method's full name: it takes a stream of a description and then bytes, or one message with bytes."""
    fallback: str = ""
    """The method to be used where no backend has that one."""

    def __post_init__(self) -> None:
        name = self.path.removeprefix("/")
        if name == self.path or not _NAME.fullmatch(name) or name in _TAKEN:
            raise ConfigError(f"{self.path!r} cannot be the path of uploads; write one like /classify")
        for rpc in filter(None, (self.rpc, self.fallback)):
            if not _RPC.fullmatch(rpc):
                raise ConfigError(f"{rpc!r} is no method; write package.Service/Method")
        if not self.rpc:
            raise ConfigError(f"the uploads to {self.path} need a method: rpc")


def _document_upload(path: str, service: str, method: str) -> UploadConfig:
    return UploadConfig(path, f"{service}/{method}Stream", f"{service}/{method}")


DEFAULT_UPLOADS: Final = (
    _document_upload("/classify", "papermesh.classification.v1.ClassificationService", "ClassifyDocument"),
    _document_upload("/analyze", "papermesh.quality.v1.QualityService", "AnalyzeQuality"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeConfig:
    """Everything a bridge needs to know."""

    backends: tuple[BackendConfig, ...]
    http: Address | None = None
    """Where HTTP callers are served; none by default."""
    tcp: Address | None = None
    """Where callers of the raw byte stream are served; none by default."""
    methods: tuple[Alias, ...] = ()
    """Other names for methods."""
    endpoints: tuple[EndpointConfig, ...] = ()
    """Views besides the one at /rpc, which has every backend."""
    policy: JsonPolicy = DEFAULT_POLICY
    """How messages look as JSON."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names under which callers may reach a bridge that listens on the loopback, besides the loopback's own."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call and read the answers, such as https://app.example.com; `*` means every one."""
    uploads: tuple[UploadConfig, ...] = DEFAULT_UPLOADS
    """Where files are uploaded; by default, where the document services take them."""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.backends:
            raise ConfigError("there is no backend; name at least one, for example 127.0.0.1:50051")
        names = [backend.name for backend in self.backends]
        _check_unique("backend", names)
        _check_unique("endpoint", [endpoint.name for endpoint in self.endpoints])
        _check_unique("method", [method.name for method in self.methods])
        _check_unique("upload", [upload.path for upload in self.uploads])
        for origin in self.cors_origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ConfigError(f"cors_origins: {origin!r} is no origin; write one like https://app.example.com")
        for endpoint in self.endpoints:
            for name in endpoint.backends:
                if name not in names:
                    told = f"the endpoint {endpoint.name!r} names a backend {name!r} that there is not"
                    raise ConfigError(f"{told}; there are {', '.join(names)}")

    @classmethod
    def from_toml(cls, path: Path) -> BridgeConfig:
        """Reads a bridge.toml. Raises ConfigError, which says where the fault is."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise ConfigError(f"{path}: cannot be read: {fault}") from None
        return cls.from_toml_text(text, str(path))

    @classmethod
    def from_toml_text(cls, text: str, name: str = "bridge.toml") -> BridgeConfig:
        """Reads the text of a bridge.toml; `name` is what errors call it. Raises ConfigError."""
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise ConfigError(f"{name}: not TOML: {fault}") from None
        try:
            return _bridge(table)
        except ConfigError as fault:
            raise ConfigError(f"{name}: {fault}") from None


_KEYS: Final = (
    "backend",
    "method",
    "endpoint",
    "upload",
    "http",
    "tcp",
    "policy",
    "limits",
    "allowed_hosts",
    "cors_origins",
)


def _bridge(table: Mapping[str, Any]) -> BridgeConfig:
    _check_keys(table, _KEYS, "")
    return BridgeConfig(
        backends=tuple(_made(BackendConfig, each, where) for where, each in _tables(table, "backend")),
        methods=tuple(_made(Alias, each, where) for where, each in _tables(table, "method")),
        endpoints=tuple(_made(EndpointConfig, each, where) for where, each in _tables(table, "endpoint")),
        http=_address(table, "http"),
        tcp=_address(table, "tcp"),
        policy=_made(JsonPolicy, table.get("policy", {}), "[policy]"),
        limits=_made(Limits, table.get("limits", {}), "[limits]"),
        allowed_hosts=_value(table.get("allowed_hosts", []), tuple[str, ...], "allowed_hosts"),
        cors_origins=_value(table.get("cors_origins", []), tuple[str, ...], "cors_origins"),
        uploads=tuple(_made(UploadConfig, each, where) for where, each in _tables(table, "upload"))
        if "upload" in table
        else DEFAULT_UPLOADS,
    )


def _address(table: Mapping[str, Any], key: str) -> Address | None:
    return Address.parse(_value(table[key], str, key)) if key in table else None


def _tables(table: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list):
        raise ConfigError(f"[{key}] must be written [[{key}]]: there may be several")
    return [(f"[[{key}]] {number}", each) for number, each in enumerate(found, 1)]


def _made(kind: type[T], table: Any, where: str) -> T:
    """Makes a dataclass from a table whose keys are its fields."""
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a table")
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    _check_keys(table, tuple(known), where)
    missing = [name for name, each in known.items() if name not in table and _is_required(each)]
    if missing:
        raise ConfigError(f"{where}: {missing[0]} is missing")
    hints = get_type_hints(kind)
    return kind(**{name: _value(value, hints[name], f"{where}: {name}") for name, value in table.items()})


def _is_required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _value(value: Any, hint: Any, where: str) -> Any:
    if hint == JsonPolicy | None:
        return _made(JsonPolicy, value, where)
    if get_origin(hint) is Literal:
        return _choice(value, get_args(hint), where)
    if get_origin(hint) is tuple:
        return _strings(value, where)
    if hint in (int, float):
        return _number(value, hint, where)
    if not isinstance(value, hint):
        raise ConfigError(f"{where} must be {'true or false' if hint is bool else 'a string'}, not {value!r}")
    return value


def _choice(value: Any, choices: Sequence[Any], where: str) -> Any:
    if value not in choices:
        raise ConfigError(f"{where} must be one of {', '.join(map(repr, choices))}, not {value!r}")
    return value


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f"{where} must be an array of strings, not {value!r}")
    return tuple(value)


def _number(value: Any, kind: type[int] | type[float], where: str) -> int | float:
    fits = isinstance(value, int | float) if kind is float else isinstance(value, int)
    if isinstance(value, bool) or not fits or not 0 < value < 2**53:
        raise ConfigError(f"{where} must be a {'whole ' if kind is int else ''}number above 0, not {value!r}")
    return kind(value)


def _check_keys(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            place = f"{where}: " if where else ""
            raise ConfigError(f"{place}{key!r} is no setting; there are {', '.join(known)}")


def _check_unique(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"there are two {what}s named {name!r}; give each a name of its own")
