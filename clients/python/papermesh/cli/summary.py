"""What became of a batch: how many files went well, were there already, came in part, or failed and why."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from papermesh.cli.screen import fitted, shortened
from papermesh.cli.visible import one_line

if TYPE_CHECKING:
    from papermesh.cli.screen import Screen

REASON_WIDTH: Final = 28
COUNT_WIDTH: Final = 7


class Summary:
    """Counts the files of one run."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._counts = Counter[str]()
        self._parts = Counter[str]()
        self._reasons = Counter[str]()
        self._examples: dict[str, str] = {}

    @property
    def failed(self) -> int:
        """How many files failed."""
        return self._counts["failed"]

    def count(self, outcome: str) -> None:
        """Counts a file that was "extracted" or "unchanged"."""
        self._counts[outcome] += 1

    def count_part(self, outcome: str, status: str, name: str, message: str) -> None:
        """Counts likewise a file of which a part alone was read, with the status that says why."""
        self._counts[outcome] += 1
        self._parts[outcome] += 1
        self._reason(status, name, message)

    def count_failure(self, reason: str, name: str, message: str) -> None:
        """Counts a file that failed. name is safe to print."""
        self._counts["failed"] += 1
        self._reason(reason, name, message)

    def show(self, screen: Screen) -> None:
        """Prints one line of numbers, and a table of what went wrong, the most frequent first."""
        seconds = time.monotonic() - self._started
        extracted, unchanged, failed = (self._counts[each] for each in ("extracted", "unchanged", "failed"))
        screen.line(
            f"{extracted:,} of {extracted + unchanged + failed:,} files extracted{self._in_part('extracted')}, "
            f"{unchanged:,} were there already{self._in_part('unchanged')}, {failed:,} failed, in {seconds:.1f} s."
        )
        if not self._reasons:
            return
        screen.line()
        screen.line(Text(f"{'REASON':<{REASON_WIDTH}}{'FILES':>{COUNT_WIDTH}}  FOR EXAMPLE", style="bold"))
        for reason, count in self._reasons.most_common():
            row = f"{fitted(one_line(reason), REASON_WIDTH)}{count:>{COUNT_WIDTH},}  "
            example = self._examples[reason]
            screen.line(row + (shortened(example, screen.width - cell_len(row)) if screen.width else example))

    def _in_part(self, outcome: str) -> str:
        count = self._parts[outcome]
        return f" ({count:,} of them in part)" if count else ""

    def _reason(self, reason: str, name: str, message: str) -> None:
        self._reasons[reason] += 1
        self._examples.setdefault(reason, f"{name}: {one_line(message)}")
