"""Server reflection, v1 and v1alpha, over the descriptors of this process.

grpcio-reflection serves v1alpha only. The two versions are the same on the wire but for the package name, so one
servicer answers both, and the descriptor of v1 is made from that of v1alpha.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha._async import ReflectionServicer

if TYPE_CHECKING:
    from collections.abc import Iterable

V1_SERVICE: Final = "grpc.reflection.v1.ServerReflection"
V1ALPHA_SERVICE: Final = "grpc.reflection.v1alpha.ServerReflection"


def add_reflection(server: grpc.aio.Server, services: Iterable[str]) -> None:
    """Adds both versions of reflection to a server, listing the named services and reflection itself."""
    describe_v1()
    servicer = ReflectionServicer([*services, V1_SERVICE, V1ALPHA_SERVICE])
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(V1_SERVICE, {"ServerReflectionInfo": handler}),)
    )


def describe_v1() -> None:
    """Puts the descriptor of reflection v1 into the default pool, unless it is there already."""
    pool = descriptor_pool.Default()
    try:
        pool.FindServiceByName(V1_SERVICE)
    except KeyError:
        file = descriptor_pb2.FileDescriptorProto()
        reflection_pb2.DESCRIPTOR.CopyToProto(file)
        rename(file)
        pool.AddSerializedFile(file.SerializeToString())


def rename(file: descriptor_pb2.FileDescriptorProto) -> None:
    """Renames the v1alpha descriptor to v1, in place."""
    file.name = "grpc/reflection/v1/reflection.proto"
    file.package = "grpc.reflection.v1"
    for message in file.message_type:
        for field in message.field:
            if field.type_name:
                field.type_name = to_v1(field.type_name)
    for service in file.service:
        for method in service.method:
            method.input_type = to_v1(method.input_type)
            method.output_type = to_v1(method.output_type)


def to_v1(name: str) -> str:
    """The name of a v1alpha type in v1."""
    return name.replace("grpc.reflection.v1alpha.", "grpc.reflection.v1.")
