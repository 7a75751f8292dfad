"""papermesh bridge: JSON-RPC in front of any gRPC server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from papermesh.cli.bridge_options import BridgeOptions, bridge_options
from papermesh.cli.exits import CommandFailed, Exit, missing_extra
from papermesh.cli.expose import EXPOSE, exposed_alone, run_exposure
from papermesh.cli.running import cannot_listen, log_to_stderr, run, run_until_stopped
from papermesh.cli.server_options import LOG_LEVEL
from papermesh.cli.visible import file_name

if TYPE_CHECKING:
    from pathlib import Path

    from papermesh_bridge.app import Bridge
    from papermesh_bridge.config import BridgeConfig
    from papermesh_bridge.transports.stdio import DescriptorStream


@click.command(short_help="Run JSON-RPC in front of any gRPC server.")
@bridge_options
@EXPOSE
@LOG_LEVEL
def bridge(expose_file: Path | None, log_level: str, **given: Any) -> int:
    """Run a JSON-RPC 2.0 bridge in front of gRPC servers, until Ctrl-C or SIGTERM. Running calls finish first.

    The methods are found by gRPC reflection, or in a file of descriptors; a backend that is not there yet is waited
    for. With --expose it is the other way round: a gRPC service whose implementation is a legacy JSON-RPC server.
    """
    if expose_file:
        log_to_stderr(log_level)
        exposed_alone(click.get_current_context())
        return run(run_exposure(expose_file))
    options = BridgeOptions(**given)
    stdio = standard_streams() if options.stdio else None
    log_to_stderr(log_level)
    return run(run_bridge(options.config(), stdio))


def standard_streams() -> DescriptorStream:
    """Standard input and output, for JSON-RPC alone. To be called before anything prints or starts a process."""
    try:
        from papermesh_bridge.transports.stdio import take_standard_streams
    except ImportError as error:
        raise missing_extra("bridge", error) from error
    return take_standard_streams()


async def run_bridge(config: BridgeConfig, stdio: DescriptorStream | None = None) -> int:
    """Runs a bridge until a signal, or until the caller on its standard streams is done. Returns the exit code."""
    from papermesh_bridge.app import Bridge
    from papermesh_bridge.errors import BindError, ConfigError

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
        places = {"--http": config.http, "--tcp": config.tcp, "--unix": config.unix}
        raise cannot_listen(error, {option: str(place) for option, place in places.items()}) from error
    except ConfigError as error:
        raise CommandFailed(f"{error}", Exit.USAGE) from error


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
