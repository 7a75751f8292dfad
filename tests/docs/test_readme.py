"""What the README shows is what happens: its commands are run, and its output compared with theirs.

The two commands at its top are run by .ci/run, as they stand there.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
SECONDS = 120


def block(name):
    """The indented block after a comment that names it."""
    after = README.split(f"<!-- {name} -->\n", 1)[1].lstrip("\n")
    lines = re.match(r"(?:(?: {4}.*)?\n)+", after)[0].splitlines()
    return "\n".join(line[4:] for line in lines).strip("\n")


def session(name):
    """The commands of a session, each with the output shown for it."""
    found = []
    for part in re.split(r"^\$ ", block(f"session: {name}"), flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        size = next(size for size in range(1, len(lines) + 1) if complete(lines[:size]))
        found.append(("\n".join(lines[:size]), "\n".join(lines[size:])))
    return found


def complete(lines):
    """Whether a shell would run these lines, or wait for more of the command."""
    try:
        shlex.split("\n".join(lines))
    except ValueError:
        return False
    return not lines[-1].endswith(("\\", "|"))


def run(command, **settings):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False, **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shape(text):
    """The text without what differs from run to run: numbers, and how wide a column is."""
    return re.sub(r"\s+", " ", re.sub(r"\d+(\.\d+)?(e-?\d+)?", "#", text)).strip()


def shown(expected, got):
    """Whether the output is as shown; "..." in the README stands for anything."""
    pattern = ".*".join(re.escape(piece) for piece in shape(expected).split("..."))
    return re.fullmatch(pattern, shape(got), re.DOTALL) is not None


def at(mesh, text):
    """The text with the addresses of a running mesh in place of the default ones."""
    for default, address in (
        ("http://127.0.0.1:8000", mesh.http),
        ("127.0.0.1:50051", mesh.classification),
        ("127.0.0.1:50052", mesh.quality),
        ("127.0.0.1 8001", " ".join(map(str, mesh.tcp))),
    ):
        text = text.replace(default, address)
    return text


@pytest.mark.parametrize(("command", "output"), session("cli"), ids=lambda value: value.split("\n")[0][-40:])
def test_the_command_line_does_what_is_shown(command, output):
    # Addresses at which nothing listens, so that the commands start what they need.
    got = run(["bash", "-c", command.replace(".venv/bin", str(BIN))], env={**os.environ, "COLUMNS": "100"})
    assert shown(output, got), got


@pytest.mark.parametrize("name", ["grpcurl", "curl", "nc", "bridge"])
def test_other_programs_get_what_is_shown(mesh, request, name):
    environment = dict(os.environ)
    if name in ("curl", "nc") and not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    if name == "grpcurl":
        environment["PATH"] += os.pathsep + str(Path(request.getfixturevalue("grpcurl")).parent)
    for command, output in session(name):
        got = run(["bash", "-c", at(mesh, command).replace(".venv/bin", str(BIN))], env=environment)
        assert shown(at(mesh, output), got), f"{command}\n{got}"


def test_the_python_example_prints_what_is_shown(mesh):
    code = block("python").replace("Client()", f"Client({mesh.classification!r}, {mesh.quality!r})")
    assert shown(block("python output"), run([sys.executable, "-W", "error", "-c", code]))


def test_the_mesh_prints_what_is_shown(mesh):
    ((command, output),) = session("up")
    assert command == ".venv/bin/papermesh up"
    assert shown(at(mesh, output), mesh.greeting)


def test_every_page_the_readme_links_to_is_there():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_the_commands_at_the_top_need_only_python_and_git():
    for name in ("main-job", "tests"):
        assert block(name).startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ")
        assert "\n" not in block(name)
