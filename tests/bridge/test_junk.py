"""Whatever comes in, a valid answer or nothing goes out, and the bridge goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(calc_files, serve_calc, run_bridge):
    async with serve_calc(calc_files) as calc, run_bridge(calc.target) as running:
        yield running


NAMES = st.sampled_from(["echo", "sum", "subtract", "get_data", "health_check", "count_up", "nothing", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a_child", "many_ints", "values", "a_string", "minuend", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.just("2.0") | VALUES,
        "method": NAMES | VALUES,
        "params": VALUES,
        "id": st.integers() | st.text(max_size=5) | VALUES,
    },
)
MESSAGES = ENVELOPES | st.lists(ENVELOPES | VALUES, max_size=4) | VALUES
TEXTS = MESSAGES.map(lambda value: json.dumps(value).encode())
BYTES = TEXTS | st.binary(max_size=60) | st.tuples(TEXTS, st.integers(0, 80)).map(lambda cut: cut[0][: cut[1]])
FEW = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(answer: Any) -> None:
    """Checks that an answer is one, or several in an array that is not empty."""
    if isinstance(answer, list):
        assert answer
        for each in answer:
            check(each)
        return
    assert answer["jsonrpc"] == "2.0"
    assert set(answer) in ({"jsonrpc", "id", "result"}, {"jsonrpc", "id", "error"})
    assert answer["id"] is None or type(answer["id"]) in (str, int, float)
    if "error" in answer:
        assert answer["error"]["code"] != -32603, answer
        assert type(answer["error"]["message"]) is str


@FEW
@given(BYTES)
async def test_over_http(caller, message):
    answer = await caller.post(message)
    assert answer.status_code in (200, 204)
    if answer.status_code == 200:
        check(answer.json())


@FEW
@given(st.lists(BYTES, max_size=5), st.sampled_from([b"\n", b"\r\n", b""]))
async def test_over_tcp(caller, messages, join):
    async with caller.connect() as line:
        await line.send(join.join(messages) + b'\n{"jsonrpc":"2.0","id":"last","method":"sum"}\n')
        for answer in await line.rest():
            check(answer)
    assert (await caller.call("sum", [1]))["result"] == 1
