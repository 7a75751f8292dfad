"""What describes a backend: its serialized descriptor files and which of their services it offers.

Pure: bytes in, values out. Descriptions are compared by their digest, so that none of them has to be kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.errors import SchemaError
from papermesh_bridge.schema import build_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papermesh_bridge.schema import Schema

# A set that was made with its imports may have services of these packages without the backend offering them.
_OF_LIBRARIES: Final = ("google.", "grpc.")
_HOW_TO_MAKE: Final = "make one with `buf build -o FILE` or `protoc --include_imports --descriptor_set_out=FILE`"


@dataclass(frozen=True, slots=True)
class Description:
    """Descriptor files, and the full names of the services to offer."""

    files: tuple[bytes, ...]
    services: tuple[str, ...]

    def digest(self) -> bytes:
        """Gives the same for the same description, in whatever order it comes."""
        names = sorted(name.encode() for name in self.services)
        whole = hashlib.sha256()
        for part in (*names, b"", *sorted(hashlib.sha256(file).digest() for file in self.files)):
            whole.update(len(part).to_bytes(4) + part)
        return whole.digest()

    def schema(self) -> Schema:
        """Builds the schema. Raises SchemaError."""
        return build_schema(self.files, self.services)


def read_set(data: bytes, services: Sequence[str] = (), *, max_files: int, max_bytes: int) -> Description:
    """Reads a serialized FileDescriptorSet. Raises SchemaError.

    Without names of services, it offers every service in it that does not come with a library.
    """
    if len(data) > max_bytes:
        raise SchemaError(f"it is larger than {max_bytes} bytes (max_schema_bytes)")
    try:
        found: Any = _SET.FromString(data)
    except DecodeError:
        raise SchemaError(f"it is not a FileDescriptorSet; {_HOW_TO_MAKE}") from None
    if not found.file or not all(file.name for file in found.file):
        raise SchemaError(f"it is not a FileDescriptorSet; {_HOW_TO_MAKE}")
    if len(found.file) > max_files:
        raise SchemaError(f"it has more than {max_files} files (max_schema_files)")
    _check_complete(found.file)
    offered = tuple(services) or tuple(_own_services(found.file))
    if not offered:
        raise SchemaError("it has no service of its own; name those it is to offer with services = [...]")
    return Description(tuple(file.SerializeToString() for file in found.file), offered)


def _check_complete(files: Sequence[Any]) -> None:
    present = {file.name for file in files}
    for file in files:
        for name in file.dependency:
            # Those are known without being there.
            if name not in present and not name.startswith("google/protobuf/"):
                raise SchemaError(f"{file.name} imports {name}, which is not in it; {_HOW_TO_MAKE}")


def _own_services(files: Iterable[Any]) -> Iterator[str]:
    for file in files:
        for service in file.service:
            name = f"{file.package}.{service.name}" if file.package else service.name
            if not name.startswith(_OF_LIBRARIES):
                yield name


def _set_class() -> type[Message]:
    # In a pool of its own, so that options keep the bytes they have, whatever extensions are known here.
    pool = DescriptorPool()
    pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    return GetMessageClass(pool.FindMessageTypeByName("google.protobuf.FileDescriptorSet"))


_SET: Final = _set_class()
