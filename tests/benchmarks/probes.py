"""How fast a health check answers while every worker is busy with a large document.

    python tests/benchmarks/probes.py [--megabytes 5] [--documents 4]

Starts the quality server in a process of its own, sends it large documents, and asks for its health all the while.
Prints the waits of the probes, idle and under load, in milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import time
from pathlib import Path

from papermesh import Client

SENTENCE = "The committee met on Tuesday and the minutes of the last meeting were approved without a change. "


async def probe(client: Client, waits: list[float]) -> None:
    """Asks once, and notes the wait in milliseconds."""
    started = time.perf_counter()
    await client.health("quality")
    waits.append(1000 * (time.perf_counter() - started))
    await asyncio.sleep(0.005)


def line(name: str, waits: list[float]) -> str:
    """The waits of one situation, as one line."""
    ordered = sorted(waits)
    middle, late, last = statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))], ordered[-1]
    waited = f"median {middle:7.2f} ms   99 % {late:7.2f} ms   longest {last:7.2f} ms"
    return f"{name:<12} {len(ordered):>6} probes   {waited}"


async def measure(address: str, megabytes: float, documents: int) -> None:
    """Measures idle first, then under load."""
    text = SENTENCE * int(megabytes * 1e6 / len(SENTENCE))
    async with Client(quality=address, timeout=600) as client:
        idle: list[float] = []
        for _ in range(200):
            await probe(client, idle)
        print(line("idle", idle))
        work = [asyncio.create_task(client.analyze(text=text)) for _ in range(documents)]
        busy: list[float] = []
        while not all(task.done() for task in work):
            await probe(client, busy)
        answers = await asyncio.gather(*work)
        assert all(answer.metrics.word_count > 1000 for answer in answers)
        print(line("under load", busy))


async def main() -> None:
    """Starts the server, measures, and stops it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=5.0)
    parser.add_argument("--documents", type=int, default=4)
    options = parser.parse_args()
    server = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("papermesh"),
        *(
            "serve",
            "quality",
            "--address",
            "127.0.0.1:0",
            "--max-processing-seconds",
            "600",
            "--max-cpu-seconds",
            "600",
        ),
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    first = (await server.stdout.readline()).decode()
    found = re.search(r"127\.0\.0\.1:\d+", first)
    assert found, first
    try:
        await measure(found[0], options.megabytes, options.documents)
    finally:
        server.terminate()
        await server.wait()


if __name__ == "__main__":
    asyncio.run(main())
