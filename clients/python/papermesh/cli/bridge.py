"""papermesh bridge: JSON-RPC in front of any gRPC server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papermesh.cli.exits import CommandFailed, Exit, missing_extra
from papermesh.cli.expose import EXPOSE, exposed_alone, run_exposure
from papermesh.cli.running import cannot_listen, log_to_stderr, run_until_stopped
from papermesh.cli.server_options import LOG_LEVEL

if TYPE_CHECKING:
    from papermesh_bridge.app import Bridge
    from papermesh_bridge.config import BridgeConfig

HTTP: str = "127.0.0.1:8000"
TCP: str = "127.0.0.1:8001"


@click.command(short_help="Run JSON-RPC in front of any gRPC server.")
@click.option(
    "--backend",
    "-b",
    "backends",
    multiple=True,
    metavar="[NAME=]HOST:PORT",
    help="A gRPC server. Repeat for more; where two offer a method, the first has it.",
)
@click.option(
    "--descriptors",
    "-d",
    "descriptors",
    multiple=True,
    metavar="[BACKEND=]FILE",
    help="A FileDescriptorSet that describes a backend without reflection; BACKEND is its name or address.",
)
@click.option("--http", metavar="HOST:PORT", help=f"Where HTTP callers are served. [default: {HTTP}, if no --tcp]")
@click.option("--tcp", metavar="HOST:PORT", help="Where callers of newline-delimited JSON are served. [default: none]")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A bridge.toml with backends, aliases, endpoints and limits; the other options add to it or replace it.",
)
@EXPOSE
@LOG_LEVEL
def bridge(
    backends: tuple[str, ...],
    descriptors: tuple[str, ...],
    http: str | None,
    tcp: str | None,
    config_file: Path | None,
    expose_file: Path | None,
    log_level: str,
) -> int:
    """Run a JSON-RPC 2.0 bridge in front of gRPC servers, until Ctrl-C or SIGTERM. Running calls finish first.

    The methods are found by gRPC reflection, or in a file of descriptors; a backend that is not there yet is waited
    for. With --expose it is the other way round: a gRPC service whose implementation is a legacy JSON-RPC server.
    """
    log_to_stderr(log_level)
    if expose_file:
        exposed_alone(click.get_current_context())
        return asyncio.run(run_exposure(expose_file))
    return asyncio.run(run_bridge(configured(backends, descriptors, http, tcp, config_file)))


def configured(
    backends: tuple[str, ...],
    descriptors: tuple[str, ...],
    http: str | None,
    tcp: str | None,
    config_file: Path | None,
) -> BridgeConfig:
    """The configuration that the options make, on top of that of the file. Raises click.UsageError."""
    try:
        from papermesh_bridge.address import Address
        from papermesh_bridge.config import BackendConfig, BridgeConfig
        from papermesh_bridge.errors import ConfigError
    except ImportError as error:
        raise missing_extra("bridge", error) from error
    try:
        given = tuple(BackendConfig.parse(text) for text in backends)
        if config_file:
            config = BridgeConfig.from_toml(config_file)
            config = replace(config, backends=(*config.backends, *given))
        else:
            config = BridgeConfig(backends=given)
        for text in descriptors:
            config = described(config, text)
        if http or not (tcp or config.http or config.tcp):
            config = replace(config, http=Address.parse(http or HTTP))
        return replace(config, tcp=Address.parse(tcp)) if tcp else config
    except ConfigError as error:
        raise click.UsageError(f"{error}.") from error


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


async def run_bridge(config: BridgeConfig) -> int:
    """Runs a bridge until a signal. Returns the exit code."""
    from papermesh_bridge.app import Bridge
    from papermesh_bridge.errors import BindError, ConfigError

    running = Bridge(config)

    def ready() -> None:
        click.echo("The bridge is up. Ctrl-C stops it.\n")
        for title, where in served_at(running):
            click.echo(f"  {title:<16} {where}")
        for backend in config.backends:
            click.echo(f"  {'backend':<16} {backend.target}")

    try:
        return await run_until_stopped([[running]], ready)
    except BindError as error:
        raise cannot_listen(error) from error
    except ConfigError as error:
        raise CommandFailed(f"{error}", Exit.USAGE) from error


def served_at(running: Bridge) -> list[tuple[str, str]]:
    """Where a running bridge serves whom."""
    places = []
    if running.http_address:
        places.append(("JSON-RPC, HTTP", f"http://{running.http_address}/rpc"))
    if running.tcp_address:
        places.append(("JSON-RPC, TCP", str(running.tcp_address)))
    return places
