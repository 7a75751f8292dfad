"""Measures what it brings that several workers read one PDF. Run by hand, from the project's folder:

    python tests/benchmarks/sharing.py [FOLDER ...] [--rounds 21] [--workers 4] [--scans 8]

Reads long PDFs one at a time through two pools of workers in turn: one that shares documents and one that does not. The
PDFs are those of ten pages and more below the folders, some that are made here, and a scan, if tesseract is here.
Printed are for each the medians of the milliseconds of both, and the ratio of those of each round: its median and its
quartiles. Answers must be the same but for the times in them, or the measuring ends.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import time
from dataclasses import dataclass, field
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


@dataclass
class Rounds:
    """The seconds of one document: alone and shared."""

    alone: list[float] = field(default_factory=list)
    shared: list[float] = field(default_factory=list)


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


async def timed(pool: WorkerPool, content: bytes) -> tuple[float, pb.ExtractTextResponse]:
    """The seconds that reading takes, and what was read."""
    request = pb.ExtractTextRequest(content=content).SerializeToString()
    started = time.perf_counter()
    answer = await pool.run("extract", request, SECONDS)
    seconds = time.perf_counter() - started
    return seconds, pb.ExtractTextResponse.FromString(answer)


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
        print(f"{'document (pages)':46} {'alone':>9} {'shared':>9} {'ratio':>7}  quartiles")
        for name, content in documents.items():
            result = Rounds()
            for _ in range(rounds if "scan" not in name else max(3, rounds // 7)):
                seconds, alone = await timed(pools[0], content)
                result.alone.append(seconds)
                seconds, shared = await timed(pools[1], content)
                result.shared.append(seconds)
                assert alone == shared
            ratios = [one / other for one, other in zip(result.alone, result.shared, strict=True)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            alone_ms, shared_ms = (1000 * statistics.median(each) for each in (result.alone, result.shared))
            print(f"{name:46} {alone_ms:7.0f}ms {shared_ms:7.0f}ms {middle:7.2f}  {low:.2f} to {high:.2f}")
    finally:
        for pool in pools:
            await pool.stop()


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
