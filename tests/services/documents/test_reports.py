"""Long reports as offices make them are read whole, in order, with their headings and tables."""

from __future__ import annotations

import pytest
from reports import report

from papermesh_services.documents import BlockKind, Status, read


@pytest.mark.parametrize("number", range(3))  # each with another font
def test_a_report_is_read_whole(number, word_f1, assert_sound):
    made = report(number, 3)
    document = read(made.pdf)
    assert_sound(document)
    assert document.status == Status.OK
    assert word_f1(document.text, made.text) > 0.99
    kinds = [block.kind for block in document.blocks]
    assert kinds.count(BlockKind.HEADING) >= 3
    assert BlockKind.TABLE in kinds


def test_the_report_of_a_number_is_always_the_same():
    assert report(7, 2) == report(7, 2)
    assert report(7, 2) != report(8, 2)
