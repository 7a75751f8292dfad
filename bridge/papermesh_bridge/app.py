"""Puts a bridge together from its configuration, runs it, and takes it down again."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import logging
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from papermesh_bridge.builtin import Builtins
from papermesh_bridge.dispatch import Dispatcher
from papermesh_bridge.execution import Executor
from papermesh_bridge.gate import Gate
from papermesh_bridge.headers import HeaderRule
from papermesh_bridge.health import HealthCheck
from papermesh_bridge.invoke import Invoker
from papermesh_bridge.metrics import Metrics
from papermesh_bridge.places import place_of
from papermesh_bridge.scrape import Scrape
from papermesh_bridge.tracing import Tracing
from papermesh_bridge.transports.hosts import HostRule
from papermesh_bridge.transports.http import build_app
from papermesh_bridge.transports.http_server import HttpServer
from papermesh_bridge.transports.listen import SocketFile, address_of, listen, listen_unix
from papermesh_bridge.transports.peer import Connections
from papermesh_bridge.transports.quick import QuickCalls
from papermesh_bridge.transports.stdio import StdioServer
from papermesh_bridge.transports.stream import StreamServer
from papermesh_bridge.uploads import FileCalls
from papermesh_bridge.upstream import Backend
from papermesh_bridge.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from opentelemetry.trace import TracerProvider

    from papermesh_bridge.address import Address
    from papermesh_bridge.config import BridgeConfig
    from papermesh_bridge.transcode import JsonPolicy
    from papermesh_bridge.transports.byte_stream import ByteStream
    from papermesh_bridge.transports.stdio import DescriptorStream

_logger = logging.getLogger(__name__)
DEFAULT_GRACE_SECONDS = 10.0


class Bridge:
    """A running bridge. Start it and stop it in the same event loop; it is not started twice.

    stdio: a byte stream, open already, whose one caller is served besides those of the configuration.
    """

    def __init__(
        self,
        config: BridgeConfig,
        tracer_provider: TracerProvider | None = None,
        *,
        stdio: ByteStream | None = None,
    ) -> None:
        """Spans go to `tracer_provider`; to that of the process by default, if there is one."""
        self._config = config
        self._stdio = stdio
        self._headers = HeaderRule.of(config.metadata, config.limits)
        self._tracing = Tracing(_version(), tracer_provider)
        self._metrics = Metrics()
        self._gate = Gate(config.limits)
        self._backends: dict[str, Backend] = {}
        self._invokers: list[Invoker] = []
        self._servers: list[HttpServer | StreamServer | StdioServer] = []
        self._socket_file: SocketFile | None = None
        self._uploads: dict[str, FileCalls] = {}
        self._http_address: Address | None = None
        self._tcp_address: Address | None = None

    @property
    def http_address(self) -> Address | None:
        """Where HTTP callers are served, with the port really used; None if they are not."""
        return self._http_address

    @property
    def tcp_address(self) -> Address | None:
        """Where callers of the raw byte stream are served, likewise."""
        return self._tcp_address

    @property
    def unix_path(self) -> Path | None:
        """The socket file where callers of the raw byte stream are served; None if there is none."""
        return self._socket_file.path if self._socket_file else None

    async def start(self) -> None:
        """Returns when callers are served. Backends that are not there yet are waited for in the background.

        Raises ConfigError where a file of a backend cannot be used, and BindError; leaves nothing behind then.
        """
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.stop, 0)
            limits = self._config.limits
            for each in self._config.backends:
                place = await asyncio.to_thread(place_of, each, limits)
                self._backends[each.name] = Backend(place, limits)
            self._assemble()
            await self._first_attempts(limits.startup_seconds)
            for invoker in self._invokers:
                invoker.refresh()
            for server in self._servers:
                await server.start()
            undo.pop_all()

    async def stop(self, grace: float = DEFAULT_GRACE_SECONDS) -> None:
        """Takes no new calls, gives the running ones this many seconds, and closes everything."""
        if self._socket_file is not None:
            self._socket_file.remove()
        await asyncio.gather(*(server.stop(grace) for server in self._servers))
        await self._gate.drain(grace)
        await asyncio.gather(*(backend.close() for backend in self._backends.values()))
        self._servers.clear()
        self._invokers.clear()
        self._backends.clear()

    def _assemble(self) -> None:
        config, endpoints = self._config, self._endpoints()
        if config.http is not None:
            closed = config.http.is_loopback or bool(config.allowed_hosts)
            hosts = HostRule(frozenset(config.allowed_hosts), closed, frozenset(config.cors_origins))
            listener = listen(config.http)
            self._http_address = address_of(listener)
            scrape = Scrape(self._metrics, self._backends.values(), config.limits) if config.metrics else None
            websockets = Connections(config.limits)
            app = build_app(endpoints, config.limits, hosts, websockets, uploads=self._uploads, metrics=scrape)
            quick = QuickCalls(endpoints, config.limits, hosts)
            self._servers.append(HttpServer(app, listener, config.limits, websockets, quick))
        if config.tcp is not None:
            listener = listen(config.tcp)
            self._tcp_address = address_of(listener)
            self._servers.append(StreamServer(endpoints[""], listener, config.limits))
        if config.unix is not None:
            listener, self._socket_file = listen_unix(config.unix, config.unix_mode)
            self._servers.append(StreamServer(endpoints[""], listener, config.limits))
        if self._stdio is not None:
            self._servers.append(StdioServer(endpoints[""], self._stdio, config.limits))

    def _endpoints(self) -> dict[str, Dispatcher]:
        everything = tuple(backend.name for backend in self._config.backends)
        endpoints = {"": self._dispatcher("", everything, self._config.policy)}
        for each in self._config.endpoints:
            endpoints[each.name] = self._dispatcher(each.name, each.backends, each.policy or self._config.policy)
        return endpoints

    def _dispatcher(self, endpoint: str, names: Sequence[str], policy: JsonPolicy) -> Dispatcher:
        limits, backends = self._config.limits, [self._backends[name] for name in names]
        invoker = Invoker(backends, self._config.methods, policy, limits, endpoint)
        self._invokers.append(invoker)
        health = HealthCheck(invoker, limits, _version())
        builtins = Builtins(invoker, health, policy, limits, _version())
        watcher = Watcher(self._metrics.endpoint(endpoint), self._tracing)
        for each in self._config.uploads:
            path = f"/{endpoint}{each.path}" if endpoint else each.path
            self._uploads[path] = FileCalls(invoker, each, limits, self._gate, self._headers, watcher)
        executor = Executor(invoker, builtins, limits, self._gate, watcher)
        return Dispatcher(executor, health, limits, self._headers, watcher.observer)

    async def _first_attempts(self, seconds: float) -> None:
        attempts = [asyncio.create_task(backend.attempted()) for backend in self._backends.values()]
        _, late = await asyncio.wait(attempts, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def serve(
    config: BridgeConfig,
    *,
    stdio: DescriptorStream | None = None,
    on_ready: Callable[[Bridge], None] | None = None,
    grace: float = DEFAULT_GRACE_SECONDS,
) -> None:
    """Runs a bridge until SIGTERM or SIGINT, or until the caller on `stdio` is done, then drains it.

    Raises ConfigError and BindError.

    `on_ready` is called once callers are served, to tell people where.
    """
    bridge = Bridge(config, stdio=stdio)
    with _signals() as stopping:
        await bridge.start()
        try:
            if on_ready is not None:
                on_ready(bridge)
            await _first_of(stopping, *([stdio.closed] if stdio else []))
            _logger.info("stopping: running calls have %g seconds", grace)
        finally:
            await bridge.stop(grace)


async def _first_of(*events: asyncio.Event) -> None:
    """Waits until one of the events is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


@contextlib.contextmanager
def _signals() -> Iterator[asyncio.Event]:
    """Gives an event that SIGTERM and SIGINT set; afterwards they do what they did before."""
    came = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    for each in before:
        loop.add_signal_handler(each, came.set)
    try:
        yield came
    finally:
        for each, handler in before.items():
            loop.remove_signal_handler(each)
            signal.signal(each, handler)


def _version() -> str:
    try:
        return importlib.metadata.version("papermesh")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
