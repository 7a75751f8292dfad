"""A bridge in front of servers of this process, as callers of the old JSON-RPC servers know them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from papermesh.cli.exits import missing_extra

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from papermesh.cli.server_options import ServerOptions
    from papermesh_bridge.app import Bridge
    from papermesh_bridge.config import BridgeConfig
    from papermesh_bridge.transports.stdio import DescriptorStream
    from papermesh_services.app import Server

BATCH_SECONDS: Final = 600.0
"""How long a call through the bridge may take in all."""
BASE64_ROOM: Final = 1.5
"""The size of a JSON message to that of the document in it: base64 makes four bytes of three, and escapes cost more."""


class LegacyBridge:
    """A bridge that is made when it is started, when its backends have their real addresses."""

    def __init__(
        self,
        servers: Mapping[str, Server],
        options: ServerOptions,
        *,
        http: str | None = None,
        tcp: str | None = None,
        stdio: DescriptorStream | None = None,
    ) -> None:
        self._servers = servers
        self._options = options
        self._http, self._tcp, self._stdio = http, tcp, stdio
        self.bridge: Bridge | None = None

    async def start(self) -> None:
        """Makes the bridge, and starts it."""
        from papermesh_bridge.app import Bridge

        # That both services have a get_server_info is known; each is at the endpoint of its own service too.
        logging.getLogger("papermesh_bridge.invoke").setLevel(logging.ERROR)
        bridge = Bridge(self._config(), stdio=self._stdio)
        await bridge.start()
        self.bridge = bridge

    async def stop(self) -> None:
        """Drains the bridge."""
        if self.bridge:
            await self.bridge.stop(self._options.drain_seconds)

    def _config(self) -> BridgeConfig:
        from papermesh_bridge.address import Address
        from papermesh_bridge.config import BackendConfig, BridgeConfig, EndpointConfig
        from papermesh_bridge.limits import Limits
        from papermesh_bridge.transcode import LEGACY_POLICY

        largest = max(Limits().max_message_bytes, int(self._options.max_document_bytes * BASE64_ROOM))
        # The servers hold each document to its limit; the bridge's own is for batches, and for servers that hang.
        longest = max(BATCH_SECONDS, 2 * self._options.max_processing_seconds)
        return BridgeConfig(
            backends=tuple(BackendConfig(server.address, name) for name, server in self._servers.items()),
            http=Address.parse(self._http) if self._http else None,
            tcp=Address.parse(self._tcp) if self._tcp else None,
            endpoints=tuple(EndpointConfig(name, (name,)) for name in self._servers),
            policy=LEGACY_POLICY,
            limits=Limits(
                max_message_bytes=largest,
                call_timeout_seconds=longest,
                max_call_timeout_seconds=longest,
                upload_timeout_seconds=longest,
            ),
        )


def bridge_errors() -> ModuleType:
    """The module of the bridge's errors. Raises CommandFailed where the bridge is not installed."""
    try:
        from papermesh_bridge import errors
    except ImportError as error:
        raise missing_extra("bridge", error) from error
    return errors
