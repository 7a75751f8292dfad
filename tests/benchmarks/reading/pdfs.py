"""Pages a second of PDFs, and the words found in them: one document at a time, and several side by side."""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

import pypdfium2

from reading.contest import Contestant, by_clock, by_processor, take_turns, times_as_fast
from reading.field import is_read, one_by_one, read_all, readers, side_by_side
from reading.peer import Peer, Reading
from reading.pool import Served
from reading.words import Score, agreed, words_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from pathlib import Path

BASE: Final = "pypdfium2"
SINGLE: Final = (BASE, "papermesh", "kreuzberg", "pypdf", "markitdown")
VOICES: Final = (BASE, "pypdf", "markitdown")
"""Three that share no engine; papermesh and kreuzberg rest on PDFium themselves."""
POOL: Final = "papermesh, pool"
DOCUMENTS_PER_WORKER: Final = 8
"""The least there are in a round of several side by side, so that the last one does not decide it."""


def pages_of(path: Path) -> int:
    """How many pages PDFium sees; 0 where it opens nothing."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return 0
    try:
        return len(document)
    finally:
        document.close()


def print_speed(
    paths: Sequence[Path], python: str, *, workers: int, rounds: int, patience: float, limit: float
) -> None:
    """Measures these PDFs and prints the tables."""
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(readers(SINGLE, python, limit))
        others = [stack.enter_context(Peer(BASE, sys.executable, limit)) for _ in range(workers)]
        pool = stack.enter_context(Served(workers, limit))
        readings = {name: read_all(name, peer, paths) for name, peer in here.items()}
        readings[POOL] = {path: pool.read(path) for path in paths}
        _print_words(readings, paths)
        measured = [path for path in paths if all(is_read(each[path]) for each in readings.values())]
        if not measured:
            print("There is no PDF that all of them read.")
            return
        contestants = _contestants(here, others, pool, measured)
        for each in contestants[1:4]:
            each.run()  # so that all processes are there, and warm
        take_turns(contestants, rounds, patience)
        _print_times(contestants, measured)


def _contestants(
    here: dict[str, Peer], others: Sequence[Peer], pool: Served, paths: Sequence[Path]
) -> list[Contestant]:
    """Who takes part: the quick ones next to the one they are compared to, the slow ones last."""
    workers = len(others)
    pages = sum(map(pages_of, paths))
    times = -(-DOCUMENTS_PER_WORKER * workers // len(paths))
    repeated = list(paths) * times
    alone = [Contestant(name, partial(one_by_one, peer, paths), pages) for name, peer in here.items()]
    together = [
        Contestant(POOL, partial(pool.round, paths, 1), pages),
        Contestant(f"{POOL} x {workers}", partial(pool.round, repeated, workers), times * pages),
        Contestant(f"{BASE} x {workers}", partial(side_by_side, others, repeated), times * pages),
    ]
    return [alone[0], *together, *alone[1:]]


def _print_words(readings: dict[str, dict[Path, Reading]], paths: Sequence[Path]) -> None:
    exact = sum(path.with_suffix(".txt").exists() for path in paths)
    voices = ", ".join(name for name in VOICES if name in readings)
    print(f"\nwords of {len(paths)} PDFs: {exact} against the text they were made from,")
    print(f"{len(paths) - exact} against what at least two of {voices} found\n")
    counted = {name: {path: words_of(each.text) for path, each in made.items()} for name, made in readings.items()}
    scores = {name: Score() for name in readings}
    for path in paths:
        there = _truth(path, counted)
        for name, score in scores.items():
            score.add(counted[name][path], there)
    for name, score in scores.items():
        read = sum(map(is_read, readings[name].values()))
        print(f"{name:18} files read {read:4}   word recall {score.recall:.4f}   precision {score.precision:.4f}")


def _truth(path: Path, counted: dict[str, dict[Path, Counter[str]]]) -> Counter[str]:
    exact = path.with_suffix(".txt")
    if exact.exists():
        return words_of(exact.read_text("utf-8"))
    return agreed([counted[name][path] for name in VOICES if name in counted])


def _print_times(contestants: Sequence[Contestant], paths: Sequence[Path]) -> None:
    first, one, several, side, *_ = contestants
    print(f"\n{len(paths)} PDFs of {first.work} pages, which all of them read")
    print(f"times as fast as {BASE}: the median of the rounds (least..greatest)\n")
    print(f"{'':22}{'pages/s':>9}  {'times as fast':22}{'pages/s of processor':>22}  {'times as fast':22}rounds")
    for each in contestants:
        clock, processor = each.rate(by_clock), each.rate(by_processor)
        print(
            f"{each.name:22}{clock:9.1f}  {times_as_fast(each, first, by_clock):22}"
            f"{processor:22.1f}  {times_as_fast(each, first, by_processor):22}{len(each.rounds):6}"
        )
    print()
    pypdf = next(each for each in contestants if each.name == "pypdf")
    for each, other in ((several, side), (one, pypdf), (several, pypdf)):
        print(f"{each.name} is {times_as_fast(each, other, by_clock)} times as fast as {other.name}, by the clock")
