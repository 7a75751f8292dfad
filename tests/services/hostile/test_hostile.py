"""A corpus of hostile files against a real server, four at a time, with good documents between them.

    pytest -q -n0 -m "slow or not slow" tests/services/hostile -s

prints what became of each file.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import hostile
import pytest

if TYPE_CHECKING:
    from hostile import Hostile

DEADLINE_SECONDS = 20.0
"""What a server gives one document by default."""
ANSWER_SECONDS = DEADLINE_SECONDS + 1.0
"""When the callers here give up. That is then told as DEADLINE_EXCEEDED, which is no answer of the server."""
WORKER_BYTES = 1 << 30
AGAIN_SECONDS = 0.5
AGAIN = 3
GROWTH_BYTES = 32 << 20
"""By how much a server may be larger than after its first call, a second or two after any number of others."""
STATUSES = {"OK", "PARTIAL_TIMEOUT", "PARTIAL_LIMIT", "CORRUPT"}

QUICK = [file for file in hostile.files() if file.quick]
SLOW = [file for file in hostile.files() if not file.quick]
GOOD = (
    ("good.txt", hostile.TEXT.encode()),
    ("good.html", f"<html><body><p>{hostile.TEXT}</p></body></html>".encode()),
    ("good.pdf", hostile.pdfs.simple()),
    ("good.docx", hostile.zips.sound(hostile.packages.PACKAGES["docx"])),
)


@dataclass(frozen=True)
class Outcome:
    """What was answered to a hostile file, and to a good document after it."""

    file: Hostile
    answer: Any
    good: Any

    @property
    def faults(self) -> list[str]:
        """What is wrong with that."""
        found, told = [], self.answer.told
        if told not in self.file.allowed:
            found.append(f"{told} is none of {sorted(self.file.allowed)}: {self.answer.text[:200]!r}")
        if told in STATUSES and not self.answer.text.strip():
            found.append("an empty text as if it were fine")
        if told == "OK" and self.file.keeps not in self.answer.text:
            found.append(f"lost {self.file.keeps!r}")
        if self.file.never in self.answer.text:
            found.append(f"gave {self.file.never!r} away")
        if self.good.told != "OK" or "harbour" not in self.good.text:
            found.append(f"a good document after it got {self.good.told}")
        return [f"{self.file.name}: {fault}" for fault in found]


def send(watched, threads, files):
    """Sends the files, four at a time, and a good document after each."""

    def one(number, file):
        answer = watched.extract(file.name, file.make(), ANSWER_SECONDS)
        good = watched.extract(*GOOD[number % len(GOOD)], ANSWER_SECONDS)
        print(f"{answer.seconds:6.2f} s  {answer.told:28} {file.name}")
        return Outcome(file, answer, good)

    return list(threads.map(one, range(len(files)), files))


def made_once(file):
    """The file, of which each make is the first one's bytes."""
    return replace(file, make=functools.partial(bytes, file.make()))


def assert_contained(watched, outcomes):
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    most, growth = max(watched.peaks.values()), watched.growth(GROWTH_BYTES)
    print(f"most of a worker: {most >> 20} MiB; server: {watched.small >> 20} MiB, and {growth >> 20} MiB more by now")
    assert not faults, "\n".join(["", *faults])
    assert most < WORKER_BYTES
    assert growth <= GROWTH_BYTES


def test_quick_hostile_files_get_their_status_and_good_ones_are_read(watched, four_at_a_time):
    assert_contained(watched, send(watched, four_at_a_time, QUICK))


@pytest.mark.slow
def test_all_hostile_files_get_their_status_and_good_ones_are_read(watched, four_at_a_time):
    outcomes = send(watched, four_at_a_time, SLOW)
    assert_contained(watched, outcomes)
    # Again and again what takes no time. Not what ended workers: that is refused by then.
    quick = [one.file for one in outcomes if one.answer.seconds < AGAIN_SECONDS and one.answer.told != "WORKER_CRASHED"]
    again = [made_once(file) for file in quick]
    for _ in range(AGAIN):
        assert_contained(watched, send(watched, four_at_a_time, again))
