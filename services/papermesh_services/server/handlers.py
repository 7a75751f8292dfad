"""The RPCs of a service as handlers of a gRPC server, made from its descriptor.

Requests reach the interceptor as bytes: there a request that is no message of its type is an error of ours, and one
that holds a document can go to a worker as it came, without being copied on the event loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import message_factory
from google.protobuf.message import DecodeError, Message

from papermesh_services.server.errors import malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

    Handle = Callable[[Any, Any], Any]


HANDLERS: Final = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}
"""What makes a handler, by whether an RPC takes a stream, and whether it answers with one."""


def service_handler(service: ServiceDescriptor, servicer: object, unread: frozenset[str]) -> grpc.GenericRpcHandler:
    """The handler of a service, whose servicer has a coroutine method for each of its RPCs.

    unread: the RPCs whose method takes the request as bytes. One that takes a stream takes each message so, and needs
    not be named; and so must be every one that answers with a stream, whose method is an asynchronous generator.
    """
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}
    for method in service.methods:
        handle: Handle = getattr(servicer, method.name)
        if not method.client_streaming and method.name not in unread:
            handle = reading(method, handle)
        made = HANDLERS[method.client_streaming, method.server_streaming]
        handlers[method.name] = made(handle, response_serializer=serialized)
    return grpc.method_handlers_generic_handler(service.full_name, handlers)


def reading(method: MethodDescriptor, handle: Handle) -> Handle:
    """A handler that takes bytes, before one that takes the message."""
    request_type = message_factory.GetMessageClass(method.input_type)

    async def read_and_handle(data: bytes, context: Any) -> Any:
        try:
            request = request_type.FromString(data)
        except DecodeError:
            raise malformed() from None
        return await handle(request, context)

    return read_and_handle


def serialized(message: Message) -> bytes:
    """The message on the wire."""
    return message.SerializeToString()
