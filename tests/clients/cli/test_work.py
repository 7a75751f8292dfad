"""The same work for many inputs."""

import asyncio

import pytest

from papermesh.cli.work import AHEAD, ordered


async def test_results_come_in_the_order_given_whichever_is_done_first():
    gates = [asyncio.Event() for _ in range(3)]

    async def work(number):
        if number:
            gates[number - 1].set()
        else:
            await gates[0].wait()
        return number * 10

    found = [pair async for pair in ordered(range(3), work, 3)]
    assert found == [(0, 0), (1, 10), (2, 20)]


async def test_only_so_many_are_worked_on_and_taken_ahead():
    active = most = 0
    taken = []

    def inputs():
        for number in range(100):
            taken.append(number)
            yield number

    async def work(number):
        nonlocal active, most
        active += 1
        most = max(most, active)
        await asyncio.sleep(0)
        active -= 1

    seen = 0
    async for _ in ordered(inputs(), work, 3):
        assert len(taken) - seen <= 3 * AHEAD
        seen += 1
    assert (seen, most) == (100, 3)


async def test_what_is_under_way_ends_when_the_caller_stops():
    ended = []

    async def work(number):
        if not number:
            return number
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    results = ordered(range(4), work, 4)
    assert await anext(results) == (0, 0)
    await results.aclose()
    assert sorted(ended) == [1, 2, 3]


async def test_an_error_of_the_work_is_raised():
    async def work(number):
        raise LookupError(number)

    with pytest.raises(LookupError):
        await anext(ordered([1, 2], work, 1))
