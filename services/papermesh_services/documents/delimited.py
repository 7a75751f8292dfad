"""Finds out how a table of values is written: which character parts its fields, by how evenly it stands in the rows.

Pure rules on the beginning of a text; reads no table itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Final

DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLE: Final = 64 * 1024
_SAMPLE_ROWS: Final = 200
_LEAST_ROWS: Final = 3
_REGULAR_SHARE: Final = 0.95
_SHORT_FIELD: Final = 60
_DECLARED = re.compile(r"\s*\"?sep=(.)\"?\r?\n", re.IGNORECASE)


def declared(text: str) -> tuple[str, int]:
    """The delimiter a first line such as "sep=;" names, and where the text goes on; ("", 0) without one."""
    match = _DECLARED.match(text[:100])
    return (match.group(1), match.end()) if match else ("", 0)


def delimiter(text: str, preferred: str = "") -> str:
    """The character that parts the fields: the one that gives the most even rows. A comma where none does."""
    scores = {mark: _evenness(_rows(text, mark)) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: (scores[mark], mark == preferred))
    return best if scores[best] > 0 else preferred or ","


def is_regular(text: str, *, whole: bool) -> bool:
    """Whether this is surely a table of values: rows of as many short fields each, and no prose with commas in it."""
    mark = delimiter(text)
    rows = _rows(text, mark)
    if not whole and rows:
        rows.pop()
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    least = 2 if mark == "\t" else 3
    if len(rows) < _LEAST_ROWS or width < least or count < _REGULAR_SHARE * len(rows):
        return False
    fields = [field for row in rows for field in row if field.strip()]
    spaced = sum(field.startswith(" ") for row in rows for field in row[1:] if field.strip())
    long = sum(len(field) > _SHORT_FIELD for field in fields)
    drawn = mark == "|" and sum(not field.strip(" -:=+") for field in fields) > 0
    return not drawn and 2 * spaced < len(fields) - len(rows) and 10 * long <= len(fields)


def _rows(text: str, mark: str) -> list[list[str]]:
    """The first rows, were this the delimiter; empty ones left out."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text[:_SAMPLE].replace("\0", ""), newline=""), delimiter=mark):
            if any(field.strip() for field in row):
                rows.append(row)
            if len(rows) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _evenness(rows: list[list[str]]) -> float:
    """How well rows go together: the share of those of the commonest width, more for more fields; 0 for one field."""
    widths = Counter(map(len, rows))
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return count / len(rows) * (2 - 1 / width) if width > 1 else 0.0
