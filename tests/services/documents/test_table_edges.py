from __future__ import annotations

import pytest

from papermesh_services.documents.table_edges import MOST_EDGES, columns

THREE = (3, (-108, 1000, 2000, 3000))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([THREE, (2, (-108, 2000, 3000))], [[0, 1, 2], [0, 2]]),
        ([(2, (-107, 2001, 3000)), THREE], [[0, 2], [0, 1, 2]]),
        ([THREE, (1, (2000, 3000))], [[0, 1, 2], [2]]),
        ([THREE, (2, (-108, 1500, 3000))], [[0, 1, 2], [0, 1]]),
        ([THREE, (2, ())], [[0, 1, 2], [0, 1]]),
        ([THREE, (2, (-108, 2000, 2500, 3000))], [[0, 1, 2], [0, 1]]),
        ([(2, (0, 1, 2)), (1, (0, 2))], [[0, 1], [0]]),
        ([(2, (0, 9, 9)), (1, (9, 9))], [[0, 1], [0]]),
        ([], []),
    ],
)
def test_cells_stand_in_the_columns_that_begin_where_they_do(rows, expected):
    assert [list(row) for row in columns(rows)] == expected


def test_rows_of_more_cells_than_word_has_are_taken_as_they_are():
    wide = (MOST_EDGES, tuple(range(0, 100 * (MOST_EDGES + 1), 100)))
    assert [list(row) for row in columns([wide, (1, (5_000, 5_100))])] == [list(range(MOST_EDGES)), [0]]
