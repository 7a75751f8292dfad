"""What a bridge is to do: its backends, names, endpoints, addresses and limits, from code or from a bridge.toml.

Values only, checked when they are made. Nothing here opens a connection, and nothing below reads a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.address import Address, url_place
from papermesh_bridge.errors import ConfigError
from papermesh_bridge.headers import HeaderRule
from papermesh_bridge.limits import Limits
from papermesh_bridge.schema import Alias
from papermesh_bridge.tables import check_keys, check_unique, made, parsed, read_text, tables, value
from papermesh_bridge.transcode import DEFAULT_POLICY, JsonPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE: Final = Path()
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_RPC: Final = re.compile(r"[\w.]+/\w+")
# As browsers send it: in small letters, without the port where it is the usual one, and without a path.
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\sA-Z]+")
_TAKEN: Final = ("rpc", "health", "metrics")


@dataclass(frozen=True, slots=True)
class BackendConfig:
    """One gRPC server behind the bridge."""

    target: str
    """Where it is: HOST:PORT, or unix:PATH."""
    name: str = ""
    """What people and endpoints call it; the target by default."""
    descriptors: Path | None = None
    """A FileDescriptorSet that says what it offers; it is asked by reflection by default."""
    services: tuple[str, ...] = ()
    """The full names of the services it is called for; all of its own by default."""
    tls: bool = False
    """Whether the connection is encrypted."""
    ca: Path | None = None
    """The PEM file with the certificates that may vouch for it; those gRPC comes with by default."""
    cert: Path | None = None
    """The PEM file with the certificate chain the bridge shows it; none by default."""
    key: Path | None = None
    """The PEM file with the key of that certificate, without a password."""
    authority: str = ""
    """The name it is addressed by, and that its certificate must have; the target's by default."""

    def __post_init__(self) -> None:
        # gRPC would take a name alone for one with the port 443, and the beginning of a URL for a name.
        if url := url_place(self.target):
            raise ConfigError(f"{self.target!r} is a URL; write HOST:PORT alone, for example {url}")
        if ":" not in self.target or self.target != self.target.strip():
            raise ConfigError(f"{self.target!r} is no target of a backend; write HOST:PORT, or unix:PATH")
        object.__setattr__(self, "name", self.name or self.target)
        for setting in ("ca", "cert", "key"):
            if getattr(self, setting) is not None and not self.tls:
                raise ConfigError(f"the backend {self.name!r} has {setting}, which needs tls = true")
        if (self.cert is None) != (self.key is None):
            raise ConfigError(f"the backend {self.name!r} has only one of cert and key; name both or neither")

    def beside(self, folder: Path) -> BackendConfig:
        """Gives the same with files whose names are relative to a folder."""
        files = {name: getattr(self, name) for name in ("descriptors", "ca", "cert", "key")}
        return replace(self, **{name: folder / path for name, path in files.items() if path is not None})

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
    unix: Path | None = None
    """The file of a Unix socket where callers of the raw byte stream are served; none by default."""
    unix_mode: int = 0o600
    """The permissions of that file; its owner alone may connect by default."""
    methods: tuple[Alias, ...] = ()
    """Other names for methods."""
    endpoints: tuple[EndpointConfig, ...] = ()
    """Views besides the one at /rpc, which has every backend."""
    policy: JsonPolicy = DEFAULT_POLICY
    """How messages look as JSON."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names under which callers may reach a bridge that listens on the loopback, besides the loopback's own."""
    metadata: tuple[str, ...] = ()
    """Headers of HTTP callers that go along as gRPC metadata: names, and beginnings of names that end in `*`."""
    metrics: bool = True
    """Whether HTTP callers can read at /metrics what the bridge has done."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may call and read the answers, such as https://app.example.com; `*` means every one."""
    uploads: tuple[UploadConfig, ...] = DEFAULT_UPLOADS
    """Where files are uploaded; by default, where the document services take them."""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.backends:
            raise ConfigError("there is no backend; name at least one, for example 127.0.0.1:50051")
        if not 0 < self.unix_mode <= 0o777:
            raise ConfigError(f"unix_mode must be permissions of a file, such as 0o660, not {self.unix_mode:#o}")
        names = [backend.name for backend in self.backends]
        check_unique("backend", names)
        check_unique("endpoint", [endpoint.name for endpoint in self.endpoints])
        check_unique("method", [method.name for method in self.methods])
        HeaderRule.of(self.metadata, self.limits)
        _check_deadlines(self.limits)
        check_unique("upload", [upload.path for upload in self.uploads])
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
        return cls.from_toml_text(read_text(path), str(path), path.parent)

    @classmethod
    def from_toml_text(cls, text: str, name: str = "bridge.toml", folder: Path = _HERE) -> BridgeConfig:
        """Reads the text of a bridge.toml; `name` is what errors call it. Raises ConfigError.

        The names of files in it are relative to the folder.
        """
        return parsed(text, name, lambda table: _bridge(table, folder))


_KEYS: Final = (
    "backend",
    "method",
    "endpoint",
    "http",
    "tcp",
    "unix",
    "unix_mode",
    "policy",
    "limits",
    "allowed_hosts",
    "metadata",
    "metrics",
    "upload",
    "cors_origins",
)


def _bridge(table: Mapping[str, Any], folder: Path) -> BridgeConfig:
    check_keys(table, _KEYS, "")
    return BridgeConfig(
        backends=tuple(made(BackendConfig, each, where).beside(folder) for where, each in tables(table, "backend")),
        methods=tuple(made(Alias, each, where) for where, each in tables(table, "method")),
        endpoints=tuple(made(EndpointConfig, each, where) for where, each in tables(table, "endpoint")),
        http=_address(table, "http"),
        tcp=_address(table, "tcp"),
        unix=folder / value(table["unix"], str, "unix") if "unix" in table else None,
        unix_mode=value(table.get("unix_mode", 0o600), int, "unix_mode"),
        policy=made(JsonPolicy, table.get("policy", {}), "[policy]"),
        limits=made(Limits, table.get("limits", {}), "[limits]"),
        allowed_hosts=value(table.get("allowed_hosts", []), tuple[str, ...], "allowed_hosts"),
        metadata=value(table.get("metadata", []), tuple[str, ...], "metadata"),
        metrics=value(table.get("metrics", True), bool, "metrics"),
        cors_origins=value(table.get("cors_origins", []), tuple[str, ...], "cors_origins"),
        uploads=_uploads(table),
    )


def _address(table: Mapping[str, Any], key: str) -> Address | None:
    return Address.parse(value(table[key], str, key)) if key in table else None


def _check_deadlines(limits: Limits) -> None:
    default, longest = limits.call_timeout_seconds, limits.max_call_timeout_seconds
    if default > longest:
        told = f"call_timeout_seconds is {default:g}, more than max_call_timeout_seconds, which is {longest:g}"
        raise ConfigError(f"{told}; lower the one or raise the other")


def _uploads(table: Mapping[str, Any]) -> tuple[UploadConfig, ...]:
    if "upload" not in table:
        return DEFAULT_UPLOADS
    return tuple(made(UploadConfig, each, where) for where, each in tables(table, "upload"))
