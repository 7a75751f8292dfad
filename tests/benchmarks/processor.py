"""The processor time that other processes have had, to the nanosecond where the system tells it so."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE_PROCESS = 2  # CPUCLOCK_SCHED: all threads, also those that have ended


def processor_seconds(pid: int) -> float:
    """The time of a living process in seconds, its threads included, its children not. Raises OSError, psutil.Error."""
    # The clock that clock_getcpuclockid(3) gives for the process on Linux; Python has no function for that.
    return time.clock_gettime((~pid << 3) | _WHOLE_PROCESS)


def of_workers(pids: Sequence[int]) -> float:
    """The time of worker processes in seconds, together with those that their fork server has seen end.

    Of the latter the system counts hundredths of a second.
    """
    total = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended since
            total += processor_seconds(pid)
    for fork_server in {psutil.Process(pid).ppid() for pid in pids if psutil.pid_exists(pid)}:
        ended = psutil.Process(fork_server).cpu_times()
        total += ended.children_user + ended.children_system
    return total
