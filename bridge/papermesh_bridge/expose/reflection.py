"""Server reflection, v1 and v1alpha, over the contract's descriptors, so that grpcurl needs no proto at hand.

The two versions are the same on the wire but for the package name, so one servicer answers both.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import descriptor_pb2, duration_pb2
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha._async import ReflectionServicer

if TYPE_CHECKING:
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.expose.contract import Contract

_logger = logging.getLogger(__name__)
_V1: Final = "grpc.reflection.v1.ServerReflection"
_V1ALPHA: Final = "grpc.reflection.v1alpha.ServerReflection"
_HEALTH: Final = "grpc.health.v1.Health"


def add_reflection(server: grpc.aio.Server, contract: Contract) -> None:
    """Adds both versions of reflection to a server, which tell of the contract, of health and of themselves.

    They tell of the details of errors too, so that grpcurl shows what is in them.
    """
    for symbol, file in (
        (_HEALTH, _file(health_pb2)),
        (_V1ALPHA, _file(reflection_pb2)),
        (_V1, _v1()),
        ("google.protobuf.Duration", _file(duration_pb2)),
        ("google.rpc.ErrorInfo", _file(error_details_pb2)),
    ):
        _describe(contract.pool, symbol, file)
    servicer = _Reflection([*contract.services, _HEALTH, _V1, _V1ALPHA], pool=contract.pool)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    for service in (_V1, _V1ALPHA):
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(service, {"ServerReflectionInfo": handler}),)
        )


class _Reflection(ReflectionServicer):  # type: ignore[misc]  # it comes without types
    """Finds methods by their full names too, where the pool of descriptors knows every other symbol but those."""

    def _file_containing_symbol(self, request: Any, fully_qualified_name: str) -> Any:
        service, _, method = fully_qualified_name.rpartition(".")
        try:
            known = method in self._pool.FindServiceByName(service).methods_by_name
        except KeyError:
            known = False
        return super()._file_containing_symbol(request, service if known else fully_qualified_name)


def _describe(pool: DescriptorPool, symbol: str, file: Any) -> None:
    """Puts a file into the contract's pool, unless the contract has brought what it says along."""
    try:
        pool.FindFileContainingSymbol(symbol)
    except KeyError:
        try:
            pool.AddSerializedFile(file.SerializeToString())
        except (TypeError, ValueError) as fault:  # the contract has put something else in its place
            _logger.warning("reflection cannot tell of %s: %s", symbol, fault)


def _file(module: Any) -> Any:
    file = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(file)
    return file


def _v1() -> Any:
    """The descriptor of v1, made from that of v1alpha."""
    file = _file(reflection_pb2)
    file.name, file.package = "grpc/reflection/v1/reflection.proto", "grpc.reflection.v1"
    file.options.ClearField("deprecated")
    for message in file.message_type:
        for field in message.field:
            if field.type_name:
                field.type_name = _renamed(field.type_name)
    for method in file.service[0].method:
        method.input_type, method.output_type = _renamed(method.input_type), _renamed(method.output_type)
    return file


def _renamed(name: str) -> str:
    return name.replace(".grpc.reflection.v1alpha.", ".grpc.reflection.v1.")
