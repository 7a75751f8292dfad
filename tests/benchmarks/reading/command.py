"""The command line of tests/benchmarks/documents.py."""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import logging
import os
import pstats
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import DocumentError, read
from reading.exact import print_accuracy
from reading.formats import print_formats
from reading.pdfs import pages_of, print_speed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

sys.path.append(str(Path(__file__).resolve().parents[2] / "generators"))
from reports import report

MADE: Final = (8, 9, 10, 12, 16, 20)
"""The sections of the reports that are made."""


def main(description: str) -> None:
    """Reads the command line and prints the figures asked for."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--formats", type=Path, metavar="FOLDER")
    parser.add_argument("--exact", type=Path, metavar="FOLDER")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--least-pages", type=int, default=10)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds for a file")
    parser.add_argument("--python", default=sys.executable, help="the Python that has markitdown and kreuzberg")
    given = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    turns = {"rounds": given.rounds, "patience": given.patience, "limit": given.limit}
    if given.exact:
        print_accuracy(given.exact)
    elif given.formats:
        print_formats(given.formats, given.python, **turns)
    else:
        with pdfs(given.folder, given.least_pages) as paths:
            if given.profile:
                print_profile(paths)
            else:
                print_speed(paths, given.python, workers=given.workers, **turns)


@contextlib.contextmanager
def pdfs(folder: Path | None, least_pages: int) -> Iterator[list[Path]]:
    """The PDFs of a folder that have at least so many pages, or some that are made. Exits where there are none."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="papermesh-benchmark-")))
            for number, sections in enumerate(MADE):
                made = report(number, sections)
                (folder / f"report-{number}.pdf").write_bytes(made.pdf)
                (folder / f"report-{number}.txt").write_text(made.text, "utf-8")
        paths = [path for path in sorted(folder.rglob("*.pdf")) if pages_of(path) >= least_pages]
        if not paths:
            sys.exit(f"There is no PDF of {least_pages} pages or more in {folder}; --least-pages asks for fewer.")
        yield paths


def print_profile(paths: Sequence[Path]) -> None:
    """Prints where our reader's time goes."""
    profile = cProfile.Profile()
    for path in paths:
        with contextlib.suppress(DocumentError):
            profile.runcall(read, path.read_bytes(), path.name)
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)
