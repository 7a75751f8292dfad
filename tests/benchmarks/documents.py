"""Measures the PDF reader. Run by hand, from the project's folder:

    python tests/benchmarks/documents.py --exact FOLDER
    python tests/benchmarks/documents.py --speed FOLDER [--least-pages 10] [--rounds 5] [--profile]

--exact: a folder of PDFs, each beside the text it was made from (NAME_LANGUAGE.pdf and .txt). Printed are, for each
    file, the F1 of words (in Chinese and Japanese: of characters) and the similarity of the whole, white space folded.
--speed: a folder of PDFs, in any depth. Printed are pages a second of our reader, of pypdfium2 alone and of pypdf, in
    rounds that take turns and of which the best counts, with the share of pypdfium2's words that each has found.
--profile: where our reader's time goes, instead of rounds.
"""

from __future__ import annotations

import argparse
import cProfile
import difflib
import io
import logging
import pstats
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pypdfium2

from papermesh_services.documents import DocumentError, read

WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")
TOKEN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]|[^\\s\u2e80-\u9fff\uf900-\ufaff]+")
Reader = Callable[[bytes], tuple[int, str]]


def main() -> None:
    """Reads the command line and prints the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exact", type=Path)
    parser.add_argument("--speed", type=Path)
    parser.add_argument("--least-pages", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if arguments.exact:
        print_accuracy(arguments.exact)
    if arguments.speed:
        files = [path.read_bytes() for path in sorted(arguments.speed.rglob("*.pdf"))]
        files = [data for data in files if pages_of(data) >= arguments.least_pages]
        (print_profile if arguments.profile else print_speed)(files, arguments.rounds)


def print_accuracy(folder: Path) -> None:
    """Prints how close each PDF comes to the text it was made from."""
    for path in sorted(folder.glob("*.pdf")):
        expected = path.with_suffix(".txt").read_text("utf-8")
        got = read(path.read_bytes()).text
        print(f"{path.stem:12} word F1 {word_f1(expected, got):.4f}  similarity {similarity(expected, got):.4f}")


def word_f1(expected: str, got: str) -> float:
    """The harmonic mean of the shares of words found and of words right."""
    one, two = Counter(TOKEN.findall(expected)), Counter(TOKEN.findall(got))
    both = (one & two).total()
    return 2 * both / max(1, one.total() + two.total())


def similarity(expected: str, got: str) -> float:
    """The share of characters that are the same in the same order, with white space folded."""
    one, two = " ".join(expected.split()), " ".join(got.split())
    same = sum(block.size for block in difflib.SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks())
    return 2 * same / max(1, len(one) + len(two))


def pages_of(data: bytes) -> int:
    """How many pages PDFium sees; 0 where it opens nothing."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return 0
    try:
        return len(document)
    finally:
        document.close()


def by_us(data: bytes) -> tuple[int, str]:
    """Our reader: text, blocks, facts."""
    try:
        document = read(data, "a.pdf")
    except DocumentError:
        return 0, ""
    return len(document.pages), document.text


def by_pypdfium2(data: bytes) -> tuple[int, str]:
    """PDFium's text and nothing else."""
    document = pypdfium2.PdfDocument(data)
    texts = []
    for page in document:
        textpage = page.get_textpage()
        texts.append(textpage.get_text_range())
        textpage.close()
        page.close()
    document.close()
    return len(texts), "\n".join(texts)


def by_pypdf(data: bytes) -> tuple[int, str]:
    """pypdf's text and nothing else."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    texts = [page.extract_text() for page in reader.pages]
    return len(texts), "\n".join(texts)


READERS: dict[str, Reader] = {"papermesh": by_us, "pypdfium2": by_pypdfium2, "pypdf": by_pypdf}


@dataclass
class Result:
    """The best of a reader's rounds."""

    seconds: float = float("inf")
    pages: int = 0
    words: Counter[str] | None = None


def print_speed(files: list[bytes], rounds: int) -> None:
    """Prints pages a second and the words found, reader by reader."""
    results = {name: Result() for name in READERS}
    for _ in range(rounds):
        for name, reader in READERS.items():
            _measure(files, reader, results[name])
    words = results["pypdfium2"].words or Counter()
    base = results["pypdfium2"]
    for name, result in results.items():
        recall = ((result.words or Counter()) & words).total() / max(1, words.total())
        speed = base.pages / result.seconds
        ratio = base.seconds / result.seconds
        print(f"{name:10} {speed:8.1f} pages/s  {ratio:6.3f} of pypdfium2  recall {recall:.4f}")


def _measure(files: list[bytes], reader: Reader, result: Result) -> None:
    started = time.process_time()
    read_files = [reader(data) for data in files]
    seconds = time.process_time() - started
    if seconds < result.seconds:
        result.seconds = seconds
        result.pages = sum(pages for pages, _ in read_files)
    if result.words is None:
        joined = (re.sub("-?[\ufffe\x02]", "", text) for _, text in read_files)
        result.words = Counter(word for text in joined for word in TOKEN.findall(text))


def print_profile(files: list[bytes], rounds: int) -> None:
    """Prints where our reader's time goes."""
    profile = cProfile.Profile()
    for _ in range(rounds):
        for data in files:
            profile.runcall(by_us, data)
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()
