"""Reads the parts of a zip container without trusting it: every limit counts what is really unpacked.

Writes nothing to disk and knows nothing of what the parts mean.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted, DocumentTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits

_CHUNK = 64 * 1024
_RATIO_FROM = 1024 * 1024
_ENCRYPTED = 0x1
_ENTRY = b"PK\x01\x02"
_SMALLEST_ENTRY = 46
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Archive:
    """A zip container in memory. Raises DocumentCorrupt, DocumentEncrypted or DocumentTooLarge."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._total = 0
        _hold_entries(data, limits)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _FAULTS as fault:
            raise DocumentCorrupt("The zip directory of the document is broken. Save it again.") from fault

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def names(self) -> list[str]:
        """The names of the parts, in the order of the container."""
        return list(self._zip.NameToInfo)

    def find(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._zip.NameToInfo

    def size(self, name: str) -> int:
        """The bytes a part says it has; 0 where it is absent."""
        info = self._zip.NameToInfo.get(name)
        return info.file_size if info is not None else 0

    def read(self, name: str) -> bytes:
        """The bytes of a part; none where it is absent."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece; nothing where it is absent."""
        info = self._zip.NameToInfo.get(name)
        if info is None:
            return
        if info.flag_bits & _ENCRYPTED:
            raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
        size = 0
        if self._is_packed_too_tightly(info, info.file_size):
            self._hold(info, info.file_size, 0)  # it says itself that it is a bomb; others are found out below
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._hold(info, size, len(chunk))
                    yield chunk
        except _FAULTS as fault:
            raise DocumentCorrupt(f"The part {name} of the document is broken. Save it again.") from fault

    def _is_packed_too_tightly(self, info: zipfile.ZipInfo, size: int) -> bool:
        return size > _RATIO_FROM and size > self._limits.max_archive_ratio * max(1, info.compress_size)

    def _hold(self, info: zipfile.ZipInfo, size: int, more: int) -> None:
        limits = self._limits
        self._total += more
        if size > limits.max_archive_part_bytes:
            raise _too_large(
                f"The part {info.filename} unpacks to more than {limits.max_archive_part_bytes:,} bytes, the most that "
                "is read. Give the document in parts.",
                "max_archive_part_bytes",
                limits.max_archive_part_bytes,
            )
        if self._is_packed_too_tightly(info, size):
            raise _too_large(
                f"The part {info.filename} unpacks to more than {limits.max_archive_ratio:,} times its size, as no "
                "ordinary document does. Save it again, or have max_archive_ratio raised on the server.",
                "max_archive_ratio",
                limits.max_archive_ratio,
            )
        if self._total > limits.max_archive_bytes:
            raise _too_large(
                f"The parts of the document unpack to more than {limits.max_archive_bytes:,} bytes together, the most "
                "that is read. Give the document in parts.",
                "max_archive_bytes",
                limits.max_archive_bytes,
            )


def _hold_entries(data: bytes, limits: Limits) -> None:
    """Holds the limit on entries before anything is made of them. A zip stored inside this one counts too."""
    limit = limits.max_archive_entries
    if len(data) > limit * _SMALLEST_ENTRY and data.count(_ENTRY) > limit:
        raise _too_large(
            f"The document is a zip of more than {limit:,} entries, the most that is read. "
            "Give it in parts, or have max_archive_entries raised on the server.",
            "max_archive_entries",
            limit,
        )


def _too_large(message: str, limit: str, value: int) -> DocumentTooLarge:
    return DocumentTooLarge(message, limit=limit, value=str(value))
