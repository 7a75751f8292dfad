"""Measures one stretch of load: calls, seconds, and the processor time of the processes that took part in it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable


def options(doc: str | None) -> argparse.Namespace:
    """Reads the command line that both clients have."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("address")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--warm-up", type=float, default=0.5)
    parser.add_argument("--concurrent", type=int, default=32)
    parser.add_argument("--watch", type=int, nargs="*", default=[], help="process ids whose processor time is told too")
    return parser.parse_args()


async def measure(given: argparse.Namespace, calls: Callable[[], int]) -> None:
    """Lets the load warm up and run, and prints what happened meanwhile as a line of JSON."""
    await asyncio.sleep(given.warm_up)
    watched = [psutil.Process(each) for each in (os.getpid(), *given.watch)]
    before, started = [calls(), *map(_processor_seconds, watched)], time.perf_counter()
    await asyncio.sleep(given.seconds)
    after, seconds = [calls(), *map(_processor_seconds, watched)], time.perf_counter() - started
    count, *used = (late - early for early, late in zip(before, after, strict=True))
    assert count, "there was no answer at all"
    print(json.dumps({"calls": count, "seconds": seconds, "processor": used}))


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
