"""Errors as gRPC carries them: one google.rpc.Status for each, small enough for a header, always with an ErrorInfo.

Pure. An error whose data has the bridge's own shape is given back as the status it was made from.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from papermesh_bridge.errors import STATUS_NAMES, BridgeError, ErrorObject
from papermesh_bridge.expose.faults import LegacyError, described
from papermesh_bridge.transcode import PROTO_POLICY, Transcoder

if TYPE_CHECKING:
    from google.protobuf.descriptor_pool import DescriptorPool

# Together they stay below the 8 KiB of metadata that gRPC takes by default: the status goes out as base64, and the
# message once more, with three characters for each byte that is not ASCII.
MAX_MESSAGE_BYTES: Final = 700
MAX_STATUS_BYTES: Final = 4096
MAX_DETAILS: Final = 32
_ERROR_INFO: Final = error_details_pb2.ErrorInfo.DESCRIPTOR.full_name


class Statuses:
    """Makes statuses of errors, by the message types of one contract and those that come with this package."""

    def __init__(self, pool: DescriptorPool) -> None:
        self._transcoder = Transcoder(PROTO_POLICY, pool)

    def of(self, error: ErrorObject) -> status_pb2.Status:
        """Gives the status for the error object of a JSON-RPC answer, or of a CallError."""
        restored = _own_shape(error.data)
        if restored is None:
            fault = LegacyError(error)
            return self._status(fault.status, fault.message, fault.details, error)
        code, details = restored
        return self._status(code, error.message, details, error)

    def _status(self, code: int, message: str, details: Any, error: ErrorObject) -> status_pb2.Status:
        status = status_pb2.Status(code=code, message=_cut(message or STATUS_NAMES[code]))
        room = MAX_STATUS_BYTES - status.ByteSize()
        found = [self._detail(each) for each in details[:MAX_DETAILS]]
        fitting: list[any_pb2.Any] = []
        for each in found:
            if each is not None and each.ByteSize() + 8 <= room:
                fitting.append(each)
                room -= each.ByteSize() + 8
        if len(fitting) < len(details) or not any(each.type_url.endswith("/" + _ERROR_INFO) for each in fitting):
            self._describe(fitting, error, room)
        status.details.extend(fitting)
        return status

    def _describe(self, fitting: list[any_pb2.Any], error: ErrorObject, room: int) -> None:
        """Adds an ErrorInfo of our own for what could not be carried as it was; without its data where that is long."""
        for each in (error, ErrorObject(error.code, error.message)):
            info = self._detail(described(each))
            if info is not None and info.ByteSize() + 8 <= room:
                fitting.append(info)
                return

    def _detail(self, detail: Any) -> any_pb2.Any | None:
        """Reads a detail written as ProtoJSON; None for one that cannot be read."""
        try:
            return any_pb2.Any.FromString(self._transcoder.read(detail, any_pb2.Any.DESCRIPTOR))
        except BridgeError:
            return _raw(detail)


def _own_shape(data: Any) -> tuple[int, list[Any]] | None:
    """Gives the gRPC status and the details of data that a bridge wrote."""
    if not isinstance(data, dict):
        return None
    code, details = data.get("code"), data.get("details", [])
    if isinstance(code, bool) or not isinstance(code, int) or not 0 < code < len(STATUS_NAMES):
        return None
    if data.get("status") != STATUS_NAMES[code] or not isinstance(details, list):
        return None
    return code, details


def _raw(detail: Any) -> any_pb2.Any | None:
    """Reads a detail of a type that is not known, which a bridge writes as its type and its bytes."""
    if not isinstance(detail, dict) or detail.keys() != {"@type", "value"}:
        return None
    url, value = detail["@type"], detail["value"]
    if not isinstance(url, str) or not isinstance(value, str):
        return None
    try:
        return any_pb2.Any(type_url=url, value=b64decode(value, validate=True))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None


def _cut(message: str) -> str:
    data = message.encode("utf-8", "replace")
    return data.decode() if len(data) <= MAX_MESSAGE_BYTES else data[:MAX_MESSAGE_BYTES].decode("utf-8", "ignore") + "…"
