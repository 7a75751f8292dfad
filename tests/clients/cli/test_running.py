"""Running servers until a signal."""

import asyncio
import os
import signal

import pytest

from papermesh.cli.exits import Exit
from papermesh.cli.running import run_until_stopped


class Part:
    """Writes down what happens to it."""

    def __init__(self, name, events, *, fails=None, hangs="", signals=0):
        self.name = name
        self.events = events
        self.fails = fails
        self.hangs = hangs
        self.signals = signals

    async def start(self):
        self.events.append(f"start {self.name}")
        for _ in range(self.signals):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.01)  # a turn of the loop, so that each signal is seen
        if self.hangs == "start":
            await asyncio.Event().wait()
        if self.fails:
            raise self.fails

    async def stop(self):
        self.events.append(f"stop {self.name}")
        if self.hangs == "stop":
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_stages_the_other_way_round(number):
    events = []
    stages = [[Part("a", events), Part("b", events)], [Part("c", events)]]

    def ready():
        events.append("ready")
        os.kill(os.getpid(), number)

    async with asyncio.timeout(10):
        assert await run_until_stopped(stages, ready) == Exit.OK
    assert events == ["start a", "start b", "start c", "ready", "stop c", "stop a", "stop b"]


async def test_what_started_is_stopped_when_another_part_fails():
    events = []
    failure = OSError("taken")
    stages = [[Part("a", events)], [Part("b", events), Part("c", events, fails=failure)], [Part("d", events)]]
    with pytest.raises(OSError, match="taken"):
        await run_until_stopped(stages, lambda: events.append("ready"))
    assert events == ["start a", "start b", "start c", "stop b", "stop a"]


async def test_a_signal_while_starting_stops_what_started_by_then():
    events = []
    stages = [[Part("a", events, signals=1)], [Part("b", events)]]
    async with asyncio.timeout(10):
        code = await run_until_stopped(stages, lambda: events.append("ready"))
    assert code == Exit.OK
    assert events == ["start a", "stop a"]


async def test_a_second_signal_does_not_wait_for_the_start():
    events = []
    stages = [[Part("a", events)], [Part("b", events, signals=2, hangs="start")]]
    async with asyncio.timeout(10):
        code = await run_until_stopped(stages, lambda: events.append("ready"))
    assert code == Exit.INTERRUPTED
    assert events == ["start a", "start b", "stop a"]


async def test_a_second_signal_does_not_wait_for_the_drain(capsys):
    events = []

    def ready():
        os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(10):
        code = await run_until_stopped([[Part("a", events, hangs="stop")]], ready)
    assert code == Exit.INTERRUPTED
    assert capsys.readouterr().err == "papermesh: not waiting any longer\n"


async def test_it_ends_when_its_caller_is_done_and_a_first_signal_then_does_not_cut_the_drain_short():
    events = []
    done = asyncio.Event()
    retired = [lambda: events.append("retire"), lambda: os.kill(os.getpid(), signal.SIGTERM)]
    async with asyncio.timeout(10):
        code = await run_until_stopped([[Part("a", events)]], done.set, lambda: [each() for each in retired], done)
    assert code == Exit.OK
    assert events == ["start a", "retire", "stop a"]


async def test_the_signals_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    await run_until_stopped([[]], lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert signal.getsignal(signal.SIGTERM) == before
