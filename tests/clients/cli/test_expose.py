"""papermesh bridge --expose, as a process of its own with a legacy server as its child."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading

import grpc
import pytest
from google.protobuf import descriptor_pb2, wrappers_pb2

START_SECONDS = 30
SERVER = """
import json, os, sys, time
print("the pid is", os.getpid(), file=sys.stderr, flush=True)
for line in sys.stdin:
    call = json.loads(line)
    if call["method"] == "slowly":
        print("it runs", file=sys.stderr, flush=True)
        time.sleep(0.5)
    answer = {"jsonrpc": "2.0", "id": call["id"], "result": call["params"][0].upper()}
    print(json.dumps(answer), flush=True)
"""
CONFIG = """
listen = "127.0.0.1:0"
descriptors = "contract.binpb"
command = [PYTHON, "server.py"]

[[method]]
rpc = "old.v1.Old/Shout"
name = "upper"
params = "positional"

[[method]]
rpc = "old.v1.Old/Slowly"
params = "positional"
"""


@pytest.fixture
def legacy(tmp_path):
    """A folder with a contract, a server and a legacy.toml."""
    found = descriptor_pb2.FileDescriptorSet()
    wrappers_pb2.DESCRIPTOR.CopyToProto(found.file.add())
    file = found.file.add(name="old.proto", package="old.v1", syntax="proto3")
    file.dependency.append(wrappers_pb2.DESCRIPTOR.name)
    service = file.service.add(name="Old")
    kind = ".google.protobuf.StringValue"
    for name in ("Shout", "Slowly", "Stream"):
        service.method.add(name=name, input_type=kind, output_type=kind, server_streaming=name == "Stream")
    (tmp_path / "contract.binpb").write_bytes(found.SerializeToString())
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "legacy.toml").write_text(CONFIG.replace("PYTHON", repr(sys.executable)))
    return tmp_path / "legacy.toml"


@contextlib.contextmanager
def exposed(program, file, *options):
    command = [*program, "bridge", "--expose", str(file), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        watchdog = threading.Timer(START_SECONDS, process.kill)
        watchdog.start()
        try:
            lines = []
            while not lines or "gRPC  " not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], f"it ended before it was up: {process.stderr.read()}"
            yield process, "".join(lines)
        finally:
            watchdog.cancel()
            process.kill()


def call(channel, rpc, text):
    kind = wrappers_pb2.StringValue
    method = channel.unary_unary(f"/old.v1.Old/{rpc}", kind.SerializeToString, kind.FromString)
    return method.future(kind(value=text), timeout=START_SECONDS, wait_for_ready=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_lets_running_calls_finish(program, legacy, number):
    with exposed(program, legacy) as (process, printed):
        assert "old.v1.Old/Shout -> upper" in printed
        assert "old.v1.Old/Slowly -> slowly" in printed
        assert "old.v1.Old/Stream -> (not served: it streams)" in printed
        assert "server.py" in printed
        pid = int(re.search(r"the pid is (\d+)", process.stderr.readline())[1])
        with grpc.insecure_channel(re.search(r"  gRPC +(\S+)", printed)[1]) as channel:
            assert call(channel, "Shout", "straße").result().value == "STRASSE"
            slow = call(channel, "Slowly", "still there")
            assert process.stderr.readline() == "it runs\n"
            process.send_signal(number)
            assert slow.result().value == "STILL THERE"
        _, err = process.communicate(timeout=START_SECONDS)
        assert (process.returncode, err) == (0, "")
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize(
    "option", [("--backend", "127.0.0.1:1"), ("--http", "127.0.0.1:0"), ("--tcp", "127.0.0.1:0"), ("--config", None)]
)
def test_it_cannot_be_mixed_with_a_bridge_of_the_other_direction(papermesh, legacy, option):
    name, value = option
    found = papermesh("bridge", "--expose", legacy, name, value or legacy)
    assert found.exit_code == 2
    assert f"--expose cannot be mixed with {name}; everything stands in its file." in found.stderr


def test_a_fault_of_the_file_is_a_usage_error(papermesh, legacy):
    legacy.write_text(legacy.read_text() + 'name = "x"\nwarp = true\n')
    found = papermesh("bridge", "--expose", legacy)
    assert found.exit_code == 2
    assert f"{legacy}: [[method]] 2: 'warp' is no setting; there are rpc, name, params, wrap." in found.stderr


def test_a_method_that_is_not_in_the_contract_is_a_fault_of_the_file_and_not_of_the_contract(papermesh, legacy):
    legacy.write_text(legacy.read_text().replace("old.v1.Old/Shout", "old.v1.Old/Shoot"))
    found = papermesh("bridge", "--expose", legacy)
    told = f"papermesh: {legacy}: [[method]]: no service that is exposed has 'old.v1.Old/Shoot'; did you mean "
    assert (found.exit_code, found.stderr.startswith(told)) == (2, True), found.stderr
    assert "binpb" not in found.stderr


def test_a_contract_that_is_not_there_is_told_with_how_it_is_made(papermesh, legacy):
    for file in legacy.parent.glob("*.binpb"):
        file.unlink()
    found = papermesh("bridge", "--expose", legacy)
    assert found.exit_code == 2
    assert "the descriptors cannot be read: No such file or directory; write them with `buf build -o" in found.stderr


def test_a_port_in_use_is_one_line(papermesh, legacy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        legacy.write_text(legacy.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        found = papermesh("bridge", "--expose", legacy)
    assert (found.exit_code, found.stdout) == (3, "")
    assert f"cannot listen on 127.0.0.1:{port}: " in found.stderr
