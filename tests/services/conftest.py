"""The two real servers, in a thread of their own, for tests that call them over gRPC."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from papermesh_services.app import ServerConfig, classification_server, quality_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60.0


class Loop:
    """An event loop in a thread, for what must run while a test blocks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, coroutine, seconds=SECONDS):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()


@pytest.fixture(scope="session")
def loop_thread() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def document_root(tmp_path_factory) -> Path:
    """The only folder the servers may read below."""
    return tmp_path_factory.mktemp("documents")


def serving(make, config, loop):
    async def made():
        server = make(config)
        await server.start()
        return server

    server = loop.run(made())
    yield server.address
    loop.run(server.stop())


def config_for(root: Path) -> ServerConfig:
    return ServerConfig(address="127.0.0.1:0", document_roots=(root,), workers=2, max_batch_items=50)


@pytest.fixture(scope="session")
def classification_address(loop_thread, document_root) -> Iterator[str]:
    """The address of a running classification server."""
    yield from serving(classification_server, config_for(document_root), loop_thread)


@pytest.fixture(scope="session")
def quality_address(loop_thread, document_root) -> Iterator[str]:
    """The address of a running quality server."""
    yield from serving(quality_server, config_for(document_root), loop_thread)
