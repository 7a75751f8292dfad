"""papermesh serve --stdio: a service that its caller starts as a child process."""

import json
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

START_SECONDS = 60


@pytest.fixture
def private(monkeypatch):
    """A folder for temporary files that has nothing else in it; its path is short, as those of sockets must be."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def request(method, params):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"


def test_serve_answers_whoever_started_it_on_its_standard_streams(process, tmp_path, private):
    (tmp_path / "a.txt").write_text("Hello there, you two.")
    legacy = {"file_path": "a.txt", "analysis_type": "automatic", "told_by": "an old caller"}
    calls = request("get_server_info", {}) + request("analyze_quality", legacy)
    command = ["serve", "quality", "--stdio", "--workers", "1", "--root", tmp_path]
    found = process(*command, input=calls, text=False)
    assert (found.returncode, found.stderr) == (0, b"")
    first, second = sorted(map(json.loads, found.stdout.splitlines()), key=lambda answer: "metrics" in answer["result"])
    assert first["result"]["server_name"] == "quality_server"
    assert second["result"]["metrics"]["word_count"] == 4
    assert list(private.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_worker_keeps_the_streams_of_whoever_started_it(program, number, private):
    command = [*program, "serve", "quality", "--stdio", "--workers", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        process.stdin.write(request("analyze_quality", {"text": "Hello."}))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["metrics"]["word_count"] == 1
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) > 1, "there is no worker"
        for child in children:
            held = {each.readlink() for each in Path(f"/proc/{child.pid}/fd").iterdir()}
            for stream in (process.stdin, process.stdout):
                assert Path(f"/proc/self/fd/{stream.fileno()}").readlink() not in held
        process.send_signal(number)
        assert process.stdout.read() == b""
        assert process.wait(30) == (0 if number != signal.SIGKILL else -number)
        watchdog.cancel()


def test_two_calls_at_once_are_answered_as_they_are_done_and_a_signal_waits_for_them(program, private):
    long = request("analyze_quality", {"text": "It is a sentence of some length, and there are many like it. " * 5_000})
    command = [*program, "serve", "quality", "--stdio", "--workers", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        process.stdin.write(long + request("get_server_info", {}))
        process.stdin.flush()
        assert "server_name" in json.loads(process.stdout.readline())["result"]
        process.terminate()
        assert json.loads(process.stdout.readline())["result"]["metrics"]["word_count"] > 50_000
        assert process.wait(30) == 0
        watchdog.cancel()
    assert list(private.iterdir()) == []
