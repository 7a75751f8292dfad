"""Reads notebooks (.ipynb): their texts, their programs and what those printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from papermesh_services.documents.builder import Draft
from papermesh_services.documents.markdown import inline_blocks
from papermesh_services.documents.model import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.found import Found
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_MARKS: Final = ('"nbformat"', '"cells"', '"cell_type"')
_MAX_CHARACTERS: Final = 32 * 1024 * 1024
_MAX_VALUES: Final = 2_000_000


def cells(text: str) -> list[dict[str, Any]] | None:
    """The cells of a notebook; None where this is none, or one too large to be read as such."""
    if not all(mark in text for mark in _MARKS) or len(text) > _MAX_CHARACTERS:
        return None
    if sum(map(text.count, ",[{")) > _MAX_VALUES:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    listed = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not all(isinstance(cell, dict) for cell in listed):
        return None
    return listed


def drafts(cells: list[dict[str, Any]], limits: Limits, found: Found, watch: Watch) -> Iterator[Draft]:
    """The blocks of the cells, in order."""
    for cell in cells:
        source = _joined(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            yield from inline_blocks(source, limits, found, watch)
            continue
        yield Draft(BlockKind.CODE if cell.get("cell_type") == "code" else BlockKind.PARAGRAPH, source)
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            yield Draft(BlockKind.CODE, _printed(output, found))


def _printed(output: object, found: Found) -> str:
    """What a program printed, as text."""
    if not isinstance(output, dict):
        return ""
    data = output.get("data")
    if not isinstance(data, dict):
        return _joined(output.get("text"))
    if any(str(kind).startswith("image/") for kind in data):
        found.image(described=False)
    return _joined(data.get("text/plain"))


def _joined(lines: object) -> str:
    """Text as a notebook has it: a string, or a list of lines."""
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return lines if isinstance(lines, str) else ""
