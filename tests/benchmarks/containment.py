"""What shutting workers in costs: documents through the pool, contained as far as can be and by limits alone.

    python tests/benchmarks/containment.py [--rounds 10] [--documents 200]

Both pools are warm and take turns, round by round. Prints the time of a document, the ratio of the two, and how long a
new worker takes to start.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import statistics
import time

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.documents import Limits
from papermesh_services.server.sandbox import Profile
from papermesh_services.server.worker import WorkerSettings
from papermesh_services.server.workers import PoolSettings, WorkerPool

MODULE = "papermesh_services.classification.jobs"
TEXT = "The committee met on Tuesday and the minutes of the last meeting were approved without a change. " * 20


async def milliseconds(pool: WorkerPool, documents: int) -> float:
    """The mean time of a document, one after the other."""
    request = pb.ClassifyDocumentRequest(content=TEXT.encode(), filename="minutes.txt").SerializeToString()
    started = time.perf_counter()
    for _ in range(documents):
        await pool.run("classify", request, 20.0)
    return 1000 * (time.perf_counter() - started) / documents


async def starts(settings: WorkerSettings, times: int) -> float:
    """The median time until a new pool has a worker, in milliseconds; the fork server runs already."""
    taken = []
    for _ in range(times):
        pool = WorkerPool(settings, PoolSettings())
        started = time.perf_counter()
        await pool.start()
        taken.append(1000 * (time.perf_counter() - started))
        await pool.stop()
    return statistics.median(taken)


async def main() -> None:
    """Measures both, in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--documents", type=int, default=200)
    options = parser.parse_args()
    contained = WorkerSettings(MODULE, Limits(), Profile(1 << 30))
    limited = dataclasses.replace(contained, profile=Profile(1 << 30, "limits"))
    endless = PoolSettings(max_jobs_per_worker=10**9)
    pools = {"contained": WorkerPool(contained, endless), "limits": WorkerPool(limited, endless)}
    times: dict[str, list[float]] = {name: [] for name in pools}
    for pool in pools.values():
        await pool.start()
        await milliseconds(pool, options.documents)
    for _ in range(options.rounds):
        for name, pool in pools.items():
            times[name].append(await milliseconds(pool, options.documents))
    print(f"in force: {pools['contained'].containment}")
    for pool in pools.values():
        await pool.stop()
    for name, settings in (("contained", contained), ("limits", limited)):
        start = await starts(settings, 10)
        print(f"{name:<10} {statistics.median(times[name]):6.3f} ms a document, {start:6.1f} ms to start a worker")
    ratios = [one / other for one, other in zip(times["contained"], times["limits"], strict=True)]
    print(f"ratio      {statistics.median(ratios):6.3f}")


if __name__ == "__main__":
    asyncio.run(main())
