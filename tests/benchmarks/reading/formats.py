"""Files of other formats: how many each reader reads, how fast, and which words it finds."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from reading.contest import Contestant, by_processor, take_turns, times_as_fast
from reading.field import is_read, one_by_one, read_all, readers
from reading.words import Score, agreed, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reading.peer import Reading

BASE: Final = "papermesh"
NAMES: Final = (BASE, "markitdown", "kreuzberg")
ENDINGS: Final = (
    *("docx", "pptx", "xlsx", "xls", "xlsb", "odt", "ods", "odp", "rtf", "html", "htm", "md", "txt", "csv", "tsv"),
    *("json", "ipynb", "xml", "eml", "msg", "epub"),
)


def print_formats(folder: Path, python: str, *, rounds: int, patience: float, limit: float) -> None:
    """Measures the files of a folder, in any depth, format by format, and prints a table."""
    kinds: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (ending := path.suffix.lower().removeprefix(".")) in ENDINGS:
            kinds[ending].append(path)
    every = [path for paths in kinds.values() for path in paths]
    with readers(NAMES, python, limit) as here:
        made = {name: read_all(name, peer, every) for name, peer in here.items()}
        print("\nfiles a second of processor time, over files that all read which read any of the format")
        print(f"times as fast as {BASE}: the median of the rounds (least..greatest)")
        print("words against what at least two found, in files that at least two read\n")
        print(f"{'':7}{'':12}{'files read':>11}  {'files/s':>8}  {'times as fast':22}  {'recall':>6}  precision")
        for ending, paths in sorted(kinds.items()):
            able = [name for name, each in made.items() if any(is_read(each[path]) for path in paths)]
            shared = [path for path in paths if all(is_read(made[name][path]) for name in able)]
            contestants = [Contestant(name, partial(one_by_one, here[name], shared), len(shared)) for name in here]
            take_turns([each for each in contestants if each.name in able], rounds if shared else 0, patience)
            _print_format(ending, paths, contestants, made)


def _print_format(
    ending: str, paths: Sequence[Path], contestants: Sequence[Contestant], made: dict[str, dict[Path, Reading]]
) -> None:
    scores = _scores(paths, made)
    for each in contestants:
        rate, ratio = "-", "-"
        if each.rounds and contestants[0].rounds:
            rate, ratio = f"{each.rate(by_processor):.1f}", times_as_fast(each, contestants[0], by_processor)
        read = f"{sum(is_read(made[each.name][path]) for path in paths)} of {len(paths)}"
        score = scores[each.name]
        words = f"{score.recall:.4f}  {score.precision:9.4f}" if score.told else "     -          -"
        print(f"{ending:7}{each.name:12}{read:>11}  {rate:>8}  {ratio:22}  {words}")


def _scores(paths: Sequence[Path], made: dict[str, dict[Path, Reading]]) -> dict[str, Score]:
    scores = {name: Score() for name in made}
    for path in paths:
        counted = {name: words_of(readings[path].text) for name, readings in made.items()}
        if sum(map(bool, counted.values())) < min(2, len(counted)):
            continue  # nobody can confirm what the only one says
        there = agreed(list(counted.values()))
        for name, score in scores.items():
            score.add(counted[name], there)
    return scores
