"""Says of measured ratios where their median lies, and whether that can be told from 1. Pure."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST: Final = 6
"""With fewer ratios, no interval holds the median with 95 %."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The median of ratios, and the interval that holds the true one with at least 95 %."""

    median: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether there is a difference, as far as this goes."""
        return not self.low <= 1 <= self.high

    def __str__(self) -> str:
        """The figures, and what they say."""
        said = "a difference" if self.tells else "cannot be told from none"
        return f"{self.median:.3f} ({self.low:.3f}..{self.high:.3f})  {said}"


def evidence(ratios: Sequence[float]) -> Evidence:
    """What these independent ratios say, whatever their distribution: the sign test, turned into an interval."""
    ordered = sorted(ratios)
    if len(ordered) < LEAST:
        raise ValueError(f"{len(ordered)} ratios say nothing; {LEAST} are the least")
    cut = _cut(len(ordered))
    return Evidence(statistics.median(ordered), ordered[cut], ordered[-1 - cut])


def _cut(count: int) -> int:
    """How many can be left off at each end: the chance that the median lies beyond them is below 5 %."""
    beyond, cut = 0.0, 0
    while True:
        beyond += 2 * math.comb(count, cut) / 2**count
        if beyond > 0.05:
            return cut - 1
        cut += 1
