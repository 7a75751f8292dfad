"""What every test may ask for: the project's folder, real documents, and the whole mesh as users start it."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 90.0
BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real documents for development; skips where it is absent."""
    folder = ROOT.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip("the development corpora are not on this machine")
    return folder


@pytest.fixture
def garbage() -> Iterator[Callable[[], list[object]]]:
    """Says, when called, which objects were left to the search for cycles since the test began."""
    gc.collect()
    gc.disable()

    def found() -> list[object]:
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        return gc.garbage

    yield found
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@dataclass(frozen=True)
class Mesh:
    """Where a running mesh listens, and the process it is."""

    classification: str
    quality: str
    http: str
    tcp: tuple[str, int]
    process: subprocess.Popen
    greeting: str


def started(*options: str, cwd: Path) -> Mesh:
    free = [f"--{part}=127.0.0.1:0" for part in ("classification", "quality", "http", "tcp")]
    process = subprocess.Popen(
        [BIN / "papermesh", "up", *free, *options], cwd=cwd, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    deadline = threading.Timer(SECONDS, process.kill)
    deadline.start()
    places, greeting = {}, ""
    while "document root" not in places:
        line = process.stdout.readline()
        greeting += line
        assert line, f"papermesh up ended with {process.wait()}"
        if match := re.match(r"  (.+?)  +(\S.*)", line):
            places[match[1]] = match[2].strip()
    deadline.cancel()
    host, _, port = places["JSON-RPC, TCP"].rpartition(":")
    return Mesh(
        places["classification, gRPC"],
        places["quality, gRPC"],
        places["JSON-RPC, HTTP"].removesuffix("/rpc"),
        (host, int(port)),
        process,
        greeting,
    )


def ended(mesh: Mesh) -> int:
    mesh.process.terminate()
    try:
        return mesh.process.wait(SECONDS)
    finally:
        mesh.process.kill()
        mesh.process.stdout.close()


@pytest.fixture(scope="session")
def mesh(root) -> Iterator[Mesh]:
    """A running mesh whose document root is the project's folder."""
    mesh = started("--workers", "2", cwd=root)
    yield mesh
    assert ended(mesh) == 0


@pytest.fixture
def own_mesh(root) -> Iterator[Mesh]:
    """A running mesh for one test alone, which may end it."""
    mesh = started("--workers", "1", cwd=root)
    yield mesh
    ended(mesh)


@pytest.fixture(scope="session")
def grpcurl() -> str:
    """The path of grpcurl; skips where it is not installed."""
    found = shutil.which("grpcurl", path=os.pathsep.join([os.environ.get("PATH", ""), str(Path.home() / "go" / "bin")]))
    if not found:
        pytest.skip("grpcurl is not installed: go install github.com/fullstorydev/grpcurl/cmd/grpcurl@latest")
    return found
