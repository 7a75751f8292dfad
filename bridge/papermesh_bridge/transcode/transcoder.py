"""Params to request bytes, response bytes to results, and error details to JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from papermesh_bridge.errors import InvalidParams, SchemaError
from papermesh_bridge.transcode.faults import Misfit
from papermesh_bridge.transcode.known import ANY, OWN_FORM, WRAPPERS
from papermesh_bridge.transcode.policy import PROTO_POLICY, JsonPolicy
from papermesh_bridge.transcode.reader import MessageReader
from papermesh_bridge.transcode.writer import MessageWriter

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor
    from google.protobuf.descriptor_pool import DescriptorPool


class Transcoder:
    """Translates for one backend's descriptor pool under one policy. Safe to use from several threads."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        self._reader = MessageReader(policy, pool)
        self._writer = MessageWriter(policy, pool)
        self._details = MessageWriter(PROTO_POLICY, pool)

    def decode(self, params: dict[str, Any] | list[Any] | None, descriptor: Descriptor) -> bytes:
        """Gives the serialized request for params by name, by position, or none. Raises InvalidParams."""
        message = GetMessageClass(descriptor)()
        try:
            if params is not None:
                self._reader.fill(message, _arranged(params, descriptor))
        except Misfit as misfit:
            raise InvalidParams(misfit.violations()) from None
        except RecursionError:
            raise InvalidParams(Misfit("nested too deeply").violations()) from None
        missing = _missing(message)
        if missing is not None:
            raise InvalidParams(missing.violations())
        return message.SerializeToString()

    def encode(self, data: bytes, descriptor: Descriptor, *, unwrap: bool = False) -> Any:
        """Gives the result for a serialized response, or the value of its only field. Raises SchemaError."""
        try:
            message = GetMessageClass(descriptor).FromString(data)
        except DecodeError:
            raise SchemaError(f"a backend's answer is no {descriptor.full_name}") from None
        return self._writer.write_only(message) if unwrap else self._writer.write(message)

    def details(self, data: bytes) -> list[Any]:
        """Gives the details of a serialized google.rpc.Status as ProtoJSON; none where it cannot be read."""
        try:
            status = status_pb2.Status.FromString(data)
        except DecodeError:
            return []
        return [self._details.write(detail) for detail in status.details]


def _arranged(params: dict[str, Any] | list[Any], descriptor: Descriptor) -> Any:
    """Gives params the form in which the request message is read."""
    if descriptor.full_name in WRAPPERS:
        return _wrapped(params)
    if isinstance(params, dict) or descriptor.full_name in OWN_FORM | {ANY}:
        return params
    fields = descriptor.fields
    if len(fields) == 1 and fields[0].is_repeated and not _is_map(fields[0].message_type):
        return {fields[0].name: params}
    if len(params) > len(fields):
        names = ", ".join(field.name for field in fields) or "none"
        raise Misfit(f"at most {len(fields)} positional params are taken ({names}), got {len(params)}")
    return {field.name: value for field, value in zip(fields, params, strict=False)}


def _wrapped(params: dict[str, Any] | list[Any]) -> Any:
    if isinstance(params, list) and len(params) == 1:
        return params[0]
    if isinstance(params, dict) and params.keys() == {"value"}:
        return params["value"]
    raise Misfit("expected one param, value")


def _is_map(descriptor: Descriptor | None) -> bool:
    return descriptor is not None and bool(descriptor.GetOptions().map_entry)


def _missing(message: Any) -> Misfit | None:
    if message.IsInitialized():
        return None
    found: list[str] = message.FindInitializationErrors()
    return Misfit(faults=[(path, "required, and missing") for path in found])
