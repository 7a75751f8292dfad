from __future__ import annotations

from papermesh_services.documents.rowformats import Looks, RowFormats, formatters


def test_styles_that_say_more_than_the_number_have_a_writer():
    made = formatters({164: '0" kg"', 165: "yyyy"}, [0, 9, 164, 165, 999])
    assert {index: write(0.5) for index, write in made.items()} == {1: "50%", 2: "1 kg"}


def test_rows_that_look_the_same_share_an_entry_and_far_rows_cost_no_more():
    looks = Looks(formatters({}, [9]))
    rows = RowFormats(looks)
    for row in (0, 5, 1_000_000_000):
        rows.add(row, [(2, 0), (3, 7)])
    assert rows.of(0) is rows.of(5) is rows.of(1_000_000_000)
    assert list(rows.of(0)) == [2]
    assert not rows.of(1)


def test_rows_out_of_order_and_looks_beyond_the_limit_are_left_as_they_are():
    rows = RowFormats(Looks(formatters({}, [9])))
    rows.add(5, [(0, 0)])
    rows.add(3, [(0, 0)])
    assert not rows.of(3)
    rows.add(6, [(column, 0) for column in range(300_000)])
    assert not rows.of(6)
    rows.add(7, [(0, 0)])
    assert rows.of(7)
