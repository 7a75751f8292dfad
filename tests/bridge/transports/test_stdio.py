"""What only standard streams do, by real child processes; what they share with other streams is in test_connections."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tty
from pathlib import Path

import pytest

from papermesh_bridge import BackendConfig, Bridge, BridgeConfig
from papermesh_bridge.transports.stdio import DescriptorStream

SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}
ANSWER = {"jsonrpc": "2.0", "id": 1, "result": 3}
WAIT = {"jsonrpc": "2.0", "id": 2, "method": "wait", "params": {"name": "x"}}
LINE = json.dumps({**SUM, "method": "calc.v1.Calculator/Sum"}).encode() + b"\n"
TOTAL = {"jsonrpc": "2.0", "id": 1, "result": {"total": 3}}
MAIN = "from papermesh.cli import main; main(prog_name='papermesh')"


async def ran(*command, **streams):
    """Runs a command to its end: the exit code, and what it wrote on standard error."""
    process = await asyncio.create_subprocess_exec(*map(str, command), stderr=asyncio.subprocess.PIPE, **streams)
    try:
        async with asyncio.timeout(15):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return process.returncode, out, err


def bridge(calc):
    return [sys.executable, "-c", MAIN, "bridge", "--backend", calc.target, "--stdio"]


@pytest.mark.parametrize("source", ["file", "null", "closed", "shared"])
async def test_every_kind_of_input_is_read_to_its_end(calc, tmp_path, source):
    (tmp_path / "calls").write_bytes(LINE * 3)
    command = bridge(calc)
    if source == "closed":
        command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    if source == "shared":  # by somebody who has made it non-blocking
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.write(writing, LINE * 3)
        os.close(writing)
    else:
        reading = os.open(tmp_path / "calls" if source == "file" else os.devnull, os.O_RDONLY)
    try:
        code, out, err = await ran(*command, stdin=reading, stdout=asyncio.subprocess.PIPE)
    finally:
        os.close(reading)
    assert (code, err) == (0, b"")
    assert [json.loads(line) for line in out.splitlines()] == ([TOTAL] * 3 if source in ("file", "shared") else [])


@pytest.mark.parametrize("sink", ["file", "null", "closed", "full"])
async def test_every_kind_of_output_is_written(calc, tmp_path, sink):
    (tmp_path / "calls").write_bytes(LINE * 3)
    command = bridge(calc)
    if sink == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    path = {"file": tmp_path / "answers", "full": Path("/dev/full")}.get(sink, Path(os.devnull))
    with (tmp_path / "calls").open("rb") as calls, path.open("wb") as answers:
        code, _, err = await ran(*command, stdin=calls, stdout=answers)
    assert code == 0
    if sink == "file":
        assert (tmp_path / "answers").read_bytes().count(b'"total":3') == 3
    told = [line.partition(": ")[2] for line in err.decode().splitlines()]
    assert told == (["cannot write to standard output: no space left on device"] if sink == "full" else [])


async def test_a_terminal_is_served_until_it_is_gone(calc):
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    process = await asyncio.create_subprocess_exec(*bridge(calc), stdin=theirs, stdout=theirs)
    os.close(theirs)
    try:
        os.write(ours, LINE)
        async with asyncio.timeout(15):
            assert json.loads(await asyncio.to_thread(os.read, ours, 1000)) == TOTAL
            os.close(ours)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_though_its_caller_is_silent(calc, run_child, number):
    async with run_child(calc.target) as child:
        await child.line.send(SUM)
        assert await child.line.answer() == ANSWER
        child.process.send_signal(number)
        assert await child.ended() == 0


async def test_a_caller_that_is_gone_ends_it_without_a_word(calc, run_child):
    async with run_child(calc.target) as child:
        await child.line.send(WAIT)
        await calc.seen(1)
        child.line.reader._transport.close()
        calc.let_go("x")
        assert await child.ended() == 0


async def test_content_length_framing_is_answered_in_kind(calc, run_child):
    body = json.dumps(SUM).encode()
    async with run_child(calc.target) as child:
        await child.line.send(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        async with asyncio.timeout(10):
            head = await child.line.reader.readuntil(b"\r\n\r\n")
            assert json.loads(await child.line.reader.readexactly(int(head.split()[1]))) == ANSWER


NOISY = """
import asyncio, os, subprocess, sys
from papermesh_bridge import BackendConfig, BridgeConfig, serve, take_standard_streams
streams = take_standard_streams()
print("by print", flush=True)
os.write(1, b"by descriptor\\n")
subprocess.run(["sh", "-c", "echo by a child; cat"], check=True)
asyncio.run(serve(BridgeConfig(backends=(BackendConfig(sys.argv[1]),)), stdio=streams))
"""


async def test_whatever_prints_prints_on_standard_error_and_nobody_else_reads_the_input(calc):
    reading, writing = os.pipe()
    os.write(writing, LINE)
    os.close(writing)
    command = (sys.executable, "-c", NOISY, calc.target)
    try:
        code, out, err = await ran(*command, stdin=reading, stdout=asyncio.subprocess.PIPE)
    finally:
        os.close(reading)
    assert (code, json.loads(out)) == (0, TOTAL)
    assert err.decode().splitlines() == ["by print", "by descriptor", "by a child"]


@pytest.fixture
def pipes():
    """A stream over two pipes, and the other ends of them: where to write and where to read."""
    (reading, to_it), (from_it, writing) = os.pipe(), os.pipe()
    yield lambda: (DescriptorStream(reading, writing), to_it, from_it)
    os.close(to_it)
    os.close(from_it)


async def test_stopping_does_not_wait_for_a_caller_that_does_not_read(calc, pipes):
    stream, to_it, _ = pipes()
    echo = {"jsonrpc": "2.0", "id": 1, "method": "echo", "params": {"a_string": "x" * 1_000_000}}
    running = Bridge(BridgeConfig(backends=(BackendConfig(calc.target),)), stdio=stream)
    await running.start()
    async with asyncio.timeout(5):
        await asyncio.to_thread(os.write, to_it, json.dumps(echo).encode() + b"\n")
        await calc.seen(1)
        await running.stop(0.1)
        assert stream.closed.is_set()


async def test_large_answers_go_through_a_pipe_that_does_not_block(pipes):
    stream, _, from_it = pipes()
    os.set_blocking(stream._writing, False)
    data = os.urandom(1_000_000)
    writing = asyncio.create_task(stream.write(data))
    got = b""
    async with asyncio.timeout(5):
        while len(got) < len(data):
            got += await asyncio.to_thread(os.read, from_it, 50_000)
        await writing
        await stream.close()
        assert await asyncio.to_thread(os.read, from_it, 1) == b""
    assert got == data
