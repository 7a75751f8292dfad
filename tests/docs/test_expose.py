"""The page on exposed services works as it stands there, but for its address."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from papermesh.quality.v1 import quality_pb2
from papermesh_bridge.expose import ExposeConfig

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "expose.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
SECONDS = 60
ADDRESS = "127.0.0.1:50061"


def block(kind):
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return found


def put(folder, name, text):
    assert f"`{name}`" in PAGE
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def session(tmp_path):
    """The folder of the page, its service running, and where that is."""
    put(tmp_path, "server.py", block("python"))
    put(tmp_path, "stock.proto", block("proto"))
    config = block("toml")
    assert ADDRESS in config
    put(tmp_path, "legacy.toml", config.replace(ADDRESS, "127.0.0.1:0").replace('"python3"', repr(sys.executable)))
    *prepare, serve = block("sh").splitlines()
    for line in prepare:
        command = line.replace("buf build", f"{BIN / 'buf'} build")
        subprocess.run(command, shell=True, cwd=tmp_path, check=True, timeout=SECONDS)
    process = subprocess.Popen([BIN / "papermesh", *serve.split()[1:]], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.start()
    try:
        while not (found := re.match(r"  gRPC +(\S+)", line := process.stdout.readline())):
            assert line, f"it ended with {process.wait()}"
        yield found[1]
        process.terminate()
        assert process.wait(SECONDS) == 0
    finally:
        watchdog.cancel()
        process.kill()
        process.stdout.close()


def test_the_session_goes_as_it_is_shown(session, grpcurl):
    commands = re.split(r"^\$ ", block("console"), flags=re.MULTILINE)[1:]
    assert len(commands) == 2
    for shown in commands:
        command, _, printed = shown.partition("\n")
        command = command.replace(ADDRESS, session).replace("grpcurl", grpcurl, 1)
        done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert done.stdout + done.stderr == printed


def test_the_legacy_toml_of_the_settings_is_read(tmp_path):
    text = (DOCS / "settings.md").read_text(encoding="utf-8").split("<!-- legacy.toml -->", 1)[1]
    lines = re.match(r"\n+((?:(?: {4}.*)?\n)+)", text)[1]
    config = ExposeConfig.from_toml_text("".join(line[4:] for line in lines.splitlines(keepends=True)))
    (method,) = config.methods
    service, _, name = method.rpc.partition("/")
    assert service == quality_pb2.DESCRIPTOR.services_by_name["QualityService"].full_name
    assert name in quality_pb2.DESCRIPTOR.services_by_name["QualityService"].methods_by_name
