"""The page on stubs in other languages: what it says is done in a folder of its own, and the program run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "stubs.md").read_text(encoding="utf-8")
SECONDS = 300


def block(language, which=0):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[which]


@pytest.mark.slow
def test_the_go_program_prints_what_is_shown(mesh, root, tmp_path):
    if not (shutil.which("go") and shutil.which("buf")):
        pytest.skip("go or buf is not installed")
    folder, tools = tmp_path / "reader", tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "papermesh").symlink_to(root)
    (folder / "buf.gen.yaml").write_text(block("yaml"))
    (folder / "main.go").write_text(block("go").replace("127.0.0.1:50051", mesh.classification))
    environment = os.environ | {"GOBIN": str(tools), "PATH": os.pathsep.join([str(tools), os.environ["PATH"]])}

    def run(script):
        return subprocess.run(
            ["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
        )

    installed = run(block("sh", 0))
    if installed.returncode:
        pytest.skip(f"the Go modules cannot be had here: {installed.stderr[-300:]}")
    done = run(block("sh", 1))
    assert done.returncode == 0, done.stderr
    assert done.stdout == block("text")
