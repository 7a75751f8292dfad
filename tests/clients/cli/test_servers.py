"""serve, bridge and up, as processes of their own with the real services."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import threading
import urllib.request

import pytest
from google.protobuf import descriptor_pb2

from papermesh import SyncClient
from papermesh.quality.v1 import quality_pb2

pytestmark = pytest.mark.slow

START_SECONDS = 60


@contextlib.contextmanager
def running(command, last):
    """A server that prints where it listens; gives the process and the lines up to the one that contains last."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        try:
            lines = []
            for line in process.stdout:
                lines.append(line)
                if last in line:
                    break
            else:
                pytest.fail(f"it ended before it was up: {''.join(lines)}{process.stderr.read()}")
            yield process, "".join(lines)
        finally:
            watchdog.cancel()
            process.kill()


def stopped(process, number):
    """Sends a signal, and returns the exit code and what was printed on standard error."""
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    return process.returncode, err


@contextlib.contextmanager
def quality_service(program):
    """A quality service: its process and its address."""
    command = [*program, "serve", "quality", "--address", "127.0.0.1:0", "--workers", "1"]
    with running(command, "listens") as (process, printed):
        yield process, re.search(r"listens on (\S+)\. Ctrl-C", printed)[1]


@pytest.fixture(scope="module")
def address(program):
    """Where a quality service runs for the tests of this module."""
    with quality_service(program) as (_, address):
        yield address


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_serves_until_a_signal(program, number):
    with quality_service(program) as (process, address):
        with SyncClient(quality=address) as client:
            assert client.quality_info().server_name == "quality_server"
            assert client.analyze(text="Hello there, you two.").metrics.word_count == 4
        assert stopped(process, number) == (0, "")


def test_a_port_in_use_is_one_line(address, process):
    free = "127.0.0.1:0"
    up = ["up", "--classification", free, "--quality", free, "--http", free]
    for arguments in (
        ["serve", "quality", "--address", address],
        ["bridge", "-b", address, "--http", address],
        ["bridge", "-b", address, "--tcp", address],
        [*up, "--quality", address],
        [*up, "--tcp", address],
    ):
        found = process(*arguments)
        assert (found.returncode, found.stdout) == (3, "")
        (line,) = found.stderr.splitlines()
        assert line.startswith(f"papermesh: cannot listen on {address}: ")
        option, every = arguments[-2], ["--classification", "--quality", "--http", "--tcp"]
        others = [each for each in every if each != option]
        likewise = f", and likewise {others[0]}, {others[1]} and {others[2]}" if arguments[0] == "up" else ""
        assert line.endswith(
            f"; stop what uses the address, or choose another one by {option}{likewise}; port 0 takes any free one"
        )


def test_analyze_uses_the_service_that_runs(address, papermesh, tmp_path):
    (tmp_path / "a.txt").write_text("Hello there.")
    with SyncClient(quality=address) as client:
        before = client.quality_metrics().statistics.successful_analyses
        assert papermesh("analyze", "--quality", address, tmp_path / "a.txt").exit_code == 0
        assert client.quality_metrics().statistics.successful_analyses == before + 1


def called(url, method, params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_bridge_serves_what_is_behind_it(address, program):
    command = [*program, "bridge", "--backend", address, "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0"]
    with running(command, "backend") as (process, printed):
        url = re.search(r"http://\S+", printed)[0]
        assert re.search(r"JSON-RPC, TCP +127\.0\.0\.1:\d+\n", printed)
        assert called(url, "get_server_info", {})["result"]["server_name"] == "quality_server"
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_bridge_takes_its_configuration_from_a_file(address, program, tmp_path):
    rpc = "papermesh.quality.v1.QualityService/GetServerInfo"
    (tmp_path / "bridge.toml").write_text(
        f'http = "127.0.0.1:0"\n[[backend]]\ntarget = "{address}"\n[[method]]\nname = "who"\nrpc = "{rpc}"\n'
    )
    with running([*program, "bridge", "--config", str(tmp_path / "bridge.toml")], "backend") as (process, printed):
        url = re.search(r"http://\S+", printed)[0]
        assert called(url, "who", {})["result"]["server_name"] == "quality_server"
        assert stopped(process, signal.SIGINT) == (0, "")


def test_bridge_takes_a_file_of_descriptors(address, program, tmp_path):
    files = {}

    def add(file):
        files.setdefault(file.name, file)
        for each in file.dependencies:
            add(each)

    add(quality_pb2.DESCRIPTOR)
    found = descriptor_pb2.FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(found.file.add())
    path = tmp_path / "quality.binpb"
    path.write_bytes(found.SerializeToString())
    command = [*program, "bridge", "-b", f"quality={address}", "-d", f"quality={path}", "--http", "127.0.0.1:0"]
    with running(command, "backend") as (process, printed):
        url = re.search(r"http://\S+", printed)[0]
        assert called(url, "get_server_info", {})["result"]["server_name"] == "quality_server"
        assert stopped(process, signal.SIGTERM) == (0, "")


def test_bridge_serves_a_unix_socket(address, program, tmp_path):
    path = tmp_path / "bridge.sock"
    with running([*program, "bridge", "-b", address, "--unix", str(path)], "backend") as (process, printed):
        assert re.search(rf"JSON-RPC, Unix +{re.escape(str(path))}\n", printed)
        assert "http" not in printed
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(path))
            line.sendall(request("get_server_info", {}))
            assert json.loads(line.makefile().readline())["result"]["server_name"] == "quality_server"
        assert stopped(process, signal.SIGTERM) == (0, "")
    assert not path.exists()


def test_a_socket_in_use_is_one_line(address, program, process, tmp_path):
    path = tmp_path / "bridge.sock"
    path.write_text("precious")
    found = process("bridge", "-b", address, "--unix", path)
    assert (found.returncode, found.stdout) == (3, "")
    (line,) = found.stderr.splitlines()
    assert line.startswith(f"papermesh: cannot listen on {path}: there is a file of another kind; ")


def request(method, params):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"


def test_bridge_serves_its_standard_streams_alone_until_the_input_ends(address, process):
    found = process("bridge", "-b", address, "--stdio", input=request("get_server_info", {}), text=False)
    assert (found.returncode, found.stderr) == (0, b"")
    assert json.loads(found.stdout)["result"]["server_name"] == "quality_server"


def test_bridge_serves_others_besides_its_standard_streams(address, program):
    command = [*program, "bridge", "-b", address, "--stdio", "--http", "127.0.0.1:0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        printed = b""
        while b"backend" not in printed:
            printed += process.stderr.readline()
        url = re.search(r"http://\S+", printed.decode())[0]
        assert called(url, "get_server_info", {})["result"]["server_name"] == "quality_server"
        out, err = process.communicate(request("get_server_info", {}), timeout=30)
        watchdog.cancel()
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)["result"]["server_name"] == "quality_server"


def test_up_runs_everything(program, tmp_path):
    (tmp_path / "invoice.txt").write_text("Invoice number 17. The amount due is 400 EUR, payable in 30 days.")
    free = [f"--{name}=127.0.0.1:0" for name in ("classification", "quality", "http", "tcp")]
    command = [*program, "up", *free, "--root", str(tmp_path), "--workers", "1", "--max-document-bytes", "1MiB"]
    with running(command, "document root") as (process, printed):
        places = dict(re.findall(r"^  (\S.*?)  +(\S+)$", printed, re.MULTILINE))
        assert places["document root"] == str(tmp_path)
        with SyncClient(places["classification, gRPC"], places["quality, gRPC"]) as client:
            assert client.classify(file_path="invoice.txt").metadata.text_length > 0
            assert client.quality_info().limits.max_document_bytes == 1024 * 1024
        url = places["JSON-RPC, HTTP"]
        params = {"file_path": "invoice.txt", "classification_type": "automatic", "told_by": "an old caller"}
        assert called(url, "classify_document", params)["result"]["category"]
        assert called(url, "analyze_quality", {"text": "Hello."})["result"]["metrics"]["word_count"] == 1
        one = url.replace("/rpc", "/quality/rpc")
        assert called(one, "get_server_info", {})["result"]["server_name"] == "quality_server"
        assert called(one, "classify_document", params)["error"]["code"] == -32601
        assert stopped(process, signal.SIGINT) == (0, "")


def test_up_with_a_port_in_use_is_one_line_and_leaves_nothing_running(address, process):
    free = [f"--{name}=127.0.0.1:0" for name in ("classification", "http", "tcp")]
    found = process("up", *free, "--quality", address)
    assert (found.returncode, found.stdout) == (3, "")
    (line,) = found.stderr.splitlines()
    assert line.startswith(f"papermesh: cannot listen on {address}: ")
