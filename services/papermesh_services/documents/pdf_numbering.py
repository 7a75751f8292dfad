"""Tells page numbers in lines: those that stand alone, and those that are all in which two running lines differ.

Looks at texts alone; where they stand is for pdf_running.
"""

from __future__ import annotations

import re
from typing import Final

from papermesh_services.documents import headings

_PAGE: Final = r"(?:pages?|p\.|pg\.?|seite|s\.|página|pág\.?|pagina|pag\.?|σελίδα|strona|str\.|sida|side|sivu|стр\.?)"
_OF: Final = r"(?:/|of|von|de|sur|di|van|av|af|z|из)"
_DASHES: Final = "[-–—|~]"
_LONE: Final = re.compile(
    rf"(?:{_PAGE}\s*)?(?:{_DASHES}\s*)?(?P<number>\d{{1,4}})(?:\s*{_DASHES})?(?:\s*{_OF}\s*\d{{1,4}})?|第\s*\d{{1,4}}\s*[页頁]",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"\d{1,3}")
_NUMBERS: Final = re.compile(r"\d+")
_IN_A_HEAD: Final = re.compile(rf"\t|\b{_PAGE}\s*\d", re.IGNORECASE)
"""Where the number of a page stands on top: apart from the rest, or with a word that says what it is."""


def is_lone(text: str, page: int | None = None) -> bool:
    """Whether a line is the number of a page and nothing else: "7", "- 7 -", "Page 7 of 9".

    page: the only number that a bare one may be, where that is known.
    """
    if _BARE.fullmatch(text):
        return page is None or int(text) == page
    return _LONE.fullmatch(text) is not None


def is_one_further(text: str, after: str, *, foot: bool) -> bool:
    """Whether lines of two pages that follow each other are the same, but for the numbers of their pages."""
    if text == after:
        return True
    one, other = _NUMBERS.findall(text), _NUMBERS.findall(after)
    changed = [(int(before), int(now)) for before, now in zip(one, other, strict=False) if before != now]
    if len(one) != len(other) or any(now != before + 1 for before, now in changed):
        return False
    if is_lone(text):
        return True
    return not headings.numbered_level(text) and (foot or _IN_A_HEAD.search(text) is not None)


def are_chapters(texts: list[str]) -> bool:
    """Whether lines that differ in their numbers alone are titles of chapters, each with a number of its own."""
    numbers = {number[0] for text in texts if (number := _NUMBERS.search(text))}
    return len(numbers) == len(texts) > 1 and all(map(headings.numbered_level, texts))
