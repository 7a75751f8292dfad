"""Byte streams over sockets, by asyncio's own event loop and by the one the command line takes."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
import uvloop

from papermesh_bridge.transports.byte_stream import SocketStream

WAIT = 10.0


async def written_after_a_reset() -> None:
    """Writes to a caller that has reset its connection, once that is known."""
    streams: asyncio.Queue[SocketStream] = asyncio.Queue()
    server = await asyncio.start_server(lambda *ends: streams.put_nowait(SocketStream(*ends)), "127.0.0.1", 0)
    async with server, asyncio.timeout(WAIT):
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        stream = await streams.get()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        try:
            while await stream.read():
                pass
        except ConnectionError:
            pass
        try:
            while True:
                await stream.write(b"answer\n")
        finally:
            stream.abort()
            server.close()


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_writing_to_a_caller_that_has_gone_says_that_it_has(loop):
    with asyncio.Runner(loop_factory=loop) as runner, pytest.raises(ConnectionError):
        runner.run(written_after_a_reset())
