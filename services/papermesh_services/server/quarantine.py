"""Remembers, by their hash, the documents whose reading has ended worker processes, so that they end no more.

The numbers are bounded, and forgotten after a time: a process can end for reasons that lie outside the document.
Only ever touched from the event loop.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from papermesh_services.server.envelope import CONTENT, FILE_PATH, TEXT, NotSeen, look

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.server.process import Job

DEATHS: Final = 2
"""Worker processes a document may end before it is refused."""
_PIECE_BYTES: Final = 1024 * 1024


@dataclass(slots=True)
class _Record:
    deaths: int
    until: float


class Quarantine:
    """The documents that have ended workers, the latest `size` of them, for so many seconds from the last time."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def __bool__(self) -> bool:
        # The first is always the oldest, because the time of each is the same.
        while self._records and next(iter(self._records.values())).until <= self._clock():
            self._records.popitem(last=False)
        return bool(self._records)

    def note_death(self, document: str) -> None:
        """A worker ended while it read this document."""
        record = self._valid(document) or _Record(0, 0.0)
        self._records[document] = _Record(record.deaths + 1, self._clock() + self._seconds)
        self._records.move_to_end(document)
        while len(self._records) > self._size:
            self._records.popitem(last=False)

    def note_success(self, document: str) -> None:
        """The document was read after all: what ended the workers was something else."""
        self._records.pop(document, None)

    def holds(self, document: str) -> bool:
        """Whether the document is to be refused."""
        record = self._valid(document)
        return record is not None and record.deaths >= DEATHS

    def seconds_left(self, document: str) -> float:
        """For how much longer it is."""
        record = self._valid(document)
        return max(0.0, record.until - self._clock()) if record is not None else 0.0

    def _valid(self, document: str) -> _Record | None:
        record = self._records.get(document)
        if record is not None and record.until <= self._clock():
            del self._records[document]
            return None
        return record


def fingerprint(job: Job) -> str | None:
    """The hash of a job's document; None where there is none. Reads all of it: not for the event loop."""
    digest = hashlib.sha256()
    if isinstance(job.content, int):
        at = 0
        while piece := os.pread(job.content, _PIECE_BYTES, at):
            digest.update(piece)
            at += len(piece)
    elif job.content is not None:
        digest.update(job.content)
    else:
        try:
            envelope = look(job.request)
        except NotSeen:
            digest.update(job.request)
        else:
            if envelope.source not in (CONTENT, FILE_PATH, TEXT):
                return None
            digest.update(envelope.document)
    return digest.hexdigest()
