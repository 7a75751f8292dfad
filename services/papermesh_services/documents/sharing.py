"""How one document is read by several: who reads which pages, as those who read them see it.

One of them has the document to read and makes it whole, the others help. Who hands out the pages, and carries what was
found from one to the other, is for others to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """What is next: these pages are to be read; or somebody has read them, and records says what is on them.

    Pages count from 0.
    """

    pages: range
    records: bytes | None = None


class Sharers(Protocol):
    """Those who read the pages of a document."""

    def share(self, pages: range) -> None:
        """Lets others read these pages, if there is anybody. Only for the one that has the document, and once."""

    def next(self, done: int, records: bytes = b"") -> Turn | None:
        """What is next; None where there is nothing, or no time, or nobody wants more.

        done: how many pages of the last turn were read, from its first on; the rest are somebody's again.
        records: what is on them, from one that helps. Blocks while pages that are missing are with somebody.
        """

    def end(self) -> None:
        """Says that no more pages are to be read. What somebody has read by then can still be had.

        Only for the one that has let others read them.
        """
