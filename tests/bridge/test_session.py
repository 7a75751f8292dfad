from __future__ import annotations

import pytest

from papermesh_bridge.jsonrpc import ExactNumber
from papermesh_bridge.session import Assembly, Session


def test_a_session_takes_messages_up_to_its_bound():
    session = Session(max_in_flight=2)
    session.begin()
    session.begin()
    assert not session.may_read
    session.end()
    assert session.may_read
    assert session.in_flight == 1


def test_a_closing_session_takes_no_more():
    session = Session(max_in_flight=2)
    session.close()
    assert session.closing
    assert not session.may_read


def test_misuse_is_told():
    session = Session(max_in_flight=1)
    with pytest.raises(RuntimeError, match="had not begun"):
        session.end()
    session.begin()
    with pytest.raises(RuntimeError, match="may_read"):
        session.begin()


def no_room():
    return b"-"


def test_answers_are_joined_in_order_of_the_requests():
    assembly = Assembly(4, max_bytes=100)
    assembly.put(3, b"3", no_room)
    assembly.put(0, b"0", no_room)
    assembly.put(1, None, no_room)
    assert assembly.join() == b"[0,3]"
    assert Assembly(2, max_bytes=100).join() is None


def test_answers_beyond_the_limit_are_replaced():
    assembly = Assembly(3, max_bytes=8)
    assembly.put(1, b"1234567", no_room)
    assert not assembly.full
    assembly.put(0, b"1", no_room)
    assert assembly.full
    assembly.put(2, None, no_room)
    assert assembly.join() == b"[-,1234567]"


@pytest.mark.parametrize(
    ("entered", "cancelled", "same"),
    [
        (1, 1, True), ("1", "1", True), (1, "1", False), (ExactNumber("1.50"), 1.5, True), (1, 2, False),
        (ExactNumber("9" * 5000), 1, False), (2**70, 2**70, True),
    ],
)  # fmt: skip
def test_a_call_is_cancelled_by_its_id(entered, cancelled, same):
    session = Session(max_in_flight=2)
    told = []
    call = session.enter(entered)
    call.tell(lambda: told.append(entered))
    session.cancel(cancelled)
    assert call.requested is same
    assert bool(told) is same


def test_a_call_that_is_done_is_not_cancelled():
    session = Session(max_in_flight=2)
    first, second = session.enter(1), session.enter(1)
    session.leave(1, first)
    session.cancel(1)
    assert not first.requested
    assert second.requested
    session.leave(1, second)
    session.cancel(1)


def test_a_call_whose_message_is_still_being_read_can_be_cancelled():
    session = Session(max_in_flight=3)
    session.begin()  # the large message with the call
    session.begin()
    session.read()  # the one that cancels it
    session.cancel(7)
    assert session.enter(7).requested
    assert not session.enter(8).requested
    session.read()
    assert not session.enter(7).requested, "what was cancelled in vain is not remembered"


def test_what_is_cancelled_early_is_bounded():
    session = Session(max_in_flight=2)
    session.begin()
    for identity in range(10):
        session.cancel(identity)
    assert [session.enter(identity).requested for identity in range(10)] == [True, True, *[False] * 8]
