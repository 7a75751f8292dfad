"""papermesh up: the whole mesh, both services with the bridge in front of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import click

from papermesh.cli.bridge import HTTP, TCP, served_at
from papermesh.cli.exits import missing_extra
from papermesh.cli.options import ADDRESS, CLASSIFICATION, QUALITY
from papermesh.cli.running import cannot_listen, cannot_start, run_until_stopped
from papermesh.cli.serve import server_of, services
from papermesh.cli.server_options import ServerOptions, server_options
from papermesh.cli.visible import file_name

if TYPE_CHECKING:
    from types import ModuleType

    from papermesh_bridge.app import Bridge
    from papermesh_services.app import Server

BATCH_SECONDS: Final = 600.0
"""How long a call through the bridge may take in all."""
BASE64_ROOM: Final = 1.5
"""The size of a JSON message to that of the document in it: base64 makes four bytes of three, and escapes cost more."""


@click.command(short_help="Run the whole mesh: both services and the bridge.")
@click.option(
    "--classification", type=ADDRESS, default=CLASSIFICATION, show_default=True, help="Where classification listens."
)
@click.option("--quality", type=ADDRESS, default=QUALITY, show_default=True, help="Where quality listens.")
@click.option("--http", type=ADDRESS, default=HTTP, show_default=True, help="Where JSON-RPC over HTTP is served.")
@click.option("--tcp", type=ADDRESS, default=TCP, show_default=True, help="Where JSON-RPC over TCP is served.")
@server_options
def up(classification: str, quality: str, http: str, tcp: str, options: ServerOptions) -> int:
    """Run both services and the JSON-RPC bridge in front of them, until Ctrl-C or SIGTERM. Running calls finish first.

    Port 0 takes any free port; the real ones are printed.
    """

    async def run() -> int:
        return await Mesh(classification, quality, http, tcp, options).run()

    return asyncio.run(run())


class Mesh:
    """Both services and their bridge."""

    def __init__(self, classification: str, quality: str, http: str, tcp: str, options: ServerOptions) -> None:
        self._servers = {
            "classification": server_of("classification", options.config(classification)),
            "quality": server_of("quality", options.config(quality)),
        }
        bridge_errors()  # so that an extra that is missing is told before anything is started
        self._bridge = _LateBridge(self._servers, http, tcp, options)
        self._options = options

    async def run(self) -> int:
        """Runs them until a signal. Returns the exit code."""
        try:
            return await run_until_stopped([list(self._servers.values()), [self._bridge]], self._tell, self._retire)
        except (services().CannotListen, bridge_errors().BindError) as error:
            raise cannot_listen(error) from error
        except (services().WorkerDied, bridge_errors().ConfigError) as error:
            raise cannot_start(error) from error

    def _retire(self) -> None:
        """Has the probes of both servers told at once, while they still serve what the bridge has begun."""
        for server in self._servers.values():
            server.retire()

    def _tell(self) -> None:
        bridge = self._bridge.bridge
        places = [
            *((f"{name}, gRPC", server.address) for name, server in self._servers.items()),
            *(served_at(bridge) if bridge else []),
            *(("document root", file_name(str(root))) for root in self._options.roots),
        ]
        click.echo("Papermesh is up. Ctrl-C stops it.\n")
        for title, where in places:
            click.echo(f"  {title:<22} {where}")


class _LateBridge:
    """A bridge that is made when it is started, when its backends have their real addresses."""

    def __init__(self, servers: dict[str, Server], http: str, tcp: str, options: ServerOptions) -> None:
        self._servers = servers
        self._http, self._tcp = http, tcp
        self._options = options
        self.bridge: Bridge | None = None

    async def start(self) -> None:
        """Makes the bridge, and starts it."""
        from papermesh_bridge.address import Address
        from papermesh_bridge.app import Bridge
        from papermesh_bridge.config import BackendConfig, BridgeConfig, EndpointConfig
        from papermesh_bridge.limits import Limits
        from papermesh_bridge.transcode import LEGACY_POLICY

        # That both services have a get_server_info is known; each is at the endpoint of its own service too.
        logging.getLogger("papermesh_bridge.invoke").setLevel(logging.ERROR)
        largest = max(Limits().max_message_bytes, int(self._options.max_document_bytes * BASE64_ROOM))
        # The servers hold each document to its limit; the bridge's own is for batches, and for servers that hang.
        longest = max(BATCH_SECONDS, 2 * self._options.max_processing_seconds)
        bridge = Bridge(
            BridgeConfig(
                backends=tuple(BackendConfig(server.address, name) for name, server in self._servers.items()),
                http=Address.parse(self._http),
                tcp=Address.parse(self._tcp),
                endpoints=tuple(EndpointConfig(name, (name,)) for name in self._servers),
                policy=LEGACY_POLICY,
                limits=Limits(max_message_bytes=largest, call_timeout_seconds=longest, upload_timeout_seconds=longest),
            )
        )
        await bridge.start()
        self.bridge = bridge

    async def stop(self) -> None:
        """Drains the bridge."""
        if self.bridge:
            await self.bridge.stop(self._options.drain_seconds)


def bridge_errors() -> ModuleType:
    """The module of the bridge's errors. Raises CommandFailed where the bridge is not installed."""
    try:
        from papermesh_bridge import errors
    except ImportError as error:
        raise missing_extra("bridge", error) from error
    return errors
