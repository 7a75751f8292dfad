"""What a bridge keeps of a call once it is over."""

from __future__ import annotations

import gc

import pytest

LARGE = 1 << 20


@pytest.fixture
def left(garbage):
    """Says, when called, how long the texts are that were left to the search for cycles."""

    def found():
        held = gc.get_referents(*gc.get_referents(*garbage()))  # a dict of texts is in nobody's list
        # Texts are the bridge's, which has read them; bytes may be those that the caller here has sent.
        return [len(inner) for inner in held if isinstance(inner, str) and len(inner) >= LARGE]

    return found


async def test_a_call_that_failed_holds_its_params_no_longer(caller, left):
    for _ in range(3):
        assert "error" in await caller.call("echo", {"a_string": "x" * LARGE, "nothing": 1})
    assert left() == []
