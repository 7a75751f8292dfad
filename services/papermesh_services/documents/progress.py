"""Keeps what a reader has when something stops it: a limit, a broken part, the end of its time.

Each step of a reader runs through here. The first thing that stops one makes the status of the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.errors import DocumentCorrupt, DocumentError, DocumentTooLarge, DocumentUnfinished
from papermesh_services.documents.model import Status
from papermesh_services.documents.watch import OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents.watch import Watch

# No ordinary document has such a part, so that what it begins with is worth nothing.
_BOMBS = ("max_archive_ratio",)
_OUT_OF_TIME = "Time ran out while the document was read. Allow more of it, or give the document in parts."


class Progress:
    """How far the reading of one document got.

    status, note: those of the document so far.
    """

    def __init__(self, watch: Watch) -> None:
        self.status = Status.OK
        self.note = ""
        self._watch = watch
        self._fault: DocumentError | None = None
        self._cut = False
        self._cut_limit = ""

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be read: a limit was reached or time ran out. What is broken stops its part."""
        return self.status in (Status.PARTIAL_LIMIT, Status.PARTIAL_TIMEOUT) and not self._cut

    def step(self, work: Callable[[], object]) -> bool:
        """Does a part of the reading, unless it is to stop. Whether it came to its end."""
        if self.stopped:
            return False
        try:
            self._watch.check()
            work()
        except OutOfTimeError:
            self._stop(Status.PARTIAL_TIMEOUT, DocumentUnfinished(_OUT_OF_TIME))
        except DocumentTooLarge as fault:
            if fault.metadata.get("limit") in _BOMBS:
                raise
            self._stop(Status.PARTIAL_LIMIT, fault)
        except DocumentCorrupt as fault:
            self._stop(Status.CORRUPT, fault)
        else:
            return True
        return False

    def cut(self, note: str, limit: str, value: int) -> None:
        """Something was left out because of a limit, and the reading goes on."""
        if self.status is Status.OK:
            self._stop(Status.PARTIAL_LIMIT, DocumentTooLarge(note, limit=limit, value=str(value)))
            self._cut = True

    def raise_if_empty(self, length: int) -> None:
        """Raises what stopped the reading, or was left out of it, where that left no text at all."""
        if self._fault is not None and not length:
            raise self._fault
        if self._cut and not length:
            raise DocumentTooLarge(self.note, limit=self._cut_limit)

    def _stop(self, status: Status, fault: DocumentError) -> None:
        if self._fault is None or self._cut or (self.status is Status.CORRUPT and status is not Status.CORRUPT):
            self.status, self.note, self._fault, self._cut = status, fault.message, fault, False
