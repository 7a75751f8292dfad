"""The command line as a user has it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from papermesh.cli import main

if TYPE_CHECKING:
    from pathlib import Path

HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A shell has what it starts in the background ignore SIGINT, as then would all that such tests start."""
PROGRAM = [sys.executable, "-c", f"{HEEDING}; from papermesh.cli import main; main(prog_name='papermesh')"]


@pytest.fixture
def papermesh(monkeypatch):
    """Runs the command line in this process: exit_code, stdout and stderr of what it is given."""
    monkeypatch.delenv("PAPERMESH_CLASSIFICATION", raising=False)
    monkeypatch.delenv("PAPERMESH_QUALITY", raising=False)

    def run(*arguments, **settings):
        result = CliRunner().invoke(main, [str(each) for each in arguments], prog_name="papermesh", **settings)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def program():
    """The command that runs the command line in a process of its own."""
    return PROGRAM


@pytest.fixture
def process(program):
    """Runs the command line in a process of its own, and waits for it."""

    def run(*arguments, timeout=60, **settings):
        settings = {"capture_output": True, "text": True} | settings
        return subprocess.run([*program, *map(str, arguments)], timeout=timeout, check=False, **settings)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with some documents, good and bad."""
    files = {
        "a.txt": "hello",
        "bad.txt": "FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED",
        "big.txt": "x" * 1001,
        "sub/b.md": "# b",
        "sub/.hidden": "no",
        ".git/config": "no",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path
