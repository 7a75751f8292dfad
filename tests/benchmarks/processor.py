"""The processor time that other processes have had, to the nanosecond where the system tells it so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE_PROCESS = 2  # CPUCLOCK_SCHED: all threads, also those that have ended


def processor_seconds(pid: int) -> float:
    """The time of a living process in seconds, its threads included, its children not. Raises OSError, psutil.Error."""
    # The clock that clock_getcpuclockid(3) gives for the process on Linux; Python has no function for that.
    return time.clock_gettime((~pid << 3) | _WHOLE_PROCESS)


def of_workers(pids: Iterable[int]) -> float:
    """The time of worker processes in seconds, together with those that their fork server has seen end.

    Of the latter the system counts hundredths of a second.
    """
    living = list(pids)
    ended = psutil.Process(psutil.Process(living[0]).ppid()).cpu_times()
    return sum(map(processor_seconds, living)) + ended.children_user + ended.children_system
