"""Asks a server for the descriptors of everything it offers: by grpc.reflection.v1, or v1alpha where that is missing.

Every file of an answer is taken and every dependency followed, up to a limit on what a server may make us hold.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

import grpc
import grpc.aio
from grpc_reflection.v1alpha import reflection_pb2

from papermesh_bridge.description import Description
from papermesh_bridge.errors import SchemaError
from papermesh_bridge.schema import parse_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papermesh_bridge.limits import Limits

_logger = logging.getLogger(__name__)
# Both versions have the same messages; only the package name on the wire differs.
_PATHS: Final = tuple(f"/grpc.reflection.{each}.ServerReflection/ServerReflectionInfo" for each in ("v1", "v1alpha"))


async def reflect(channel: grpc.aio.Channel, limits: Limits, services: Sequence[str] = ()) -> Description:
    """Gives the description of the server behind a channel, or of some of its services only.

    Raises AioRpcError and SchemaError.
    """
    try:
        return await _Conversation(channel, _PATHS[0], limits).description(services)
    except grpc.aio.AioRpcError as fault:
        # A write that comes after the refusal makes it INTERNAL (https://github.com/grpc/grpc/issues/36066).
        if fault.code() not in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL):
            raise
    return await _Conversation(channel, _PATHS[1], limits).description(services)


class _Conversation:
    """One reflection stream, and the files it has given."""

    def __init__(self, channel: grpc.aio.Channel, path: str, limits: Limits) -> None:
        self._limits = limits
        self._files: dict[str, bytes] = {}
        self._wanted: list[str] = []
        self._bytes = 0
        self._stream: Any = channel.stream_stream(
            path,
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )()

    async def description(self, wanted: Sequence[str]) -> Description:
        try:
            names = wanted or await self._listed()
            services = [name for name in names if await self._take(name, file_containing_symbol=name)]
            if wanted and len(services) < len(wanted):
                raise SchemaError(f"it does not have {', '.join(name for name in wanted if name not in services)}")
            while self._wanted:
                name = self._wanted.pop()
                if name not in self._files:
                    await self._take(name, file_by_filename=name)
        finally:
            self._stream.cancel()
        return Description(tuple(self._files.values()), tuple(services))

    async def _listed(self) -> list[str]:
        listed = await self._ask(list_services="*")
        return [service.name for service in listed.list_services_response.service]

    async def _ask(self, **question: str) -> reflection_pb2.ServerReflectionResponse:
        try:
            await self._stream.write(reflection_pb2.ServerReflectionRequest(**question))
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            # Writing to a stream that the server has ended says no more than that; reading says how it ended.
            _logger.debug("a reflection stream ended while it was asked")
        answer: Any = await self._stream.read()
        if answer is grpc.aio.EOF:
            raise SchemaError("it ended its answer too early")
        told: reflection_pb2.ServerReflectionResponse = answer
        return told

    async def _take(self, name: str, **question: str) -> bool:
        """Keeps the files of an answer; False if the server does not know what it was asked for."""
        answer = await self._ask(**question)
        if answer.HasField("error_response"):
            _logger.info("a backend does not describe %s: %s", name, answer.error_response.error_message)
            return False
        for data in answer.file_descriptor_response.file_descriptor_proto:
            self._keep(data)
        return True

    def _keep(self, data: bytes) -> None:
        file = parse_file(data)
        if file.name in self._files:
            return
        self._bytes += len(data)
        if len(self._files) >= self._limits.max_schema_files or self._bytes > self._limits.max_schema_bytes:
            files, size = self._limits.max_schema_files, self._limits.max_schema_bytes
            raise SchemaError(f"it has more than {files} files or {size} bytes of descriptors")
        self._files[file.name] = data
        self._wanted += file.dependencies
