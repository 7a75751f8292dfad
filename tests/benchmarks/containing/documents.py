"""One text as a document of several formats."""

from __future__ import annotations

from hostile.packages import PACKAGES
from reports import report


def documents() -> dict[str, bytes]:
    """Documents of some three pages, by their endings."""
    made = report(0, 2)
    lines = [line for line in made.text.split("\n") if len(line) > 40]
    docx = PACKAGES["docx"]
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    page = "".join(f"<p>{line}</p>" for line in lines)
    return {
        "txt": "\n\n".join(lines).encode(),
        "html": f"<!DOCTYPE html><html><head><title>A report</title></head><body>{page}</body></html>".encode(),
        "docx": docx.packed(docx.xml(lines[0], before=paragraphs)),
        "pdf": made.pdf,
    }
