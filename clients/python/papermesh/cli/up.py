"""papermesh up: the whole mesh, both services with the bridge in front of them."""

from __future__ import annotations

import click

from papermesh.cli.bridge import served_at
from papermesh.cli.bridge_options import HTTP, TCP
from papermesh.cli.legacy_bridge import LegacyBridge, bridge_errors
from papermesh.cli.options import ADDRESS, CLASSIFICATION, QUALITY
from papermesh.cli.running import cannot_listen, cannot_start, run, run_until_stopped
from papermesh.cli.serve import server_of, services
from papermesh.cli.server_options import ServerOptions, server_options
from papermesh.cli.visible import file_name


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

    async def mesh() -> int:
        return await Mesh(classification, quality, http, tcp, options).run()

    return run(mesh())


class Mesh:
    """Both services and their bridge."""

    def __init__(self, classification: str, quality: str, http: str, tcp: str, options: ServerOptions) -> None:
        self._servers = {
            "classification": server_of("classification", options.config(classification)),
            "quality": server_of("quality", options.config(quality)),
        }
        bridge_errors()  # so that an extra that is missing is told before anything is started
        self._bridge = LegacyBridge(self._servers, options, http=http, tcp=tcp)
        self._options = options
        self._addresses = {"--classification": classification, "--quality": quality, "--http": http, "--tcp": tcp}

    async def run(self) -> int:
        """Runs them until a signal. Returns the exit code."""
        try:
            return await run_until_stopped([list(self._servers.values()), [self._bridge]], self._tell, self._retire)
        except (services().CannotListen, bridge_errors().BindError) as error:
            raise cannot_listen(error, self._addresses, every=True) from error
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
