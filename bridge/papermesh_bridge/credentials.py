"""The certificates and keys of a backend that is reached by TLS, read and checked when the bridge starts.

gRPC itself takes whatever it is given, and tells of it only when no connection can be made.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import grpc

from papermesh_bridge.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from papermesh_bridge.config import BackendConfig


def channel_credentials(config: BackendConfig) -> grpc.ChannelCredentials | None:
    """Gives what TLS to a backend needs; None where nothing is encrypted. Raises ConfigError, which names the file."""
    if not config.tls:
        return None
    files = [_read(config, path) for path in (config.ca, config.key, config.cert)]
    _check(config, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return grpc.ssl_channel_credentials(*files)


def _check(config: BackendConfig, context: ssl.SSLContext) -> None:
    told = f"{config.ca} holds no certificates in PEM"
    try:
        if config.ca is not None:
            context.load_verify_locations(config.ca)
        told = f"{config.cert} and {config.key} are no certificate chain and its key, in PEM and without a password"
        if config.cert is not None:
            # An empty password, because without one the terminal would be asked.
            context.load_cert_chain(config.cert, config.key, password="")
    except (ssl.SSLError, ValueError):
        raise ConfigError(f"the backend {config.name!r}: {told}") from None


def _read(config: BackendConfig, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as fault:
        told = fault.strerror or fault
        raise ConfigError(f"the backend {config.name!r}: {path} cannot be read: {told}") from None
