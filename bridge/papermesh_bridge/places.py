"""From what the configuration says of a backend to what is needed to reach it: its files are read and checked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_bridge.credentials import channel_credentials
from papermesh_bridge.description import read_set
from papermesh_bridge.errors import ConfigError, SchemaError
from papermesh_bridge.upstream import Place

if TYPE_CHECKING:
    from pathlib import Path

    from papermesh_bridge.config import BackendConfig
    from papermesh_bridge.limits import Limits
    from papermesh_bridge.schema import Schema


def place_of(config: BackendConfig, limits: Limits) -> Place:
    """Gives where a backend is and what is known of it. Raises ConfigError, which names the file at fault."""
    return Place(
        name=config.name,
        target=config.target,
        credentials=channel_credentials(config),
        authority=config.authority,
        services=config.services,
        schema=_schema(config, config.descriptors, limits) if config.descriptors is not None else None,
    )


def _schema(config: BackendConfig, path: Path, limits: Limits) -> Schema:
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_schema_bytes + 1)
        files, size = limits.max_schema_files, limits.max_schema_bytes
        return read_set(data, config.services, max_files=files, max_bytes=size).schema()
    except OSError as fault:
        raise ConfigError(f"the backend {config.name!r}: {path} cannot be read: {fault.strerror or fault}") from None
    except SchemaError as fault:
        raise ConfigError(f"the backend {config.name!r}: {path} does not describe it: {fault}") from None
