"""The measurement of tests/benchmarks/containment.py."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from processor import processor_seconds

from containing.evidence import LEAST, evidence
from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.documents import Limits
from papermesh_services.server.sandbox import Containment, Profile
from papermesh_services.server.worker import WorkerSettings
from papermesh_services.server.workers import PoolSettings, WorkerPool

sys.path.append(str(Path(__file__).resolve().parents[2] / "generators"))
from containing.documents import documents

ALL: Final = WorkerSettings("papermesh_services.classification.jobs", Limits(), Profile(1 << 30))
LIMITS: Final = dataclasses.replace(ALL, profile=Profile(1 << 30, "limits"))
ROLES: Final = {"contained": ALL, "limits": LIMITS, "limits again": LIMITS}
ENDLESS: Final = PoolSettings(max_jobs_per_worker=10**9)
WARM_UP: Final = 5
SECONDS: Final = 20.0


@dataclass
class Took:
    """What something took, in milliseconds, each time twice: once in an order of chance, once in the reverse of it."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    def of_pairs(self, measure: str) -> list[float]:
        """What each two took together."""
        each: list[float] = getattr(self, measure)
        return [one + other for one, other in zip(each[::2], each[1::2], strict=True)]


async def read(pool: WorkerPool, request: bytes, took: Took) -> None:
    """Has a document read. Processor time is counted until the worker waits again, which is soon after it answers."""
    (pid,) = pool.pids
    before, started = processor_seconds(pid), time.perf_counter()
    pb.ExtractTextResponse.FromString(await pool.run("extract", request, SECONDS))
    took.clock.append(1000 * (time.perf_counter() - started))
    spent = processor_seconds(pid)
    while True:
        await asyncio.sleep(0.0002)
        if (now := processor_seconds(pid)) == spent:
            break
        spent = now
    took.processor.append(1000 * (spent - before))


async def trio(requests: dict[str, bytes], count: int, chance: random.Random) -> dict[str, dict[str, Took]]:
    """Has three new workers read each kind of document so many times, and says what it took: by kind and role."""
    pools = {role: WorkerPool(settings, ENDLESS) for role, settings in ROLES.items()}
    took: dict[str, dict[str, Took]] = {}
    try:
        for role in chance.sample(list(pools), len(pools)):
            await pools[role].start()
        for kind, request in requests.items():
            for pool in pools.values():
                for _ in range(WARM_UP):
                    await read(pool, request, Took())
            took[kind] = {role: Took() for role in pools}
            for _ in range(count):
                order = chance.sample(list(pools), len(pools))
                for role in (*order, *reversed(order)):
                    await read(pools[role], request, took[kind][role])
    finally:
        for pool in pools.values():
            await pool.stop()
    return took


async def containment() -> Containment:
    """What the system grants. The fork server runs from here on."""
    pool = WorkerPool(ALL, ENDLESS)
    await pool.start()
    await pool.stop()
    return pool.containment


async def starts(count: int, chance: random.Random) -> list[dict[str, Took]]:
    """What starting a worker takes, for each role twice, so many times: until it is ready for its first document."""
    every = []
    for _ in range(count):
        took = {role: Took() for role in ROLES}
        order = chance.sample(list(ROLES), len(ROLES))
        for role in (*order, *reversed(order)):
            pool = WorkerPool(ROLES[role], ENDLESS)
            started = time.perf_counter()
            await pool.start()
            took[role].clock.append(1000 * (time.perf_counter() - started))
            took[role].processor.append(1000 * processor_seconds(pool.pids[0]))
            await pool.stop()
        every.append(took)
    return every


def print_ratios(what: str, trios: list[dict[str, Took]]) -> None:
    """Prints what something took, by both measures, and the ratios over the trios."""
    for measure in ("processor", "clock"):
        sums = [{role: took.of_pairs(measure) for role, took in each.items()} for each in trios]
        middle = {role: statistics.median(one / 2 for each in sums for one in each[role]) for role in ROLES}
        print(f"{what:6}{measure:10}contained {middle['contained']:8.3f} ms   limits {middle['limits']:8.3f} ms")
        for one, other in (("contained", "limits"), ("limits again", "limits")):
            ratios = [statistics.median(a / b for a, b in zip(each[one], each[other], strict=True)) for each in sums]
            print(f"{'':16}{f'{one} to {other}:':24}{evidence(ratios)}")


def main(description: str) -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trios", type=int, default=24)
    parser.add_argument("--documents", type=int, default=40)
    given = parser.parse_args()
    if given.trios < LEAST:
        parser.error(f"{LEAST} trios are the least that say anything")
    asyncio.run(measure(given.trios, given.documents, random.Random(1)))


async def measure(count: int, each: int, chance: random.Random) -> None:
    """Measures so many trios with so many documents of each kind, and prints."""
    requests = {
        kind: pb.ExtractTextRequest(content=data, filename=f"a.{kind}").SerializeToString()
        for kind, data in documents().items()
    }
    print(f"in force: {await containment()}")
    trios = [await trio(requests, each, chance) for _ in range(count)]
    for kind in requests:
        print_ratios(kind, [one[kind] for one in trios])
    print_ratios("start", await starts(count, chance))
