"""What a server has done since it started, and what it costs the machine."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """uptime in seconds; resident memory in bytes; processor time since the start in percent of one core."""

    uptime: float
    memory_bytes: int
    cpu_percent: float


class Statistics:
    """Counts documents. Only ever touched from the event loop."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._own = psutil.Process()
        self._cpu_before = cpu_seconds(self._own)
        self._seconds = 0.0
        self.succeeded = 0
        self.failed = 0

    @property
    def total(self) -> int:
        """Documents that were asked for."""
        return self.succeeded + self.failed

    @property
    def average_seconds(self) -> float:
        """The mean time of the documents that succeeded; 0 if there was none."""
        return self._seconds / self.succeeded if self.succeeded else 0.0

    def count_success(self, seconds: float) -> None:
        """Counts a document that was answered."""
        self.succeeded += 1
        self._seconds += seconds

    def count_failure(self) -> None:
        """Counts a document that was answered with an error."""
        self.failed += 1

    def usage(self, worker_pids: list[int]) -> Usage:
        """What this process and the workers use. A worker that has ended no longer counts."""
        memory, cpu = self._own.memory_info().rss, cpu_seconds(self._own) - self._cpu_before
        for pid in worker_pids:
            with contextlib.suppress(psutil.Error):
                worker = psutil.Process(pid)
                memory += worker.memory_info().rss
                cpu += cpu_seconds(worker)
        uptime = time.monotonic() - self._started
        return Usage(uptime, memory, 100 * cpu / max(uptime, 1e-9))


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time a process has used so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
