"""Contestants, the rounds in which they take turns, and the figures that come of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Round:
    """What one round took, in seconds: of the clock, and of processors' time."""

    wall: float
    processor: float


@dataclass(slots=True)
class Contestant:
    """One who takes part. work: what there is to do in a round: pages, or files."""

    name: str
    run: Callable[[], Round]
    work: int
    rounds: list[Round] = field(default_factory=list)

    def rate(self, seconds: Seconds) -> float:
        """The median of its rounds: work a second."""
        return statistics.median(self.work / seconds(each) for each in self.rounds)


Seconds = Callable[[Round], float]
"""Which of the seconds of a round count: by_clock, by_processor."""
by_clock: Seconds = attrgetter("wall")
by_processor: Seconds = attrgetter("processor")


def take_turns(contestants: Sequence[Contestant], rounds: int, patience: float) -> None:
    """Runs the rounds, forwards and backwards in turn, so that nothing which drifts favours one of two neighbours.

    Who has taken `patience` seconds in all sits out the rest, but for the first, to whom all are compared.
    """
    for number in range(rounds):
        for each in contestants if number % 2 == 0 else reversed(contestants):
            if each is contestants[0] or sum(past.wall for past in each.rounds) < patience:
                each.rounds.append(each.run())


def times_as_fast(one: Contestant, other: Contestant, seconds: Seconds) -> str:
    """The ratio of two speeds over the rounds both took part in: the median, and the least and the greatest."""
    pairs = zip(one.rounds, other.rounds, strict=False)
    ratios = [one.work / seconds(own) * seconds(its) / other.work for own, its in pairs]
    digits = 2 if min(ratios) >= 0.1 else 3
    least, middle, most = (f"{each:.{digits}f}" for each in (min(ratios), statistics.median(ratios), max(ratios)))
    return f"{middle} ({least}..{most})"
