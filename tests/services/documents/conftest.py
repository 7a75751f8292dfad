"""Documents made for the tests, and the promises every document has to keep."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from typing import TYPE_CHECKING

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_services.documents import Document

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Makes a PDF of pages, each a list of (size of letters, line); an empty line is a gap."""

    def make(*pages: list[tuple[int, str]], **options: object) -> bytes:
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=A4, **options)
        canvas.setTitle("A made-up title")
        canvas.setAuthor("Ada Example")
        for page in pages:
            y = 780.0
            for size, line in page:
                canvas.setFont("Helvetica", size)
                canvas.drawString(72, y, line)
                y -= 1.25 * size if line else 0.8 * size
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def raw_pdf() -> Callable[..., bytes]:
    """Makes a PDF of its objects, each the bytes between "obj" and "endobj", by number; 1 is the catalog."""

    def make(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
        data = b"%PDF-1.7\n"
        places = {}
        for number, content in objects.items():
            places[number] = len(data)
            data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places))
        end = b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n"
        size = max(objects) + 1
        return data + b"xref\n0 1\n0000000000 65535 f \n" + table + end % (size, trailer, len(data))

    return make


@pytest.fixture(scope="session")
def stream() -> Callable[..., bytes]:
    """Makes a stream object of its content."""

    def make(content: bytes, extra: bytes = b"") -> bytes:
        return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), extra, content)

    return make


@pytest.fixture(scope="session")
def make_docx() -> Callable[..., bytes]:
    """Makes a DOCX of the XML of its body, and of further parts."""

    def make(body: str, **parts: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", _TYPES)
            archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
            for name, content in parts.items():
                archive.writestr(name.replace("__", "/") + ".xml", content)
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def assert_sound() -> Callable[[Document], None]:
    """Checks what every Document promises of its text, its blocks and its pages."""

    def check(document: Document) -> None:
        text = document.text
        assert unicodedata.is_normalized("NFC", text)
        assert not {"\0", "\r"} & set(text)
        text.encode("utf-8")
        _check_spans(text, [block.span for block in document.blocks], empty_allowed=False)
        for block in document.blocks:
            assert block.page <= len(document.pages)
            _check_cells(text, block)
        if document.pages:
            assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
            _check_spans(text, [page.span for page in document.pages], empty_allowed=True)

    return check


def _check_spans(text, spans, *, empty_allowed):
    at = 0
    for span in spans:
        assert at <= span.start <= span.end <= len(text)
        assert empty_allowed or span.start < span.end
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()


def _check_cells(text, block):
    for cell in block.cells:
        assert block.span.start <= cell.span.start < cell.span.end <= block.span.end
        assert not {"\t", "\n"} & set(text[cell.span.start : cell.span.end])
    if block.cells:
        rows = text[block.span.start : block.span.end].split("\n")
        assert {cell.row for cell in block.cells} == set(range(len(rows)))


@pytest.fixture(scope="session")
def shape() -> Callable[[Document], list[tuple[str, int, str]]]:
    """A document's blocks as (kind, level, text)."""

    def of(document: Document) -> list[tuple[str, int, str]]:
        return [(b.kind.value, b.level, document.text[b.span.start : b.span.end]) for b in document.blocks]

    return of
