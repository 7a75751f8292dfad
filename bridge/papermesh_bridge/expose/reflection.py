"""Server reflection, v1 and v1alpha, over the contract's descriptors, so that grpcurl needs no proto at hand.

The two versions are the same on the wire but for the package name, so one servicer answers both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import descriptor_pb2
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha._async import ReflectionServicer

if TYPE_CHECKING:
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.expose.contract import Contract

_V1: Final = "grpc.reflection.v1.ServerReflection"
_V1ALPHA: Final = "grpc.reflection.v1alpha.ServerReflection"
_HEALTH: Final = "grpc.health.v1.Health"


def add_reflection(server: grpc.aio.Server, contract: Contract) -> None:
    """Adds both versions of reflection to a server, which tell of the contract, of health and of themselves."""
    for service, file in ((_HEALTH, _file(health_pb2)), (_V1ALPHA, _file(reflection_pb2)), (_V1, _v1())):
        _describe(contract.pool, service, file)
    servicer = ReflectionServicer([*contract.services, _HEALTH, _V1, _V1ALPHA], pool=contract.pool)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    for service in (_V1, _V1ALPHA):
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(service, {"ServerReflectionInfo": handler}),)
        )


def _describe(pool: DescriptorPool, service: str, file: Any) -> None:
    """Puts a file into the contract's pool, unless the contract has brought its service along."""
    try:
        pool.FindServiceByName(service)
    except KeyError:
        pool.AddSerializedFile(file.SerializeToString())


def _file(module: Any) -> Any:
    file = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(file)
    return file


def _v1() -> Any:
    """The descriptor of v1, made from that of v1alpha."""
    file = _file(reflection_pb2)
    file.name, file.package = "grpc/reflection/v1/reflection.proto", "grpc.reflection.v1"
    for message in file.message_type:
        for field in message.field:
            field.type_name = _renamed(field.type_name)
    for method in file.service[0].method:
        method.input_type, method.output_type = _renamed(method.input_type), _renamed(method.output_type)
    return file


def _renamed(name: str) -> str:
    return name.replace(".grpc.reflection.v1alpha.", ".grpc.reflection.v1.")
