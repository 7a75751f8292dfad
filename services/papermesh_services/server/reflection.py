"""Server reflection, v1 and v1alpha, over the descriptors of this process.

grpcio-reflection serves v1alpha only. The two versions are the same on the wire but for the package name, so one
servicer answers both, and the descriptor of v1 is made from that of v1alpha.

Generated code has lost the comments of its protos; they come from the contract beside the stubs, so that whoever asks
can read what a field means.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha._async import ReflectionServicer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

V1_SERVICE: Final = "grpc.reflection.v1.ServerReflection"
V1ALPHA_SERVICE: Final = "grpc.reflection.v1alpha.ServerReflection"


def add_reflection(server: grpc.aio.Server, services: Iterable[str]) -> None:
    """Adds both versions of reflection to a server, listing the named services and reflection itself."""
    describe_v1()
    servicer = CommentedReflection([*services, V1_SERVICE, V1ALPHA_SERVICE])
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(V1_SERVICE, {"ServerReflectionInfo": handler}),)
    )


class CommentedReflection(ReflectionServicer):  # type: ignore[misc]  # it comes without types
    """Answers with the files of the contract as they were written, comments included."""

    def __init__(self, services: list[str]) -> None:
        super().__init__(services)
        self._commented = commented_files()

    async def ServerReflectionInfo(  # noqa: N802  gRPC's own name
        self, request_iterator: AsyncIterator[Any], unused_context: object
    ) -> AsyncIterator[reflection_pb2.ServerReflectionResponse]:
        """See the proto of reflection."""
        async for response in super().ServerReflectionInfo(request_iterator, unused_context):
            if response.HasField("file_descriptor_response"):
                files = response.file_descriptor_response.file_descriptor_proto
                files[:] = [self._commented.get(file, file) for file in files]
            yield response

    def _file_containing_symbol(self, request: Any, fully_qualified_name: str) -> Any:
        """Finds methods too, by their service; the pool of descriptors knows every other symbol by itself."""
        service, _, method = fully_qualified_name.rpartition(".")
        try:
            known = method in self._pool.FindServiceByName(service).methods_by_name
        except KeyError:
            known = False
        return super()._file_containing_symbol(request, service if known else fully_qualified_name)


def commented_files() -> dict[bytes, bytes]:
    """The files of the contract with their comments, by those without."""
    pool = descriptor_pool.Default()
    contract = resources.files("papermesh").joinpath("contract.binpb").read_bytes()
    commented: dict[bytes, bytes] = {}
    for file in descriptor_pb2.FileDescriptorSet.FromString(contract).file:
        try:
            bare = pool.FindFileByName(file.name)
        except KeyError:
            continue  # of the other service; this process does not have it
        commented[bare.serialized_pb] = file.SerializeToString()
    return commented


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
