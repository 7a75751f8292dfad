"""papermesh bridge: JSON-RPC in front of any gRPC server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papermesh.cli.exits import missing_extra
from papermesh.cli.running import cannot_listen, log_to_stderr, run_until_stopped
from papermesh.cli.server_options import LOG_LEVEL
from papermesh.cli.visible import file_name

if TYPE_CHECKING:
    from papermesh_bridge.app import Bridge
    from papermesh_bridge.config import BridgeConfig
    from papermesh_bridge.transports.stdio import DescriptorStream

HTTP: str = "127.0.0.1:8000"
TCP: str = "127.0.0.1:8001"


@click.command(short_help="Run JSON-RPC in front of any gRPC server.")
@click.option(
    "--backend",
    "-b",
    "backends",
    multiple=True,
    metavar="[NAME=]HOST:PORT",
    help="A gRPC server with reflection. Repeat for more; where two offer a method, the first has it.",
)
@click.option(
    "--http",
    metavar="HOST:PORT",
    help=f"Where callers over HTTP and WebSocket are served. [default: {HTTP}, if nothing else is served]",
)
@click.option("--tcp", metavar="HOST:PORT", help="Where callers of newline-delimited JSON are served. [default: none]")
@click.option(
    "--unix",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The file of a Unix socket where they are served, for this user alone. [default: none]",
)
@click.option(
    "--stdio",
    "use_stdio",
    is_flag=True,
    help="Serve whoever started this process, on standard input and output, and end when it closes its end.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A bridge.toml with backends, aliases, endpoints and limits; the other options add to it or replace it.",
)
@LOG_LEVEL
def bridge(
    backends: tuple[str, ...],
    http: str | None,
    tcp: str | None,
    unix: Path | None,
    use_stdio: bool,
    config_file: Path | None,
    log_level: str,
) -> int:
    """Run a JSON-RPC 2.0 bridge in front of gRPC servers, until Ctrl-C or SIGTERM. Running calls finish first.

    The methods are found by gRPC reflection; a backend that is not there yet is waited for.
    """
    stdio = standard_streams() if use_stdio else None
    log_to_stderr(log_level)
    config = configured(backends, http, tcp, unix, config_file, alone=stdio is None)
    return asyncio.run(run_bridge(config, stdio))


def standard_streams() -> DescriptorStream:
    """Standard input and output, for JSON-RPC alone. To be called before anything prints or starts a process."""
    try:
        from papermesh_bridge.transports.stdio import take_standard_streams
    except ImportError as error:
        raise missing_extra("bridge", error) from error
    return take_standard_streams()


def configured(
    backends: tuple[str, ...],
    http: str | None,
    tcp: str | None,
    unix: Path | None,
    config_file: Path | None,
    *,
    alone: bool,
) -> BridgeConfig:
    """The configuration that the options make, on top of that of the file. Raises click.UsageError.

    alone: whether nobody is served elsewhere, so that there must be an address.
    """
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
        config = replace(
            config,
            http=Address.parse(http) if http else config.http,
            tcp=Address.parse(tcp) if tcp else config.tcp,
            unix=unix or config.unix,
        )
        if alone and not (config.http or config.tcp or config.unix):
            config = replace(config, http=Address.parse(HTTP))
    except ConfigError as error:
        raise click.UsageError(f"{error}.") from error
    return config


async def run_bridge(config: BridgeConfig, stdio: DescriptorStream | None = None) -> int:
    """Runs a bridge until a signal, or until the caller on its standard streams is done. Returns the exit code."""
    from papermesh_bridge.app import Bridge
    from papermesh_bridge.errors import BindError

    running = Bridge(config, stdio=stdio)

    def ready() -> None:
        if stdio and not served_at(running):
            return  # whoever started this knows
        click.echo("The bridge is up. Ctrl-C stops it.\n")
        for title, where in served_at(running):
            click.echo(f"  {title:<16} {where}")
        for backend in config.backends:
            click.echo(f"  {'backend':<16} {backend.target}")

    try:
        return await run_until_stopped([[running]], ready, done=stdio.closed if stdio else None)
    except BindError as error:
        raise cannot_listen(error) from error


def served_at(running: Bridge) -> list[tuple[str, str]]:
    """Where a running bridge serves whom."""
    places = []
    if running.http_address:
        places.append(("JSON-RPC, HTTP", f"http://{running.http_address}/rpc"))
    if running.tcp_address:
        places.append(("JSON-RPC, TCP", str(running.tcp_address)))
    if running.unix_path:
        places.append(("JSON-RPC, Unix", file_name(str(running.unix_path))))
    return places
