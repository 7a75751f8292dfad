from __future__ import annotations

import pytest

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


def test_answers_are_joined_in_order_of_the_requests():
    assembly = Assembly(4)
    assembly.put(3, b"3")
    assembly.put(0, b"0")
    assembly.put(1, None)
    assert assembly.join() == b"[0,3]"
    assert Assembly(2).join() is None
