"""Word documents from values: paragraphs and tables in, the bytes of a DOCX file out.

Writes only what the samples need (headings, numbered clauses, bullets, tables, a footer with page numbers, core
properties), and always the same bytes for the same values. The parts that never change are in `word_parts`.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from html import escape
from itertools import chain, repeat

from making import word_parts as parts

MOMENT = (1980, 1, 1, 0, 0, 0)
EMPHASIS = re.compile(r"(\*\*[^*]+\*\*|\*[^*]+\*|\t|\n)")

GAP = '<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>'


@dataclass(frozen=True)
class Para:
    """One paragraph: its text, with *italic* and **bold** marked so, tabs and line breaks kept, and its style's id."""

    text: str
    style: str = "Normal"


@dataclass(frozen=True)
class Grid:
    """A table: rows of cell texts and column widths in twentieths of a point; the first row may be a heading."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    heading: bool = True
    ruled: bool = True


@dataclass(frozen=True)
class Document:
    """A whole document: its body in order, its footer's text, and what its core properties say."""

    title: str
    author: str
    subject: str
    keywords: str
    written: str
    footer: str
    body: tuple[Para | Grid, ...]


def render(document: Document) -> bytes:
    """The DOCX file of a document, stored rather than packed: packed bytes differ from one zlib to the next."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in _files(document).items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), parts.DECLARATION + text)
    return out.getvalue()


def _files(document: Document) -> dict[str, str]:
    body = "".join(_paragraph(item) if isinstance(item, Para) else _table(item) for item in document.body)
    properties = {key: escape(value) for key, value in vars(document).items() if isinstance(value, str)}
    return {
        "[Content_Types].xml": parts.CONTENT_TYPES,
        "_rels/.rels": parts.PACKAGE_RELATIONS,
        "docProps/core.xml": parts.CORE.format(**properties),
        "docProps/app.xml": parts.APP,
        "word/document.xml": parts.BODY.format(body=body),
        "word/_rels/document.xml.rels": parts.BODY_RELATIONS,
        "word/styles.xml": parts.STYLES,
        "word/numbering.xml": parts.NUMBERING,
        "word/footer1.xml": parts.FOOTER.format(runs=_runs(document.footer)),
    }


def _paragraph(para: Para) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{para.style}"/></w:pPr>{_runs(para.text)}</w:p>'


def _runs(text: str) -> str:
    return "".join(_run(piece) for piece in EMPHASIS.split(text) if piece)


def _run(piece: str) -> str:
    if piece in {"\t", "\n"}:
        return f"<w:r><w:{'tab' if piece == chr(9) else 'br'}/></w:r>"
    marks = len(piece) - len(piece.lstrip("*"))
    shape = ("", "<w:rPr><w:i/></w:rPr>", "<w:rPr><w:b/></w:rPr>")[marks]
    return f'<w:r>{shape}<w:t xml:space="preserve">{escape(piece.strip("*") if marks else piece)}</w:t></w:r>'


def _table(grid: Grid) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid.widths)
    style = "TableGrid" if grid.ruled else "TablePlain"
    headings = chain([grid.heading], repeat(False))
    rows = "".join(_row(row, grid.widths, heading) for row, heading in zip(grid.rows, headings, strict=False))
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(grid.widths)}" w:type="dxa"/>'
        f'<w:tblInd w:w="100" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>{GAP}"
    )


def _row(cells: tuple[str, ...], widths: tuple[int, ...], heading: bool) -> str:
    style = "TableHead" if heading else "TableText"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E6EBF0"/>' if heading else ""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{_paragraph(Para(cell, style))}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if heading else ''}</w:trPr>{made}</w:tr>"
