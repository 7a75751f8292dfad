"""papermesh version."""

from __future__ import annotations

import importlib.metadata
import platform

import click


@click.command(short_help="Show the version.")
def version() -> None:
    """Show the versions of Papermesh, of gRPC and of Python."""
    found = importlib.metadata.version
    click.echo(f"papermesh {found('papermesh')} (grpcio {found('grpcio')}, Python {platform.python_version()})")
