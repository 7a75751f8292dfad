"""What a worker and the server say about the pages of a shared document. Values and their bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Self

from papermesh_services.documents.sharing import Turn

__all__ = ["NoReport", "Report", "Turn", "offer_from_bytes", "offer_to_bytes", "turn_from_bytes", "turn_to_bytes"]

_OFFER: Final = struct.Struct("=II")
_REPORT: Final = struct.Struct("=I")
_TURN: Final = struct.Struct("=cII")
_READ, _FOUND, _OVER = b"\x00", b"\x01", b"\x02"


class NoReport(ValueError):
    """A worker said what no honest one says about pages."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker has done of its last turn: so many pages, and what is on them if it helps."""

    done: int
    records: bytes = b""

    def to_bytes(self) -> bytes:
        """Itself."""
        return _REPORT.pack(self.done) + self.records

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads what to_bytes wrote. Raises NoReport."""
        if len(data) < _REPORT.size:
            raise NoReport("a report of no pages")
        (done,) = _REPORT.unpack_from(data)
        return cls(done, data[_REPORT.size :])


def offer_to_bytes(pages: range) -> bytes:
    """The pages that a worker lets others read."""
    return _OFFER.pack(pages.start, pages.stop)


def offer_from_bytes(data: bytes, most: int) -> range:
    """Reads what offer_to_bytes wrote, of a document of at most so many pages. Raises NoReport."""
    if len(data) != _OFFER.size:
        raise NoReport("an offer of no pages")
    start, stop = _OFFER.unpack(data)
    if not start < stop <= most:
        raise NoReport("an offer of pages that there are not")
    return range(start, stop)


def turn_to_bytes(turn: Turn | None) -> bytes:
    """A turn, or that there are no more."""
    if turn is None:
        return _TURN.pack(_OVER, 0, 0)
    if turn.records is None:
        return _TURN.pack(_READ, turn.pages.start, turn.pages.stop)
    return _TURN.pack(_FOUND, turn.pages.start, turn.pages.stop) + turn.records


def turn_from_bytes(data: bytes) -> Turn | None:
    """Reads what turn_to_bytes wrote, which the server is believed."""
    kind, start, stop = _TURN.unpack_from(data)
    if kind == _OVER:
        return None
    return Turn(range(start, stop), None if kind == _READ else data[_TURN.size :])
