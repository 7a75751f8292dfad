"""Params to request bytes, response bytes to results, and error details to JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from google.protobuf.message import DecodeError, EncodeError
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from papermesh_bridge.errors import InvalidParams, SchemaError, Violation
from papermesh_bridge.transcode.faults import Misfit, half_pair, too_deep
from papermesh_bridge.transcode.known import is_map, is_wrapper, known_name
from papermesh_bridge.transcode.policy import PROTO_POLICY, JsonPolicy
from papermesh_bridge.transcode.reader import MessageReader
from papermesh_bridge.transcode.scalars import write_bytes
from papermesh_bridge.transcode.writer import MessageWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.descriptor_pool import DescriptorPool


_DEPTH: Final = 100
"""How many messages deep a message may be; protobuf reads no deeper ones."""


class Transcoder:
    """Translates for one backend's descriptor pool under one policy. Safe to use from several threads."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        self._own, self._proto = _pair(policy, pool), _pair(PROTO_POLICY, pool)
        self._reader, self._writer, self._details = self._own.reader, self._own.writer, self._proto.writer

    def decode(self, params: dict[str, Any] | list[Any] | None, descriptor: Descriptor) -> bytes:
        """Gives the serialized request for params by name, by position, or none. Raises InvalidParams."""
        if params is None and known_name(descriptor):
            return b""
        return self._serialized(lambda: _arranged({} if params is None else params, descriptor), descriptor)

    def read(self, value: Any, descriptor: Descriptor) -> bytes:
        """Gives the serialized message for its JSON value. Raises InvalidParams."""
        return self._serialized(lambda: value, descriptor)

    def decode_each(self, params: dict[str, Any] | list[Any] | None, descriptor: Descriptor) -> list[bytes]:
        """Gives the serialized requests of a stream, one for each element of an array. Raises InvalidParams."""
        if not isinstance(params, list):
            told = f"expected an array of {descriptor.full_name}, one for each message of the stream"
            raise InvalidParams([Violation("", told)])
        return [self._element(index, value, descriptor) for index, value in enumerate(params)]

    def _element(self, index: int, value: Any, descriptor: Descriptor) -> bytes:
        try:
            return self.read(value, descriptor)
        except InvalidParams as fault:
            raise fault.inside(f"[{index}]") from None

    def _serialized(self, value: Callable[[], Any], descriptor: Descriptor) -> bytes:
        message: Any = GetMessageClass(descriptor)()
        try:
            self._reader.fill(message, value(), _DEPTH)
            data: bytes = message.SerializeToString()
        except Misfit as misfit:
            raise InvalidParams(misfit.violations()) from None
        except UnicodeEncodeError:
            raise InvalidParams(half_pair().violations()) from None
        except RecursionError:
            raise InvalidParams(too_deep().violations()) from None
        except EncodeError:
            raise InvalidParams(_missing(message).violations()) from None
        return data

    def encode(self, data: bytes, descriptor: Descriptor, *, unwrap: bool = False) -> Any:
        """Gives the result for a serialized response, or the value of its only field. Raises SchemaError."""
        return self.write(self.parse(data, descriptor), unwrap=unwrap)

    def parse(self, data: bytes, descriptor: Descriptor) -> Any:
        """Gives the message of a serialized response. Raises SchemaError."""
        try:
            return GetMessageClass(descriptor).FromString(data)
        except DecodeError:
            raise SchemaError(f"a backend's answer is no {descriptor.full_name}") from None

    def write(self, message: Any, *, unwrap: bool = False) -> Any:
        """Gives the result for a response message, or the value of its only field. Raises SchemaError."""
        return self._writer.write_only(message) if unwrap else self._writer.write(message)

    def details(self, data: bytes) -> list[Any]:
        """Gives the details of a serialized google.rpc.Status as ProtoJSON; none where it cannot be read."""
        try:
            status = status_pb2.Status.FromString(data)
        except DecodeError:
            return []
        return self.written_details(status)

    def written_details(self, status: Any) -> list[Any]:
        """Gives the details of a google.rpc.Status as ProtoJSON."""
        return [self._detail(detail) for detail in status.details]

    def _detail(self, detail: Any) -> Any:
        try:
            return self._details.write(detail)
        except SchemaError:
            return {"@type": detail.type_url, "value": write_bytes(detail.value)}


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class _Pair:
    """What reads and what writes under one policy for one pool."""

    pool: DescriptorPool
    reader: MessageReader
    writer: MessageWriter


_pairs: WeakValueDictionary[tuple[JsonPolicy, int], _Pair] = WeakValueDictionary()


def _pair(policy: JsonPolicy, pool: DescriptorPool) -> _Pair:
    """Gives what endpoints of the same policy share, for as long as one of them has it."""
    key = (policy, id(pool))  # which is of no other pool while the pair has this one
    pair = _pairs.get(key)
    if pair is None:
        pair = _pairs[key] = _Pair(pool, MessageReader(policy, pool), MessageWriter(policy, pool))
    return pair


def _arranged(params: dict[str, Any] | list[Any], descriptor: Descriptor) -> Any:
    """Gives params the form in which the request message is read."""
    if isinstance(params, dict) and not known_name(descriptor):
        return params
    if is_wrapper(descriptor):
        return _wrapped(params)
    if known_name(descriptor):
        return params
    fields = descriptor.fields
    if len(fields) == 1 and fields[0].is_repeated and not is_map(fields[0]):
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


def _missing(message: Any) -> Misfit:
    found: list[str] = message.FindInitializationErrors()
    return Misfit(faults=[(path, "required, and missing") for path in found])
