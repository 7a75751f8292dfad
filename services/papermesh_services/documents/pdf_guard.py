"""Refuses a PDF with a stream that unpacks to more than is read, before PDFium unpacks it and its process dies of it.

Looks only at streams that can be so large, and not at pictures, which PDFium unpacks by their measures. A stream that
is packed in another way, or hidden, meets the memory limit of the worker instead.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from papermesh_services.documents.errors import DocumentTooLarge

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_STREAM: Final = re.compile(rb"stream(?<!\wstream)\r?\n")
"""The word by itself. What stands before it is asked last, because a search leaps to letters that it starts with."""
_FLATE: Final = re.compile(rb"/(?:FlateDecode|Fl)\b")
_PICTURE: Final = re.compile(rb"/Subtype\s*/Image\b")
_MOST_HEAD: Final = 4096
_MOST_RATIO: Final = 1032
"""The most that deflate packs into a byte."""
_PIECE_BYTES: Final = 1024 * 1024


def check(data: bytes, limits: Limits, watch: Watch) -> None:
    """Raises DocumentTooLarge for a stream over max_pdf_stream_bytes. Leaves off when time runs out."""
    limit = limits.max_pdf_stream_bytes
    at = 0
    while not watch.expired and (match := _STREAM.search(data, at)):
        end = data.find(b"endstream", match.end())
        end = len(data) if end < 0 else end
        earliest = max(0, match.start() - _MOST_HEAD)
        head = data[max(data.rfind(b"obj", earliest, match.start()), earliest) : match.start()]
        packings = len(_FLATE.findall(head))
        if packings and (end - match.end()) * _MOST_RATIO**packings > limit and not _PICTURE.search(head):
            _hold(data[match.end() : end], packings, limit)
        at = end


def _hold(packed: bytes, packings: int, limit: int) -> None:
    """Unpacks a stream as often as it is packed, and counts all of that."""
    size = 0
    for left in range(packings, 0, -1):
        out = bytearray()
        unpacker = zlib.decompressobj()
        try:
            while packed and not unpacker.eof:
                piece = unpacker.decompress(packed, _PIECE_BYTES)
                packed = unpacker.unconsumed_tail
                size += len(piece)
                if size > limit:
                    raise _too_large(limit)
                if left > 1:
                    out += piece
        except zlib.error:
            return  # broken, or encrypted
        packed = bytes(out)


def _too_large(limit: int) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"A stream of the PDF unpacks to more than {limit:,} bytes, the most that is read. "
        "Give it in parts, or have max_pdf_stream_bytes raised on the server.",
        limit="max_pdf_stream_bytes",
        value=str(limit),
    )
