"""The programs of docs/clients.md, run as they stand there against a real mesh."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "clients.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^## (.+?)\n.*?^```(js|python)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
OUTPUT = re.search(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]
SECONDS = 60


def at(mesh, program):
    """The program with the addresses of a running mesh in place of the default ones."""
    return program.replace("http://127.0.0.1:8000", mesh.http).replace("8001", str(mesh.tcp[1]))


@pytest.mark.slow
@pytest.mark.parametrize(("client", "language", "program"), PROGRAMS, ids=[client for client, _, _ in PROGRAMS])
def test_the_program_for_a_client_prints_what_is_shown(mesh, request, tmp_path, client, language, program):
    interpreter = request.getfixturevalue({"js": "node", "python": "python"}[language])
    file = tmp_path / f"program.{language}"
    file.write_text(at(mesh, program), encoding="utf-8")
    command = [interpreter.command, file]
    run = subprocess.run(command, env=interpreter.environment, capture_output=True, text=True, timeout=SECONDS)
    assert (run.returncode, run.stdout, run.stderr) == (0, OUTPUT, "")


def test_every_client_that_is_tried_is_shown_in_its_version(packages):
    pinned = [re.sub(r"@|(\[\w+\])?==", " ", package) for package in packages]
    assert sorted(client for client, _, _ in PROGRAMS) == sorted(pinned)
