"""The gRPC server behind all of them. Does as little as it can, and tells on standard output where it is."""

from __future__ import annotations

import functools
from typing import Any

import grpc.aio
import uvloop
from grpc_reflection.v1alpha import reflection

from bridging import messages
from papermesh.classification.v1 import classification_pb2

SERVICE = classification_pb2.DESCRIPTOR.services_by_name["ClassificationService"].full_name


@functools.cache
def answered(data: bytes) -> bytes:
    """The answer to a request, both as bytes; the same callers ask the same again and again."""
    request = classification_pb2.ClassifyDocumentRequest.FromString(data)
    assert request == messages.request(request.request_id), "this is not a request of the benchmark"
    return messages.answer(request.request_id).SerializeToString()


async def classify(request: bytes, _: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
    """Answers the same to every text, and to each caller under its own request_id."""
    return answered(request)


async def main() -> None:
    """Serves until it is ended."""
    server = grpc.aio.server()
    # Without serializers the messages stay bytes.
    handlers: dict[str, Any] = {"ClassifyDocument": grpc.unary_unary_rpc_method_handler(classify)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    reflection.enable_server_reflection([SERVICE, reflection.SERVICE_NAME], server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(main())
