"""How many calls a second one bridge process carries, beside a naive bridge and a grpc.aio client without any bridge.

    python tests/benchmarks/bridge.py [--rounds 15] [--seconds 1] [--concurrent 32] [--uvloop]

One gRPC server, the product (`papermesh bridge`), the naive bridge and whoever calls them are processes of their own.
In each round all three are measured, one after the other, with the same messages and as many calls at a time: a
request with a text of 2 kB, a response of 1 kB as JSON. Every answer is verified.

Printed are the medians of the rounds: calls a second, and how much of a processor the measured process (the bridge,
or the direct client), the server and the HTTP client took. Then the ratios, by calls a second and by processor time a
call: the median of the rounds, with the least and the greatest. The machine should have nothing else to do: four
processors, for three busy processes. The direct client keeps the server as busy as itself, so its calls a second are
the most the two can do, and its processor time says what a call costs it. The naive bridge and the direct client run
on asyncio's own event loop; --uvloop gives them the quicker one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bridging import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).resolve().parent
PAPERMESH = Path(sys.executable).with_name("papermesh")
PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    """A process that serves."""

    address: str
    pid: int


@dataclass(frozen=True)
class Sample:
    """What one measurement of one contestant gave."""

    rate: float
    """Calls a second."""
    bridge: float
    """Processor time of the measured process, as a part of the time that passed."""
    server: float
    client: float

    @property
    def cost(self) -> float:
        """Microseconds of processor time of the measured process for each call."""
        return 1e6 * self.bridge / self.rate


def module(name: str, *, uvloop: bool = False) -> list[str]:
    """The command that runs a module of `bridging`."""
    return [sys.executable, "-m", *(["bridging.on_uvloop"] if uvloop else []), f"bridging.{name}"]


@contextlib.contextmanager
def serving(*command: str | Path) -> Iterator[Served]:
    """Runs a process that tells on standard output where it serves, and ends it."""
    process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = ""
        while (found := re.search(r"127\.0\.0\.1:\d+", told)) is None:
            told = process.stdout.readline()
            assert told, f"{command[-1]} ended with {process.wait()}"
        yield Served(found[0], process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@contextlib.contextmanager
def product(server: Served) -> Iterator[Served]:
    """Runs the product in front of the server."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(messages.BRIDGE_TOML.format(target=server.address))
        config.flush()
        with serving(PAPERMESH, "bridge", "--http", "127.0.0.1:0", "--config", config.name) as served:
            await_first_answer(served)
            yield served


def await_first_answer(bridge: Served) -> None:
    """Waits until a bridge answers, for it may still be learning what the server offers."""
    kind = {"Content-Type": "application/json"}
    call = urllib.request.Request(f"http://{bridge.address}/rpc", messages.request_json("first", 0), kind)
    until = time.monotonic() + PATIENCE
    while (answer := json.load(urllib.request.urlopen(call, timeout=PATIENCE))) != messages.answer_json("first", 0):
        assert time.monotonic() < until, f"the bridge does not serve: {answer}"
        time.sleep(0.1)


def measured(command: Sequence[str], called: Served, watched: Sequence[Served], options: argparse.Namespace) -> Sample:
    """Runs a client against what serves, with an eye on processes: the bridge if there is one, and the server."""
    given = ["--seconds", str(options.seconds), "--concurrent", str(options.concurrent)]
    pids = ["--watch", *(str(each.pid) for each in watched)]
    run = subprocess.run(
        [*command, called.address, *given, *pids],
        cwd=HERE, stdout=subprocess.PIPE, timeout=PATIENCE + options.seconds, check=True,
    )  # fmt: skip
    result = json.loads(run.stdout)
    client, *others = (used / result["seconds"] for used in result["processor"])
    bridge, server = others if len(others) == 2 else (client, *others)
    return Sample(result["calls"] / result["seconds"], bridge, server, client)


def rounds(options: argparse.Namespace) -> dict[str, list[Sample]]:
    """Measures all of them in turns; each round begins with another one."""
    with contextlib.ExitStack() as running:
        server = running.enter_context(serving(*module("server")))
        naive = running.enter_context(serving(*module("naive", uvloop=options.uvloop), server.address))
        ours = running.enter_context(product(server))
        contest = [
            ("direct", module("direct", uvloop=options.uvloop), server, [server]),
            ("naive", module("over_http"), naive, [naive, server]),
            ("product", module("over_http"), ours, [ours, server]),
        ]
        samples: dict[str, list[Sample]] = {name: [] for name, *_ in contest}
        for number in range(options.rounds):
            for name, command, called, watched in contest[number % 3 :] + contest[: number % 3]:
                samples[name].append(measured(command, called, watched, options))
        return samples


def report(samples: dict[str, list[Sample]]) -> None:
    """Prints the table and the ratios."""
    for name, found in samples.items():
        rate, cost, bridge, server, client = (
            statistics.median(getattr(each, of) for each in found)
            for of in ("rate", "cost", "bridge", "server", "client")
        )
        beside = "" if name == "direct" else f"   client {client:4.0%}"
        print(
            f"{name:<8} {rate:7.0f} calls/s   {cost:5.0f} µs of processor a call   "
            f"itself {bridge:4.0%}   server {server:4.0%}{beside}"
        )
    print()
    for one, other in (("product", "direct"), ("product", "naive"), ("naive", "direct")):
        pairs = list(zip(samples[one], samples[other], strict=True))
        told = f"{spread([a.rate / b.rate for a, b in pairs])} by calls/s   "
        print(f"{one + '/' + other:<16} {told}{spread([b.cost / a.cost for a, b in pairs])} by processor time")


def spread(ratios: list[float]) -> str:
    """The median of ratios, with the least and the greatest."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--concurrent", type=int, default=32)
    parser.add_argument("--uvloop", action="store_true")
    report(rounds(parser.parse_args()))


if __name__ == "__main__":
    main()
