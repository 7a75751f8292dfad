"""The page on the Python client: its examples print what it shows, but for the addresses, and its table is whole."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import papermesh
from papermesh import Client

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python-client.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```\n+^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SECONDS = 60


@pytest.mark.parametrize(("code", "output"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_prints_what_is_shown(mesh, root, code, output):
    at = f"Client({mesh.classification!r}, {mesh.quality!r}"
    code = code.replace("Client()", f"{at})").replace("Client(timeout", f"{at}, timeout")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, timeout=SECONDS
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == output


def test_every_example_is_run():
    assert len(EXAMPLES) == PAGE.count("```python") > 5


def test_every_method_is_in_the_table_and_no_other():
    rows = re.findall(r"^\| (`.*?) \|", PAGE.split("## Methods")[1].split("##")[0], re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)", row)}
    assert documented == {name for name, _ in inspect.getmembers(Client, inspect.isfunction) if name[0] != "_"}


def test_every_exception_is_named():
    table = PAGE.split("## Errors")[1].split("## What")[0]
    errors = {name for name in papermesh.__all__ if isinstance(getattr(papermesh, name), type)}
    errors = {name for name in errors if issubclass(getattr(papermesh, name), papermesh.PapermeshError)}
    assert {name for name in errors if f"`{name}`" not in table} == set()
