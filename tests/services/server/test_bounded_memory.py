"""A server in a process of its own takes and gives large documents without holding them."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import psutil
import pytest

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc

SECONDS = 120.0
SETTLE_SECONDS = 30.0
MIB = 1024 * 1024
LENGTH = 100 * MIB
PIECE = ((b"All of the words of this line are words. " * 24).ljust(1021, b"a") + b".\n\n") * 256
MOST_GROWTH = 48 * MIB
PROGRAM = b"\x7fELF" + bytes(48 * MIB)
MESSAGES = 12
AT_A_TIME = 4
MOST_KEPT = 32 * MIB
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
SERVER = """
import asyncio
from papermesh_services.app import ServerConfig, classification_server
from papermesh_services.documents import Limits

async def main():
    limits = Limits(max_document_bytes=256 << 20, max_text_characters=256 << 20)
    server = classification_server(ServerConfig(
        address="127.0.0.1:0", workers=1, limits=limits, max_worker_memory_bytes=4 << 30, max_processing_seconds=100.0,
        max_cpu_seconds=100.0,
    ))
    await server.start()
    print(server.address, flush=True)
    await asyncio.to_thread(input)
    await server.stop()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path):
    """The address and the process of a server that takes 256 MiB."""
    program = tmp_path / "server.py"
    program.write_text(SERVER)
    process = subprocess.Popen(
        [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield process.stdout.readline().strip(), psutil.Process(process.pid)
        process.communicate("\n", timeout=SECONDS)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


class Watched:
    """The memory of a process, looked at often: the most of it since the first look."""

    def __init__(self, process):
        self.process = process
        self.before = self.most = process.memory_info().rss

    def look(self):
        self.most = max(self.most, self.process.memory_info().rss)

    @property
    def growth(self):
        return self.most - self.before


def pieces(memory):
    yield pb.ExtractTextStreamRequest(description=pb.ExtractTextDescription(size_bytes=LENGTH))
    for _ in range(LENGTH // len(PIECE)):
        yield pb.ExtractTextStreamRequest(chunk=PIECE)
        memory.look()


def settled(process, most):
    """The memory of the process, once it is no more than so much or has not become so in time."""
    until = time.monotonic() + SETTLE_SECONDS
    while (now := process.memory_info().rss) > most and time.monotonic() < until:
        time.sleep(0.05)
    return now


def test_large_messages_leave_a_server_as_small_as_it_was(server):
    address, process = server
    with grpc.insecure_channel(address, UNLIMITED) as channel, ThreadPoolExecutor(AT_A_TIME) as threads:
        stub = pb_grpc.ClassificationServiceStub(channel)

        def refuse(_):
            with pytest.raises(grpc.RpcError, match="ELF"):
                stub.ExtractText(pb.ExtractTextRequest(content=PROGRAM), timeout=SECONDS)

        stub.ExtractText(pb.ExtractTextRequest(text="Hello."), timeout=SECONDS)
        most = process.memory_info().rss + MOST_KEPT
        list(threads.map(refuse, range(MESSAGES)))
        assert settled(process, most) <= most


@pytest.mark.slow
def test_a_text_of_100_mib_goes_through_a_server_that_stays_small(server):
    address, process = server
    with grpc.insecure_channel(address) as channel:
        stub = pb_grpc.ClassificationServiceStub(channel)
        stub.ExtractText(pb.ExtractTextRequest(text="Hello."), timeout=SECONDS)
        memory = Watched(process)
        length = 0
        for number, message in enumerate(stub.ExtractTextStream(pieces(memory), timeout=SECONDS)):
            length += len(message.part.text)
            if number % 300 == 1:  # takes nothing for a while, and nothing piles up
                for _ in range(200):
                    stub.GetServerInfo(pb.GetServerInfoRequest(), timeout=SECONDS)
                    memory.look()
    assert length > 0.9 * LENGTH
    assert message.end.text_length == length
    assert memory.growth < MOST_GROWTH
    print(f"{length / MIB:.0f} MiB of text, grown by {memory.growth / MIB:.1f} MiB")
