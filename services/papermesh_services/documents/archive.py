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
    from papermesh_services.documents.limits import Limits

_CHUNK = 256 * 1024
_RATIO_FROM = 1024 * 1024
_ENCRYPTED = 0x1
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Archive:
    """A zip container in memory. Raises DocumentCorrupt, DocumentEncrypted or DocumentTooLarge."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
            raise DocumentCorrupt("The zip directory of the document is broken. Save it again.") from fault
        limit = limits.max_archive_entries
        if len(self._zip.infolist()) > limit:
            self._zip.close()
            raise DocumentTooLarge(
                f"The document is a zip of more than {limit:,} entries, the most that is read. Save it again.",
                limit="max_archive_entries",
                value=str(limit),
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def find(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """The bytes of a part; none where it is absent."""
        info = self._zip.NameToInfo.get(name)
        if info is None:
            return b""
        if info.flag_bits & _ENCRYPTED:
            raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
        try:
            return self._unpack(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as fault:
            raise DocumentCorrupt(f"The part {name} of the document is broken. Save it again.") from fault

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        parts: list[bytes] = []
        total = 0
        with self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                self._hold(info, total)
                parts.append(chunk)
        return b"".join(parts)

    def _hold(self, info: zipfile.ZipInfo, total: int) -> None:
        limits = self._limits
        if total > limits.max_archive_part_bytes:
            raise DocumentTooLarge(
                f"The part {info.filename} unpacks to more than {limits.max_archive_part_bytes:,} bytes, the most that "
                "is read. Give the document in parts.",
                limit="max_archive_part_bytes",
                value=str(limits.max_archive_part_bytes),
            )
        if total > _RATIO_FROM and total > limits.max_archive_ratio * max(1, info.compress_size):
            raise DocumentTooLarge(
                f"The part {info.filename} unpacks to more than {limits.max_archive_ratio:,} times its size, as no "
                "ordinary document does. Save it again.",
                limit="max_archive_ratio",
                value=str(limits.max_archive_ratio),
            )
