"""Which pages of one document are read, being read and to be read, and by whom.

Threads of the server ask it, one for each worker that reads. It waits with them, within bounds; it knows nothing of
processes, and nothing of what is on the pages.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from papermesh_services.server.sharing.turns import NoReport, Turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.server.sharing.turns import Report

OWNER: Final = 0
"""The worker that has the document; those that help have other numbers."""
MOST_PAGES_AT_ONCE: Final = 8
MOST_HELD_BYTES: Final = 32 * 1024 * 1024
"""Of pages that were read and that the owner has not taken yet; until it has, those that help wait."""


class Ledger:
    """The pages of one document while it is read.

    most_readers: how many workers may read it, its owner included. until: when the owner must stop with what it has,
    on the clock of time.monotonic. on_share: called in the owner's thread once there are pages for others.
    elsewhere: whether workers are wanted elsewhere, so that those that help are to leave; asked in any thread.
    """

    def __init__(
        self, most_readers: int, until: float, on_share: Callable[[], object], elsewhere: Callable[[], bool]
    ) -> None:
        self.most_readers = most_readers
        self.until = until
        self._on_share = on_share
        self._elsewhere = elsewhere
        self._changed = threading.Condition()
        self._shared = False
        self._ended = False
        self._closed = False
        self._barred = False
        self._open: list[range] = []
        self._for_owner: list[range] = []
        self._given: dict[int, range] = {}
        self._found: deque[Turn] = deque()
        self._held = 0

    @property
    def wants_help(self) -> bool:
        """Whether there are pages that somebody else could read now."""
        with self._changed:
            return bool(self._open) and not self._is_over

    def share(self, reader: int, pages: range) -> None:
        """Opens pages for all readers. Raises NoReport for readers that have none to offer, and the second time."""
        with self._changed:
            if self._shared or reader != OWNER:
                raise NoReport("pages that it has not to offer")
            self._shared = True
            self._open.append(pages)
        self._on_share()

    def turn(self, reader: int, report: Report) -> Turn | None:
        """Notes what a reader has done, and says what it is to do next; None where it is to ask no more.

        Blocks while there may yet be something, until the time is over or the ledger closed. Raises NoReport.
        """
        with self._changed:
            self._note(reader, report)
            return self._owners_turn() if reader == OWNER else self._helpers_turn(reader)

    def leave(self, reader: int, *, at_fault: bool) -> None:
        """A reader that helps is gone, and what it was given is open again.

        at_fault: whether it failed. Then nobody helps any more: what ended one may end the next.
        """
        with self._changed:
            self._barred |= at_fault
            self._reopen(self._given.pop(reader, range(0)))
            self._changed.notify_all()

    def end(self) -> None:
        """No more pages are to be read; what was read by then can still be had."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        """The document is done with, one way or another: there are no more turns, and nobody waits."""
        with self._changed:
            self._closed = True
            self._found.clear()
            self._held = 0
            self._changed.notify_all()

    @property
    def _is_over(self) -> bool:
        return self._closed or self._ended or self._barred or time.monotonic() >= self.until

    def _note(self, reader: int, report: Report) -> None:
        given = self._given.pop(reader, range(0))
        if report.done > len(given):
            raise NoReport("pages that it was not given to read")
        read, rest = given[: report.done], given[report.done :]
        if reader != OWNER and read and not self._closed:
            self._found.append(Turn(read, report.records))
            self._held += len(report.records)
        if reader != OWNER and given and not read:
            self._for_owner.append(rest[:1])  # it may be more than can be handed on
            rest = rest[1:]
        self._reopen(rest)
        self._changed.notify_all()

    def _reopen(self, pages: range) -> None:
        if pages:
            self._open.append(pages)
            self._open.sort(key=lambda each: each.start)

    def _owners_turn(self) -> Turn | None:
        while not self._closed:
            if self._found:
                turn = self._found.popleft()
                self._held -= len(turn.records or b"")
                self._changed.notify_all()
                return turn
            if self._ended or time.monotonic() >= self.until:
                return None
            if self._for_owner:
                return self._gives(OWNER, self._for_owner.pop())
            if self._open:
                return self._gives(OWNER, self._next_pages())
            if not self._given:
                return None
            self._changed.wait(max(0.0, self.until - time.monotonic()))
        return None

    def _helpers_turn(self, reader: int) -> Turn | None:
        while self._held > MOST_HELD_BYTES and not self._is_over and not self._elsewhere():
            self._changed.wait(max(0.0, self.until - time.monotonic()))
        if self._is_over or self._elsewhere() or not self._open:
            return None
        return self._gives(reader, self._next_pages())

    def _next_pages(self) -> range:
        """The first pages that are open: fewer at a time towards the end, so that all readers end together."""
        left = sum(map(len, self._open))
        size = max(1, min(MOST_PAGES_AT_ONCE, left // (2 * self.most_readers)))
        pages = self._open[0][:size]
        rest = self._open[0][size:]
        self._open[:1] = [rest] if rest else []
        return pages

    def _gives(self, reader: int, pages: range) -> Turn:
        self._given[reader] = pages
        return Turn(pages)
