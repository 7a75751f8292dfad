from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh_services.classification.cells import written
from papermesh_services.documents import Cells

NUMBERS = st.integers(0, 2**31 - 1)
PLACES = st.integers(0, 2**34)


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, PLACES, PLACES), max_size=20))
def test_cells_on_the_wire_are_those_that_are_made_one_by_one(rows):
    cells = Cells(number for row in rows for number in row)
    block = pb.Block()
    block.MergeFromString(written(cells))
    one_by_one = (pb.Cell(row=r, column=c, start=start, end=end) for r, c, start, end in rows)
    assert block.SerializeToString() == pb.Block(cells=one_by_one).SerializeToString()
