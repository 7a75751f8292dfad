"""Reads the sheets of a workbook with calamine, once what it will allocate has been checked. Each sheet is a page.

calamine lays a sheet out as a full rectangle and copies a string for every cell that shows it, so a file of a few
kilobytes could make it take the memory of the machine. Whoever calls this has checked both.
"""

from __future__ import annotations

import datetime
import io
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from papermesh_services.documents.builder import Draft, TextBuilder
from papermesh_services.documents.cells import CellBudget
from papermesh_services.documents.clean import one_line
from papermesh_services.documents.errors import IN_PARTS, DocumentCorrupt, DocumentEncrypted, DocumentTooLarge
from papermesh_services.documents.grid import Grid
from papermesh_services.documents.links import Passage
from papermesh_services.documents.model import BlockKind, Document, Format, Link, Metadata, Span, Traits
from papermesh_services.documents.numberformat import general
from papermesh_services.documents.watch import TO_FINISH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.progress import Progress
    from papermesh_services.documents.rowformats import Columns, RowFormats
    from papermesh_services.documents.sheet_errors import SheetErrors
    from papermesh_services.documents.watch import Watch

READER = "calamine"
MOST_SPREAD = 4
"""A sheet may span so many times the cells that are read, most of them empty."""

_HIDDEN = "This sheet is hidden."
_BLANK = ("", None)
_CHECKED_EVERY = 20_000
"""Cells."""


@dataclass(frozen=True, slots=True)
class SheetExtras:
    """What is known of a sheet beside the values of its cells.

    links: where a cell leads, by row and column from 0. numbers: what writes the numbers of its cells, where that is
    more than the numbers say. errors: its cells that show one.
    """

    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    blocks: tuple[Draft, ...] = ()
    numbers: RowFormats | None = None
    errors: SheetErrors | None = None


class Source(Protocol):
    """What is known of a workbook beside what calamine reads."""

    def text(self, value: str) -> str:
        """The text of a cell for what calamine gave, on one line."""

    def refused(self, index: int) -> str:
        """Why a sheet must not be read; empty where it may."""

    def extras(self, index: int) -> SheetExtras:
        """What stands on a sheet beside its cells."""


class PlainSource:
    """A workbook of which no more is known than how its cells show numbers, and which show errors, by sheets."""

    def __init__(self) -> None:
        self.numbers: Callable[[int], RowFormats | None] = lambda _: None
        self.errors: Callable[[int], SheetErrors | None] = lambda _: None

    def text(self, value: str) -> str:
        """The text of a cell, as calamine gave it."""
        return one_line(value)

    def refused(self, index: int) -> str:  # noqa: ARG002 - every source has the same form
        """Every sheet may be read."""
        return ""

    def extras(self, index: int) -> SheetExtras:
        """Nothing stands beside the cells."""
        return SheetExtras(numbers=self.numbers(index), errors=self.errors(index))


class WorkbookReader:
    """Reads one workbook."""

    def __init__(self, source: Source, limits: Limits, watch: Watch, progress: Progress) -> None:
        self._source = source
        self._limits = limits
        self._watch = watch
        self._progress = progress
        self._builder = TextBuilder(limits)
        self.budget = CellBudget(limits)
        self._notes: list[str] = []

    def read(self, data: bytes) -> None:
        """Reads all sheets, as far as it goes."""
        with _calamine_faults():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for index, sheet in enumerate(book.sheets_metadata):
            if index >= self._limits.max_pages:
                self._progress.step(self._too_many)
            hidden = sheet.visible is not SheetVisibleEnum.Visible
            self._progress.step(
                lambda index=index, name=sheet.name, hidden=hidden: self._sheet(book, index, name, hidden=hidden)  # type: ignore[misc]
            )

    def document(self, kind: Format, metadata: Metadata, language: str, traits: Traits) -> Document:
        """The document of what has been read."""
        self._progress.raise_if_empty(self._builder.length)
        made = self._builder.document(
            kind,
            READER,
            metadata,
            language,
            traits=traits,
            status=self._progress.status,
            note=self._progress.note,
        )
        pages = tuple(replace(page, note=note) for page, note in zip(made.pages, self._notes, strict=True))
        return replace(made, pages=pages)

    def _too_many(self) -> None:
        limit = self._limits.max_pages
        raise DocumentTooLarge(
            f"The workbook has more than {limit:,} sheets, the most that are read. {IN_PARTS}",
            limit="max_pages",
            value=str(limit),
        )

    def _sheet(self, book: CalamineWorkbook, index: int, name: str, *, hidden: bool) -> None:
        self._builder.start_page()
        self._notes.append(_HIDDEN if hidden else "")
        start = self._builder.length
        heading: Draft | None = Draft(BlockKind.HEADING, one_line(name), 1)
        grid = Grid(self.budget)
        extras = self._source.extras(index)
        refused = self._source.refused(index)
        try:
            if refused:
                self._progress.cut(refused, "max_cells", MOST_SPREAD * self._limits.max_cells)
            else:
                self._fill(grid, book, index, extras)
        finally:
            for draft in chain(grid.drafts(self._watch.overtime(TO_FINISH)), extras.blocks):
                if heading is not None:
                    self._builder.add(heading)
                    heading = None
                self._builder.add(draft)
            self._watch.on_page(self._builder.text_from(start))

    def _fill(self, grid: Grid, book: CalamineWorkbook, index: int, extras: SheetExtras) -> None:
        with _calamine_faults():
            sheet = book.get_sheet_by_index(index)
            rows = sheet.iter_rows()
        top, left = sheet.start or (0, 0)
        every = max(1, _CHECKED_EVERY // max(1, sheet.width))
        numbers, errors = extras.numbers, extras.errors
        for number, found in enumerate(rows, start=top):
            if number % every == 0:
                self._watch.check()
            values = _with_errors(found, left, errors.of(number)) if errors else found
            columns = numbers.of(number) if numbers else None
            cells = self._formatted(values, left, columns) if columns else self._cells(values, left)
            grid.add(number, _linked(number, cells, extras.links) if extras.links else cells)

    def _cells(self, values: Sequence[object], left: int) -> list[tuple[int, str]]:
        text = self._source.text
        return [
            (column, text(value) if type(value) is str else shown(value))
            for column, value in enumerate(values, start=left)
            if value not in _BLANK
        ]

    def _formatted(self, values: Sequence[object], left: int, columns: Columns) -> list[tuple[int, str]]:
        """The cells of a row with numbers as their formats show them."""
        text, write_of = self._source.text, columns.get
        cells: list[tuple[int, str]] = []
        for column, value in enumerate(values, start=left):
            if type(value) is float:
                cells.append((column, write_of(column, shown)(value)))
            elif type(value) is int:
                cells.append((column, write_of(column, shown)(float(value))))
            elif value not in _BLANK:
                cells.append((column, text(value) if type(value) is str else shown(value)))
        return [cell for cell in cells if cell[1]]


def _with_errors(values: Sequence[object], left: int, errors: Mapping[int, str]) -> Sequence[object]:
    """The values of a row, with what cells show that have an error."""
    if not errors:
        return values
    return [errors.get(column, value) if value in _BLANK else value for column, value in enumerate(values, start=left)]


def _linked(
    row: int, cells: list[tuple[int, str]], links: Mapping[tuple[int, int], str]
) -> list[tuple[int, str | Passage]]:
    found: list[tuple[int, str | Passage]] = []
    for column, text in cells:
        target = links.get((row, column))
        found.append((column, Passage(text, (Link(target, Span(0, len(text))),)) if target else text))
    return found


def shown(value: object) -> str:
    """A value of a cell as people write it: no ".0" behind a whole number, dates in ISO 8601."""
    if type(value) is float:  # nearly all are
        return general(value)
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case datetime.time():
            return value.isoformat("seconds")
        case datetime.timedelta():
            minutes, seconds = divmod(round(abs(value).total_seconds()), 60)
            return f"{'-' * (value < datetime.timedelta())}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


@contextmanager
def _calamine_faults() -> Iterator[None]:
    """Turns what calamine raises on a broken workbook into our own errors; its panics are no Exceptions."""
    try:
        yield
    except PasswordError as fault:
        raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.") from fault
    except CalamineError as fault:
        raise DocumentCorrupt("The workbook, or a sheet of it, is broken. Save it again.") from fault
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:
        if type(fault).__name__ != "PanicException" and not isinstance(fault, Exception):
            raise
        raise DocumentCorrupt("The workbook, or a sheet of it, is broken. Save it again.") from fault
