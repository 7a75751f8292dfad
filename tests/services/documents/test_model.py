"""The cells of a table, which look like a tuple and are kept as numbers."""

from __future__ import annotations

from array import array

import pytest

from papermesh_services.documents import Cell, Cells, Span

CELLS = Cells([0, 0, 0, 3, 0, 1, 4, 7, 1, 0, 8, 12])


def test_cells_are_seen_as_a_sequence():
    assert list(CELLS) == [Cell(0, 0, Span(0, 3)), Cell(0, 1, Span(4, 7)), Cell(1, 0, Span(8, 12))]
    assert len(CELLS) == 3
    assert CELLS[-1] == CELLS[2] == Cell(1, 0, Span(8, 12))
    assert CELLS[1:] == tuple(CELLS)[1:]
    with pytest.raises(IndexError):
        CELLS[3]


def test_cells_are_equal_by_what_they_are():
    assert Cells(array("q", CELLS.numbers)) == CELLS
    assert hash(Cells(list(CELLS.numbers))) == hash(CELLS)
    assert Cells() != CELLS
    assert not Cells()
    assert repr(Cells([1, 2, 3, 4])) == "Cells([1, 2, 3, 4])"


def test_cells_that_are_moved_leave_the_others_alone():
    assert CELLS.moved(10)[1] == Cell(0, 1, Span(14, 17))
    assert CELLS[1] == Cell(0, 1, Span(4, 7))
    assert CELLS.moved(0) is CELLS
