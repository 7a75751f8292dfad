"""Measures how documents are read, beside other readers. Run by hand, from the project's folder:

    python tests/benchmarks/documents.py [FOLDER] [--least-pages 10] [--workers 4] [--rounds 5]
    python tests/benchmarks/documents.py --formats FOLDER [--rounds 5]
    python tests/benchmarks/documents.py --exact FOLDER
    python tests/benchmarks/documents.py --profile [FOLDER]

FOLDER: PDFs, in any depth; without one, some are made. Measured are pages a second of papermesh, pypdfium2, pypdf,
    markitdown and kreuzberg, each alone in a process that does nothing else; of papermesh through the worker pool with
    one document at a time, and with as many as there are workers; and of pypdfium2 in as many processes. Both by the
    clock and by processor time, of all processes and threads that take part. Besides, the words that each has found,
    against NAME.txt where it lies beside NAME.pdf, else against what at least two of three engines that share no
    code (pypdfium2, pypdf, markitdown's pdfminer) agree on.
--formats: files of other formats, of papermesh, markitdown and kreuzberg: how many each can read, files a second, and
    words, against what at least two of the three agree on.
--exact: PDFs, each beside the text it was made from: the F1 of words (in Chinese and Japanese: of characters) and the
    similarity of the whole in its order, white space folded.
--profile: where papermesh's time goes over those PDFs.

Rounds take turns. A reader that has taken --patience seconds sits out the rest; the ratios are those of the rounds it
took part in. Speed is that over files which all of them read. A file that takes a reader longer than --limit counts as
one it cannot read. None recognises the text of pictures. markitdown and kreuzberg are installed by
`pip install -e '.[bench]'`; what is missing is said and left out. They may also be in another Python: --python. The
machine should have nothing else to do.
"""

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

from reading.exact import print_accuracy
from reading.formats import print_formats
from reading.pdfs import pages_of, print_speed

from papermesh_services.documents import DocumentError, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

sys.path.append(str(Path(__file__).resolve().parent.parent / "generators"))
from reports import report

MADE: Final = (6, 8, 10, 12, 16, 20)
"""The sections of the reports that are made."""


def main() -> None:
    """Reads the command line and prints the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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


if __name__ == "__main__":
    main()
