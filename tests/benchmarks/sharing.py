"""Measures what it brings that several workers read one PDF. Run by hand, from the project's folder:

    python tests/benchmarks/sharing.py [FOLDER ...] [--rounds 21] [--workers 4] [--scans 8]

Reads long PDFs one at a time through two pools of workers in turn: one that shares documents and one that does not. The
PDFs are those of ten pages and more below the folders, some that are made here, and a scan, if tesseract is here.
Printed are for each the medians of the milliseconds of both, and the ratio of those of each round: its median and its
quartiles. Where the machine has other things to do, that says little; so beside it is about what it would be if it had
not: the same of the processor's time of the busiest worker, on which the others wait; and what all workers together
take of that, shared to alone. Answers must be the same, or the measuring ends.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.app import ServerConfig
from papermesh_services.server.workers import WorkerPool

MODULE = "papermesh_services.classification.jobs"
SECONDS = 300.0
SENTENCE = (
    "The board met at noon and found that the accounts of the year were in order, page by page and line by line. "
)


@dataclass(frozen=True)
class Round:
    """One reading: its seconds, and those of the processor that the busiest worker and all of them took."""

    seconds: float
    busiest: float
    all: float


def made(pages: int, lines: int) -> bytes:
    """A PDF of text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for page in range(pages):
        canvas.setFont("Helvetica", 9)
        for line in range(lines):
            canvas.drawString(60, 790 - 12 * line, f"{page}.{line} {SENTENCE}"[:100])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scanned(pages: int) -> bytes:
    """A PDF of pictures of text."""
    picture = Image.new("L", (1240, 1754), 255)
    font = ImageFont.load_default(26)
    for line in range(24):
        ImageDraw.Draw(picture).text((120, 120 + 44 * line), f"{line} {SENTENCE}"[:70], 0, font)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def long_ones(folders: list[Path]) -> dict[str, bytes]:
    """The PDFs of ten pages and more below some folders."""
    found = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.pdf")):
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            continue
        if len(document) >= 10:
            found[f"{path.name[:38]} ({len(document)})"] = path.read_bytes()
        document.close()
    return found


def processor_seconds(pids: list[int]) -> dict[int, float]:
    """What each process has had of the processor until now."""
    return {pid: int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 for pid in pids}


async def timed(pool: WorkerPool, content: bytes) -> tuple[Round, pb.ExtractTextResponse]:
    """How reading went, and what was read."""
    request = pb.ExtractTextRequest(content=content).SerializeToString()
    before = processor_seconds(pool.pids)
    started = time.perf_counter()
    answer = await pool.run("extract", request, SECONDS)
    seconds = time.perf_counter() - started
    took = [now - before.get(pid, 0.0) for pid, now in processor_seconds(pool.pids).items()]
    return Round(seconds, max(took), sum(took)), pb.ExtractTextResponse.FromString(answer)


async def measure(documents: dict[str, bytes], rounds: int, workers: int) -> None:
    """Prints a line for each document."""
    pools = []
    for most in (1, 0):
        config = ServerConfig(workers=workers, workers_per_document=most, max_cpu_seconds=SECONDS)
        pool = WorkerPool(config.worker_settings(MODULE), config.pool_settings, config.recognition_settings)
        await pool.start()
        await asyncio.gather(*(pool.run("categories", b"", SECONDS) for _ in range(4 * workers)))
        pools.append(pool)
    try:
        print(f"{'document (pages)':46} {'alone':>9} {'shared':>9} {'ratio':>6}  quartiles     idle machine      all")
        for name, content in documents.items():
            pairs = []
            for _ in range(rounds if "scan" not in name else max(3, rounds // 7)):
                (alone, one), (shared, other) = [await timed(pool, content) for pool in pools]
                pairs.append((alone, shared))
                assert one == other
            print(f"{name:46} {line(pairs)}")
    finally:
        for pool in pools:
            await pool.stop()


def line(pairs: list[tuple[Round, Round]]) -> str:
    """The figures of a document."""
    low, middle, high = statistics.quantiles([alone.seconds / shared.seconds for alone, shared in pairs], n=4)
    alone_ms, shared_ms = (1000 * statistics.median(each.seconds for each in side) for side in zip(*pairs, strict=True))
    least, idle, most = statistics.quantiles([alone.busiest / shared.busiest for alone, shared in pairs], n=4)
    total = statistics.median(shared.all / alone.all for alone, shared in pairs)
    wall = f"{alone_ms:7.0f}ms {shared_ms:7.0f}ms {middle:6.2f}  {low:.2f} to {high:.2f}"
    return f"{wall}  {idle:.2f} ({least:.2f} to {most:.2f})  {total:.2f}"


def main() -> None:
    """Reads the command line and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--scans", type=int, default=8)
    arguments = parser.parse_args()
    documents = long_ones(arguments.folders)
    documents.update({f"made, 50 lines a page ({pages})": made(pages, 50) for pages in (10, 30, 100, 400)})
    if arguments.scans:
        documents[f"made scan ({arguments.scans})"] = scanned(arguments.scans)
    asyncio.run(measure(documents, arguments.rounds, arguments.workers))


if __name__ == "__main__":
    main()
