"""Reads tables of values: CSV, TSV and their like, as one table block. Evaluates nothing."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from papermesh_services.documents import delimited, encoding
from papermesh_services.documents.builder import TextBuilder, table
from papermesh_services.documents.model import Document, Format, Metadata, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

READER = "csv"

_LOOK_EVERY: Final = 500
_SWALLOWED_LINES: Final = 200


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The document in these bytes."""
    text, name = encoding.decode(data)
    return read_string(text, limits, watch, name)


def read_string(text: str, limits: Limits, watch: Watch, encoding_name: str = "") -> Document:
    """The document of this table of values."""
    mark, start = delimited.declared(text)
    text = text[start:].replace("\0", "")
    mark = mark or delimited.delimiter(text)
    rows = _Rows(text, mark, limits, watch)
    draft = table(rows)
    if rows.swallowed:
        # A quotation mark that nothing closes: then they are characters like any other.
        rows = _Rows(text, mark, limits, watch, quoted=False)
        draft = table(rows)
    builder = TextBuilder(limits)
    builder.add(draft)
    metadata = Metadata(encoding=encoding_name)
    spoken = encoding.spoken(encoding_name)
    return builder.document(Format.CSV, READER, metadata, spoken, status=rows.status, note=rows.note)


class _Rows:
    """The rows of a table, within the limits; then how that went."""

    def __init__(self, text: str, mark: str, limits: Limits, watch: Watch, *, quoted: bool = True) -> None:
        self.status = Status.OK
        self.note = ""
        self.swallowed = False
        self._text = text
        self._mark = mark
        self._limit = limits.max_cells
        self._watch = watch
        self._quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
        self._room = 0  # for cells of the row that is being read
        self._lines = 0  # that it has taken until now
        csv.field_size_limit(limits.max_text_characters)

    def __iter__(self) -> Iterator[list[str]]:
        left = self._room = self._limit
        rows = csv.reader(self._physical(), delimiter=self._mark, quoting=self._quoting)  # type: ignore[arg-type]
        for number, row in enumerate(rows, start=1):
            self.swallowed = self.swallowed or self._lines > _SWALLOWED_LINES
            self._lines = 0
            while row and not row[-1].strip():
                row.pop()
            yield row[:left]
            left = self._room = left - len(row)
            if left < 0:
                self._stop_at_limit()
            if number % _LOOK_EVERY == 0 and self._watch.expired:
                self.status = Status.PARTIAL_TIMEOUT
            if self.status is not Status.OK:
                return

    def _physical(self) -> Iterator[str]:
        """The lines, of which a row may take several, cut off where they have more cells than there is room for.

        Those of a row that takes too many end it, and all.
        """
        at = 0
        while at < len(self._text) and self._lines <= _SWALLOWED_LINES:
            end = self._text.find("\n", at) + 1 or len(self._text)
            line = self._text[at:end].replace("\r\n", "\n").replace("\r", "\n")
            self._lines += 1
            marks = line.count(self._mark)
            if marks > self._room:
                self._stop_at_limit()
                pieces = line.split(self._mark, max(0, self._room))
                yield self._mark.join(pieces[:-1]) + "\n"
                return
            self._room -= marks
            yield from line.splitlines(keepends=True) if "\n" in line[:-1] else (line,)
            at = end

    def _stop_at_limit(self) -> None:
        self.status = Status.PARTIAL_LIMIT
        self.note = (
            f"The table has more than {self._limit:,} cells, the most that are read. "
            "Give it in parts, or have max_cells raised on the server."
        )
