"""Puts an exposed service together from its configuration, runs it, and takes it down again."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from papermesh_bridge.errors import ConfigError
from papermesh_bridge.expose import child
from papermesh_bridge.expose.calls import Calls
from papermesh_bridge.expose.contract import MethodMisfit, read_contract
from papermesh_bridge.expose.http import HttpLegacy
from papermesh_bridge.expose.server import ExposedServer
from papermesh_bridge.expose.stream import StreamLegacy, connected
from papermesh_bridge.expose.translate import Translator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from papermesh_bridge.address import Address
    from papermesh_bridge.expose.config import ExposeConfig
    from papermesh_bridge.expose.contract import Contract, Exposed
    from papermesh_bridge.expose.legacy import Legacy
    from papermesh_bridge.expose.stream import Opener

DEFAULT_GRACE_SECONDS = 10.0


class Exposure:
    """A gRPC service in front of a legacy server. Start it and stop it in the same event loop, once each."""

    def __init__(self, config: ExposeConfig) -> None:
        """Reads the contract. Raises ConfigError."""
        self._config = config
        self._contract = _contract(config)
        self._legacy: Legacy | None = None
        self._server: ExposedServer | None = None
        self._address: Address | None = None

    @property
    def address(self) -> Address | None:
        """Where gRPC callers are served, with the port really used; None before the start."""
        return self._address

    @property
    def rpcs(self) -> Sequence[Exposed]:
        """What is exposed, in the order of the contract."""
        return tuple(self._contract.rpcs.values())

    async def start(self) -> None:
        """Returns when callers are served. A legacy server that is not there yet is waited for in the background.

        Raises BindError, and leaves nothing behind then.
        """
        limits = self._config.limits
        legacy = _legacy(self._config)
        translator = Translator(self._config.policy, self._contract.pool)
        self._server = server = ExposedServer(self._contract, Calls(legacy, translator, limits), limits)
        self._address = await server.start(self._config.listen)
        self._legacy = legacy
        legacy.start(server.health.reached)

    async def stop(self, grace: float = DEFAULT_GRACE_SECONDS) -> None:
        """Takes no new calls, gives the running ones this many seconds, and closes everything."""
        try:
            if self._server is not None:
                await self._server.stop(grace)
        finally:
            if self._legacy is not None:
                await self._legacy.close()


def _contract(config: ExposeConfig) -> Contract:
    try:
        data = _read(config.descriptors, config.limits.max_schema_bytes)
        return read_contract(data, config.services, config.methods)
    except MethodMisfit:
        raise
    except ConfigError as fault:
        raise ConfigError(f"{config.descriptors}: {fault}") from None


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as fault:
        told = (
            f"the descriptors cannot be read: {fault.strerror}; write them with `buf build -o {path.name}`, or protoc"
        )
        raise ConfigError(told) from None
    if len(data) > limit:
        raise ConfigError(f"the descriptors are larger than max_schema_bytes, which is {limit}")
    return data


def _legacy(config: ExposeConfig) -> Legacy:
    if config.http:
        return HttpLegacy(config.http, config.headers, config.limits)
    return StreamLegacy(_opener(config), config.limits, config.framing, sends_cancel=config.sends_cancel)


def _opener(config: ExposeConfig) -> Opener:
    if config.tcp is not None:
        return functools.partial(connected, config.tcp)
    return functools.partial(child.running, config.command, config.directory, config.limits.child_stop_seconds)
