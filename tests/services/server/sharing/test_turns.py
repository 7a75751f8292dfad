from __future__ import annotations

import pytest

from papermesh_services.documents.sharing import Turn
from papermesh_services.server.sharing.turns import (
    NoReport,
    Report,
    offer_from_bytes,
    offer_to_bytes,
    turn_from_bytes,
    turn_to_bytes,
)


@pytest.mark.parametrize("turn", [None, Turn(range(3, 9)), Turn(range(3, 9), b"some"), Turn(range(2), b"")])
def test_a_turn_comes_over_as_it_is(turn):
    assert turn_from_bytes(turn_to_bytes(turn)) == turn


@pytest.mark.parametrize("report", [Report(0), Report(3, b"some")])
def test_a_report_comes_over_as_it_is(report):
    assert Report.from_bytes(report.to_bytes()) == report


def test_an_offer_comes_over_as_it_is():
    assert offer_from_bytes(offer_to_bytes(range(2, 40)), 40) == range(2, 40)


@pytest.mark.parametrize("data", [b"", b"abc", offer_to_bytes(range(3, 3)), offer_to_bytes(range(2, 41)), bytes(9)])
def test_what_is_no_offer_is_refused(data):
    with pytest.raises(NoReport):
        offer_from_bytes(data, 40)


@pytest.mark.parametrize("data", [b"", b"abc"])
def test_what_is_no_report_is_refused(data):
    with pytest.raises(NoReport):
        Report.from_bytes(data)
