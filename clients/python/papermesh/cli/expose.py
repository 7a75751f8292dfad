"""papermesh bridge --expose: a gRPC service in front of a legacy JSON-RPC server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from papermesh.cli.exits import missing_extra
from papermesh.cli.running import cannot_listen, run_until_stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_bridge.expose import ExposeConfig, Exposure

EXPOSE: Final = click.option(
    "--expose",
    "expose_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A legacy.toml with a gRPC contract and a JSON-RPC server; serves the one by calling the other. Stands alone.",
)
_GOES_WITH: Final = frozenset(("expose_file", "log_level"))


def exposed_alone(context: click.Context) -> None:
    """Refuses other options beside --expose. Raises click.UsageError."""
    for option in context.command.params:
        given = context.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE
        if given and option.name not in _GOES_WITH:
            raise click.UsageError(f"--expose cannot be mixed with {option.opts[0]}; everything stands in its file.")


async def run_exposure(file: Path) -> int:
    """Serves what a legacy.toml says until a signal. Returns the exit code."""
    try:
        from papermesh_bridge.errors import BindError, ConfigError
        from papermesh_bridge.expose import ExposeConfig, Exposure
    except ImportError as error:
        raise missing_extra("bridge", error) from error
    try:
        config = ExposeConfig.from_toml(file)
    except ConfigError as error:  # it names the file
        raise click.UsageError(f"{error}.") from error
    try:
        exposure = Exposure(config)
    except ConfigError as error:
        line = f"{file}: {error}"
        raise click.UsageError(line if line.endswith("?") else f"{line}.") from error

    def ready() -> None:
        click.echo("The gRPC service is up. Ctrl-C stops it.\n")
        for title, what in told(config, exposure):
            click.echo(f"  {title:<16} {what}")

    try:
        return await run_until_stopped([[exposure]], ready)
    except BindError as error:
        raise cannot_listen(error, {f"listen in {file}": str(config.listen)}) from error


def told(config: ExposeConfig, exposure: Exposure) -> Iterator[tuple[str, str]]:
    """What people want to know of a service that has been started: where it is, and what leads where."""
    for rpc in exposure.rpcs:
        leads = "(not served: it streams)" if rpc.method.streaming else rpc.name
        yield "method", f"{rpc.method.rpc} -> {leads}"
    yield "legacy server", config.backend
    yield "gRPC", str(exposure.address)
