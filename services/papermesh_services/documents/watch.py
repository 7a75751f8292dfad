"""What a reader heeds and tells while it reads: how long it may take, and the pages it has done.

Knows nothing of formats.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_T = TypeVar("_T")


def _nobody(_: str) -> None:
    """Hears nothing."""


class OutOfTimeError(Exception):
    """The deadline has passed in the midst of a part. The reader catches it, and keeps what it has."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Asked between pages or parts, so that what has been read until then is not lost.

    deadline: when a reader stops with what it has, on the clock of time.monotonic.
    on_page: told the plain text of each page as it has been read, in case the rest never comes.
    """

    deadline: float = math.inf
    on_page: Callable[[str], None] = _nobody

    @property
    def expired(self) -> bool:
        """Whether the reader is to stop with what it has."""
        return time.monotonic() >= self.deadline

    @property
    def seconds_left(self) -> float:
        """How long a reader may go on, never less than 0."""
        return max(0.0, self.deadline - time.monotonic())

    def check(self) -> None:
        """Raises OutOfTimeError where the reader is to stop."""
        if self.expired:
            raise OutOfTimeError

    def overtime(self, seconds: float) -> Watch:
        """A watch with so much more time, for putting together what has been read."""
        return replace(self, deadline=self.deadline + seconds)

    def limited(self, things: Iterable[_T], every: int) -> Iterator[_T]:
        """The things as long as there is time, which is looked at after every so many of them."""
        for number, thing in enumerate(things, start=1):
            yield thing
            if number % every == 0 and self.expired:
                return


TO_FINISH: Final = 0.5
"""Seconds for the table of cells that were read in time, beyond its end."""
UNWATCHED: Final = Watch()
