"""Says of each line of a PDF's page which of its tags it has, and judges whether those are worth believing.

Asks PDFium about the letters at both ends of a line, and about words only in tables. Tags are believed where they cover
the page's text and say more than that it is text; the layout speaks for the rest.
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Final

import pypdfium2.raw as pdfium

from papermesh_services.documents import pdf_calls, pdf_tag_tables
from papermesh_services.documents.pdf_tag_tables import Texts
from papermesh_services.documents.pdf_tags import NO_TAGS, PageTags, Place, Role, Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from papermesh_services.documents.pdf_columns import Stretch
    from papermesh_services.documents.pdf_engine import PageHandle
    from papermesh_services.documents.pdf_tag_tables import Cell, Reach
    from papermesh_services.documents.pdf_tags import Rows
    from papermesh_services.documents.pdf_tree import Tree

_COVERED: Final = 0.9
"""The least share of a page's characters that its tags, or marks that say what is no content, must account for."""
_EDGE_LINES: Final = 2
"""At either end of a page, so many lines may have no mark: not every program marks running heads."""
_MOST_MARKS: Final = 8
_NAME_BYTES: Final = 64
_ARTIFACT: Final = "Artifact\0".encode("utf-16-le")
_WORD: Final = re.compile(r"\S+")
_NO_CONTENT: Final = Place(tag=-1)
"""Where an artifact is: nowhere in the tree, and rightly so."""

_Ends = tuple[Place | None, Place | None]


class Marks:
    """The tags of the lines of one page. tags: what they are, once the lines have been given their numbers."""

    def __init__(self, page: PageHandle, tree: Tree) -> None:
        self.tags: PageTags = NO_TAGS
        self._page = page
        self._tree = tree
        self._places: dict[int, Place | None] = {}

    def tagged(self, lines: Sequence[Stretch], cleaned: Callable[[int, str], str] | None = None) -> list[Stretch]:
        """The lines, each with the number of its tag in tags, from 1; 0 where it has none, or none that is believed.

        cleaned: gives the text of a part of a line, by where it starts on the page, as it is to be read; without it
        tables are left to the layout.
        """
        ends = [(self._place(line.start), self._place(line.start + len(line.text) - 1)) for line in lines]
        if not self._tree.complete or not _is_covered(lines, ends):
            return list(lines)
        tables = self._tables(lines, ends, cleaned) if cleaned else {}
        numbering = _Numbering(self._tree, tables)
        numbers = [numbering.number(line) for line in self._outward(ends)]
        if not _say_more(numbering.tags[number - 1] if number else None for number in set(numbers)):
            return list(lines)
        self.tags = PageTags(tuple(numbering.tags), tuple(tables.values()))
        return [line._replace(tag=number) if number else line for line, number in zip(lines, numbers, strict=True)]

    def _place(self, at: int) -> Place | None:
        """Where in the tree the letter at this place of the page's text hangs; None where that is not known."""
        drawn_by = self._page.drawn_by(at)
        if drawn_by is None:
            return None
        if drawn_by not in self._places:
            content = pdf_calls.object_content(drawn_by)
            place = self._tree.places.get(content) if content >= 0 else None
            self._places[drawn_by] = _NO_CONTENT if place is None and _is_artifact(drawn_by) else place
        return self._places[drawn_by]

    def _tables(
        self, lines: Sequence[Stretch], ends: Sequence[_Ends], cleaned: Callable[[int, str], str]
    ) -> dict[int, Rows]:
        """The tables that are some, by their number in the tree."""
        grids = self._tree.grids
        tables = self._filled(lines, ends, cleaned)
        hosts = {grid.within.table for grid in grids if grid.within is not None}
        failed = [table for table in hosts if table not in tables and not grids[table].is_layout]
        for table in failed:
            grids[table].is_layout = True
        return self._filled(lines, ends, cleaned) if failed else tables

    def _filled(
        self, lines: Sequence[Stretch], ends: Sequence[_Ends], cleaned: Callable[[int, str], str]
    ) -> dict[int, Rows]:
        """Likewise; tables that stand in cells of others are a part of those, unless those are known to be none."""
        found: dict[int, Texts] = {}
        for line, places in zip(lines, self._outward(ends), strict=True):
            table = _table(places)
            if table >= 0 and self._is_grid(table):
                texts = found.setdefault(table, Texts())
                placed = self._tree.grids[table].is_doubtful and not line.turn
                for cell, start, text in self._parts(line, table):
                    reach = self._reach(line, start, text) if placed else None
                    texts.add(cell, cleaned(start, text), reach, is_nested=self._is_nested(start, table))
        tables = {table: pdf_tag_tables.rows(self._tree.grids[table], texts) for table, texts in found.items()}
        return {table: rows for table, rows in tables.items() if rows}

    def _outward(self, ends: Sequence[_Ends]) -> Sequence[_Ends]:
        """Where lines are, going by the outer of two tables."""
        if all(grid.within is None for grid in self._tree.grids):
            return ends
        return [(self._outer(first), self._outer(last)) for first, last in ends]

    def _outer(self, place: Place | None) -> Place | None:
        grids = self._tree.grids
        within = grids[place.table].within if place is not None and place.table >= 0 else None
        return place if within is None or grids[within.table].is_layout else within

    def _is_nested(self, at: int, table: int) -> bool:
        place = self._place(at)
        return place is not None and place.table != table

    def _is_grid(self, table: int) -> bool:
        grid = self._tree.grids[table]
        return len(grid.ends) > 1 and grid.columns > 1 and not grid.is_layout

    def _reach(self, line: Stretch, start: int, text: str) -> Reach:
        """From where to where a part of a line stands on the page."""
        end = min(start + len(text), line.start + len(line.text))  # a hyphen may have been added
        return self._page.box(start)[0], self._page.box(end - 1)[2]

    def _parts(self, line: Stretch, table: int) -> Iterator[tuple[Cell, int, str]]:
        """The parts of a row's line that are in one cell each: row and column, where it starts, and the text."""
        current: Cell | None = None
        start = end = 0
        for word in _WORD.finditer(line.text):
            place = self._outer(self._place(line.start + word.start()))
            cell = (place.row, place.column) if place and place.table == table and place.column >= 0 else current
            if cell != current and current is not None:
                yield current, line.start + start, line.text[start:end]
                start = word.start()
            current, end = cell, word.end()
        if current is not None:
            yield current, line.start + start, line.text[start:] + line.hyphen


class _Numbering:
    """Numbers the tags that lines have: those of the tree, and one for each table and for what is no content."""

    def __init__(self, tree: Tree, tables: dict[int, Rows]) -> None:
        self.tags = [*tree.tags, *(Tag(Role.TABLE, number) for number in range(len(tables)))]
        self._tables = {table: number for number, table in enumerate(tables, start=len(tree.tags) + 1)}
        self._artifact = 0

    def number(self, ends: _Ends) -> int:
        """The number of a line, by what its ends have."""
        first, last = map(self._of, ends)
        return first if first == last else 0

    def _of(self, place: Place | None) -> int:
        if place is None:
            return 0
        if place is _NO_CONTENT:
            return self._number_of_artifacts()
        if place.column >= 0 and place.table in self._tables:
            return self._tables[place.table]
        return place.tag

    def _number_of_artifacts(self) -> int:
        if not self._artifact:
            self.tags.append(Tag(Role.ARTIFACT))
            self._artifact = len(self.tags)
        return self._artifact


def _table(ends: _Ends) -> int:
    """The table in whose cells both ends of a line are, or -1."""
    first, last = ends
    if first is None or last is None or first.column < 0 or last.column < 0 or first.table != last.table:
        return -1
    return first.table


def _is_covered(lines: Sequence[Stretch], ends: Sequence[_Ends]) -> bool:
    known = [line for line, places in zip(lines, ends, strict=True) if None not in places]
    if not known:
        return False
    unknown = [line for line, places in zip(lines, ends, strict=True) if None in places]
    top, bottom = max(line.y for line in known), min(line.y for line in known)
    inside = [line for line in unknown if bottom <= line.y <= top]
    if max(sum(line.y > top for line in unknown), sum(line.y < bottom for line in unknown)) > _EDGE_LINES:
        inside = unknown
    covered = sum(len(line.text) for line in known)
    return covered >= _COVERED * (covered + sum(len(line.text) for line in inside))


def _say_more(tags: Iterable[Tag | None]) -> bool:
    """Whether tags of lines say more than that all is text: what some of it is, or where its paragraphs begin."""
    roles = [tag.role for tag in tags if tag is not None]
    return len(roles) > 1 or any(role is not Role.PARAGRAPH for role in roles)


def _is_artifact(drawn_by: int) -> bool:
    """Whether an object, given by its address, is marked as no content."""
    thing = ctypes.cast(drawn_by, pdfium.FPDF_PAGEOBJECT)
    name = ctypes.create_string_buffer(_NAME_BYTES)
    size = ctypes.c_ulong()
    for number in range(min(_MOST_MARKS, pdfium.FPDFPageObj_CountMarks(thing))):
        mark = pdfium.FPDFPageObj_GetMark(thing, number)
        at = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
        if pdfium.FPDFPageObjMark_GetName(mark, at, _NAME_BYTES, size) and name.raw[: size.value] == _ARTIFACT:
            return True
    return False
