"""Measures the quality package. Run by hand, from the project's folder:

    python tests/benchmarks/quality.py --levels FOLDER --clean FOLDER [--show CODE]

--levels: a folder with the folders ele, int and adv, in which files of one name are one article in three levels of
    difficulty, easiest first. Printed is how many pairs of levels the readability score puts in the right order.
--clean: a folder of documents (in any depth) that are taken to be without fault. Printed are the findings per 1,000
    words by code: false alarms, but for the faults the documents have after all; the mean scores; words a second.
--show: prints up to 40 findings of that code, spread over the clean documents, to be looked at.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import mean

from papermesh_services.documents import Document, DocumentError, read, read_text
from papermesh_services.quality import Options, Report, analyze

LEVELS = ("ele", "int", "adv")
SHOWN = 40
STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


def main() -> None:
    """Reads the command line and prints the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", type=Path)
    parser.add_argument("--clean", type=Path)
    parser.add_argument("--show", default="")
    arguments = parser.parse_args()
    if arguments.levels:
        print_ordering(arguments.levels)
    if arguments.clean:
        print_findings(arguments.clean, arguments.show)


def print_ordering(folder: Path) -> None:
    """Prints the share of pairs of levels in the right order. Quotes and dashes are made alike first."""
    names = sorted(path.name for path in (folder / LEVELS[0]).glob("*.txt"))
    scores = {
        (level, name): analyze(read_text(_normalised(folder / level / name))).scores.readability
        for level in LEVELS
        for name in names
        if (folder / level / name).exists()
    }
    right = total = 0
    for easier, harder in combinations(LEVELS, 2):
        pairs = [
            (scores[easier, n], scores[harder, n]) for n in names if (easier, n) in scores and (harder, n) in scores
        ]
        good = sum(first > second for first, second in pairs)
        right, total = right + good, total + len(pairs)
        print(f"{easier} easier than {harder}: {good} of {len(pairs)} ({good / len(pairs):.1%})")
    print(f"all pairs: {right} of {total} ({right / total:.1%})")


def _normalised(path: Path) -> str:
    return path.read_text("utf-8-sig").translate(STRAIGHT)


@dataclass
class Tally:
    """What the clean documents added up to."""

    words: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    reports: dict[str, list[Report]] = field(default_factory=lambda: defaultdict(list))
    shown: list[str] = field(default_factory=list)


def print_findings(folder: Path, show: str) -> None:
    """Prints findings per 1,000 words by code, mean scores by folder, and the speed."""
    tally = Tally()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tsv"):
        try:
            document = read(path.read_bytes(), path.name)
        except DocumentError as error:
            print(f"{path}: {error}")
            continue
        _add(tally, path, document, show)
    for code, count in tally.counts.most_common():
        print(
            f"{code:28} {count:6} {1000 * count / tally.words:8.3f} /1,000 words in {tally.documents[code]} documents"
        )
    print(f"{'all':28} {tally.counts.total():6} {1000 * tally.counts.total() / tally.words:8.3f} /1,000 words")
    for kind, reports in sorted(tally.reports.items()):
        print(f"{kind:20} {_means(reports)}")
    print(f"{tally.words} words in {tally.seconds:.1f} s: {tally.words / tally.seconds:.0f} words/s")
    step = max(1, len(tally.shown) // SHOWN)
    print(*tally.shown[::step], sep="\n")


def _add(tally: Tally, path: Path, document: Document, show: str) -> None:
    started = time.perf_counter()
    report = analyze(document, options=Options(max_findings=10_000))
    tally.seconds += time.perf_counter() - started
    tally.words += report.metrics.word_count
    codes = Counter(finding.code for finding in report.findings)
    tally.counts += codes
    tally.documents.update(codes.keys())
    tally.reports[path.parent.name].append(report)
    for finding in report.findings:
        if finding.code == show:
            start, end = finding.place.start, finding.place.end
            context = document.text[max(0, start - 50) : end + 50] if end - start < 100 else finding.snippet
            tally.shown.append(f"{path.parent.name}/{path.name} {finding.message} || {' '.join(context.split())}")


def _means(reports: list[Report]) -> str:
    overall, readability, structure, content = (
        mean(getattr(report.scores, name) for report in reports)
        for name in ("overall", "readability", "structure", "content")
    )
    return f"overall {overall:5.1f}  readability {readability:5.1f}  structure {structure:5.1f}  content {content:5.1f}"


if __name__ == "__main__":
    main()
