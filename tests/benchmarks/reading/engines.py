"""The readers that are measured, each as a function from a file to its pages and its text.

Imports nothing but the standard library before a reader is asked for, so that it runs in any Python that has one. None
of them recognises text in pictures: that takes seconds a page, and would be all that is measured.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

Reader = Callable[[Path], tuple[int, str]]
"""Raises whatever it likes where it cannot read a file. Pages are 0 where a reader does not tell of them."""


def papermesh() -> Reader:
    """Text, blocks, pages and facts, as a worker reads them, in this process."""
    from papermesh_services.documents import read

    def reader(path: Path) -> tuple[int, str]:
        document = read(path.read_bytes(), path.name)
        return len(document.pages), document.text

    return reader


def pypdfium2() -> Reader:
    """PDFium's text and nothing else."""
    import pypdfium2 as engine

    def reader(path: Path) -> tuple[int, str]:
        document = engine.PdfDocument(path.read_bytes())
        texts = []
        for page in document:
            textpage = page.get_textpage()
            texts.append(textpage.get_text_range())
            textpage.close()
            page.close()
        document.close()
        return len(texts), "\n".join(texts)

    return reader


def pypdf() -> Reader:
    """pypdf's text and nothing else."""
    import pypdf as engine

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)

    def reader(path: Path) -> tuple[int, str]:
        texts = [page.extract_text() for page in engine.PdfReader(path).pages]
        return len(texts), "\n".join(texts)

    return reader


def markitdown() -> Reader:
    """markitdown's Markdown, by the converters that come with it."""
    from markitdown import MarkItDown

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    engine = MarkItDown()
    return lambda path: (0, engine.convert_local(path).markdown)


def kreuzberg() -> Reader:
    """kreuzberg's plain text by its defaults, but that it keeps nothing and recognises nothing."""
    from kreuzberg import ExtractionConfig, extract_file_sync

    config = ExtractionConfig(use_cache=False, disable_ocr=True)
    return lambda path: (0, extract_file_sync(path, config=config).content)


ENGINES: Final[dict[str, Callable[[], Reader]]] = {
    each.__name__: each for each in (papermesh, pypdfium2, pypdf, markitdown, kreuzberg)
}


def engine_version(name: str) -> str:
    """The version of a reader that is installed here."""
    return version(name)
