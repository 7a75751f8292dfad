"""papermesh serve: one service."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papermesh.cli.bridge import standard_streams
from papermesh.cli.exits import missing_extra
from papermesh.cli.legacy_bridge import LegacyBridge
from papermesh.cli.options import ADDRESS, CLASSIFICATION, QUALITY
from papermesh.cli.running import cannot_listen, cannot_start, run, run_until_stopped
from papermesh.cli.server_options import ServerOptions, server_options

if TYPE_CHECKING:
    from types import ModuleType

    from papermesh_bridge.transports.stdio import DescriptorStream
    from papermesh_services.app import Server, ServerConfig


@click.command(short_help="Run one service.")
@click.argument("service", type=click.Choice(("classification", "quality")))
@click.option(
    "--address",
    type=ADDRESS,
    help=f"Where to listen. [default: {CLASSIFICATION} for classification, {QUALITY} for quality]",
)
@click.option(
    "--stdio",
    is_flag=True,
    help="Speak JSON-RPC on standard input and output with whoever started this process, and end when it closes its "
    "end. gRPC is served besides if --address is given.",
)
@server_options
def serve(service: str, address: str | None, stdio: bool, options: ServerOptions) -> int:
    """Run one SERVICE over gRPC, until Ctrl-C or SIGTERM. Running calls finish first."""
    if stdio:
        # First of all, so that neither a print nor a worker process gets hold of them.
        return run(_serve_stdio(service, address, options, standard_streams()))
    address = address or (CLASSIFICATION if service == "classification" else QUALITY)
    return asyncio.run(_serve(service, options.config(address)))


async def _serve(service: str, config: ServerConfig) -> int:
    app = services()
    server = server_of(service, config)

    def ready() -> None:
        click.echo(f"The {service} service listens on {server.address}. Ctrl-C stops it.")

    try:
        return await run_until_stopped([[server]], ready)
    except app.CannotListen as error:
        raise cannot_listen(error, {"--address": config.address}) from error
    except app.WorkerDied as error:
        raise cannot_start(error) from error


async def _serve_stdio(service: str, address: str | None, options: ServerOptions, streams: DescriptorStream) -> int:
    app = services()
    with tempfile.TemporaryDirectory(prefix="papermesh-") as folder:
        server = server_of(service, options.config(address or f"unix:{Path(folder, 'grpc')}"))
        bridge = LegacyBridge({service: server}, options, stdio=streams)
        try:
            return await run_until_stopped([[server], [bridge]], lambda: None, server.retire, streams.closed)
        except app.CannotListen as error:
            raise cannot_listen(error, {"--address": address}) from error
        except app.WorkerDied as error:
            raise cannot_start(error) from error


def server_of(service: str, config: ServerConfig) -> Server:
    """A server of the service; to be called on the event loop it will run on."""
    app = services()
    server: Server = (app.classification_server if service == "classification" else app.quality_server)(config)
    return server


def services() -> ModuleType:
    """The module that assembles servers. Raises CommandFailed where the services are not installed."""
    try:
        from papermesh_services import app
    except ImportError as error:
        raise missing_extra("services", error) from error
    return app
