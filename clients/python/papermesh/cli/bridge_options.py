"""The options of papermesh bridge, and the configuration they become."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from papermesh.cli.exits import missing_extra

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.config import BridgeConfig

HTTP: Final = "127.0.0.1:8000"
TCP: Final = "127.0.0.1:8001"


@dataclass(frozen=True, slots=True)
class BridgeOptions:
    """What a bridge is to do, as the user said it."""

    backends: tuple[str, ...]
    descriptors: tuple[str, ...]
    http: str | None
    tcp: str | None
    unix: Path | None
    stdio: bool
    config_file: Path | None

    def config(self) -> BridgeConfig:
        """The configuration that they make, on top of that of the file. Raises click.UsageError."""
        try:
            from papermesh_bridge.errors import ConfigError
        except ImportError as error:
            raise missing_extra("bridge", error) from error
        if not self.backends and not self.config_file:
            raise click.UsageError("There is no backend: name a gRPC server by --backend HOST:PORT, or give --config.")
        try:
            return self._placed(self._behind())
        except ConfigError as error:
            raise click.UsageError(f"{error}.") from error

    def _behind(self) -> BridgeConfig:
        """The configuration of the file, with the backends of the options."""
        from papermesh_bridge.config import BackendConfig, BridgeConfig

        given = tuple(BackendConfig.parse(text) for text in self.backends)
        if self.config_file:
            config = BridgeConfig.from_toml(self.config_file)
            config = replace(config, backends=(*config.backends, *given))
        else:
            config = BridgeConfig(backends=given)
        for text in self.descriptors:
            config = described(config, text)
        return config

    def _placed(self, config: BridgeConfig) -> BridgeConfig:
        """The configuration with the addresses of the options; there is one, unless somebody is served without."""
        from papermesh_bridge.address import Address

        config = replace(
            config,
            http=Address.parse(self.http) if self.http else config.http,
            tcp=Address.parse(self.tcp) if self.tcp else config.tcp,
            unix=self.unix or config.unix,
        )
        if self.stdio or config.http or config.tcp or config.unix:
            return config
        return replace(config, http=Address.parse(HTTP))


def described(config: BridgeConfig, text: str) -> BridgeConfig:
    """The configuration with a file of descriptors for one of its backends. Raises click.UsageError."""
    name, equals, file = text.partition("=")
    names = [backend.name for backend in config.backends]
    if not equals:
        name, file = names[0], text
    if (not equals and len(names) > 1) or name not in names or not file:
        raise click.UsageError(f"--descriptors {text}: write BACKEND=FILE, where BACKEND is one of {', '.join(names)}.")
    backends = (
        replace(backend, descriptors=Path(file)) if backend.name == name else backend for backend in config.backends
    )
    return replace(config, backends=tuple(backends))


def bridge_options(command: Callable[..., int]) -> Callable[..., int]:
    """Gives a command the options of BridgeOptions, as arguments of the names of its fields."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: Final = (
    click.option(
        "--backend",
        "-b",
        "backends",
        multiple=True,
        metavar="[NAME=]HOST:PORT",
        help="A gRPC server. Repeat for more; where two offer a method, the first has it.",
    ),
    click.option(
        "--descriptors",
        "-d",
        "descriptors",
        multiple=True,
        metavar="[BACKEND=]FILE",
        help="A FileDescriptorSet that describes a backend without reflection; BACKEND is its name or address.",
    ),
    click.option(
        "--http",
        metavar="HOST:PORT",
        help=f"Where callers over HTTP and WebSocket are served. [default: {HTTP}, if nothing else is served]",
    ),
    click.option(
        "--tcp", metavar="HOST:PORT", help="Where callers of newline-delimited JSON are served. [default: none]"
    ),
    click.option(
        "--unix",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="The file of a Unix socket where they are served, for this user alone. [default: none]",
    ),
    click.option(
        "--stdio",
        is_flag=True,
        help="Serve whoever started this process, on standard input and output, and end when it closes its end.",
    ),
    click.option(
        "--config",
        "config_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A bridge.toml with backends, aliases, endpoints and limits; the other options add to it or replace it.",
    ),
)
