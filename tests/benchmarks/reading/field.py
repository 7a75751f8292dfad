"""The readers that take part in a measurement: those that are installed, and what they read."""

from __future__ import annotations

import contextlib
import queue
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from reading.contest import Round
from reading.peer import NotInstalled, Peer, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ELSEWHERE: Final = frozenset({"markitdown", "kreuzberg"})
"""The readers that may be installed in another Python than this one."""
INSTALL: Final = "pip install -e '.[bench]'"


@contextlib.contextmanager
def readers(names: Sequence[str], python: str, seconds: float) -> Iterator[dict[str, Peer]]:
    """Those of the readers that are installed. One that is not is told, with the command that installs it."""
    with contextlib.ExitStack() as stack:
        here = {}
        for name in names:
            try:
                peer = stack.enter_context(Peer(name, python if name in ELSEWHERE else sys.executable, seconds))
            except NotInstalled as error:
                print(f"{name} does not take part, it is not installed ({error}): {INSTALL}")
                continue
            print(f"{name} {peer.version}")
            here[name] = peer
        yield here


def read_all(name: str, peer: Peer, paths: Sequence[Path]) -> dict[Path, Reading]:
    """What a reader makes of each file. Those that it cannot read are told."""
    readings = {path: peer.read(path, with_text=True) for path in paths}
    for path, reading in readings.items():
        if not is_read(reading):
            print(f"{name} does not read {path.name}: {' '.join((reading.problem or 'no text').split())[:150]}")
    return readings


def is_read(reading: Reading) -> bool:
    """Whether there is text."""
    return not reading.problem and bool(reading.text.strip())


def one_by_one(peer: Peer, paths: Sequence[Path]) -> Round:
    """Has one reader read the files."""
    readings = [_sure(peer, path) for path in paths]
    return Round(sum(each.wall for each in readings), sum(each.processor for each in readings))


def side_by_side(peers: Sequence[Peer], paths: Sequence[Path]) -> Round:
    """Has several processes of a reader read the files, each taking the next one as it is done with its own."""
    waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for path in paths:
        waiting.put(path)

    def work(peer: Peer) -> float:
        spent = 0.0
        with contextlib.suppress(queue.Empty):
            while True:
                spent += _sure(peer, waiting.get_nowait()).processor
        return spent

    started = time.perf_counter()
    with ThreadPoolExecutor(len(peers)) as threads:
        spent = list(threads.map(work, peers))
    return Round(time.perf_counter() - started, sum(spent))


def _sure(peer: Peer, path: Path) -> Reading:
    reading = peer.read(path)
    if reading.problem:
        raise RuntimeError(f"{path.name} could be read before, and now: {reading.problem}")
    return reading
