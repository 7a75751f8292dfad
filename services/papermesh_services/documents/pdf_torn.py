"""Words that PDFium tears apart: it puts spaces beside letters whose font says they are narrower than they are drawn.

Looks closer only at pages where letters stand alone that no language has alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from papermesh_services.documents.pdf_engine import PageHandle

NOTHING: Final = "\x01"
"""Stands for a space that is none, so that places in the text stay places on the page. Cleaning takes it out."""

_LONE: Final = re.compile(r" (?<=[a-z] )[b-hj-np-xz](?= [a-z])")
_LEAST: Final = 4
_GAP: Final = 0.085
"""Of a letter's size: what is narrower is no space."""
_TORN: Final = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")


def is_torn(raw: str) -> bool:
    """Whether words on the page are torn apart. raw is its text as PDFium gives it."""
    return len(_LONE.findall(raw)) >= _LEAST


def mended(page: PageHandle, start: int, text: str, size: float) -> str:
    """The text of a line with the spaces taken out that have no width; start is where it stands in the page's text."""
    letters = list(text)
    for match in _TORN.finditer(text):
        at = match.start()
        if page.is_generated(start + at):
            gap = page.box(start + at + 1)[0] - page.box(start + at - 1)[2]
            letters[at] = NOTHING if gap < _GAP * size else " "
    return "".join(letters)
