"""Connections of every kind to a bridge: TCP, a Unix socket, the standard streams of a child process, and WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

WAIT = 10.0
ROOMY = 2**27
TIGHT = 2**21
PROGRAM = (sys.executable, "-c", "from papermesh.cli import main; main(prog_name='papermesh')")


@dataclass
class WebSocketLine:
    """A WebSocket, spoken to like a byte stream."""

    socket: ClientConnection

    async def send(self, *messages: Any) -> None:
        for message in messages:
            await self.socket.send(message if isinstance(message, bytes | str) else json.dumps(message))

    async def raw(self) -> bytes:
        async with asyncio.timeout(WAIT):
            text = await self.socket.recv()
        assert isinstance(text, str), "answers are text"
        return text.encode()

    async def answer(self) -> Any:
        return json.loads(await self.raw())


@dataclass
class Opened:
    """A connection to a bridge, and a way to have that bridge stop while it is open."""

    line: Any
    stop: Callable[[], Awaitable[None]]


@dataclass
class Child:
    """A bridge that is a child process and serves its standard streams."""

    process: asyncio.subprocess.Process
    line: Any
    errors: Path

    async def ended(self) -> int:
        """Waits for its end and gives its exit code."""
        async with asyncio.timeout(WAIT):
            return await self.process.wait()


@pytest.fixture(scope="session")
def run_child(tmp_path_factory, bridge_toml, line_over):
    """Starts `papermesh bridge --stdio`; at the end it must have exited well, and said nothing."""

    @contextlib.asynccontextmanager
    async def run(target: str, *, room: int = ROOMY, code: int = 0, **limits: Any) -> AsyncIterator[Child]:
        folder = tmp_path_factory.mktemp("child")
        (folder / "bridge.toml").write_text(bridge_toml(target, **limits))
        with (folder / "errors").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *PROGRAM, "bridge", "--config", str(folder / "bridge.toml"), "--stdio",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=errors, limit=room,
            )  # fmt: skip
        child = Child(process, line_over(process.stdout, process.stdin), folder / "errors")
        try:
            yield child
            process.stdin.close()
            assert await child.ended() == code, child.errors.read_text()
            assert child.errors.read_text() == ""
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    return run


@contextlib.asynccontextmanager
async def websocket(caller: Any, path: str = "/rpc", **options: Any) -> AsyncIterator[WebSocketLine]:
    uri = f"ws://{caller.bridge.http_address}{path}"
    async with connect(uri, **{"max_size": None, "proxy": None, "close_timeout": 1, **options}) as socket:
        yield WebSocketLine(socket)


@pytest.fixture(scope="session")
def open_websocket():
    """Opens a WebSocket to a running bridge: `async with open_websocket(caller) as line`."""
    return websocket


@pytest.fixture(scope="session")
def open_unix(line_over):
    """Connects to the Unix socket of a running bridge."""

    @contextlib.asynccontextmanager
    async def open_it(path: Path, limit: int = ROOMY) -> AsyncIterator[Any]:
        reader, writer = await asyncio.open_unix_connection(path, limit=limit)
        try:
            yield line_over(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    return open_it


@pytest.fixture(scope="session")
def open_line(run_bridge, run_child, open_unix, line_over, tmp_path_factory):
    """Opens a connection of any kind to a bridge of its own.

    A slow caller takes in no more than a few megabytes that it has not asked for.
    """
    from papermesh_bridge import Limits

    @contextlib.asynccontextmanager
    async def open_it(transport: str, target: str, *, slow: bool = False, **limits: Any) -> AsyncIterator[Opened]:
        room = TIGHT if slow else ROOMY
        if transport == "stdio":
            async with run_child(target, room=room, **limits) as child:
                yield Opened(child.line, lambda: _terminated(child))
            return
        path = tmp_path_factory.mktemp("unix") / "bridge.sock"
        async with contextlib.AsyncExitStack() as stack:
            caller = await stack.enter_async_context(run_bridge(target, unix=path, limits=Limits(**limits)))
            if transport == "websocket":
                line = await stack.enter_async_context(websocket(caller, max_queue=1 if slow else 16))
            elif transport == "unix":
                line = await stack.enter_async_context(open_unix(path, room))
            else:
                address = caller.bridge.tcp_address
                line = line_over(*await asyncio.open_connection(address.host, address.port, limit=room))
                stack.callback(line.writer.close)
            yield Opened(line, lambda: caller.bridge.stop(5))

    return open_it


async def _terminated(child: Child) -> None:
    child.process.terminate()
    assert await child.ended() == 0
