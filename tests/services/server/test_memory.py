"""What a server keeps of a call once it is over."""

from __future__ import annotations

import gc
import sys

import grpc
import pytest

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.classification.v1 import classification_pb2_grpc as pb_grpc

SECONDS = 60.0
LARGE = 1 << 20
CALLS = 50
ROUNDS = 4


@pytest.fixture
def left(garbage):
    """Says, when called, which large bytes were left to the search for cycles."""

    def found():
        held = [inner for outer in garbage() for inner in gc.get_referents(outer)]
        return [len(inner) for inner in held if isinstance(inner, bytes | bytearray) and len(inner) >= LARGE]

    return found


def test_a_call_that_failed_holds_its_request_no_longer(classification_address, left):
    program = b"\x7fELF" + bytes(2 * LARGE)
    with grpc.insecure_channel(classification_address) as channel:
        stub = pb_grpc.ClassificationServiceStub(channel)
        for _ in range(3):
            with pytest.raises(grpc.RpcError, match="ELF"):
                stub.ExtractText(pb.ExtractTextRequest(content=program), timeout=SECONDS)
    assert left() == []


def blocks():
    gc.collect()
    return sys.getallocatedblocks()


def test_calls_leave_no_objects_behind(classification_address):
    with grpc.insecure_channel(classification_address) as channel:
        stub = pb_grpc.ClassificationServiceStub(channel)
        good, bad = pb.ExtractTextRequest(text="Hello."), pb.ExtractTextRequest(content=b"\x7fELF" + bytes(1000))
        pieces = [
            pb.ExtractTextStreamRequest(description=pb.ExtractTextDescription()),
            pb.ExtractTextStreamRequest(chunk=b"Hello."),
        ]
        after = []
        for _ in range(ROUNDS):
            for _ in range(CALLS):
                stub.ExtractText(good, timeout=SECONDS)
                with pytest.raises(grpc.RpcError, match="ELF"):
                    stub.ExtractText(bad, timeout=SECONDS)
                list(stub.ExtractTextStream(iter(pieces), timeout=SECONDS))
            after.append(blocks())
    print(after)
    # A call that left something would leave several objects: a task, its frames, a message.
    assert after[-1] - after[0] < 3 * CALLS * (ROUNDS - 1)
