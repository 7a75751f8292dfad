"""Reflection, v1 and v1alpha, asked by a real client over a real connection."""

from __future__ import annotations

import contextlib

import grpc
import pytest
from google.protobuf import descriptor_pb2
from grpc_reflection.v1alpha import reflection_pb2 as pb

from papermesh.classification.v1 import classification_pb2
from papermesh_services.server.reflection import V1_SERVICE, V1ALPHA_SERVICE, add_reflection, commented_files

SECONDS = 10.0
SERVICE = classification_pb2.DESCRIPTOR.services_by_name["ClassificationService"].full_name


@contextlib.asynccontextmanager
async def asking(version):
    server = grpc.aio.server()
    add_reflection(server, [SERVICE])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        method = channel.stream_stream(
            f"/{version}/ServerReflectionInfo",
            request_serializer=pb.ServerReflectionRequest.SerializeToString,
            response_deserializer=pb.ServerReflectionResponse.FromString,
        )

        async def ask(**request):
            stream = method(iter([pb.ServerReflectionRequest(**request)]), timeout=SECONDS)
            return await stream.read()

        yield ask
    await server.stop(None)


@pytest.mark.parametrize("version", [V1_SERVICE, V1ALPHA_SERVICE])
async def test_both_versions_list_the_services_and_themselves(version):
    async with asking(version) as ask:
        answer = await ask(list_services="")
        names = {service.name for service in answer.list_services_response.service}
        assert names == {SERVICE, V1_SERVICE, V1ALPHA_SERVICE}


async def test_the_files_of_the_contract_come_with_their_comments():
    async with asking(V1_SERVICE) as ask:
        answer = await ask(file_containing_symbol=SERVICE)
    files = [
        descriptor_pb2.FileDescriptorProto.FromString(data)
        for data in answer.file_descriptor_response.file_descriptor_proto
    ]
    comments = {each.leading_comments.strip() for file in files for each in file.source_code_info.location}
    assert "Lists the categories the model in use can answer with, in alphabetical order." in comments


def test_every_file_of_the_contract_is_known_by_what_reflection_would_give():
    assert len(commented_files()) >= 2, "the contract differs from the stubs: run python protos/generate.py"


@pytest.mark.parametrize("version", [V1_SERVICE, V1ALPHA_SERVICE])
@pytest.mark.parametrize(
    "symbol",
    [
        SERVICE,
        V1_SERVICE,
        V1ALPHA_SERVICE,
        "papermesh.jsonrpc.v1.method",
        f"{SERVICE}.ClassifyDocument",
        f"{V1_SERVICE}.ServerReflectionInfo",
        "papermesh.classification.v1.ClassifyDocumentRequest.filename",
        "papermesh.classification.v1.EXTRACTION_STATUS_OK",
    ],
)
async def test_every_symbol_can_be_described(version, symbol):
    async with asking(version) as ask:
        answer = await ask(file_containing_symbol=symbol)
        files = [
            descriptor_pb2.FileDescriptorProto.FromString(data)
            for data in answer.file_descriptor_response.file_descriptor_proto
        ]
        assert symbol.startswith(f"{files[0].package}.")
        names = {file.name for file in files}
        assert all(set(file.dependency) <= names for file in files)


@pytest.mark.parametrize("symbol", ["no.such.Thing", f"{SERVICE}.NoSuchMethod", SERVICE.rpartition(".")[0], "", "."])
async def test_an_unknown_symbol_is_an_error_of_its_own(symbol):
    async with asking(V1_SERVICE) as ask:
        answer = await ask(file_containing_symbol=symbol)
        assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
