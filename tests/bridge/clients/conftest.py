"""JSON-RPC clients that other people wrote, installed from their registries and run as processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PROGRAMS = Path(__file__).with_name("programs")
NODE_PACKAGES = ("jayson@5.0.0", "vscode-jsonrpc@10.0.0")
PYTHON_PACKAGES = (
    "aiorpcX==0.25.0",
    "jsonrpcclient==4.0.3",
    "pjrpc[httpx]==2.2.0",
    "python-lsp-jsonrpc==1.1.2",
)
NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000")
UNREACHABLE = re.compile(
    r"ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT"
    r"|client error \(Connect\)|operation timed out|network was disabled"
)
INSTALL_SECONDS = 180
WAIT = 10.0
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and name != "NODE_PATH"}
PLAIN["NO_PROXY"] = PLAIN["no_proxy"] = "127.0.0.1"


@dataclass(frozen=True)
class Interpreter:
    """What runs a program that imports the installed clients."""

    command: str
    environment: dict[str, str]


def install(*command: str | Path) -> None:
    """Runs an installer; skips if its registry cannot be reached, and fails if anything else is wrong."""
    run = subprocess.run(
        command, env={**PLAIN, "UV_HTTP_TIMEOUT": "30"}, capture_output=True, text=True, timeout=INSTALL_SECONDS
    )
    if run.returncode and (found := UNREACHABLE.search(run.stderr)):
        pytest.skip(f"{Path(command[0]).name} cannot reach its registry: {found[0]}")
    assert run.returncode == 0, run.stderr[-3000:]


@pytest.fixture(scope="session")
def packages() -> tuple[str, ...]:
    """Every client and its version, as npm and PyPI name them."""
    return (*NODE_PACKAGES, *PYTHON_PACKAGES)


@pytest.fixture(scope="session")
def node(tmp_path_factory) -> Interpreter:
    """Node, with the clients for it; skips where there is no Node or npm, or npm reaches no registry."""
    npm, command = shutil.which("npm"), shutil.which("node")
    if npm is None or command is None:
        pytest.skip("node and npm are not both installed")
    folder = tmp_path_factory.mktemp("node")
    install(npm, "install", *NPM_OPTIONS, "--prefix", folder, *NODE_PACKAGES)
    return Interpreter(command, {**PLAIN, "NODE_PATH": str(folder / "node_modules")})


@pytest.fixture(scope="session")
def python(tmp_path_factory) -> Interpreter:
    """A Python of its own, with the clients for it and nothing of the project; skips where uv reaches no registry."""
    folder = tmp_path_factory.mktemp("python")
    uv = Path(sys.executable).with_name("uv")
    install(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    command = folder / "venv" / "bin" / "python"
    install(uv, "pip", "install", "--quiet", "--python", command, *PYTHON_PACKAGES)
    return Interpreter(str(command), PLAIN)


@dataclass
class ClientProcess:
    """A running client program, which does what it is told and says how that went."""

    process: asyncio.subprocess.Process
    numbers: Any = field(default_factory=itertools.count)
    outcomes: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    def start(self, action: str, **details: Any) -> asyncio.Future[Any]:
        """Tells it to do something, and gives the outcome to come."""
        number = next(self.numbers)
        command = {"n": number, "action": action, **details}
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.outcomes[number] = asyncio.get_running_loop().create_future()
        return self.outcomes[number]

    async def do(self, action: str, **details: Any) -> Any:
        """Tells it to do something, and gives the outcome: {"value": ...} or {"error": ...}."""
        return await outcome_of(self.start(action, **details))

    async def call(self, method: str, params: Any = None) -> Any:
        """Has it call a method, and gives the outcome."""
        return await self.do("call", method=method, params=params)

    async def listen(self) -> None:
        """Takes outcomes until the program closes its output."""
        while line := await self.process.stdout.readline():
            outcome = json.loads(line)
            self.outcomes.pop(outcome.pop("n")).set_result(outcome)

    async def end(self) -> None:
        """Tells it that there is nothing more to do, and checks that it ends by itself and has not complained."""
        self.process.stdin.close()
        async with asyncio.timeout(WAIT):
            complaints = await self.process.stderr.read()
            status = await self.process.wait()
        assert (status, complaints.decode()) == (0, "")


async def outcome_of(started: asyncio.Future[Any]) -> Any:
    async with asyncio.timeout(WAIT):
        return await started


@contextlib.asynccontextmanager
async def _run_client(interpreter: Interpreter, program: str, *arguments: str) -> AsyncIterator[ClientProcess]:
    process = await asyncio.create_subprocess_exec(
        interpreter.command,
        PROGRAMS / program,
        *arguments,
        env=interpreter.environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    client = ClientProcess(process)
    listening = asyncio.create_task(client.listen())
    try:
        yield client
        await client.end()
        await listening
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@pytest.fixture(scope="session")
def run_client():
    """Runs a client program: `async with run_client(node, "jayson.js", "http", address) as client`."""
    return _run_client


@pytest.fixture(scope="session")
def outcome():
    """Waits for what was started, within a bound: `await outcome(client.start("call", ...))`."""
    return outcome_of
